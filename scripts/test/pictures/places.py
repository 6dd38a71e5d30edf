"""Where texts lie on a page: whether they cover each other."""

from gilbench.pictures.page import WIDTH


def box(text):
    """Left, right, bottom and top of a text; the height is that of capitals."""
    left = {"left": 0, "center": 0.5, "right": 1}[text.align] * text.width
    half = 0.38 * text.size
    return text.x - left, text.x - left + text.width, text.y - half, text.y + half


def overlap(one, other):
    return (one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3])


def assert_apart(case, page, name):
    """All texts of a page lie on it, and none covers another."""
    boxes = [(box(text), text.text) for text in page.texts]
    for place, (one, text) in enumerate(boxes):
        with case.subTest(f"{name}: {text}"):
            case.assertGreaterEqual(min(one), 0)
            case.assertLessEqual(one[1], WIDTH)
            case.assertLessEqual(one[3], page.height)
            case.assertEqual([other for second, other in boxes[:place] if overlap(one, second)],
                             [])

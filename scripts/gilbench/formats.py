"""Format tables as text, Markdown, CSV or HTML: each a class with the same functions.

about() formats pairs of a word and its text, which stand above or below the tables of a file,
table() a Table, note() a paragraph below everything. CSV has one line for each field of each cell,
with the number as it was measured and the verdict of the run.
"""

import csv
import html
import io
import re

from gilbench.textgrid import captioned, lines_of

CSV_HEAD = ("file", "experiment", "kernel", "row", "column", "field", "value", "unit", "marks",
            "verdict")
HTML_HEAD = ('<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n'
             "<title>gilbench results</title>\n<style>td, th { text-align: right; padding: 0 1em; "
             "white-space: nowrap } th:first-child { text-align: left }</style>")


class Text:
    """The layout for terminals."""

    head, tail = "", ""

    @staticmethod
    def about(pairs):
        return "".join(f"{line}\n" for pair in pairs for line in captioned(*pair)) + "\n"

    @staticmethod
    def table(_result, table):
        return "\n".join(lines_of(table)) + "\n\n"

    @staticmethod
    def note(text):
        return text + "\n"


class Markdown:
    """Pipe tables, as GitHub and others show them."""

    head, tail = "", ""

    @classmethod
    def about(cls, pairs):
        return "".join(f"- {cls.escaped(text)}\n" for text in captions(pairs)) + "\n"

    @classmethod
    def table(cls, _result, table):
        answer = [f"{cls.escaped(text)}\n" for text in table.answer]
        caption = [f"- {cls.escaped(text)}" for text in captions(table.caption)]
        rows = [["", *(column.heading for column in table.columns)]]
        if table.field_names:
            rows[0][1:] = [f"{column.heading} {' '.join(name for name, _ in column.fields)}".strip()
                           for column in table.columns]
        rows += [[label, *map(joined, cells)] for label, cells in table.rows]
        lines = ["| " + " | ".join(map(cls.escaped, row)) + " |" for row in rows]
        lines.insert(1, "|---" + "|---:" * len(table.columns) + "|")
        if not table.columns:
            lines = []
        notes = [f"- {cls.escaped(note)}" for note in table.notes]
        return "\n".join([*answer, *caption, "", *lines, *([""] if notes else []), *notes,
                          "\n"])

    @staticmethod
    def escaped(text):
        return re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", text)

    @classmethod
    def note(cls, text):
        return cls.escaped(text) + "\n"


class Csv:
    """A line for each number, for spreadsheets and other programs."""

    head, tail = ",".join(CSV_HEAD), ""

    @staticmethod
    def about(_pairs):
        return ""

    @classmethod
    def table(cls, result, table):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        about = (result.shown_path, table.experiment, table.kernel)
        for line in (*cls.fields(table), *((label, column, column, field, "")
                                           for label, column, field in table.noted)):
            label, column, name, field, marks = line
            value = field.text if field.value is None else repr(field.value)
            writer.writerow(map(cls.harmless, (*about, label, column, name, value, field.unit,
                                               marks, result.verdict or "")))
        return text.getvalue()

    @staticmethod
    def fields(table):
        """All fields of all cells, with where they stand."""
        for label, cells in table.rows:
            for cell, column in zip(cells, table.columns):
                for field, (name, _) in zip(cell.fields if cell else (), column.fields):
                    yield label, column.heading, name, field, cell.marks

    @staticmethod
    def harmless(text):
        """A text that a spreadsheet does not take for a formula."""
        return "'" + text if text[:1] in ("=", "+", "-", "@") and text != "-" else text

    @staticmethod
    def note(_text):
        return ""


class Html:
    """A document with one table element for each table."""

    head, tail = HTML_HEAD, "</html>"

    @staticmethod
    def about(pairs):
        return f"<p>{'<br>'.join(html.escape(text) for text in captions(pairs))}</p>\n"

    @classmethod
    def table(cls, _result, table):
        caption = "<br>".join(html.escape(text) for text in captions(table.caption))
        answer = [f"<p>{html.escape(text)}</p>" for text in table.answer]
        head = "".join(f"<th>{cls.heading(column, table)}</th>" for column in table.columns)
        lines = [*answer, f"<p>{caption}</p>"]
        if table.columns:
            lines += ["<table>", f"<tr><th></th>{head}</tr>", *cls.rows(table), "</table>"]
        if table.notes:
            lines += ["<ul>", *(f"<li>{html.escape(note)}</li>" for note in table.notes), "</ul>"]
        return "\n".join(lines) + "\n"

    @staticmethod
    def rows(table):
        for label, cells in table.rows:
            yield f"<tr><th>{html.escape(label)}</th>" + "".join(
                f"<td>{html.escape(joined(cell))}</td>" for cell in cells) + "</tr>"

    @staticmethod
    def heading(column, table):
        names = " ".join(name for name, _ in column.fields)
        return html.escape(column.heading) + (f"<br>{html.escape(names)}" if table.field_names
                                              else "")

    @staticmethod
    def note(text):
        return f"<p>{html.escape(text)}</p>\n"


FORMATS = {"text": Text, "markdown": Markdown, "csv": Csv, "html": Html}


def captions(pairs):
    return [f"{word}: {text}" if word else text for word, text in pairs]


def joined(cell):
    """The text of a cell, without a layout."""
    if cell is None:
        return ""
    return " ".join(field.text for field in cell.fields if field.text) + cell.marks

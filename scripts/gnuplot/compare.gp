# Draw the speed-up curves of two result files in one picture: A solid, filled; B dashed, open.
#
#   gnuplot -d -c compare.gp TABLE PICTURE TITLE PLACES LABELS WORKERS STYLES FIRST NAMES
#
# TABLE holds a block per line: workers median lo hi n; the FIRST blocks are of A. PICTURE ends in
# .svg or .png. The rest are quoted words: PLACES, the number of places for workers, 0 if unknown,
# and what they are, of A and of B; NAMES of A and of B; the names of all series in LABELS, the
# numbers on the x axis in WORKERS, and in STYLES for each block the place of its name in LABELS,
# counted from 0.

table = ARG1
picture = ARG2
limit(i) = int(word(ARG4, 2 * i - 1))
kinds(i) = word(ARG4, 2 * i)
same = limit(1) == limit(2) && kinds(1) eq kinds(2)
places = same ? limit(1) : 0
kind = kinds(1)
labels = ARG5
workers = ARG6
style(i) = int(word(ARG7, i + 1))
blocks = words(ARG7)
isb(i) = i >= int(ARG8)
slots = 2 * words(labels)
entries = "ideal ".labels." ".ARG9
load "style.gp"
load "axes.gp"

array filled[5] = [7, 5, 9, 13, 11]
pattern(i) = isb(i) ? 2 : 1
shape(i) = filled[style(i) % 5 + 1] - (isb(i) ? 1 : 0)
place(x, i) = beside(x, 2 * style(i) + isb(i))
most = limit(1) > limit(2) ? limit(1) : limit(2)
ideal(x) = x < first || x > last ? NaN : most > 0 && x > most ? most : x

if (!same) {
	do for [i = 1:2] {
		if (limit(i) > 0 && limit(i) < last) {
			set arrow from limit(i), graph 0 to limit(i), graph 1 nohead back \
				linewidth 1 dashtype i linecolor rgb grey
			set label sprintf("%s of %s", kinds(i), i == 1 ? "A" : "B") center \
				at limit(i), graph 1 offset 0, 0.1 + 0.7 * i \
				textcolor rgb grey font notefont
		}
	}
}

set title ARG3.(same ? "" : "\n ")
plot ideal(x) title "ideal" with lines linewidth 1.2 dashtype 3 linecolor rgb grey, \
	for [i = 0:blocks - 1] table index i using (place($1, i)):2:3:4 \
		notitle with yerrorbars linewidth 1.2 linecolor rgb colour(style(i)) pointtype 0, \
	for [i = 0:blocks - 1] table index i using (place($1, i)):2 \
		notitle with linespoints linewidth 2 dashtype pattern(i) \
		linecolor rgb colour(style(i)) pointtype shape(i) pointsize 2, \
	for [i = 0:words(labels) - 1] keyentry with points linecolor rgb colour(i) \
		pointtype filled[i % 5 + 1] pointsize 2 title word(labels, i + 1), \
	keyentry with linespoints linewidth 2 linecolor rgb 0x000000 pointtype 7 pointsize 2 \
		title word(ARG9, 1), \
	keyentry with linespoints linewidth 2 dashtype 2 linecolor rgb 0x000000 pointtype 6 \
		pointsize 2 title word(ARG9, 2)

# Draw speed-up over the number of workers, a curve per series (mode and lock).
#
#   gnuplot -d -c speedup.gp TABLE PICTURE TITLE PLACES LABELS WORKERS STYLES KINDS
#
# TABLE holds a block per series: workers median lo hi n. PICTURE ends in .svg or .png. PLACES is
# the number of places for workers, 0 if unknown, and what they are. LABELS are the names of the
# series, STYLES their numbers in style.gp, KINDS their dash types (0: that of the style), WORKERS
# the numbers on the x axis, all as quoted words.

table = ARG1
picture = ARG2
places = int(word(ARG4, 1))
kind = word(ARG4, 2)
labels = ARG5
workers = ARG6
style(i) = int(word(ARG7, i + 1))
role(i) = int(word(ARG8, i + 1))
slots = words(labels)
entries = "ideal ".labels
load "style.gp"
load "axes.gp"
pattern(i) = role(i) > 0 ? role(i) : dash(style(i))
shape(i) = role(i) > 1 ? open(style(i)) : point(style(i))

set title ARG3
plot ideal(x) title "ideal" with lines linewidth 1.2 dashtype 3 linecolor rgb grey, \
	for [i = 0:words(labels) - 1] table index i using (beside($1, i)):2:3:4 \
		notitle with yerrorbars linewidth 1.5 linecolor rgb colour(style(i)) pointtype 0, \
	for [i = 0:words(labels) - 1] table index i using (beside($1, i)):2 \
		title word(labels, i + 1) with linespoints linewidth 2 dashtype pattern(i) \
		linecolor rgb colour(style(i)) pointtype shape(i) pointsize 2

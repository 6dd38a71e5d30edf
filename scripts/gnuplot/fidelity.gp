# Draw models against real runtimes: a panel for each kind of quantity, both axes logarithmic.
#
#   gnuplot -d -c fidelity.gp TABLE PICTURE TITLE KINDS NAMES COUNTS SPANS UNITS
#
# TABLE holds a block per kind and name, the names of a kind together: workers real lo hi model lo
# hi limit. PICTURE ends in .svg or .png. KINDS of quantities, NAMES of the models with their
# runtimes, COUNTS, the numbers of workers or k, SPANS, for each kind the range of its axes and the
# widest limit, and UNITS, for each kind s, x or %, are quoted words. A model that matches
# its runtime exactly lies on the diagonal; the dashed lines beside it are the limits.

table = ARG1
picture = ARG2
kinds = ARG4
names = ARG5
counts = ARG6
units = ARG8
span(p, i) = real(word(ARG7, 3 * p + i))
load "style.gp"

columns = words(kinds) > 1 ? 2 : 1
rows = words(kinds) > 2 ? 2 : 1
side = rows > 1 ? 0.355 : columns > 1 ? 0.40 : 0.68
width = side / 1.6
left(p) = 0.095 + (p % 2) * (width + 0.105)
bottom(p) = rows == 1 ? (columns > 1 ? 0.3 : 0.12) : p < 2 ? 0.54 : 0.075
instep(x, unit) = sprintf("%g%s", x, unit)
intime(t) = t < 1e-3 ? instep(t * 1e6, " us") : t < 1 ? instep(t * 1e3, " ms") : instep(t, " s")
tic(unit, x) = unit eq "s" ? intime(x) : unit eq "x" ? instep(x, "x") : instep(x * 100, " %%")

array shapes[5] = [7, 5, 9, 13, 11]
slot(count) = sum [i = 1:words(counts)] (i * (int(word(counts, i)) == count))
shape(count) = count == 0 ? 6 : shapes[(slot(count) - 1) % 5 + 1]

longest = 0
do for [i = 1:words(names)] {
	longest = strlen(word(names, i)) > longest ? strlen(word(names, i)) : longest
}
entryfont = size(longest > 34 ? 11 : 15)

set multiplot
set logscale xy
set border 15
set tics font notefont
set grid xtics ytics linewidth 0.5 linecolor rgb 0xD8D8D8 dashtype 1
set xlabel "real runtime" font notefont offset 0, 0.9
set label 1 ARG3 at screen 0.5, screen 0.965 center font titlefont

do for [p = 0:words(kinds) - 1] {
	kind = word(kinds, p + 1)
	unit = word(units, p + 1)
	low = span(p, 1)
	high = span(p, 2)
	limit = span(p, 3)
	set xrange [low:high]
	set yrange [low:high]
	set lmargin at screen left(p)
	set rmargin at screen left(p) + width
	set bmargin at screen bottom(p)
	set tmargin at screen bottom(p) + side
	set xtics () offset 0, 0.4
	set ytics ()
	# Steps of 10, or of 100 where there is no room for more; closer together the less the axis spans.
	stride = high / low > 2e4 ? 2 : 1
	steps = high / low > 60 ? "1" : high / low > 6 ? "1 2 5" : high / low > 2.5 \
		? "1 1.5 2 3 4 6 8" : "0.9 1 1.1 1.2 1.3 1.5 1.7 2 2.5 3 4 5 6 7"
	do for [decade = -8:4:stride] {
		do for [i = 1:words(steps)] {
			at = real(word(steps, i)) * 10 ** decade
			if (at >= low && at <= high) {
				set xtics add (tic(unit, at) at)
				set ytics add (tic(unit, at) at)
			}
		}
	}
	set label 2 kind at graph 0.5, graph 1.045 center font keyfont
	set label 3 "model" at screen left(p) - 0.075, graph 0.5 center rotate font notefont
	if (p == 0) {
		set key at screen 0.985, screen 0.90 right top Left reverse samplen 1.5 spacing 1.3 \
			font entryfont vertical maxrows 60
	}
	plot for [i = 0:words(names) - 1] table index p * words(names) + i \
			using 2:5:3:4:6:7 notitle with xyerrorbars linewidth 1 \
			linecolor rgb colour(i) pointtype 0, \
		for [c = 1:words(counts)] for [i = 0:words(names) - 1] \
			table index p * words(names) + i \
			using 2:($1 == real(word(counts, c)) ? $5 : NaN) notitle with points \
			linecolor rgb colour(i) pointtype shape(real(word(counts, c))) pointsize 1.6, \
		x notitle with lines linewidth 1.2 linecolor rgb grey, \
		for [i = 0:words(names) - 1] keyentry with points linecolor rgb colour(i) \
			pointtype 5 pointsize 2 title word(names, i + 1), \
		for [c = 1:words(counts)] keyentry with points linecolor rgb grey \
			pointtype shape(real(word(counts, c))) pointsize 1.6 \
			title word(counts, c)." workers or k", \
		x * limit title "limits (the widest)" with lines linewidth 1 dashtype 2 \
			linecolor rgb grey, \
		x / limit notitle with lines linewidth 1 dashtype 2 linecolor rgb grey
	unset label 1
	set key off
}

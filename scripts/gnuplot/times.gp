# Draw seconds, or multiples of a baseline, as horizontal bars: a cluster per series, a bar
# per number of workers.
#
#   gnuplot -d -c times.gp TABLE PICTURE TITLE PLACES LABELS STYLES COUNTS SEQUENTIAL UNIT
#
# TABLE holds a block per cluster: workers median lo hi n. PICTURE ends in .svg or .png. PLACES is
# the number of places for workers, 0 if unknown, and what they are. LABELS are the names of the
# clusters, STYLES their numbers in style.gp, COUNTS their numbers of bars, all as quoted words.
# SEQUENTIAL is where the dashed line stands, 0 for none; UNIT is `s` or `x`.

table = ARG1
picture = ARG2
places = int(word(ARG4, 1))
kind = word(ARG4, 2)
labels = ARG5
styles = ARG6
style(i) = int(word(styles, i + 1))
counts = ARG7
count(i) = int(word(counts, i + 1))
heading = ARG3
sequential = real(ARG8)
unit = ARG9
bars = sum [i = 0:words(labels) - 1] (count(i) + 0.8)
tall = bars > 50 ? 20 * bars : 1000
load "style.gp"
load "bars.gp"

what = unit eq "s" ? "seconds" : "multiples of the time with 1 worker"
note = what." (median and spread)" \
	.(unit eq "s" && sequential > 0 ? "    dashed: sequential" : "").hatched
set label note at screen 0.5, screen 30.0 / tall center font keyfont
set xrange [0:*]
set offsets 0, graph 0.12, 0, 0
set label "workers" at graph 0, graph 1.015 right offset character -0.5, 0 \
	textcolor rgb grey font notefont
if (sequential > 0) {
	set arrow 1 from sequential, graph 0 to sequential, graph 1 nohead front \
		linewidth 1 dashtype 2 linecolor rgb 0x000000
}

text(t) = unit eq "x" ? sprintf("%.2fx", t) : inseconds(t)
inseconds(t) = sprintf(t < 0.1 ? "%.4f s" : t < 10 ? "%.3f s" : t < 100 ? "%.2f s" : "%.1f s", t)
plot for [i = 0:words(labels) - 1] table index i \
		using (0):(y(i, $0)):(0):(within($1) ? $2 : NaN):(y(i, $0) - 0.42):(y(i, $0) + 0.42) \
		title word(labels, i + 1) with boxxyerror linecolor rgb colour(style(i)) \
		fillstyle solid 0.6 border rgb colour(style(i)), \
	for [i = 0:words(labels) - 1] table index i \
		using (0):(y(i, $0)):(0):(within($1) ? NaN : $2):(y(i, $0) - 0.42):(y(i, $0) + 0.42) \
		title word(labels, i + 1) with boxxyerror linecolor rgb colour(style(i)) \
		fillstyle pattern 5 border rgb colour(style(i)), \
	for [i = 0:words(labels) - 1] table index i using 2:(y(i, $0)):3:4 \
		title word(labels, i + 1) with xerrorbars linewidth 1 linecolor rgb 0x000000 pointtype 0, \
	for [i = 0:words(labels) - 1] table index i using 4:(y(i, $0)):(text($2)) \
		title word(labels, i + 1) with labels left offset character 0.8, 0 font small boxed, \
	for [i = 0:words(labels) - 1] table index i \
		using (0):(y(i, $0)):($5 == 0 ? "failed" : ""):ytic(stringcolumn(1)) \
		title word(labels, i + 1) with labels left offset character 0.8, 0 font small

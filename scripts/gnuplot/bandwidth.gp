# Draw packets per second as horizontal bars: a cluster per series (mode and lock), a bar
# per number k of CPU-bound threads, on a logarithmic scale.
#
#   gnuplot -d -c bandwidth.gp TABLE PICTURE TITLE PLACES LABELS STYLES COUNTS
#
# TABLE holds a block per cluster: k median lo hi n text. PICTURE ends in .svg or .png. PLACES is
# the number of places for workers, 0 if unknown, and what they are. LABELS are the names of the
# clusters, STYLES their numbers in style.gp, COUNTS their numbers of bars, all as quoted words.

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
bars = sum [i = 0:words(labels) - 1] (count(i) + 0.8)
tall = bars > 50 ? 20 * bars : 1000
load "style.gp"
stats table using 3 name "LOW" nooutput
stats table using 4 name "HIGH" nooutput
least = 10 ** floor(log10(LOW_min) - 0.1)
most = HIGH_max
load "bars.gp"

note = "packets per second (median and spread), share of those with k = 0".hatched
set label note at screen 0.5, screen 30.0 / tall center font keyfont
set logscale x
set xrange [least:most * (most / least) ** 0.18]
set xtics ("0.001" 1e-3, "0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10, "100" 100, "1k" 1e3, "10k" 1e4, \
	"100k" 1e5, "1M" 1e6, "10M" 1e7)
set label "k" at graph 0, graph 1.015 right offset character -1.5, 0 textcolor rgb grey \
	font notefont

plot for [i = 0:words(labels) - 1] table index i \
		using (least):(y(i, $0)):(least):(within($1) ? $2 : NaN):(y(i, $0) - 0.42):(y(i, $0) + 0.42) \
		with boxxyerror linecolor rgb colour(style(i)) \
		fillstyle solid 0.6 border rgb colour(style(i)), \
	for [i = 0:words(labels) - 1] table index i \
		using (least):(y(i, $0)):(least):(within($1) ? NaN : $2):(y(i, $0) - 0.42):(y(i, $0) + 0.42) \
		with boxxyerror linecolor rgb colour(style(i)) \
		fillstyle pattern 5 border rgb colour(style(i)), \
	for [i = 0:words(labels) - 1] table index i using 2:(y(i, $0)):3:4 \
		with xerrorbars linewidth 1 linecolor rgb 0x000000 pointtype 0, \
	for [i = 0:words(labels) - 1] table index i using 4:(y(i, $0)):6 \
		with labels left offset character 0.8, 0 font small boxed, \
	for [i = 0:words(labels) - 1] table index i \
		using (least):(y(i, $0)):($5 == 0 ? "failed" : ""):ytic(stringcolumn(1)) \
		with labels left offset character 0.8, 0 font small

# Draw seconds as horizontal bars: a cluster per mode and lock, a bar per number of workers.
#
#   gnuplot -d -c times.gp TABLE PICTURE TITLE PLACES LABELS STYLES COUNTS SEQUENTIAL
#
# TABLE holds a block per cluster: workers median lo hi n. PICTURE ends in .svg or .png. PLACES is
# the number of places for workers, 0 if unknown, and what they are. LABELS are the names of the
# clusters, STYLES their numbers in style.gp, COUNTS their numbers of bars, all as quoted words.
# SEQUENTIAL is the median of the sequential run in seconds, 0 if unknown.

table = ARG1
picture = ARG2
places = int(word(ARG4, 1))
kind = word(ARG4, 2)
labels = ARG5
style(i) = int(word(ARG6, i + 1))
count(i) = int(word(ARG7, i + 1))
sequential = real(ARG8)
load ARG0[1:strlen(ARG0) - strlen("times.gp")]."style.gp"

stats table using 1 nooutput
array start[words(labels) + 1]
start[1] = 0
longest = 0
do for [i = 0:words(labels) - 1] {
	start[i + 2] = start[i + 1] + count(i) + 0.8
	longest = strlen(word(labels, i + 1)) > longest ? strlen(word(labels, i + 1)) : longest
}
y(i, row) = start[i + 1] + row
bars = start[words(labels) + 1] - 0.8
small = size(bars > 50 ? 9 : bars > 34 ? 12 : bars > 24 ? 15 : 18)
names = size(longest > 36 ? 14 : longest > 24 ? 17 : 20)
margin = 0.06 + longest * (longest > 36 ? 0.0066 : longest > 24 ? 0.0079 : 0.0093)
set lmargin at screen (margin < 0.5 ? margin : 0.5)
set rmargin at screen 0.97

# Centred on the picture, not on the axes as gnuplot would: long names leave little room there.
set tmargin at screen 0.855
set label ARG3 at screen 0.5, screen 0.955 center font titlefont
set yrange [bars - 0.4:-0.6]
set xrange [0:*]
set offsets 0, graph 0.12, 0, 0
set ytics () scale 0 font small
unset grid
set grid xtics linewidth 0.7 linecolor rgb 0xC0C0C0 dashtype 1
do for [i = 0:words(labels) - 1] {
	set label word(labels, i + 1) at graph 0, first y(i, (count(i) - 1) / 2.0) right \
		offset character -4, 0 font names
}
set label "workers" at graph 0, graph 1.015 right offset character -0.5, 0 \
	textcolor rgb grey font notefont
set xlabel " "
set label "seconds (median and spread)" \
	.(sequential > 0 ? "    dashed: sequential" : "") \
	.(places > 0 && places < STATS_max ? "    hatched: more workers than ".kind : "") \
	at screen 0.5, screen 0.03 center font keyfont
set key off
set style textbox opaque noborder fillcolor rgb 0xFFFFFF margins 0.4, 0
if (sequential > 0) {
	set arrow 1 from sequential, graph 0 to sequential, graph 1 nohead front \
		linewidth 1 dashtype 2 linecolor rgb 0x000000
}

inseconds(t) = sprintf(t < 0.1 ? "%.4f s" : t < 10 ? "%.3f s" : t < 100 ? "%.2f s" : "%.1f s", t)
within(workers) = places == 0 || workers <= places
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
	for [i = 0:words(labels) - 1] table index i using 4:(y(i, $0)):(inseconds($2)) \
		title word(labels, i + 1) with labels left offset character 0.8, 0 font small boxed, \
	for [i = 0:words(labels) - 1] table index i \
		using (0):(y(i, $0)):($5 == 0 ? "failed" : ""):ytic(stringcolumn(1)) \
		title word(labels, i + 1) with labels left offset character 0.8, 0 font small

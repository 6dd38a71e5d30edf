# Draw latencies over percentiles, a curve per series (mode and lock), both axes logarithmic.
#
#   gnuplot -d -c percentiles.gp TABLE PICTURE TITLE LABELS STYLES KINDS
#
# TABLE holds a block per curve: 1/(1-percentile), seconds, and the seconds again where the curve is
# to have a mark. PICTURE ends in .svg or .png. LABELS are the names of the curves, STYLES their
# numbers in style.gp, KINDS their dash types (0: that of the style), all as quoted words.

table = ARG1
picture = ARG2
labels = ARG4
style(i) = int(word(ARG5, i + 1))
role(i) = int(word(ARG6, i + 1))
load "style.gp"
pattern(i) = role(i) > 0 ? role(i) : dash(style(i))
shape(i) = role(i) > 1 ? open(style(i)) : point(style(i))

stats table using 1 name "PART" nooutput
stats table using 2 name "LATENCY" nooutput
longest = 0
do for [i = 1:words(labels)] {
	longest = strlen(word(labels, i)) > longest ? strlen(word(labels, i)) : longest
}
set title ARG3
set logscale xy
set xrange [1:PART_max * 1.1]
set yrange [LATENCY_min * 0.7:LATENCY_max * 1.5]
set xtics ("0 %%" 1, "50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1000, "99.99 %%" 10000, \
	"99.999 %%" 100000, "99.9999 %%" 1000000)
set xlabel "messages (percentile)"
set ytics ("1 us" 1e-6, "10 us" 1e-5, "100 us" 1e-4, "1 ms" 1e-3, "10 ms" 1e-2, "100 ms" 1e-1, \
	"1 s" 1, "10 s" 10, "100 s" 100)
do for [decade = -6:1] {
	do for [digit = 2:9] {
		set ytics add ("" digit * 10.0 ** decade 1)
	}
}
set ylabel "latency from the intended time of sending"
set grid xtics ytics
entryfont = size(longest > 36 ? 11 : words(labels) > 24 || longest > 28 ? 14 : 17)
set key outside right center Left reverse samplen 3.5 spacing 1.2 width 1 font entryfont
plot for [i = 0:words(labels) - 1] table index i using 1:2 notitle with lines linewidth 2 \
		dashtype pattern(i) linecolor rgb colour(style(i)), \
	for [i = 0:words(labels) - 1] table index i using 1:3 notitle with points \
		linecolor rgb colour(style(i)) pointtype shape(i) pointsize 1.4, \
	for [i = 0:words(labels) - 1] keyentry with linespoints linewidth 2 \
		dashtype pattern(i) linecolor rgb colour(style(i)) pointtype shape(i) pointsize 1.4 \
		title word(labels, i + 1)

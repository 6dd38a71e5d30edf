# Horizontal bars in clusters, one below the other: what times.gp and bandwidth.gp have in common.
#
# The caller sets `table`, `heading`, `labels`, count(i), `tall` (the height of the picture),
# `places` (how many workers have a place of their own, 0 if unknown) and `kind` (what the places
# are), and has loaded style.gp. Defines y(i, row), the position of a bar, within(workers), the font
# `small`, and `hatched`, a note on what hatched bars mean, empty if there are none.

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
small = size(bars > 34 ? 12 : bars > 24 ? 15 : 18)
names = size(longest > 36 ? 14 : longest > 24 ? 17 : 20)
margin = 0.06 + longest * (longest > 36 ? 0.0066 : longest > 24 ? 0.0079 : 0.0093)
set lmargin at screen (margin < 0.5 ? margin : 0.5)
set rmargin at screen 0.97

# Centred on the picture, not on the axes as gnuplot does: long names leave little room there.
set tmargin at screen 1 - 145.0 / tall
set label heading at screen 0.5, screen 1 - 45.0 / tall center font titlefont
set yrange [bars - 0.4:-0.6]
set ytics () scale 0 font small
unset grid
set grid xtics linewidth 0.7 linecolor rgb 0xC0C0C0 dashtype 1
do for [i = 0:words(labels) - 1] {
	set label word(labels, i + 1) at graph 0, first y(i, (count(i) - 1) / 2.0) right \
		offset character -4, 0 font names
}
set xlabel " "
set key off
set style textbox opaque noborder fillcolor rgb 0xFFFFFF margins 0.4, 0
within(workers) = places == 0 || workers <= places
hatched = places > 0 && places < STATS_max ? "    hatched: more workers than ".kind : ""

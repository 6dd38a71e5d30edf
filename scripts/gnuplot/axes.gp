# The axes of the speed-up pictures. Loaded by speedup.gp.
#
# The caller sets `workers` and `labels` (quoted words), `places` (how many workers have a
# place of their own, 0 if unknown) and `kind` (what the places are), `slots` (how many points there
# may be side by side) and `entries` (the texts in the key, quoted words). Defines ideal(x) and
# beside(x, slot), which shifts points slightly, so that curves that coincide stay visible.

first = int(word(workers, 1))
last = int(word(workers, words(workers)))
wide = last > 8
span = wide ? log(last) / log(2) - log(first) / log(2) : last - first
span = span > 0 ? span : 1
step = span * (slots > 9 ? 0.12 / slots : 0.0125)
shift(slot) = step * (slot - (slots - 1) / 2.0)
beside(x, slot) = wide ? x * 2 ** shift(slot) : x + shift(slot)
ideal(x) = x < first || x > last ? NaN : places > 0 && x > places ? places : x

left = wide ? first * 2 ** (-0.07 * span) : first - 0.07 * span
right = wide ? last * 2 ** (0.07 * span) : last + 0.07 * span
if (wide) {
	set logscale x 2
}
set samples 2001
set xrange [left:right]
set yrange [0:*]
set offsets 0, 0, graph 0.13, 0
set xtics ()
do for [i = 1:words(workers)] {
	set xtics add (word(workers, i) int(word(workers, i)))
}
set ylabel "speed-up (median and spread)"
set xlabel "workers"

longest = 0
do for [i = 1:words(entries)] {
	longest = strlen(word(entries, i)) > longest ? strlen(word(entries, i)) : longest
}
set key Left reverse samplen 3.5 spacing 1.25 font keyfont width 1
if (longest > 26 || words(entries) > 17) {
	columns = longest > 30 ? 2.0 : longest > 23 ? 3.0 : 4.0
	set key outside bottom center vertical maxrows ceil(words(entries) / columns)
	set xlabel "workers\n "
} else {
	set key outside right center
}

if (places > 0 && places < last) {
	border = wide ? sqrt(places * (places + 1.0)) : places + 0.5
	set object 1 rectangle from border, graph 0 to graph 1, graph 1 behind \
		fillstyle solid 1 noborder fillcolor rgb shade
	set label 1 "more workers\nthan ".kind at graph 0.985, graph 0.965 right \
		textcolor rgb grey font keyfont
}

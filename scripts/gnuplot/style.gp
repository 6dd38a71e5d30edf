# What all pictures share: size, fonts, colours, point and dash types. Loaded by the programs, which
# run in the folder that they lie in.
#
# The caller sets `picture` to the file to write, and `tall` if a height of 1000 is not enough.
# colour(i), point(i) and dash(i) belong to series i of a result file and are the same in all its
# pictures; series -1 is the sequential run; open(i) is the point type of the model or the processes
# of runtime i. The colours are those of Okabe and Ito, which colour-blind readers can tell apart;
# point and dash types differ too, for black and white.

if (!exists("tall")) {
	tall = 1000
}
if (picture[strlen(picture) - 3:] eq ".png") {
	set terminal pngcairo size 1600,tall font "DejaVu Sans,21" linewidth 2
	scale = 1.0
} else {
	set terminal svg size 1600,tall font "DejaVu Sans,Verdana,sans-serif,28" linewidth 2 \
		background "white"
	scale = 4 / 3.0
}
size(points) = sprintf(",%d", scale * points)
titlefont = size(25)
keyfont = size(18)
notefont = size(15)
set output picture
set encoding utf8
set termoption noenhanced
set datafile missing "?"

array colours[7] = [0xD55E00, 0x0072B2, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000]
array points[9] = [7, 5, 9, 13, 11, 6, 4, 8, 12]
set dashtype 2 (8, 3)
set dashtype 3 (2, 4)
set dashtype 4 (8, 3, 2, 3)
set dashtype 5 (4, 2)
array dashes[4] = [1, 2, 4, 5]
grey = 0x606060
shade = 0xEEEEEE
colour(i) = i < 0 ? grey : colours[i % 7 + 1]
point(i) = points[i % 9 + 1]
array hollow[5] = [6, 4, 8, 12, 10]
open(i) = hollow[i % 5 + 1]
dash(i) = dashes[i % 4 + 1]
set border 3 linewidth 1 linecolor rgb grey
set tics nomirror textcolor rgb 0x000000
set grid ytics linewidth 0.7 linecolor rgb 0xC0C0C0 dashtype 1
set title font titlefont

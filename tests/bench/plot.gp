# SPDX-License-Identifier: LGPL-2.1-or-later
#
# gnuplot plot.gp, where the files of "report.awk mode=plot" are
set terminal svg size 900,1180 font "sans,13" background "white"
set output "bench.svg"
set multiplot layout 3,1 margins 0.08,0.98,0.06,0.955 spacing 0.0,0.085
set style fill solid 1.0 noborder
set boxwidth 0.25
set grid y lc rgb "#dddddd"
set border 3
set xtics nomirror scale 0
set ytics nomirror
set ylabel "seconds"
set yrange [0:*]
set offsets 0, 0, graph 0.2, 0
set key top left horizontal reverse Left samplen 1.5
w = 0.27

# the light part is the whole, the dark one in it what card and link took
do for [model in "contact contactless"] {
	set title "plain card, ".model.": dark is the time of card and link"
	plot [-0.5:*] \
	sprintf("plot-%s.dat", model) \
	   using ($1-w):4 with boxes lc rgb "#f0b27a" title "OpenSC", \
	"" using ($1-w):3 with boxes lc rgb "#ca6f1e" notitle, \
	"" using 1:6 with boxes lc rgb "#7fb3d5" title "Jumin", \
	"" using 1:5 with boxes lc rgb "#1f618d" notitle, \
	"" using ($1+w):8 with boxes lc rgb "#7dcea0" \
		title "Jumin, cache warm", \
	"" using ($1+w):7 with boxes lc rgb "#1e8449" notitle, \
	"" using 1:(0):xtic(2) with points pt -1 notitle
}

unset title
set title "readers with a card each, contactless"
set logscale x 2
set xtics (1, 2, 4, 8, 16)
set xlabel "readers" offset 0,0.7
plot [0.9:17] "plot-readers.dat" \
	   using 1:2 with linespoints lc rgb "#f0b27a" lw 2 pt 6 \
		title "OpenSC: list all tokens", \
	"" using 1:3 with linespoints lc rgb "#ca6f1e" lw 2 pt 7 \
		title "OpenSC: sign on all at once", \
	"" using 1:4 with linespoints lc rgb "#7fb3d5" lw 2 pt 6 \
		title "Jumin: list all tokens", \
	"" using 1:5 with linespoints lc rgb "#1f618d" lw 2 pt 7 \
		title "Jumin: sign on all at once"
unset multiplot

"""How pictures are made, from their content to the files that gnuplot writes."""

"""Read result files of gilbench and show them as tables, pictures, comparisons and verdicts.

The layers, lowest first; a module imports only from layers above its own line:

  command, document, units, summary, series, experiment    text, files, numbers and names
  results, sheet, hgrm                                      the content of a result file
  cells, textgrid, formats, gnuplot, stats                  tables, pictures and statistics
  parts/                                                    what the views of several experiments share
  views/                                                    how one experiment is shown: a module each
  reader, pairs, verdict                                    files checked; models beside runtimes
  commands/                                                 one module per command line
"""

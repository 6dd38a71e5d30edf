"""Read result files of gilbench and show them as tables, pictures, comparisons and verdicts.

The layers, lowest first; a module imports only from its own layer and those above it here:

  command, latest, document, units, summary, series, names,
    experiment                                                   text, files, numbers, names
  results, runs, sheet, hgrm                                     the content of a result file
  cells, textgrid, formats, pictures/, stats, compared           tables, pictures, statistics
  parts/                                                         what several views share
  views/                                                         how one experiment is shown
  machines/                                                      what differs between machines
  reader, printer                                                checked files; their tables
  exports/                                                       formats of other programs
  models/                                                        models against real runtimes
  commands/                                                      one module per command
"""

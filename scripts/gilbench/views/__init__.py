"""How each experiment is shown: one module per experiment, found by the experiment's name.

A module NAME.py defines a class View derived from generic.View, which documents what a view offers
and shows experiments without a module. Adding an experiment changes no other file.
"""

import functools
import importlib
import importlib.util
import pkgutil

from gilbench import experiment


@functools.lru_cache(maxsize=None)
def view_of(name):
    """The View of an experiment."""
    module = f"{__name__}.{name}"
    known = experiment.NAME.fullmatch(name) and importlib.util.find_spec(module)
    return importlib.import_module(module if known else f"{__name__}.generic").View(name)


def known():
    """The names of the experiments that have a module."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__)
                  if module.name != "generic")

"""Measurements: ``make bench``, that is ``python -m bench``. Each module has ``run()``, which measures and prints."""

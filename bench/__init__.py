"""Measurements: ``make bench``, that is ``python -m bench [name ...]``; each module has a ``main()`` that prints."""

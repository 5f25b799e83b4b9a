"""``make run``: one process that starts everything in order, watches it, and leaves nothing behind.

Run as ``python -m config.run``. Production starts the same four programs under its own supervisor (docs/operations.md).
"""

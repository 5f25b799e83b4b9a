"""Every operation and every page as everybody, against the table written by hand in ``tests/policy.yaml``.

See RELIABILITY.md P1 and P5. Several files, so that the processes of a parallel run can share the walk.
"""

"""Shapes of incidents, cases and what hangs on them in the API."""

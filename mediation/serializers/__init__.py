"""Shapes of mediation in the API."""

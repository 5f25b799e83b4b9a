"""Shapes of reviews, papers, suggestions, surges and daily inspection in the API."""

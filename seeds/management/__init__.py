"""Management commands that fill the house."""

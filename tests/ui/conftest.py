"""Fixtures of tests that open pages."""

from tests.pages import english, signed_in

__all__ = ["english", "signed_in"]

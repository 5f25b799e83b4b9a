"""Fixtures of tests that open pages."""

from tests.pages import english, scene, signed_in

__all__ = ["english", "scene", "signed_in"]

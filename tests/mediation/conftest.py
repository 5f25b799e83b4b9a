"""The stage of the cases' tests serves here too, and so do the fixtures that open pages."""

from tests.cases.conftest import bare_scene, case_scene, cases, stage
from tests.pages import english, signed_in

__all__ = ["bare_scene", "case_scene", "cases", "english", "signed_in", "stage"]

"""The stage of the cases' tests serves here too."""

from tests.cases.conftest import bare_scene, case_scene, cases, stage

__all__ = ["bare_scene", "case_scene", "cases", "stage"]

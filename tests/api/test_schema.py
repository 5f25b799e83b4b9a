"""The OpenAPI file: complete, committed, closed to strangers; ``tests.api.contract`` holds every call to it."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from cases.workflow import CASE_MOVES, INCIDENT_MOVES
from mediation.reviews.workflow import PAPER_MOVES, SUGGESTION_MOVES, SURGE_MOVES
from mediation.workflow import MEDIATION_MOVES
from tests.api import contract
from tests.api.client import Caller
from tests.cast import Cast

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def test_the_file_can_be_made_without_a_warning(db: None, tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))
    assert (tmp_path / "openapi.yaml").read_text() == COMMITTED.read_text(), (
        "docs/openapi.yaml is not what the code says: manage.py spectacular --file docs/openapi.yaml"
    )


def test_it_is_served_to_those_who_are_signed_in(cast: Cast) -> None:
    assert Caller().get("schema/").status == 401
    served = Caller(cast.worker).get("schema/")
    assert served.status == 200
    assert set(yaml.safe_load(served.content)["paths"]) == set(yaml.safe_load(COMMITTED.read_text())["paths"])


def names() -> list[str]:
    """Every operation's name."""
    return [operation["operationId"] for operation in contract.operations().values()]


@pytest.mark.parametrize(
    ("noun", "verb"),
    [("incidents", verb) for verb, move in INCIDENT_MOVES.items() if move.is_live]
    + [("cases", verb) for verb, move in CASE_MOVES.items() if move.is_live]
    # A paper that nobody has taken up has no address yet: that is done at its review's.
    + [("papers", verb) for verb, move in PAPER_MOVES.items() if move.is_live and verb != "draft_paper"]
    + [("suggestions", verb) for verb, move in SUGGESTION_MOVES.items() if move.is_live]
    + [("surges", verb) for verb, move in SURGE_MOVES.items() if move.is_live]
    + [("reviews", "draft_review")],
)
def test_every_live_verb_has_a_door(noun: str, verb: str) -> None:
    """Whatever the tables of moves offer to people, the API offers too."""
    assert f"{noun}_{verb}" in names()


@pytest.mark.parametrize("verb", sorted(MEDIATION_MOVES))
def test_every_verb_at_the_table_has_a_door(verb: str) -> None:
    doors = {
        "hold_session": "sessions_hold_session",
        "cancel_session": "sessions_cancel_session",
        "record_performance": "obligations_record_performance",
        "give_notice": "parties_give_notice",
        "correct_party": "parties_partial_update",
        "remove_party": "parties_remove_party",
    }
    assert doors.get(verb, f"cases_{verb}") in names()


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    for (method, path), operation in contract.operations().items():
        where = f"{method} {path}"
        assert operation.get("description") or operation.get("summary"), where
        codes = set(operation["responses"])
        assert "503" in codes, where
        assert codes & {"200", "201", "204"}, where
        if not path.startswith("/api/v1/auth/"):
            assert "401" in codes, where
        if "{}" in path:
            assert "404" in codes, where
        if method in ("POST", "PATCH") and not path.startswith("/api/v1/auth/log"):
            assert {"400", "403", "409", "415"} <= codes, where
        for code in codes:
            response = contract.response_of(operation, code)
            assert response is not None
            if code.startswith("2") and code != "204":
                assert response["content"], where
            if not code.startswith("2"):
                assert set(response["content"]) == {"application/problem+json"}, where


def test_names_of_operations_are_unique() -> None:
    assert sorted(names()) == sorted(set(names()))

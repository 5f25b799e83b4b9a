"""The page of moves says what the tables of moves say."""

from dataclasses import replace
from pathlib import Path

import pytest

from cases.models import Case, Incident
from cases.workflow import CASE_MOVES, INCIDENT_MOVES
from config import charts
from mediation.reviews.workflow import PAPER_MOVES, SUGGESTION_MOVES, SURGE_MOVES
from mediation.workflow.table import MEDIATION_MOVES


def section(title: str) -> str:
    """One chapter of the page."""
    return charts.PAGE.read_text("utf-8").split(f"## {title}", 1)[1].split("\n## ", 1)[0]


def test_the_page_is_up_to_date() -> None:
    assert charts.PAGE.read_text("utf-8") == charts.page(), "python -m config.charts update"


def test_a_changed_table_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "moves.md"
    monkeypatch.setattr(charts, "PAGE", copy)
    assert charts.main(["check"]) == 1
    assert charts.main(["update"]) == 0
    assert charts.main(["check"]) == 0
    move = INCIDENT_MOVES["verify_incident"]
    monkeypatch.setitem(INCIDENT_MOVES, "verify_incident", replace(move, sources=Incident.OPEN))
    assert charts.main(["check"]) == 1
    assert "charts update" in capsys.readouterr().out


@pytest.mark.parametrize("model", [Incident, Case])
def test_every_change_of_state_is_drawn_or_told(model: type[Incident | Case]) -> None:
    moves = INCIDENT_MOVES if model is Incident else CASE_MOVES
    text = section("Incidents (事件)" if model is Incident else "Dispute cases (纠纷)")
    drawing, words = text.split("```mermaid", 1)[1].split("```", 1)
    words = words.split("\n### ", 1)[0]
    for move in moves.values():
        if move.target is None or move.is_history:
            continue
        arrows = [f"    {source} --> {move.target} : " for source in move.sources or ["[*]"]]
        lines = [line for line in drawing.splitlines() if str(move.label) in line]
        drawn = [any(line.startswith(arrow) for line in lines) for arrow in arrows]
        assert all(drawn) or (not any(drawn) and f"`{move.verb}`" in words), move.verb


def test_every_verb_has_its_row() -> None:
    text = charts.PAGE.read_text("utf-8")
    for verb in {*INCIDENT_MOVES, *CASE_MOVES, *MEDIATION_MOVES, *PAPER_MOVES, *SUGGESTION_MOVES, *SURGE_MOVES}:
        assert f"| `{verb}`" in text

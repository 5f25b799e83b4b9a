"""The page of moves, written from the tables of moves themselves (DESIGN.md rule 2): docs/moves.md.

python -m config.charts update    write the page anew
python -m config.charts check     fail when it does not say what the tables say
"""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cases.table import Move, Need

PAGE = Path(__file__).resolve().parent.parent / "docs" / "moves.md"
MOST_ARROWS = 4
"""A move from more states than these would cross the whole drawing; it is told in words below it."""

HEAD = """\
# Moves: who may do what, and when

**Generated** by `python -m config.charts update` from `INCIDENT_MOVES`, `CASE_MOVES` (`cases/workflow/*_moves/`),
`MEDIATION_MOVES` (`mediation/workflow/table.py`) and the tables of papers, suggestions and surges
(`mediation/reviews/workflow/*_moves.py`); a test fails when it is out of date. Do not edit it by hand.

Buttons, API operations and the guard all read these tables (`cases/moves.py`). A verb may refuse more than its row says
(a closer who handled the matter, an agreement without a signature): such guards stand in the verb's function and
answer 409 with a sentence.

How to read a row:

- **From** names the states a record must be in; — is none: the verb makes the record. **To** is the state afterwards;
  — leaves it as it is.
- **Who** names roles, and in brackets how the post must be tied to the record:
{ties}
- **Needs** names the inputs, each with its kind; a star (\\*) means that it must be given.
- *Inner* verbs are called by another verb or have a form of their own; they are no button by themselves.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    from cases.models import Case, Incident
    from cases.table import Tie
    from cases.workflow import CASE_MOVES, INCIDENT_MOVES
    from mediation.reviews.models import Paper, Suggestion, Surge
    from mediation.reviews.workflow import PAPER_MOVES, SUGGESTION_MOVES, SURGE_MOVES
    from mediation.workflow.table import MEDIATION_MOVES

    ties = "\n".join(f"  - *{tie.name.lower()}*: {tie.value}" for tie in Tie)
    parts = [HEAD.format(ties=ties)]
    parts += _chapter("Incidents (事件)", Incident, INCIDENT_MOVES)
    parts += _chapter("Dispute cases (纠纷)", Case, CASE_MOVES)
    parts.append("## What mediation does to a case\n")
    parts.append(
        "These verbs write sessions, agreements and what follows them, and call the inner verbs above for the facts\n"
        "that stand on the case. The state of a case changes through those alone.\n"
    )
    parts.append(_table(Case, MEDIATION_MOVES.values()))
    parts += _chapter("Papers of reviews (公文)", Paper, PAPER_MOVES)
    parts += _chapter("Suggestions of reviews (工作建议)", Suggestion, SUGGESTION_MOVES)
    parts += _chapter("Surges (战时机制)", Surge, SURGE_MOVES)
    return "\n".join(parts)


def _chapter(title: str, model: Any, moves: Mapping[str, "Move"]) -> list[str]:
    """One kind of record: its states, a drawing, and its tables."""
    return [f"## {title}\n", _states(model), _diagram(model, moves), _not_drawn(model, moves), *_tables(model, moves)]


def _states(model: Any) -> str:
    """List the states with their stored values."""
    named = "、".join(f"{label} `{value}`" for value, label in model.Status.choices)
    done = "、".join(str(state.label) for state in model.Status if state not in model.OPEN)
    return f"States: {named}.\n\nNot open any more: {done}. All other states are open.\n"


def _drawn(move: "Move") -> bool:
    return move.target is not None and not move.is_history and len(move.sources) <= MOST_ARROWS


def _diagram(model: Any, moves: Mapping[str, "Move"]) -> str:
    """Draw the moves that change the state."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{label}" as {value}' for value, label in model.Status.choices]
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in moves.values():
        if _drawn(move):
            for source in sorted(move.sources, key=list(model.Status).index) or ["[*]"]:
                arrows.setdefault((str(source), str(move.target)), []).append(str(move.label))
    lines += [f"    {source} --> {target} : {' / '.join(labels)}" for (source, target), labels in arrows.items()]
    return "\n".join([*lines, "```", ""])


def _not_drawn(model: Any, moves: Mapping[str, "Move"]) -> str:
    """Say which moves lead from too many states to be drawn."""
    lines = []
    for move in moves.values():
        if move.target is not None and not move.is_history and not _drawn(move):
            target = model.Status(move.target).label
            lines.append(f"- {move.label} `{move.verb}`: {_sources(model, move)} → {target}")
    return "\n".join(["Not drawn, because they lead from many states:", "", *lines, ""]) if lines else ""


def _tables(model: Any, moves: Mapping[str, "Move"]) -> list[str]:
    live = [move for move in moves.values() if move.is_live]
    inner = [move for move in moves.values() if move.is_inner]
    machine = [move for move in moves.values() if not move.is_live and not move.is_inner and not move.is_history]
    history = [move for move in moves.values() if move.is_history]
    found = []
    for title, rows in (
        ("Moves with a button and an operation", live),
        ("Inner moves", inner),
        ("By the house itself", machine),
        ("History from ledgers (reference/LEDGER.md)", history),
    ):
        if rows:
            found += [f"### {title}\n", _table(model, rows)]
    return found


def _table(model: Any, moves: Iterable["Move"]) -> str:
    lines = ["| Verb | Name | From | To | Who | Needs | Why |", "|---|---|---|---|---|---|---|"]
    for move in moves:
        target = "—" if move.target is None else str(model.Status(move.target).label)
        cells = (
            f"`{move.verb}`" + (" *inner*" if move.is_inner else ""),
            str(move.label),
            _sources(model, move),
            target,
            _who(move),
            "<br>".join(_need(need) for need in move.needs) or "—",
            move.why or "—",
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def _sources(model: Any, move: "Move") -> str:
    """Name the states a move starts from, by the shortest list that is exact."""
    states = list(model.Status)
    if not move.sources:
        return "—"
    if move.sources == model.OPEN:
        return "any open state"
    missing = [state for state in states if state not in move.sources]
    if not missing:
        return "any state"
    if len(missing) <= 3:
        return "any but " + "、".join(str(state.label) for state in missing)
    return "、".join(str(state.label) for state in states if state in move.sources)


def _who(move: "Move") -> str:
    """Name the roles, those with the same tie together."""
    by_tie: dict[str, list[str]] = {}
    for role, tie in move.who.items():
        by_tie.setdefault(tie.name.lower(), []).append(str(role.label))
    return "<br>".join(f"{'、'.join(roles)} (*{tie}*)" for tie, roles in by_tie.items())


def _need(need: "Need") -> str:
    star = "\\*" if need.required else ""
    return f"{need.label} `{need.name}` ({need.kind}){star}"


def main(arguments: list[str]) -> int:
    """Update or check the page; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    if arguments == ["update"]:
        PAGE.write_text(page(), "utf-8")
        return 0
    if arguments == ["check"]:
        if PAGE.exists() and PAGE.read_text("utf-8") == page():
            return 0
        print("docs/moves.md does not say what the tables of moves say: python -m config.charts update")
        return 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

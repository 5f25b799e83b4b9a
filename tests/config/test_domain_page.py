"""The page on nouns and tables names every table, and says of each role what the code says."""

import re
from pathlib import Path

from django.apps import apps

from grid.scope import AUDIT, CASES, INCIDENTS, REACH, REVIEWS, ROSTER, Reach, Role

PAGE = (Path(__file__).parents[2] / "docs" / "domain-model.md").read_text("utf-8")
OURS = ("grid", "cases", "mediation", "reviews")
WORDS = {
    Reach.SUBTREE: "all",
    Reach.SUBTREE_OPEN: "open",
    Reach.ASSIGNED: "assigned",
    Reach.OWN: "own",
    Reach.ADDRESSED: "sent",
    None: "—",
}
MACHINES = {Role.LEDGER_IMPORT, Role.SYSTEM}


def test_every_table_is_named_and_every_table_named_is_there() -> None:
    tables = {model._meta.db_table for app in OURS for model in apps.get_app_config(app).get_models()}
    named = set(re.findall(rf"`((?:{'|'.join(OURS)})_[a-z]+)`", PAGE))
    assert named - set(Role.values) == tables


def test_every_role_has_the_row_of_its_reach() -> None:
    rows = [
        f"| {role.label} `{role}` | "
        + " | ".join(WORDS[REACH.get(role, {}).get(noun)] for noun in (INCIDENTS, CASES, REVIEWS, ROSTER, AUDIT))
        + " |"
        for role in Role
        if role not in MACHINES
    ]
    assert re.findall(r"^\| .* `[a-z_]+` \| (?:all|open|assigned|own|sent|—) .*$", PAGE, re.MULTILINE) == rows

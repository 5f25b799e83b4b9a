"""Random histories, with everything a ledger cannot tell: corrections of place and category, voidings undone, limits
set later, agreements broken and made anew.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.ledger.random_ledger import EDGES
from tests.reviews.hand import Hand, Script

PLACES = [
    "141102001001",
    "141102001002",
    "141102002001",
    "141102001000",
    "141102000000",
    "141121100016",
    "141100000000",
    # Another city: corrected across its border, a record leaves one review and enters another.
    "140502001001",
]
CATEGORIES = ["0101", "0102", "0199"]
SOURCES = ["grid_report", "walk_in", "110_link"]
LEVELS = ["grid", "village", "township", "county", "city"]
OUTCOMES = ["resolved", "handled", "explained", "withdrawn"]
FIRST, LAST = datetime(2023, 2, 1), datetime(2024, 4, 1)

AFTER_INCIDENT: dict[str, list[str]] = {
    "reported": [*["verify"] * 4, "limit", "limit", "return", "reject", "merge", "place", "category"],
    "returned": ["resubmit", "resubmit_elsewhere", "reject", "place"],
    "verified": [*["close"] * 4, *["work"] * 3, "limit", "limit", "reject", "merge", "place", "category"],
    "working": ["extend", "extend", "handle", "handle", "place", "reject"],
    "handled": ["close", "close", "rework", "category"],
    "closed": ["reopen", "reopen", "place", "place", "category"],
    "reopened": ["close_again", "close_again", "reject", "place", "limit"],
    "void": ["undo"],
}
AFTER_DISPUTE: dict[str, list[str]] = {
    "registered": ["accept", "accept", "accept", "place", "category"],
    "accepted": ["assign"],
    "assigned": ["mediate"],
    "mediating": ["agree", "agree", "agree", "terminate", "place", "police"],
    "agreed": ["perform", "perform", "breach", "apply", "apply", "decide", "visit"],
    "breached": ["perform", "visit", "refer", "police"],
    "referred": ["resolve", "end", "visit"],
    "performed": ["end", "end", "visit", "visit", "apply", "decide"],
    "terminated": ["end", "resolve"],
    "closed": ["renew", "visit", "place", "resolve", "police", "decide", "restate", "restate"],
}


def random_scripts(
    dice: random.Random, hand: Hand, incidents: int, disputes: int, grids: Sequence[str] = ()
) -> list[Script]:
    """Return scripts of so many matters; the first incident is a plain one that duplicates can point to.

    Incidents lie at PLACES and in ``grids``.
    """
    master = hand.then(hand.incident(FIRST, PLACES[0]), "verify", FIRST)
    return [
        master,
        *(_random_incident(dice, hand, master, [*PLACES, *grids]) for _number in range(incidents)),
        *(_random_dispute(dice, hand) for _number in range(disputes)),
    ]


def _random_incident(dice: random.Random, hand: Hand, master: Script, places: Sequence[str]) -> Script:
    at = _moment(dice)
    at_once = dice.random() < 0.3
    script = hand.incident(at, dice.choice(places), dice.choice(CATEGORIES), dice.choice(SOURCES), self_handled=at_once)
    for _number in range(dice.randrange(9)):
        at = _next(dice, at)
        what = dice.choice(AFTER_INCIDENT[script.state])
        if what == "work":
            for step in ("triage", "assign", "sign"):
                hand.then(script, step, at)
            continue
        hand.then(script, what, at, master if what == "merge" else _value(dice, script, what, at))
    return script


def _random_dispute(dice: random.Random, hand: Hand) -> Script:
    at = _moment(dice)
    people = dice.choice([None, 2, 7])
    script = hand.dispute(at, dice.choice(PLACES), dice.choice(CATEGORIES), dice.choice(SOURCES), people=people)
    for _number in range(dice.randrange(12)):
        at = _next(dice, at)
        what = dice.choice(AFTER_DISPUTE[script.state])
        hand.then(script, what, at, _value(dice, script, what, at))
    return script


def _value(dice: random.Random, script: Script, what: str, at: datetime) -> Any:
    if what in ("place", "resubmit_elsewhere"):
        return dice.choice([code for code in PLACES if code != script.known("place")])
    if what == "category":
        return dice.choice([code for code in CATEGORIES if code != script.known("category")])
    if what == "decide":
        return dice.choice(["confirmed", "rejected", "withdrawn"])
    if what in ("end", "restate"):
        kinds = dice.choice([(), ("crime",), ("suicide", "petition"), ("crime", "petition", "brawl")])
        return {kind: dice.choice([1, 3, 40]) for kind in kinds}
    if what == "police":
        return dice.random() < 0.7
    if what in ("limit", "extend"):
        return _next(dice, at) + timedelta(days=dice.choice([0, 10, 40]))
    if what in ("close", "close_again"):
        return dice.choice(OUTCOMES), dice.choice(LEVELS)
    if what == "agree":
        return dice.choice(["0", "0.01", "1200.50"]), _next(dice, at).date()
    if what == "visit":
        return dice.choice(["very_satisfied", "satisfied", "fair", "dissatisfied", ""])
    return None


def _moment(dice: random.Random) -> datetime:
    if dice.random() < 0.4:
        return dice.choice([edge for edge in EDGES if edge >= FIRST])
    return FIRST + timedelta(minutes=dice.randrange(int((LAST - FIRST).total_seconds() // 60)))


def _next(dice: random.Random, moment: datetime) -> datetime:
    """At or after a moment: the same instant, a little later, days later, or an edge."""
    way = dice.randrange(5)
    if way == 0:
        return moment
    if way == 1:
        return moment + timedelta(minutes=dice.randrange(1, 300))
    if way == 2:
        return next((edge for edge in EDGES if edge >= moment), moment)
    return moment + timedelta(days=dice.randrange(1, 40))

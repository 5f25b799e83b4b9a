"""What happens, and how it ends: weights of categories, sources, outcomes. Plausible inventions, no statistics."""

from cases.models import Case, HandlingLevel, Incident, Source
from cases.workflow.reasons import Prevention
from seeds.play.rhythm import Choice

CLASSES = {"01": 12.0, "02": 38.0, "03": 5.0, "04": 3.0, "05": 42.0}
WITHIN = {
    "01": "0101 16 0102 30 0103 7 0104 5 0105 3 0106 9 0107 4 0108 2 0109 2 0110 4 0111 3 0112 1 0113 4 0114 5 0115 2"
    " 0116 5 0117 4 0118 1 0119 1 0120 1 0121 1 0122 .2 0123 3 0124 .1 0199 5",
    "02": "0201 22 0202 14 0203 8 0204 12 0205 5 0206 3 0207 5 0208 2 0209 4 0210 6 0211 4 0212 4 0213 6 0214 2 0215 9"
    " 0299 6",
    "03": "0301 18 0302 14 0303 20 0304 6 0305 1 0306 4 0307 1 0308 10 0309 16 0310 1 0311 3 0312 8 0399 6",
    "04": "0401 26 0402 14 0403 12 0404 4 0405 6 0406 8 0407 6 0408 8 0409 8 0410 6 0411 4 0499 8",
    "05": "0501 14 0502 24 0503 12 0504 14 0505 6 0506 6 0507 6 0508 8 0509 4 0510 6 0511 4 0512 5 0599 6",
}
SEASONS = {
    # Category -> factor by month, January first.
    "0203": (2.0, 1.8, 1.2, 1, 0.8, 0.7, 0.7, 0.7, 0.8, 1, 1.6, 2.0),
    "0206": (4.0, 5.0, 1.0, 0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.8, 1.0, 2.5),
    "0210": (0.4, 0.4, 0.8, 1, 1.2, 2.0, 3.5, 3.2, 1.6, 0.8, 0.5, 0.4),
    "0211": (0.2, 0.2, 0.5, 0.8, 1.4, 2.8, 4.0, 3.6, 1.2, 0.5, 0.2, 0.2),
    "0213": (1.6, 2.4, 3.2, 3.4, 1.4, 0.5, 0.3, 0.3, 0.6, 1.2, 1.2, 1.2),
    "0401": (3.0, 1.6, 0.7, 0.7, 0.8, 0.8, 0.8, 0.8, 0.9, 1.0, 1.6, 2.6),
    "0123": (3.0, 1.4, 0.7, 0.7, 0.8, 0.8, 0.9, 0.9, 1.0, 1.0, 1.5, 2.4),
    "0309": (0.5, 0.6, 0.8, 1, 1.3, 1.8, 2.0, 1.9, 1.2, 0.9, 0.7, 0.5),
    "0501": (2.0, 1.6, 1.1, 0.8, 0.8, 0.9, 1.0, 1.0, 0.8, 1.0, 1.8, 2.2),
    "0510": (0.5, 0.5, 0.8, 1, 1.3, 1.8, 2.0, 1.9, 1.2, 0.9, 0.6, 0.5),
    "0101": (1.2, 1.5, 1.0, 0.9, 0.9, 0.9, 0.9, 1.0, 1.0, 1.0, 1.0, 1.1),
}


def categories(month: int, classes: dict[str, float] | None = None) -> Choice:
    """Return the mix of subcategories in a month (1 to 12), of all classes or of those given."""
    weights: dict[object, float] = {}
    for code, share in (classes or CLASSES).items():
        words = WITHIN[code].split()
        within = dict(zip(words[::2], map(float, words[1::2]), strict=True))
        total = sum(within.values())
        for category, weight in within.items():
            weights[category] = share * weight / total * SEASONS.get(category, (1.0,) * 12)[month - 1]
    return Choice(weights)


SOURCES = Choice(
    {
        Source.GRID_REPORT: 78,
        Source.LINK_12345: 7,
        Source.WALK_IN: 4,
        Source.PHONE: 3.5,
        Source.SCREENING: 3,
        Source.LINK_110: 1.6,
        Source.ONLINE: 1.2,
        Source.DEPARTMENT_TRANSFER: 0.6,
        Source.PETITION_LINK: 0.5,
        Source.SUPERIOR_ASSIGN: 0.3,
        Source.MEDIA: 0.2,
        Source.PROCURATORATE_LINK: 0.1,
    }
)
PREVENTED = Choice(
    {"": 95, Prevention.CRIME: 3, Prevention.PETITION: 1, Prevention.SUICIDE: 0.5, Prevention.BRAWL: 0.5},
)
"""What the mediation of a settled dispute prevented."""
DISPUTE_SOURCES = Choice(
    {
        Source.COMMITTEE_INITIATED: 46,
        Source.PARTY_APPLICATION: 34,
        Source.LINK_110: 7,
        Source.COURT_REFERRAL: 4,
        Source.WALK_IN: 3,
        Source.LINK_12345: 2,
        Source.DEPARTMENT_TRANSFER: 2,
        Source.PETITION_LINK: 1,
        Source.SCREENING: 1,
    }
)
LEVELS = Choice(
    {
        HandlingLevel.GRID: 30,
        HandlingLevel.VILLAGE: 38,
        HandlingLevel.TOWNSHIP: 21,
        HandlingLevel.COUNTY: 9,
        HandlingLevel.CITY: 2,
    }
)
_O = Incident.Outcome
DISPUTE_OUTCOMES = Choice(
    {_O.RESOLVED: 72, _O.EXPLAINED: 17, _O.TRANSFERRED: 5, _O.WITHDRAWN: 2, _O.UNRESOLVED: 3, _O.UNFOUNDED: 1}
)
OTHER_OUTCOMES = Choice(
    {_O.HANDLED: 88, _O.EXPLAINED: 7, _O.TRANSFERRED: 2, _O.UNFOUNDED: 1.5, _O.WITHDRAWN: 0.5, _O.UNRESOLVED: 1}
)
LIMIT_DAYS = Choice({None: 35, 1: 26, 7: 32, 20: 7})
"""Working days agreed at report (DOMAIN.md 4.3: 1, 7, 20), or none."""
SATISFACTION = Choice(
    {
        Case.Satisfaction.VERY_SATISFIED: 44,
        Case.Satisfaction.SATISFIED: 43,
        Case.Satisfaction.FAIR: 7,
        Case.Satisfaction.DISSATISFIED: 2,
        "": 4,
    }
)
TERMINATIONS = Choice(
    {
        Case.TerminationReason.NO_AGREEMENT: 48,
        Case.TerminationReason.REFUSED: 18,
        Case.TerminationReason.OTHER_ROUTE: 14,
        Case.TerminationReason.WITHDRAWN: 9,
        Case.TerminationReason.UNREACHABLE: 6,
        Case.TerminationReason.EXPIRED: 4,
        Case.TerminationReason.OTHER: 1,
    }
)
COURT_RESULTS = Choice(
    {
        Case.Confirmation.CONFIRMED: 84,
        Case.Confirmation.REJECTED: 4,
        Case.Confirmation.WITHDRAWN: 4,
        "": 8,
    }
)
PEOPLE = Choice({2: 62, 3: 16, 4: 9, 5: 5, 6: 3, 8: 2, 12: 1.6, 18: 0.8, 35: 0.3})

"""Whether reviews keep their rhythm: due in a year, built, issued, late and missing ("应12期，已出9期")."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from grid.models import Unit
from grid.scope import local_day
from mediation.reviews import periods
from mediation.reviews.findings.scheme import schemes_of
from mediation.reviews.kinds import Kind
from mediation.reviews.models import Paper, Review, ReviewReader
from mediation.reviews.periods import Period


@dataclass(frozen=True)
class Rhythm:
    """One cadence of a unit in a year, as it stands at a moment."""

    kind: Kind
    expected: tuple[Period, ...]
    built: int
    issued: int
    late: tuple[Period, ...]
    """Issued, but after their time."""
    missing: tuple[Period, ...]
    """Their time is over and they are not issued."""

    def __str__(self) -> str:
        said = _("%(kind)s应%(expected)s期，已出%(issued)s期") % {
            "kind": self.kind.label,
            "expected": len(self.expected),
            "issued": self.issued,
        }
        return f"{said}。"


def rhythms(unit: Unit, year: int, at: datetime) -> list[Rhythm]:
    """Return every cadence of a unit for the periods beginning in ``year`` that are due by ``at``.

    Expected is what began to be read (``ReviewReader``): without a reader nothing is. Call it in a scope that sees the
    unit.
    """
    reader = ReviewReader.objects.filter(unit=unit).first()
    if reader is None:
        return []
    first = max(periods.midnight(date(year, 1, 1)), periods.midnight(reader.reviews_from))
    built = set(Review.objects.filter(unit=unit).values_list("kind", "start"))
    issued = dict(_issued(unit))
    schemes = schemes_of(unit)

    def until(period: Period) -> datetime:
        return period.end + timedelta(days=schemes(period.start_on).windows[period.kind])

    return [_rhythm(kind, year, local_day(first), at, built, issued, until) for kind in Kind]


def _issued(unit: Unit) -> list[tuple[tuple[str, datetime], datetime]]:
    """When the first paper of each period was issued."""
    out = Paper.objects.filter(unit=unit, issued_at__isnull=False).order_by("-issued_at")
    found = out.values_list("kind", "review__start", "issued_at")
    return [((kind, start), at) for kind, start, at in found if at is not None]


def _rhythm(
    kind: Kind,
    year: int,
    first: date,
    at: datetime,
    built: set[tuple[str, datetime]],
    issued: dict[tuple[str, datetime], datetime],
    until: Callable[[Period], datetime],
) -> Rhythm:
    expected: list[Period] = []
    for period in periods.since(kind, first):
        if period.start_on.year > year or period.due_at > at:
            break
        if period.start_on.year == year:
            expected.append(period)
    out = [period for period in expected if (kind, period.start) in issued]
    return Rhythm(
        kind=kind,
        expected=tuple(expected),
        built=sum((kind, period.start) in built for period in expected),
        issued=len(out),
        late=tuple(period for period in out if issued[kind, period.start] >= until(period)),
        missing=tuple(period for period in expected if (kind, period.start) not in issued and at >= until(period)),
    )

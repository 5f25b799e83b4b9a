"""The published totals a played year adds up to (DOMAIN.md 8, S000: Lüliang 2024)."""

from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Totals:
    """What a city reported for a year, and what was in office at its end."""

    incidents_valid: int
    incidents_closed: int
    disputes_found: int
    disputes_resolved: int
    mediators_full_time: int
    mediators_part_time: int
    committees_township: int
    committees_subdistrict: int
    committees_village: int
    named_studios: int

    @property
    def committees(self) -> int:
        """Committees of every kind."""
        return self.committees_township + self.committees_subdistrict + self.committees_village

    @property
    def mediators(self) -> int:
        """Mediators, full-time and part-time."""
        return self.mediators_full_time + self.mediators_part_time


@dataclass(frozen=True)
class City:
    """A city that can be played."""

    code: str
    totals: Totals


CITIES = {
    "luliang": City(
        "141100000000",
        Totals(
            incidents_valid=658_194,
            incidents_closed=651_788,
            disputes_found=30_248,
            disputes_resolved=29_068,
            mediators_full_time=566,
            mediators_part_time=6_127,
            committees_township=136,
            committees_subdistrict=14,
            committees_village=2_346,
            named_studios=31,
        ),
    )
}


def scaled(value: int, scale: Decimal) -> int:
    """Return ``value`` times ``scale``, rounded half-up (LEDGER.md section 1)."""
    return int((value * scale).quantize(Decimal(1), ROUND_HALF_UP))


def totals_at(totals: Totals, scale: Decimal) -> Totals:
    """Return every total times ``scale``, each rounded half-up for itself."""
    return Totals(**{field.name: scaled(getattr(totals, field.name), scale) for field in fields(totals)})

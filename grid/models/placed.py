"""What every record that lies at a place carries."""

from django.db import models

from grid.models.unit import Unit
from grid.scope import LEVELS


class Levels(models.Model):
    """The five level columns, for lists by equality and for row-level security (DESIGN.md rules 3 and 7)."""

    city_id = models.BigIntegerField()
    county_id = models.BigIntegerField(null=True, blank=True)
    township_id = models.BigIntegerField(null=True, blank=True)
    village_id = models.BigIntegerField(null=True, blank=True)
    grid_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def levels(self) -> dict[str, int | None]:
        """The five level columns, as keyword arguments for a child of this record."""
        return {column: getattr(self, column) for column in LEVELS.values()}


class Placed(Levels):
    """A record that lies at a unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def lie_at(self, unit: Unit) -> None:
        """Set the unit and the level columns copied from it."""
        self.unit = unit
        for column, value in unit.levels.items():
            setattr(self, column, value)

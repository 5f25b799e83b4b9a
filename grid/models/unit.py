"""The tree of places and of the units hung on it."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grid.scope import LEVELS, outermost, standing_of


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units of the one tree. Divisions are public knowledge, so this table has no scope."""

    def valid_on(self, day: date) -> "UnitQuerySet":
        """Keep what exists on ``day`` (valid_from inclusive, valid_to exclusive)."""
        return self.filter(Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day)))

    def divisions(self) -> "UnitQuerySet":
        """Keep the places themselves: city, county, township, village and grid."""
        return self.filter(kind__in=[Unit.Kind.DIVISION, Unit.Kind.GRID])

    def under(self, unit: "Unit") -> "UnitQuerySet":
        """Keep ``unit`` and everything below it."""
        return self.filter(path__startswith=unit.path)

    def within(self, user: Any) -> "UnitQuerySet":
        """Keep what lies at or under a place where ``user`` holds a post."""
        q = Q(pk__in=[])
        for held in outermost(standing_of(user).posts):
            q |= Q(**{LEVELS[held.level]: held.place_id})
        return self.filter(q)


class Unit(models.Model):
    """A place (city > county > township > village > grid) or a unit hung on one (centre, department, committee).

    ``path`` holds the ids from the root down, each ended by a dot (``1.33.105.``), so that ``1.33.1.`` is no
    prefix of it. The five level columns repeat the ancestry as plain numbers; records copy them (DESIGN.md rule 7).
    Codes change and return, so a code is never a key (DOMAIN.md 3.1).
    """

    class Kind(models.TextChoices):
        """What a unit is; DIVISION and GRID are places, all others hang on a place (DOMAIN.md 2.1)."""

        DIVISION = "division", _("行政区划")
        GRID = "grid", _("网格")
        CENTRE = "centre", _("综治中心")
        DEPARTMENT = "department", _("入驻部门")
        MEDIATION_COMMITTEE = "mediation_committee", _("人民调解委员会")
        MEDIATION_STUDIO = "mediation_studio", _("调解室")
        COURT_LINK_STUDIO = "court_link_studio", _("诉调对接工作室")
        POLICE_STATION = "police_station", _("派出所")
        JUDICIAL_OFFICE = "judicial_office", _("司法所")
        VILLAGE_COMMITTEE = "village_committee", _("村（居）民委员会")
        GRID_TEAM = "grid_team", _("网格队伍")

    class Level(models.TextChoices):
        """The level of the place, or of the place the unit hangs on."""

        CITY = "city", _("市")
        COUNTY = "county", _("县（市、区）")
        TOWNSHIP = "township", _("乡镇（街道）")
        VILLAGE = "village", _("村（社区）")
        GRID = "grid", _("网格")

    class GridKind(models.TextChoices):
        """Ordinary residential grids and grids for a special space (DOMAIN.md 2.4)."""

        BASIC = "basic", _("基础网格")
        DEDICATED = "dedicated", _("专属网格")

    class TownshipKind(models.TextChoices):
        """Read off the township segment of the code: 0xx, 1xx, 2xx-3xx, 4xx-5xx (DOMAIN.md 3.1)."""

        SUBDISTRICT = "subdistrict", _("街道")
        TOWN = "town", _("镇")
        RURAL = "rural", _("乡")
        QUASI = "quasi", _("类似乡级单位")

    class Presence(models.TextChoices):
        """How a department is settled in the centre."""

        RESIDENT = "resident", _("常驻")
        ROTATING = "rotating", _("轮驻")
        ON_CALL = "on_call", _("随叫随驻")

    code = models.CharField(_("代码"), max_length=32)
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类型"), max_length=24, choices=Kind.choices)
    level = models.CharField(_("层级"), max_length=8, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, unique=True)
    place = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="hung_units", help_text="The division it hangs on."
    )
    city_id = models.BigIntegerField()
    county_id = models.BigIntegerField(null=True, blank=True)
    township_id = models.BigIntegerField(null=True, blank=True)
    village_id = models.BigIntegerField(null=True, blank=True)
    grid_id = models.BigIntegerField(null=True, blank=True)
    grid_kind = models.CharField(_("网格类型"), max_length=10, choices=GridKind.choices, blank=True)
    township_kind = models.CharField(_("乡级类型"), max_length=12, choices=TownshipKind.choices, blank=True)
    presence = models.CharField(_("入驻方式"), max_length=10, choices=Presence.choices, blank=True)
    is_statistical_only = models.BooleanField(
        _("仅统计用"), default=False, help_text="4xx/5xx segments: hidden from default lists (DOMAIN.md 3.1)."
    )
    external_code = models.CharField(_("外部代码"), max_length=40, blank=True)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="unit_valid_to_after_from"
            ),
            models.CheckConstraint(condition=~Q(kind="grid") | Q(level="grid"), name="unit_grid_is_level_grid"),
        ]
        indexes = [
            # A review lists the counties of a city, the townships of a county and so on.
            models.Index(fields=["city_id", "level"], name="unit_city_level"),
            models.Index(fields=["county_id", "level"], name="unit_county_level"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"

    @property
    def levels(self) -> dict[str, int | None]:
        """The five level columns, as keyword arguments for a record at this place."""
        return {column: getattr(self, column) for column in LEVELS.values()}

    @property
    def is_place(self) -> bool:
        """Whether records can lie here (a division or grid, not a unit hung on one)."""
        return self.kind in (Unit.Kind.DIVISION, Unit.Kind.GRID)

"""The part of the city that is played: villages, their grids, and how much happens where."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from grid.models import Unit
from grid.workflow import open_unit
from seeds.play.published import scaled
from seeds.play.rhythm import Choice, shares

GRIDS = Choice({1: 33, 2: 44, 3: 23})
"""1.9 grids a village: 4,149 grids stand in 1,729 villages of Jincheng (DOMAIN.md 8 no. 9)."""
DEDICATED_SHARE = 0.18
DEDICATED = ("学校", "商圈", "企业园区", "医院", "集贸市场", "车站", "在建工地")
URBAN_FACTOR = 2.2
"""A residents' community reports more than a village."""


@dataclass
class Ground:
    """Villages with their grids; ``grids`` draws one by how much happens in its village."""

    city: Unit
    villages: list[Unit]
    grids_of: dict[int, list[Unit]] = field(default_factory=dict)
    ancestors: dict[int, Unit] = field(default_factory=dict)

    @property
    def townships(self) -> list[Unit]:
        """Townships with a played village, in the order of their codes."""
        ids = dict.fromkeys(village.township_id for village in self.villages)
        return [self.ancestors[pk] for pk in ids if pk is not None]

    @property
    def counties(self) -> list[Unit]:
        """Counties with a played village, in the order of their codes."""
        ids = dict.fromkeys(village.county_id for village in self.villages)
        return [self.ancestors[pk] for pk in ids if pk is not None]

    def full_name(self, place: Unit) -> str:
        """The place's name after those of the places above it, the city left out."""
        names = [self.ancestors[pk].name for pk in (place.county_id, place.township_id) if pk and pk != place.pk]
        return "".join([*names, plain_name(place.name)])

    def choice(self, rng: Random) -> Choice:
        """Return grids weighted by how much is reported there."""
        pairs: list[tuple[object, float]] = []
        for village in self.villages:
            weight = rng.lognormvariate(0.0, 0.45) * (URBAN_FACTOR if is_urban(village) else 1.0)
            grids = self.grids_of[village.pk]
            pairs += [(grid, weight / len(grids)) for grid in grids]
        return Choice(pairs)


@dataclass(frozen=True)
class GridPlan:
    """One grid to be drawn."""

    village: Unit
    code: str
    name: str
    grid_kind: str


def is_urban(village: Unit) -> bool:
    """Whether it is a residents' community: the village segment is below 200 (DOMAIN.md 3.1)."""
    return village.code[9:] < "200"


def plain_name(name: str) -> str:
    """Name the place rather than the committee that runs it: 东关社区居委会 -> 东关社区, 某村委会 -> 某村."""
    for suffix in ("居民委员会", "居委会"):
        if name.endswith(suffix):
            place = name.removesuffix(suffix)
            return place if place.endswith("社区") else f"{place}社区"
    for suffix in ("村民委员会", "村委会"):
        if name.endswith(suffix):
            return f"{name.removesuffix(suffix)}村"
    return name


def survey(city: Unit, scale: Decimal, on: date) -> Ground:
    """Choose the played villages: the share ``scale`` of every county, from its first townships on."""
    places = list(Unit.objects.divisions().valid_on(on).filter(city_id=city.pk).order_by("code"))
    ancestors = {place.pk: place for place in places if place.level in ("city", "county", "township")}
    by_county: dict[int | None, list[Unit]] = {}
    for place in places:
        if place.level == "village" and not place.is_statistical_only:
            by_county.setdefault(place.county_id, []).append(place)
    total = sum(len(villages) for villages in by_county.values())
    quota = shares(max(scaled(total, scale), 1), [len(villages) for villages in by_county.values()])
    chosen = [
        village for count, villages in zip(quota, by_county.values(), strict=True) for village in villages[:count]
    ]
    ground = Ground(city, chosen, ancestors=ancestors)
    for place in places:
        if place.level == "grid" and place.village_id is not None:
            ground.grids_of.setdefault(place.village_id, []).append(place)
    return ground


def plan_grids(ground: Ground, rng: Random) -> list[GridPlan]:
    """Return the grids that villages without any are to get (DOMAIN.md 3.2 and 2.4)."""
    plans = []
    for village in ground.villages:
        count = GRIDS.draw(rng)
        dedicated = int(is_urban(village) and count > 1 and rng.random() < 2 * DEDICATED_SHARE)
        dedicated = dedicated or int(count > 1 and rng.random() < DEDICATED_SHARE / 2)
        special = rng.choice(DEDICATED)
        if village.pk in ground.grids_of:
            continue
        name = plain_name(village.name)
        for number in range(1, count - dedicated + 1):
            plans.append(GridPlan(village, f"{village.code}J{number:02d}", f"{name}第{number}网格", "basic"))
        if dedicated:
            plans.append(GridPlan(village, f"{village.code}Z01", f"{name}{special}专属网格", "dedicated"))
    return plans


def open_grids(ground: Ground, plans: Sequence[GridPlan], since: date) -> None:
    """Draw grids through the verb."""
    for plan in plans:
        grid = open_unit(**grid_fields(plan, since), kind=Unit.Kind.GRID, parent=plan.village)
        ground.grids_of.setdefault(plan.village.pk, []).append(grid)


def grid_fields(plan: GridPlan, since: date) -> dict[str, Any]:
    """What a grid is, beside where it lies."""
    return {"code": plan.code, "name": plan.name, "valid_from": since, "grid_kind": plan.grid_kind}

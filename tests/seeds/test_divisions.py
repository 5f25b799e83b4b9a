"""The five cities' real divisions are there after migrating (DOMAIN.md 3; LEDGER.md section 1)."""

import csv
from collections import Counter

import pytest

from grid.models import Unit
from seeds.divisions import DATA

CITIES = {
    "140500000000": "晋城市",
    "140800000000": "运城市",
    "141100000000": "吕梁市",
    "411200000000": "三门峡市",
    "530700000000": "丽江市",
}
LEVELS = ("city", "county", "township", "village")


def rows() -> list[dict[str, str]]:
    """The file's rows at our levels, read without the loader."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["level"] in LEVELS]


@pytest.mark.django_db
@pytest.mark.parametrize("code", CITIES)
def test_every_division_of_the_city_is_loaded_below_it(code: str) -> None:
    city = Unit.objects.get(code=code)
    assert (city.name, city.level, city.parent, city.valid_to) == (CITIES[code], "city", None, None)
    expected = Counter(row["level"] for row in rows() if row["code"][:4] == code[:4])
    assert expected["county"] >= 5
    assert expected["village"] > 400
    below = Unit.objects.divisions().filter(kind=Unit.Kind.DIVISION).under(city)
    assert Counter(below.values_list("level", flat=True)) == expected
    assert not below.exclude(city_id=city.pk).exists()


@pytest.mark.django_db
def test_nothing_but_the_five_cities_is_loaded_and_names_are_those_of_the_file() -> None:
    divisions = Unit.objects.filter(kind=Unit.Kind.DIVISION, valid_to=None)
    assert set(divisions.filter(level="city").values_list("code", flat=True)) == set(CITIES)
    assert dict(divisions.values_list("code", "name")) == {row["code"]: row["name"] for row in rows()}


@pytest.mark.django_db
def test_level_columns_repeat_the_way_up() -> None:
    for village in Unit.objects.filter(kind=Unit.Kind.DIVISION, level="village").order_by("?")[:50]:
        township = village.parent
        assert township is not None
        county = township.parent
        assert county is not None
        assert village.path == f"{county.city_id}.{county.pk}.{township.pk}.{village.pk}."
        assert (village.city_id, village.county_id, village.township_id, village.village_id, village.grid_id) == (
            county.city_id,
            county.pk,
            township.pk,
            village.pk,
            None,
        )

"""File numbers: yearly per committee, without gaps or doubles (DOMAIN.md 6)."""

from datetime import datetime

from cases.deadlines import day_of
from cases.models import FileCounter
from grid.models import Unit

SUFFIX = "人民调解委员会"


def next_file_number(committee: Unit, at: datetime) -> str:
    """Return ``(2024)<committee>人调字第0001号`` and count on; call it inside the accepting transaction.

    The counter stays locked until that transaction ends, so a refused acceptance leaves no gap.
    """
    counter, _made = FileCounter.objects.select_for_update().get_or_create(
        committee=committee, year=day_of(at).year, defaults={**committee.levels, "label": label_of(committee)}
    )
    counter.label = counter.label or label_of(committee)
    counter.last += 1
    counter.save(update_fields=["last", "label"])
    return f"({counter.year}){counter.label}人调字第{counter.last:04d}号"


def label_of(committee: Unit) -> str:
    """Return the committee's short name; where another of the city bears the same, with its places before it.

    Many counties have a 城关镇; two of their committees must not give out the same number.
    """
    label = committee.name.removesuffix(SUFFIX) or committee.name
    namesakes = Unit.objects.filter(
        kind=Unit.Kind.MEDIATION_COMMITTEE, name=committee.name, city_id=committee.city_id
    ).exclude(pk=committee.pk)
    if not namesakes.exists():
        return label
    above = [pk for pk in (committee.county_id, committee.township_id, committee.village_id) if pk is not None]
    names = dict(Unit.objects.filter(pk__in=above).values_list("pk", "name"))
    beside = namesakes.filter(place_id=committee.place_id).exists()
    return "".join([*(names[pk] for pk in above if names[pk] != label), label, committee.code if beside else ""])

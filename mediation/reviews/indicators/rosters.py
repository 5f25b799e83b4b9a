"""Measures over the roster: who and what is in office just before the end of the period."""

from django.utils.translation import gettext_lazy as _

from mediation.reviews.indicators.entries import BODIES, JUSTICE, PEOPLE, UP, count, rate

_IN_OFFICE = _("期末（不晚于统计时点）在任、在册")

ROSTER = (
    count(
        "mediators_full_time", _("专职调解员"), _("在任人数"), _IN_OFFICE, PEOPLE, "mediator_full_time", owner=JUSTICE
    ),
    count(
        "mediators_part_time", _("兼职调解员"), _("在任人数"), _IN_OFFICE, PEOPLE, "mediator_part_time", owner=JUSTICE
    ),
    rate(
        "staffing_compliance",
        _("专职调解员配备达标率"),
        _("本级专职调解员不少于二人的乡镇（街道）÷乡镇（街道）"),
        _("期末启用的乡镇（街道），不含仅供统计的单位"),
        ("townships_staffed",),
        ("townships",),
        owner=JUSTICE,
        direction=UP,
        is_ranked=True,
        ranked_from=1,
    ),
    count("committees_township", _("乡镇调委会"), _("在册数"), _IN_OFFICE, BODIES, "committee_township", owner=JUSTICE),
    count(
        "committees_subdistrict",
        _("街道调委会"),
        _("在册数"),
        _IN_OFFICE,
        BODIES,
        "committee_subdistrict",
        owner=JUSTICE,
    ),
    count(
        "committees_village", _("村（居）调委会"), _("在册数"), _IN_OFFICE, BODIES, "committee_village", owner=JUSTICE
    ),
    count("named_studios", _("个人品牌调解室"), _("在册数"), _IN_OFFICE, BODIES, "studio", owner=JUSTICE),
)

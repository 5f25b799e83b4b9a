"""The desks as data: which links the shell offers to whom. Doors stay shut by their views, not by this list."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grid.scope import Role

R = Role
CENTRE = frozenset({R.CENTRE_CLERK, R.CENTRE_DISPATCHER, R.CENTRE_SUPERVISOR})
REPORTERS = frozenset({R.GRID_WORKER, R.VILLAGE_LEADER, R.CENTRE_CLERK, R.CENTRE_DISPATCHER})
TRIAGE = CENTRE | {R.VILLAGE_LEADER, R.HANDLER, R.LEADER}
CASEWORK = CENTRE | {R.MEDIATOR, R.COMMITTEE_DIRECTOR, R.HANDLER, R.LEADER}
ROSTER_READERS = CENTRE | {R.VILLAGE_LEADER, R.MEDIATOR, R.COMMITTEE_DIRECTOR, R.LEADER}
REVIEWERS = CENTRE | {R.LEADER}
ADDRESSEES = frozenset({R.HANDLER, R.COMMITTEE_DIRECTOR})
ADMINS = frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN})
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Link:
    """One entry of the navigation. ``under`` are the address prefixes that belong to it."""

    name: str
    label: str | Promise
    icon: str
    roles: frozenset[Role]
    under: tuple[str, ...] = ()
    short: str | Promise = ""

    @property
    def url(self) -> str:
        """The address of the desk."""
        return reverse(self.name)


@dataclass(frozen=True)
class Group:
    """Entries that stand together under a heading."""

    label: str | Promise
    links: tuple[Link, ...]


DESKS: tuple[Group, ...] = (
    Group(
        "",
        (
            Link("home", _("今日工作"), "home", EVERYBODY, short=_("今日")),
            Link("cases:incident-report", _("上报事件"), "plus", REPORTERS, short=_("上报")),
            Link("cases:report-list", _("我的上报"), "send", REPORTERS),
            Link("cases:nil-report", _("零报告"), "circle-check", frozenset({R.GRID_WORKER})),
        ),
    ),
    Group(
        _("办理"),
        (
            Link("cases:incident-list", _("事件办理"), "clipboard-list", TRIAGE, ("/incidents/",), _("事件")),
            Link("mediation:case-list", _("纠纷调解"), "heart-handshake", CASEWORK, ("/cases/",), _("纠纷")),
            Link("cases:nil-report", _("零报告"), "circle-check", REPORTERS - {R.GRID_WORKER}),
            Link("inspections:sample-today", _("日巡查"), "clipboard-check", CENTRE, ("/inspections/",), _("巡查")),
        ),
    ),
    Group(
        _("研判"),
        (
            Link("reviews:review-list", _("研判报告"), "chart-bar", REVIEWERS, ("/reviews/",), _("研判")),
            Link("reviews:paper-list", _("收到的公文"), "file-text", ADDRESSEES, ("/reviews/",), _("公文")),
            Link("reviews:measure-list", _("指标口径"), "list-details", REVIEWERS, ("/reviews/measures/",)),
        ),
    ),
    Group(
        _("组织"),
        (
            Link(
                "mediation:committee-list",
                _("调解组织"),
                "building-community",
                ROSTER_READERS,
                ("/roster/",),
                _("调委会"),
            ),
            Link("grid:unit-list", _("区划与单位"), "sitemap", CENTRE | ADMINS, ("/units/",), _("区划")),
        ),
    ),
    Group(
        _("管理"),
        (
            Link("grid:user-list", _("人员与岗位"), "users", ADMINS, ("/users/", "/posts/"), _("人员")),
            Link("cases:calendar", _("工作日历"), "calendar", frozenset({R.SYSTEM_ADMIN}), ("/calendar/",), _("日历")),
            Link("cases:reveal-list", _("查看记录"), "eye", frozenset({R.AUDITOR}), ("/reveals/",)),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """A group as one user sees it."""

    label: str | Promise
    links: list[tuple[Link, bool]]


def desks_for(roles: frozenset[Role], path: str) -> Iterator[Shown]:
    """Yield the groups that ``roles`` may open, each link with whether ``path`` lies under it."""
    current = _current(path, roles)
    for group in DESKS:
        links = [(link, link.name == current) for link in group.links if link.roles & roles or link.roles is EVERYBODY]
        if links:
            yield Shown(group.label, links)


def _current(path: str, roles: frozenset[Role]) -> str:
    """The entry, of those ``roles`` may open, whose address is the longest beginning of ``path``."""
    best, length = "", 0
    for group in DESKS:
        for link in (link for link in group.links if link.roles & roles or link.roles is EVERYBODY):
            if path == link.url:
                return link.name
            for prefix in link.under:
                if path.startswith(prefix) and len(prefix) > length:
                    best, length = link.name, len(prefix)
    return best

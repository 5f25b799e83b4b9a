"""Every page opens for those it is for, in Chinese and in English."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases.models import Case
from grid import rls
from grid.scope import today
from tests.cast import Cast
from tests.scene import Scene

PAGES: list[tuple[str, str, Any]] = [
    ("worker", "home", ()),
    ("clerk", "home", ()),
    ("dispatcher", "home", ()),
    ("supervisor", "home", ()),
    ("handler", "home", ()),
    ("mediator", "home", ()),
    ("director", "home", ()),
    ("leader", "home", ()),
    ("auditor", "home", ()),
    ("system_admin", "home", ()),
    ("security_admin", "home", ()),
    ("worker", "design", ()),
    ("worker", "grid:profile", ()),
    ("worker", "grid:password-change", ()),
    ("worker", "cases:incident-report", ()),
    ("clerk", "cases:incident-report", ()),
    ("worker", "cases:report-list", ()),
    ("worker", "cases:notice-list", ()),
    ("mediator", "cases:notice-list", ()),
    ("clerk", "cases:incident-list", ()),
    ("dispatcher", "cases:incident-list", ()),
    ("supervisor", "cases:incident-list", ()),
    ("handler", "cases:incident-list", ()),
    ("village_leader", "cases:incident-list", ()),
    ("leader", "cases:incident-list", ()),
    ("dispatcher", "mediation:case-list", ()),
    ("mediator", "mediation:case-list", ()),
    ("director", "mediation:case-list", ()),
    ("supervisor", "mediation:case-list", ()),
    ("mediator", "mediation:case-register", ()),
    ("clerk", "mediation:case-register", ()),
    ("clerk", "mediation:committee-list", ()),
    ("clerk", "mediation:mediator-list", ()),
    ("clerk", "mediation:studio-list", ()),
    ("clerk", "mediation:committee-add", ()),
    ("clerk", "mediation:studio-add", ()),
    ("system_admin", "grid:user-list", ()),
    ("security_admin", "grid:user-list", ()),
    ("system_admin", "grid:user-add", ()),
    ("system_admin", "grid:unit-list", ()),
    ("system_admin", "cases:calendar", ()),
    ("auditor", "cases:reveal-list", ()),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_desk_opens(scene: Scene, signed_in: Any, language: str) -> None:
    for who, name, arguments in PAGES:
        client = signed_in(who)
        client.cookies["django_language"] = language
        answer = client.get(reverse(name, args=arguments))
        assert answer.status_code == 200, (who, name, answer.status_code)
        assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in answer.text, (who, name)


def test_every_incident_opens_for_the_desk(scene: Scene, signed_in: Any) -> None:
    client = signed_in("dispatcher")
    for name, incident in scene.incidents.items():
        answer = client.get(reverse("cases:incident-detail", args=[incident.pk]))
        assert answer.status_code == 200, name
        assert incident.number in answer.text


def test_every_tab_of_every_case_opens(scene: Scene, signed_in: Any, cast: Cast) -> None:
    for who in ("dispatcher", "mediator", "director"):
        client = signed_in(who)
        for name, case in scene.cases.items():
            if who != "dispatcher" and case.committee_id is None:
                continue
            for tab in ("overview", "parties", "sessions", "agreement", "after", "files", "timeline"):
                answer = client.get(reverse("mediation:case-detail", args=[case.pk]), {"tab": tab})
                assert answer.status_code == 200, (who, name, tab)


def test_the_most_pressing_comes_first_whatever_it_is(scene: Scene, signed_in: Any) -> None:
    """After the agreement it is what is owed that presses, not the limit of the mediation."""
    with rls.system_scope():
        Case.objects.filter(pk=scene.cases["performing"].pk).update(next_due_on=today() - timedelta(days=90))
    for who in ("director", "dispatcher"):
        matters = signed_in(who).get(reverse("home")).context["matters"]
        assert matters[0].record.pk == scene.cases["performing"].pk
        ends = [matter.ends_on for matter in matters]
        assert ends == sorted(ends)
        assert len({matter.kind for matter in matters}) == (2 if who == "dispatcher" else 1)

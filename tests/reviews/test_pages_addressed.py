"""What is sent to a department or a committee: its people read it, and nothing else of the place (DESIGN.md rule 3)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Notice
from cases.relay import relay_once
from grid import rls
from mediation.reviews.models import Delivery, Review, Suggestion
from mediation.reviews.workflow import SUGGESTION_VERBS, set_organ
from tests.reviews.desk import Desk

ORGAN = "离石区矛盾纠纷调处化解中心"


@pytest.fixture
def desk(committed_cast, monkeypatch):
    found = Desk(committed_cast)
    for name in ("paper", "sending"):
        monkeypatch.setattr(f"mediation.reviews.views.{name}.timezone", SimpleNamespace(now=found.now))
    with rls.system_scope(), found.acting("leader") as user:
        set_organ(unit=committed_cast.county, name=ORGAN, code="离中心", by=user)
    return found


def at(desk, who):
    client = Client()
    client.force_login(desk.cast.users[who], backend="grid.login.StaffBackend")
    return client


def text(client, name, *args, query=""):
    answer = client.get(reverse(f"reviews:{name}", args=args) + query, follow=True)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def decide(desk, verb, suggestion, **needs):
    with desk.acting("supervisor") as user:
        return SUGGESTION_VERBS[verb](pk=suggestion.pk, by=user, at=desk.now(), **needs)


def test_a_department_reads_what_was_sent_to_it_and_answers(desk):
    with rls.system_scope():
        sent_to_it, kept = desk.review("monthly", "2026-01-01"), desk.review("monthly", "2025-12-01")
        desk.recipient("county", "monthly", to_unit=desk.cast.department)
        paper = desk.checked(sent_to_it)
        suggestion = Suggestion.objects.filter(review=sent_to_it).order_by("pk")[0]
        due = (desk.moment + timedelta(days=9)).date()
        decide(desk, "accept_suggestion", suggestion, owner=desk.cast.department, due_on=due)
        desk.go("issue_paper", paper, "leader")
        # What is sent to the place is for its centre; a department of the place is another unit.
        to_place = {"to_unit": desk.cast.county, "purpose": "issued", "at": desk.now()}
        Delivery.objects.create(paper=desk.draft(kept), review=kept, **to_place, **kept.levels)
    handler = at(desk, "handler")
    received = text(handler, "paper-list")
    assert reverse("reviews:paper-detail", args=[sent_to_it.pk]) in received
    assert suggestion.text in received
    assert "起草" not in received
    # The reading room and the calendar of the place stay the centre's.
    assert handler.get(reverse("reviews:review-list")).headers["Location"] == reverse("reviews:paper-list")
    assert text(handler, "calendar") == 403
    with desk.acting("handler") as user:
        assert list(Review.objects.visible_to(user)) == [sent_to_it]
    assert text(handler, "paper-detail", kept.pk) == 404
    shown = text(handler, "paper-detail", sent_to_it.pk)
    assert paper.review.unit.name in shown
    assert "办理过程" not in shown
    move = reverse("reviews:paper-move", args=[sent_to_it.pk, "acknowledge_receipt"])
    assert handler.post(move).status_code == 302
    assert "未签收" not in text(at(desk, "supervisor"), "paper-detail", sent_to_it.pk)

    answer = reverse("reviews:suggestion-move", args=[suggestion.pk, "answer_suggestion"])
    assert handler.post(answer, {"remark": "已约谈三家物业企业并限期整改"}).status_code == 302
    assert handler.post(answer.replace("answer_", "complete_"), {"remark": "已经全部完成"}).status_code == 403
    said = text(at(desk, "supervisor"), "paper-detail", sent_to_it.pk)
    assert "已约谈三家物业企业并限期整改" in said
    with rls.system_scope():
        suggestion.refresh_from_db()
    assert suggestion.status == "accepted"
    assert text(at(desk, "second_handler"), "paper-detail", sent_to_it.pk) == 404


def test_a_bulletin_laid_before_units_is_what_they_will_get(desk):
    with rls.system_scope():
        review = desk.review("quarterly", "2025-10-01")
        desk.recipient("county", "quarterly", to_unit=desk.cast.township)
        desk.recipient("county", "quarterly", to_unit=desk.cast.department)
        paper = desk.checked(review)
        # Left to what was agreed on: a section somebody wrote would read the same to everybody.
        paper.sections.filter(key="requirements").update(written="")
        suggestions = list(Suggestion.objects.filter(review=review).order_by("pk"))
        due = (desk.moment + timedelta(days=30)).date()
        agreed = "由县级中心牵头开展一次物业纠纷专项排查"
        decide(desk, "accept_suggestion", suggestions[0], owner=desk.cast.county, due_on=due, text=agreed)
        for other in suggestions[1:]:
            decide(desk, "decline_suggestion", other, remark="暂不采纳")
        desk.go("open_objections", paper, "supervisor", until=(desk.moment + timedelta(days=4)).date())
        relay_once(desk.now())
        told = set(Notice.objects.filter(verb="review_objections").values_list("user__name", flat=True))
    assert {desk.cast.town_dispatcher.name, desk.cast.handler.name} <= told
    assert desk.cast.second_handler.name not in told
    for who in ("town_dispatcher", "handler"):
        shown = text(at(desk, who), "paper-detail", review.pk)
        assert "征求意见稿" in shown
        assert agreed in shown
        assert f'<p class="right">{ORGAN}</p>' in shown
    with rls.system_scope():
        desk.go("return_paper", paper, "leader", remark="请补充说明排名口径")
    # Taken back to be changed, it is the house's own again.
    assert text(at(desk, "handler"), "paper-detail", review.pk) == 404
    assert text(at(desk, "town_dispatcher"), "paper-detail", review.pk) == 404

"""Dispute cases over the API: from registration to judicial confirmation, and the register of committees."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases.models import Case
from grid import rls
from mediation.models import Agreement, Mediator
from tests.api.client import Caller
from tests.cast import Cast, case_in_mediation


def day(offset: int) -> str:
    """A day from today, as the API reads it."""
    return str(timezone.localdate() + timedelta(days=offset))


def sit_down(cast: Cast) -> tuple[int, dict[str, int]]:
    """A case that is being mediated, and its parties by side."""
    case, one, other = case_in_mediation(cast)
    mediator = Caller(cast.mediator)
    body = {"planned_for": day(1) + "T10:00:00+08:00", "venue": "第一调解室", "form": "joint"}
    assert mediator.post(f"cases/{case.pk}/sessions/", body).status == 201
    return case.pk, {"applicant": one.pk, "respondent": other.pk}


def terms(parties: dict[str, int], **said: Any) -> dict[str, Any]:
    """A written agreement about two payments."""
    return {
        "facts": "双方因排水沟走向发生争执，均有责任。",
        "content": "被申请人分两次赔偿申请人人民币共三千元。",
        "manner": "银行转账",
        "duties": [
            {
                "kind": "pay",
                "debtor": parties["respondent"],
                "creditor": parties["applicant"],
                "text": "赔偿",
                "amount": amount,
                "due_on": day(due),
            }
            for amount, due in (("1000.00", 10), ("2000.00", 20))
        ],
        "signatures": [{"party": pk, "manner": "signature"} for pk in parties.values()],
        "mediator_signed": True,
        "seal_affixed": True,
        **said,
    }


def test_from_registration_to_performance(cast: Cast) -> None:
    desk, director, mediator = (Caller(cast.users[who]) for who in ("dispatcher", "director", "mediator"))
    registered = desk.post(
        "cases/",
        {
            "place": cast.village.pk,
            "category": "0102",
            "description": "两户因排水沟走向多次争执，请求调解",
            "source": "walk_in",
            "committee": cast.committee_unit.pk,
        },
    )
    assert registered.status == 201, registered
    path = f"cases/{registered.json['id']}/"
    parties = {}
    for side, name in (("applicant", "甲某某"), ("respondent", "乙某某")):
        added = desk.post(f"{path}parties/", {"side": side, "name": name, "notice_given": True})
        parties[side] = added.json["id"]
        assert desk.post(f"{path}record-consent/", {"party": added.json["id"], "consent": "given"}).status == 200
    accepted = director.post(f"{path}accept/")
    assert accepted.json["number"].endswith("号")
    picks = director.get(f"{path}choices/assign_mediator/mediator/").json
    assert str(cast.mediator.pk) in {row["id"] for row in picks}
    assigned = director.post(f"{path}assign-mediator/", {"mediator": cast.mediator.pk, "no_interest": True})
    assert assigned.json["status"] == "mediator_assigned", assigned
    earlier = (timezone.now() - timedelta(hours=1)).isoformat()
    session = mediator.post(f"{path}sessions/", {"planned_for": earlier, "venue": "调解室", "form": "joint"})
    # The first session may not lie before acceptance, which was a moment ago.
    assert session.status == 409
    session = mediator.post(
        f"{path}sessions/", {"planned_for": day(1) + "T10:00:00+08:00", "venue": "调解室", "form": "joint"}
    )
    began = timezone.now()
    held = mediator.post(
        f"sessions/{session.json['id']}/hold/",
        {
            "began_at": began.isoformat(),
            "minutes": 1,
            "attended": list(parties.values()),
            "record": "双方陈述，达成一致。",
            "result": "agreed",
        },
    )
    assert held.status == 200, held
    signed = mediator.post(f"{path}sign-agreement/", terms(parties))
    assert signed.status == 201, signed
    assert signed.json["amount"] == "3000.00"
    assert {one["party"] for one in signed.json["signatures"]} == set(parties.values())
    first, second = (duty["id"] for duty in signed.json["obligations"])
    assert mediator.post(f"obligations/{first}/performances/", {"amount": "5000.00"}).status == 409
    assert mediator.post(f"obligations/{first}/performances/", {}).json["amount"] == "1000.00"
    assert mediator.get(path).json["status"] == "performing"
    assert mediator.post(f"obligations/{second}/performances/", {"receipt": "转账凭证"}).status == 201
    after = mediator.get(path).json
    assert (after["status"], after["is_obliging"]) == ("performed", False)
    assert after["resolved_at"] is not None
    (agreement,) = mediator.get(f"{path}agreements/").json
    assert agreement["performed_at"] is not None
    assert mediator.get(f"agreements/{agreement['id']}/").json == agreement
    assert mediator.get(f"obligations/{first}/").json == agreement["obligations"][0]


def test_confirmation_and_visit(cast: Cast) -> None:
    pk, parties = sit_down(cast)
    mediator, path = Caller(cast.mediator), f"cases/{pk}/"
    assert mediator.post(f"{path}sign-agreement/", terms(parties)).status == 201
    assert mediator.post(f"{path}advise-confirmation/").status == 200
    applied = mediator.post(f"{path}apply-for-confirmation/", {"court": "离石区人民法院"})
    assert applied.status == 201, applied
    assert mediator.post(f"{path}apply-for-confirmation/", {"court": "离石区人民法院"}).status == 409
    docket = mediator.post(f"{path}record-court-acceptance/", {"court_number": "(2026)晋1102民特1号"})
    assert docket.json["court_number"] == "(2026)晋1102民特1号"
    assert mediator.post(f"{path}record-court-decision/", {"result": "advised"}).status == 400
    assert mediator.post(f"{path}record-court-decision/", {"result": "confirmed"}).json["result"] == "confirmed"
    assert [one["result"] for one in mediator.get(f"{path}confirmations/").json] == ["confirmed"]
    visit = {"party": parties["applicant"], "channel": "phone", "findings": "按期履行", "satisfaction": "satisfied"}
    assert Caller(cast.clerk).post(f"{path}visits/", visit).status == 201
    assert [one["satisfaction"] for one in mediator.get(f"{path}visits/").json] == ["satisfied"]


def test_an_agreement_may_be_recorded_later_than_it_was_made(cast: Cast) -> None:
    pk, parties = sit_down(cast)
    mediator, path = Caller(cast.mediator), f"cases/{pk}/"
    with rls.system_scope():
        last = Case.objects.get(pk=pk).last_event_at
    for wrong in (last - timedelta(hours=1), timezone.now() + timedelta(hours=1)):
        refused = mediator.post(f"{path}sign-agreement/", terms(parties, at=wrong.isoformat()))
        assert (refused.status, list(refused.json["errors"])) == (409, ["at"]), refused
    made = last + (timezone.now() - last) / 2
    assert mediator.post(f"{path}sign-agreement/", terms(parties, at=made.isoformat())).status == 201
    with rls.system_scope():
        assert Agreement.objects.get().made_at == made
        assert Case.objects.get(pk=pk).agreed_at == made


def test_terms_name_parties_of_the_case_alone(cast: Cast) -> None:
    pk, parties = sit_down(cast)
    _other, others = sit_down(cast)
    mediator, path = Caller(cast.mediator), f"cases/{pk}/sign-agreement/"
    for field in ("duties", "signatures"):
        answers = []
        for stranger in (others["applicant"], 2**40):
            body = terms(parties)
            if field == "duties":
                body["duties"][0]["debtor"] = stranger
            else:
                body["signatures"][0]["party"] = stranger
            answers.append(mediator.post(path, body))
        assert [answer.status for answer in answers] == [400, 400]
        assert answers[0].content == answers[1].content
        assert field in answers[0].json["errors"]
    with rls.system_scope():
        assert not Agreement.objects.exists()


def test_only_the_cases_own_mediator_sits_at_its_table(cast: Cast) -> None:
    pk, parties = sit_down(cast)
    for who, status in {"second_mediator": 403, "director": 403, "dispatcher": 403, "strange_mediator": 404}.items():
        caller = Caller(cast.users[who])
        assert caller.post(f"cases/{pk}/sign-agreement/", terms(parties)).status == status, who
        assert caller.post(f"cases/{pk}/sessions/", {}).status == status, who


# -- The register -----------------------------------------------------------------------------------------------------


def test_a_committee_is_entered_and_warned_about(cast: Cast) -> None:
    clerk = Caller(cast.clerk)
    body = {
        "place": cast.other_village.pk,
        "name": "西关社区人民调解委员会",
        "kind": "village",
        "founded_on": "2025-01-01",
        "elected_on": "2025-01-01",
    }
    made = clerk.post("committees/", body)
    assert made.status == 201, made
    assert made.json["term_ends_on"] == "2028-01-01"
    path = f"committees/{made.json['id']}/"
    assert {warning["code"] for warning in clerk.get(path).json["warnings"]} == {"members", "director", "women"}
    for number, (seat, gender) in enumerate((("director", "male"), ("member", "female"), ("member", "male"))):
        appointed = clerk.post(
            "mediators/",
            {
                "user": [cast.mediator, cast.second_mediator, cast.director][number].pk,
                "committee": made.json["id"],
                "employment": "part_time",
                "appointed_on": "2025-01-01",
                "seat": seat,
                "gender": gender,
                "specialties": ["0102"],
                "languages": ["晋语"],
            },
        )
        assert appointed.status == 201, appointed
        assert "gender" not in appointed.json
    assert clerk.get(path).json["warnings"] == []
    assert clerk.post(f"{path}dissolve/", {"on": day(1)}).status == 409
    mine = clerk.get(f"mediators/?committee={made.json['id']}&in_office=true").json["results"]
    for mediator in mine:
        changed = clerk.post(
            f"mediators/{mediator['id']}/change-employment/", {"employment": "full_time", "on": day(0)}
        )
        assert changed.json["employment"] == "full_time"
        assert clerk.post(f"mediators/{mediator['id']}/end/", {"on": day(1)}).status == 200
    assert clerk.post(f"{path}renew-term/", {"elected_on": "2026-06-01"}).json["term_ends_on"] == "2029-06-01"
    assert clerk.post(f"{path}dissolve/", {"on": day(1)}).status == 200
    listed = clerk.get(f"committees/?in_office=true&place={cast.other_village.pk}").json["results"]
    assert listed == []


def test_the_register_of_another_county_is_nobody_elses(cast: Cast) -> None:
    clerk = Caller(cast.clerk)
    with rls.system_scope():
        theirs = Mediator.objects.create(
            user=cast.strange_mediator,
            committee=cast.strange_committee,
            employment="part_time",
            appointed_on=date(2025, 1, 1),
            unit=cast.strange_committee_unit,
            **cast.strange_committee_unit.levels,
        )
    for path in (f"committees/{cast.strange_committee.pk}/", f"mediators/{theirs.pk}/"):
        assert clerk.get(path).status == 404
    body = {
        "place": cast.strange_village.pk,
        "name": "某某人民调解委员会",
        "kind": "village",
        "founded_on": "2025-01-01",
    }
    foreign, unused = (clerk.post("committees/", body | {"place": place}) for place in (cast.strange_village.pk, 2**40))
    assert (foreign.status, foreign.content) == (400, unused.content)
    appointment = {"user": cast.mediator.pk, "employment": "part_time", "appointed_on": "2025-01-01"}
    foreign, unused = (
        clerk.post("mediators/", appointment | {"committee": committee})
        for committee in (cast.strange_committee.pk, 2**40)
    )
    assert (foreign.status, foreign.content) == (400, unused.content)


@pytest.mark.parametrize("who", ["mediator", "director", "supervisor", "system_admin", "village_leader"])
def test_whoever_reads_the_register_does_not_keep_it(cast: Cast, who: str) -> None:
    caller = Caller(cast.users[who])
    assert caller.get("committees/").status == 200
    assert caller.post("committees/", {}).status == 403
    assert caller.post("studios/", {}).status == 403
    assert caller.post("mediators/", {}).status == 403


def test_a_studio_is_opened_and_closed(cast: Cast) -> None:
    clerk = Caller(cast.clerk)
    made = clerk.post("studios/", {"place": cast.township.pk, "name": "某某调解工作室", "opened_on": "2026-01-01"})
    assert made.status == 201, made
    path = f"studios/{made.json['id']}/"
    assert clerk.post(f"{path}close/", {"on": day(0)}).json["closed_on"] == day(0)
    assert clerk.post(f"{path}close/", {"on": day(0)}).status == 409
    assert clerk.get("studios/?in_office=true").json["results"] == []
    assert len(clerk.get("studios/").json["results"]) == 1

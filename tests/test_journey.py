"""The main path, from a phone in the village to a number in the review and back to its records (issue #2).

Only HTTP, each as they really work: the grid worker and the handler by token on the API, the desks by sign-in and
forms on pages. What the review counts is then read on both and opened again.
"""

import json
import re
import uuid
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from grid import rls
from tests.api.client import Caller
from tests.cast import COUNTY, Cast
from tests.desk import PASSWORD, Desk
from tests.reading import links

WORDS = "两户因排水沟走向多次争执，言语激烈，请求上门处理"
PEOPLE = ("worker", "clerk", "dispatcher", "director", "mediator", "supervisor", "stranger", "strange_supervisor")


@dataclass
class Street:
    """The cast with passwords; who is at which desk."""

    cast: Cast

    def phone(self, who: str) -> Caller:
        """Sign in on a phone."""
        caller = Caller()
        name = self.cast.users[who].username
        answer = caller.post("auth/login/", {"username": name, "password": PASSWORD, "device": "红米手机"})
        assert answer.status == 200, answer
        caller.headers["Authorization"] = f"Token {answer.json['token']}"
        return caller

    def desk(self, who: str) -> Desk:
        """Sign in on the pages."""
        return Desk(self.cast.users[who].username)


@pytest.fixture
def street(committed_cast: Cast) -> Street:
    """Everybody can sign in."""
    with rls.system_scope():
        for who in PEOPLE:
            user = committed_cast.users[who]
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
    return Street(committed_cast)


def minute() -> str:
    """Now, as an input of a form takes it."""
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M")


def case_at(case: str, name: str, *more: Any) -> str:
    """A page of the case."""
    return reverse(f"mediation:{name}", args=[case, *more])


def reported(street: Street) -> int:
    """The grid worker reports; the answer is lost on the way, so the phone sends it again."""
    phone = street.phone("worker")
    said = {
        "client_uuid": str(uuid.uuid4()),
        "place": street.cast.grid.pk,
        "category": "0102",
        "description": WORDS,
        "people_count": 2,
    }
    first, again = phone.post("incidents/", said), phone.post("incidents/", said)
    assert (first.status, again.status) == (201, 200)
    assert first.json["id"] == again.json["id"]
    listed = [one["id"] for one in phone.get("incidents/").json["results"]]
    assert listed.count(first.json["id"]) == 1
    return int(first.json["id"])


def case_opened(street: Street, incident: int) -> str:
    """The clerk finds it valid; the dispatcher sends it to mediation and opens a case of it, with both parties."""
    page = reverse("cases:incident-detail", args=[incident])
    clerk = street.desk("clerk").open("/incidents/?queue=inspect")
    assert page in links(clerk.page)
    clerk.open(page).send("verify_incident/")
    desk = street.desk("dispatcher").open("/incidents/?queue=triage")
    assert page in links(desk.page)
    desk.open(reverse("cases:incident-move", args=[incident, "triage_incident"])).send(
        "triage_incident/", path="mediation"
    )
    desk.open(reverse("cases:incident-open-case", args=[incident]))
    desk.send("open-case/", committee=street.cast.committee_unit.pk)
    found = re.fullmatch(r"/cases/(\d+)/", desk.path)
    assert found, desk.path
    case = found[1]
    for side, name in (("applicant", "甲某某"), ("respondent", "乙某某")):
        desk.open(case_at(case, "party-add")).send("parties/new/", side=side, name=name, notice_given="on")
    for action in sorted(consents(desk, case)):
        desk.open(case_at(case, "case-detail") + "?tab=parties").send(action, consent="given")
    return case


def consents(desk: Desk, case: str) -> set[str]:
    """The forms that record what a party wants."""
    desk.open(case_at(case, "case-detail") + "?tab=parties")
    return set(re.findall(rf'action="(/cases/{case}/parties/\d+/consent/)"', desk.page.content.decode()))


def agreed(street: Street, case: str) -> None:
    """The director takes it on and appoints; the mediator brings both to the table and to an agreement."""
    director = street.desk("director").open("/cases/?queue=accept")
    assert case_at(case, "case-detail") in links(director.page)
    director.open(case_at(case, "case-move", "accept_case")).send("accept_case/")
    director.open(case_at(case, "case-move", "assign_mediator"))
    director.send("assign_mediator/", mediator=street.cast.mediator.pk, no_interest="on")
    mediator = street.desk("mediator").open("/cases/?queue=new")
    assert case_at(case, "case-detail") in links(mediator.page)
    mediator.open(case_at(case, "session-add")).send("sessions/new/", venue="滨河街道调解室")
    (hold,) = re.findall(rf'"(/cases/{case}/sessions/\d+/hold/)"', mediator.page.content.decode())
    mediator.open(hold).send(
        "hold/", began_at=minute(), minutes=1, record="双方陈述经过，互相致歉，就疏通水沟达成一致。", result="agreed"
    )
    mediator.open(case_at(case, "agreement-sign"))
    form = mediator.form("agreements/sign/")
    signatures = {name: "signature" for name in form.names if name.startswith("signed_")}
    assert len(signatures) == 2
    one, other = sorted(int(name.removeprefix("signed_")) for name in signatures)
    mediator.send(
        "agreements/sign/",
        content="被申请人疏通水沟，并赔偿申请人人民币六百元。",
        mediator_signed="on",
        seal_affixed="on",
        **signatures,
        **{
            "duty0-kind": "pay",
            "duty0-debtor": other,
            "duty0-creditor": one,
            "duty0-text": "赔偿",
            "duty0-amount": "600",
            "duty0-due_on": timezone.localdate(),
        },
    )


def ended(street: Street, case: str) -> None:
    """The money is paid, both are visited, the director closes."""
    mediator = street.desk("mediator").open(case_at(case, "case-detail") + "?tab=agreement")
    (perform,) = set(re.findall(rf'"(/cases/{case}/obligations/\d+/perform/)"', mediator.page.content.decode()))
    mediator.open(perform).send("perform/", receipt="收条一张")
    clerk = street.desk("clerk").open(case_at(case, "visit-add"))
    (party, *_others) = re.findall(r'name="party" value="(\d+)"', clerk.page.content.decode())
    clerk.send("visits/new/", party=party, findings="已付清，水沟已通", satisfaction="satisfied")
    director = street.desk("director").open("/cases/?queue=finish")
    assert case_at(case, "case-detail") in links(director.page)
    director.open(case_at(case, "case-move", "close_case"))
    director.send("close_case/", remark="赔偿已付清，水沟已疏通，双方和好，准予结案。")
    assert director.client.get("/cases/?queue=all").text.count("已结案")


def build_review() -> dict[str, Any]:
    """Today's review of the county, as the house builds it."""
    printed = StringIO()
    today = str(timezone.localdate())
    call_command("build_review", "--unit", COUNTY, "--kind", "daily", "--start", today, "--json", stdout=printed)
    built: dict[str, Any] = json.loads(printed.getvalue())
    return built


INCIDENT_COUNTS = {"reported": 1, "reported_valid": 1, "pending_inspection": 0, "flow_closed": 1, "flow_open_end": 0}
CASE_COUNTS = {"disputes_found": 1, "disputes_accepted": 1, "agreements_signed": 1}
RATES = {
    "valid_report_rate": (1, 1),
    "closure_rate": (1, 1),
    "resolution_rate_accepted": (1, 1),
    "mediation_success_rate": (1, 1),
    # Due until the end of today, which is not over.
    "performance_rate": (0, 0),
    "satisfaction_rate": (1, 1),
}


def test_from_the_village_to_a_number_and_back(street: Street) -> None:
    incident = reported(street)
    case = case_opened(street, incident)
    agreed(street, case)
    ended(street, case)
    # The reporter reads how it ended, though not the case itself (PV-05).
    mine = street.phone("worker").get(f"incidents/{incident}/").json
    assert (mine["status"], mine["outcome"], mine["case"]) == ("closed", "converted", None)
    assert street.phone("worker").get(f"cases/{case}/").status == 404

    measures = build_review()["measures"]
    assert {name: measures[name]["value"] for name in INCIDENT_COUNTS | CASE_COUNTS} == INCIDENT_COUNTS | CASE_COUNTS
    assert {name: (measures[name]["numerator"], measures[name]["denominator"]) for name in RATES} == RATES
    assert measures["agreement_amount"]["value"] == "600.00"

    supervisor = street.phone("supervisor")
    (review,) = supervisor.get(f"reviews/?unit={COUNTY}&kind=daily&start={timezone.localdate()}").json["results"]
    assert supervisor.get(f"reviews/{review['id']}/").json["figures"]["measures"] == measures
    for names, noun, pk in (
        (INCIDENT_COUNTS, "incident", incident),
        (("disputes_found", "disputes_accepted"), "case", int(case)),
    ):
        for name in names:
            behind = supervisor.get(f"reviews/{review['id']}/records/?measure={name}").json
            wanted = [pk] if measures[name]["value"] else []
            assert [one[noun]["id"] for one in behind["results"]] == wanted, (name, behind)
            assert (behind["total"], behind["visible"]) == (len(wanted), len(wanted))
    # Next door it does not exist.
    assert street.phone("strange_supervisor").get(f"reviews/{review['id']}/").status == 404


def test_the_number_stands_on_the_page_and_opens_its_records(street: Street) -> None:
    incident, other = reported(street), reported(street)
    clerk = street.desk("clerk")
    clerk.open(reverse("cases:incident-detail", args=[incident])).send("verify_incident/")
    build_review()
    desk = street.desk("supervisor").open(reverse("reviews:review-list"))
    (page,) = {link for link in links(desk.page) if re.fullmatch(r"/reviews/\d+/", link)}
    desk.open(page)
    for measure, records in (
        ("reported", {incident, other}),
        ("reported_valid", {incident}),
        ("pending_inspection", {other}),
    ):
        address = f"{page}records/{measure}/"
        shown = re.search(rf'href="{address}"[^>]*>\s*(\d+)\s*<', desk.page.content.decode())
        assert shown, f"{measure} has no address on the page"
        assert int(shown[1]) == len(records)
        opened = links(street.desk("supervisor").open(address).page)
        found = {int(link.split("/")[2]) for link in opened if re.fullmatch(r"/incidents/\d+/", link)}
        assert found == records, measure
    stranger = street.desk("strange_supervisor")
    assert stranger.client.get(page).status_code == 404

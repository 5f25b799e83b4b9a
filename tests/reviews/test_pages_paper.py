"""The pages of a paper, as those who work at them see and use them."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from grid import rls
from mediation.reviews.models import Delivery, Paper, Recipient, Suggestion
from mediation.reviews.outline import Chart
from mediation.reviews.texts import outline_of
from mediation.reviews.views.figures import address_at
from tests.reviews.desk import Desk, nothing, told


@pytest.fixture
def desk(committed_cast):
    found = Desk(committed_cast)
    with rls.system_scope():
        found.organ(committed_cast.county)
    return found


@pytest.fixture
def review(desk):
    with rls.system_scope():
        return desk.review()


def at(desk, who):
    client = Client()
    client.force_login(desk.cast.users[who], backend="grid.login.StaffBackend")
    return client


def move(client, review, verb, query="", **given):
    address = reverse("reviews:paper-move", args=[review.pk, verb]) + query
    return client.post(address, given)


def page(client, review, name="paper-detail"):
    return client.get(reverse(f"reviews:{name}", args=[review.pk]))


def stands(review):
    with rls.system_scope():
        return Paper.objects.get(review=review)


def test_from_draft_to_issue_at_two_desks(desk, review):
    supervisor, leader = at(desk, "supervisor"), at(desk, "leader")
    assert "上报各类有效事件84件" in page(supervisor, review).content.decode()
    assert supervisor.post(reverse("reviews:paper-draft", args=[review.pk])).status_code == 302
    shown = page(supervisor, review).content.decode()
    assert "须撰写" in shown
    assert "?section=causes" in shown
    assert "?section=causes" not in page(leader, review).content.decode()

    edited = move(supervisor, review, "edit_section", "?section=causes", written="受季节影响，{nosuch}件", base="1")
    assert edited.status_code == 422
    assert "{nosuch}" in edited.content.decode()
    edited = move(supervisor, review, "edit_section", "?section=causes", written="受季节影响，约9999件", base="1")
    assert edited.status_code == 302
    assert move(supervisor, review, "submit_paper").status_code == 302

    assert move(supervisor, review, "check_paper").status_code == 403
    refused = move(leader, review, "check_paper")
    assert refused.status_code == 422
    assert "9999" in refused.content.decode()
    assert move(leader, review, "check_paper", confirmed="on").status_code == 302
    assert move(leader, review, "issue_paper").status_code == 422
    assert move(leader, review, "issue_paper", sure="on").status_code == 302

    paper = stands(review)
    assert (paper.status, paper.checked_by, paper.issued_by) == ("issued", desk.cast.leader, desk.cast.leader)
    issued = page(supervisor, review).content.decode()
    assert paper.number in issued
    assert "须撰写" not in issued
    assert page(supervisor, review, "paper-differences").status_code == 200


def test_a_section_of_nothing_and_a_verb_that_is_none_are_absent(desk, review):
    supervisor = at(desk, "supervisor")
    supervisor.post(reverse("reviews:paper-draft", args=[review.pk]))
    assert supervisor.get(reverse("reviews:paper-move", args=[review.pk, "edit_section"])).status_code == 404
    assert supervisor.get(reverse("reviews:paper-move", args=[review.pk, "draft_paper"])).status_code == 404
    assert supervisor.get(reverse("reviews:paper-move", args=[review.pk, "nosuch"])).status_code == 404


def test_whoever_overwrites_another_s_section_is_told(desk, review):
    supervisor = at(desk, "supervisor")
    supervisor.post(reverse("reviews:paper-draft", args=[review.pk]))
    assert move(supervisor, review, "edit_section", "?section=causes", written="甲", base="1").status_code == 302
    late = move(at(desk, "city_supervisor"), review, "edit_section", "?section=causes", written="乙", base="1")
    assert late.status_code == 422
    assert "他人修改" in late.content.decode()


def test_a_reader_who_may_not_write_sees_no_buttons_and_is_refused(desk, review):
    clerk = at(desk, "clerk")
    assert "paper/draft/" not in page(clerk, review).content.decode()
    assert clerk.post(reverse("reviews:paper-draft", args=[review.pk])).status_code == 403
    assert page(at(desk, "stranger"), review).status_code == 404


def test_an_addressed_unit_reads_acknowledges_and_is_counted(desk, review):
    with rls.system_scope():
        desk.recipient("county", "monthly", to_unit=desk.cast.township)
        desk.issued(review)
    town, supervisor = at(desk, "town_dispatcher"), at(desk, "supervisor")
    assert "未签收" in page(supervisor, review).content.decode()
    assert "acknowledge_receipt" in page(town, review).content.decode()
    assert move(town, review, "acknowledge_receipt").status_code == 302
    shown = page(supervisor, review).content.decode()
    assert "未签收" not in shown
    assert desk.cast.town_dispatcher.name in shown


def listed(client, tab):
    """Papers on one tab of the list, by address."""
    answer = client.get(reverse("reviews:paper-list"), {"tab": tab})
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def test_papers_stand_in_the_lists_of_those_they_concern(desk, review):
    address = reverse("reviews:paper-detail", args=[review.pk])
    supervisor = at(desk, "supervisor")
    supervisor.post(reverse("reviews:paper-draft", args=[review.pk]))
    assert address in listed(supervisor, "open")
    assert address not in listed(supervisor, "issued")
    assert address not in listed(supervisor, "received")
    for stranger in ("strange_supervisor", "town_dispatcher"):
        assert all(address not in listed(at(desk, stranger), tab) for tab in ("open", "issued", "received"))
    assert listed(at(desk, "worker"), "open") == 403


def test_the_review_says_how_far_its_paper_is(desk, review):
    supervisor = at(desk, "supervisor")
    before = supervisor.get(reverse("reviews:review-detail", args=[review.pk])).content.decode()
    assert "起草中" not in before
    supervisor.post(reverse("reviews:paper-draft", args=[review.pk]))
    after = supervisor.get(reverse("reviews:review-detail", args=[review.pk])).content.decode()
    assert "起草中" in after
    year = supervisor.get(
        reverse("reviews:calendar"), {"year": review.start.year + 1 if review.start.month == 12 else review.start.year}
    )
    assert "slot-drafted" in year.content.decode()


def test_the_organ_and_recipients_of_a_place_are_set_on_a_page(desk, review):
    supervisor = at(desk, "supervisor")
    address = reverse("reviews:sending")
    refused = supervisor.post(address, {"name": "离石区综治中心", "code": "离综治〔2026〕"})
    assert refused.status_code == 422
    assert supervisor.post(address, {"name": "离石区综治中心", "code": "离政综"}).status_code == 302
    assert supervisor.post(address, {"kind": "monthly"}).status_code == 422
    assert supervisor.post(address, {"kind": "monthly", "to_unit": desk.cast.township.pk}).status_code == 302
    shown = supervisor.get(address).content.decode()
    assert "离政综" in shown
    with rls.system_scope():
        row = Recipient.objects.get()
        assert (row.to_unit, row.unit) == (desk.cast.township, desk.cast.county)
    end = reverse("reviews:recipient-end", args=[row.pk])
    assert at(desk, "clerk").post(end).status_code == 403
    assert supervisor.post(end).status_code == 302
    with rls.system_scope():
        assert Recipient.objects.get().until is not None


def test_suggestions_are_decided_on_beside_the_paper(desk, review):
    supervisor = at(desk, "supervisor")
    supervisor.post(reverse("reviews:paper-draft", args=[review.pk]))
    with rls.system_scope():
        first, second = Suggestion.objects.order_by("pk")[:2]
    accept = reverse("reviews:suggestion-move", args=[first.pk, "accept_suggestion"])
    assert accept in page(supervisor, review).content.decode()
    given = {"text": first.text, "owner": desk.cast.department.pk, "due_on": "2020-01-01"}
    assert supervisor.post(accept, given).status_code == 422
    assert supervisor.post(accept, {**given, "due_on": "2099-01-01"}).status_code == 302
    decline = reverse("reviews:suggestion-move", args=[second.pk, "decline_suggestion"])
    assert at(desk, "clerk").post(decline, {"remark": "不采纳"}).status_code == 403
    assert at(desk, "stranger").get(decline).status_code == 404
    assert supervisor.post(decline, {"remark": "已有部署"}).status_code == 302
    assert supervisor.post(decline, {"remark": "已有部署"}).status_code == 409
    shown = page(supervisor, review).content.decode()
    assert first.text.rstrip("。") in shown
    assert "责任单位：离石区住房和城乡建设局" in shown


def test_charts_are_drawn_with_the_records_behind_them_and_their_words(desk):
    """The same drawing as in PDF and DOCX; each bar opens the page of its records, and the words stay."""
    with rls.system_scope():
        review = desk.review(by_township={"141102001000": told(), "141102002000": told(accepted=40)})
        (chart,) = [block for block in outline_of(review).blocks if isinstance(block, Chart)]
    shown = page(at(desk, "supervisor"), review).content.decode()
    assert chart.alt in shown
    (drawing,) = [svg for svg in re.findall(r"<svg.*?</svg>", shown, re.S) if chart.title in svg]
    root = ElementTree.fromstring(drawing)
    assert root.get("role") == "group"
    links = [(link.get("href"), link.get("aria-label")) for link in root.iter("{http://www.w3.org/2000/svg}a")]
    (series,) = chart.series
    assert [said for _url, said in links] == [
        f"{name} {series.name} {figure}" for name, figure in zip(chart.labels, series.figures, strict=True)
    ]
    opened = {
        "closure_rate": "closure_rate/?part=numerator",
        "closure_rate.denominator": "closure_rate/?part=denominator",
        "141102002000.disputes_accepted": "disputes_accepted/?child=141102002000",
        "reported_valid_by_category.0102": "reported_valid/?category=0102",
        "reported_valid_by_class.01": "reported_valid/?category=01",
        "disputes_found_by_source.walk_in": "disputes_found/?source=walk_in",
        # Changes, shares, what is left, nothing at all and the unknown open nothing.
        **dict.fromkeys(("yoy.reported_valid", "reported_valid_by_category.0102.share", "closure_rate.rest"), ""),
        **dict.fromkeys(("escalated_cases", "reported_valid_by_category.0999", "nosuch", ""), ""),
    }
    records = f"/reviews/{review.pk}/records/"
    assert {ref: address_at(review, ref) for ref in opened} == {
        ref: records + query if query else "" for ref, query in opened.items()
    }
    assert links[0][0] == records + opened["141102002000.disputes_accepted"]


def test_points_of_the_course_open_the_reviews_of_its_steps(desk):
    """Only of steps whose review is there and the reader's to see; the words of each point stay."""
    months = [{"kind": "monthly", "start": f"2026-0{n}-01", "end": f"2026-0{n}-28", "measures": told()} for n in (1, 2)]
    with rls.system_scope():
        january = desk.review("monthly", "2026-01-01")
        february = desk.review("monthly", "2026-02-01", measures=nothing())
        elsewhere = desk.review("monthly", "2026-03-01", unit="other_county")
        quarter = desk.review("quarterly", "2026-01-01", course=[*months, months[1] | {"start": "2026-03-01"}])
        desk.wait(days=60)
        paper = desk.draft(quarter)
        laid = {"paper": paper, "review": quarter, "to_unit": desk.cast.department, "purpose": "issued"}
        Delivery.objects.create(**laid, at=desk.moment, **paper.levels)

    def points(who):
        shown = page(at(desk, who), quarter).content.decode()
        (drawing,) = [svg for svg in re.findall(r"<svg.*?</svg>", shown, re.S) if "走势" in svg]
        root = ElementTree.fromstring(drawing)
        dots = [dot for dot in root.iter("{http://www.w3.org/2000/svg}circle") if dot.get("fill") != "none"]
        links = [(link.get("aria-label"), link.get("href")) for link in root.iter("{http://www.w3.org/2000/svg}a")]
        return len(dots), [dot[0].text for dot in dots], links

    count, said, links = points("supervisor")
    records = f"/reviews/{january.pk}/records/"
    assert count == 6
    assert said[:3] == [f"{month}月 有效事件 84" for month in (1, 2, 3)]
    assert links == [
        ("1月 有效事件 84", f"{records}reported_valid/"),
        # Nothing to list: the review itself.
        ("2月 有效事件 84", f"/reviews/{february.pk}/"),
        ("1月 受理矛盾纠纷 25", f"{records}disputes_accepted/"),
        ("2月 受理矛盾纠纷 25", f"/reviews/{february.pk}/"),
    ]
    assert elsewhere.pk != february.pk
    # A department before whom the quarter was laid does not see its months.
    assert points("handler") == (6, said, [])

"""The life of a paper on pages: taken up, written, checked by a second person, issued, seen by whom it is for."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from grid import rls
from mediation.reviews.models import Paper
from mediation.reviews.workflow import add_recipient, set_organ
from tests.reading import error_of, links, words
from tests.reviews.street import Street
from tests.reviews.test_pages import reader


def at(name: str, *arguments: Any) -> str:
    return reverse(f"reviews:{name}", args=arguments)


def take(street: Street) -> Paper:
    """The supervisor takes up the county's month."""
    review = street.reviews["month"]
    answer = reader(street, "supervisor").post(at("paper-take", review.pk))
    assert answer.status_code == 302
    with rls.system_scope():
        paper = Paper.objects.get(review=review)
    assert answer["Location"] == at("paper-detail", paper.pk)
    return paper


def sections_of(paper: Paper) -> list[Any]:
    with rls.system_scope():
        return list(paper.sections.order_by("position"))


def write(street: Street, paper: Paper, key: str, text: str, who: str = "supervisor") -> Any:
    return reader(street, who).post(at("section-edit", paper.pk, key), {"written": text})


def move(street: Street, who: str, paper: Paper, verb: str, **given: str) -> Any:
    return reader(street, who).post(at("paper-move", paper.pk, verb), given)


def status(paper: Paper) -> str:
    with rls.system_scope():
        return Paper.objects.get(pk=paper.pk).status


def issue(street: Street) -> Paper:
    """From figures to an issued paper, by the people who may."""
    with rls.system_scope():
        set_organ(unit=street.cast.county, name="离石区综治中心", code="离综治", by=street.cast.leader)
        add_recipient(
            unit=street.cast.county,
            kind="monthly",
            to_unit=street.cast.town_centre,
            by=street.cast.supervisor,
            at=timezone.now(),
        )
    paper = take(street)
    for section in sections_of(paper):
        write(street, paper, section.key, f"{section.generated}\n经研究，按职责分工办理。")
    assert move(street, "supervisor", paper, "submit_paper").status_code == 302
    assert move(street, "leader", paper, "check_paper", confirmed="on").status_code == 302
    assert move(street, "leader", paper, "issue_paper", sure="on").status_code == 302
    return paper


def test_a_supervisor_takes_up_the_paper_and_others_cannot(street: Street) -> None:
    review = street.reviews["month"]
    for who in ("clerk", "leader", "dispatcher"):
        client = reader(street, who)
        assert at("paper-take", review.pk) not in client.get(at("review-detail", review.pk)).text
        assert client.post(at("paper-take", review.pk)).status_code == 403, who
    assert reader(street, "strange_supervisor").post(at("paper-take", review.pk)).status_code == 404
    page = reader(street, "supervisor").get(at("review-detail", review.pk))
    assert "起草公文" in words(page)
    paper = take(street)
    page = reader(street, "supervisor").get(at("review-detail", review.pk))
    assert "起草公文" not in words(page)
    assert at("paper-detail", paper.pk) in links(page)
    said = words(reader(street, "supervisor").get(at("paper-detail", paper.pk)))
    for section in sections_of(paper):
        assert section.heading in said


def test_a_section_quotes_figures_and_never_types_them_over(street: Street) -> None:
    paper = take(street)
    (section, *_others) = sections_of(paper)
    number = street.reviews["month"].figures["measures"]["disputes_found"]["value"]
    answer = write(street, paper, section.key, "本期排查{disputes_found}件，形势平稳。")
    assert answer.status_code == 302
    said = words(reader(street, "supervisor").get(at("paper-detail", paper.pk)))
    assert f"本期排查{number}件，形势平稳。" in said
    assert "人工撰写" in said
    wrong = write(street, paper, section.key, "本期排查{happiness}件。")
    assert wrong.status_code == 422
    assert "happiness" in error_of(wrong, "written")


def test_two_who_write_one_section_do_not_overwrite_each_other(street: Street) -> None:
    paper = take(street)
    (section, *_others) = sections_of(paper)
    page = reader(street, "supervisor").get(at("section-edit", paper.pk, section.key))
    base = re.search(r'name="base"[^>]*value="(\d+)"', page.text)
    assert base
    assert write(street, paper, section.key, "先写的。").status_code == 302
    late = reader(street, "supervisor").post(
        at("section-edit", paper.pk, section.key), {"written": "后写的。", "base": base.group(1)}
    )
    assert late.status_code == 422
    assert "已被他人修改" in error_of(late, "written")


def test_a_second_person_checks_and_the_leader_issues(street: Street) -> None:
    paper = issue(street)
    assert status(paper) == "issued"
    page = reader(street, "supervisor").get(at("paper-detail", paper.pk))
    said = words(page)
    assert re.search(r"离综治〔\d{4}〕1号", said)
    assert "未签收" in said
    assert "签发" not in said
    year = reader(street, "supervisor").get(at("calendar"), {"year": 2024})
    assert "已印发1期" in words(year)


def test_who_wrote_it_cannot_check_it(street: Street) -> None:
    paper = take(street)
    for section in sections_of(paper):
        write(street, paper, section.key, f"{section.generated}\n经研究，按职责分工办理。")
    move(street, "supervisor", paper, "submit_paper")
    refused = move(street, "supervisor", paper, "check_paper", confirmed="on")
    assert "须由第二人审核" in words(refused)
    assert status(paper) == "submitted"


def test_issuing_is_asked_once_more(street: Street) -> None:
    paper = take(street)
    for section in sections_of(paper):
        write(street, paper, section.key, f"{section.generated}\n经研究，按职责分工办理。")
    move(street, "supervisor", paper, "submit_paper")
    move(street, "leader", paper, "check_paper", confirmed="on")
    assert move(street, "leader", paper, "issue_paper").status_code == 422
    assert status(paper) == "checked"


def test_an_addressed_unit_reads_and_acknowledges(street: Street) -> None:
    """The township's centre is no place of the county's paper, but it was sent there."""
    paper = issue(street)
    client = reader(street, "town_dispatcher")
    assert at("paper-detail", paper.pk) in links(client.get(at("paper-list"), {"tab": "received"}))
    page = client.get(at("paper-detail", paper.pk))
    assert page.status_code == 200
    assert "已阅" in words(reader(street, "supervisor").get(at("paper-detail", paper.pk)))
    assert move(street, "town_dispatcher", paper, "acknowledge_receipt").status_code == 302
    said = words(reader(street, "supervisor").get(at("paper-detail", paper.pk)))
    assert "已签收" in said
    assert "未签收" not in said


@pytest.mark.parametrize("tab", ["open", "issued", "received"])
def test_papers_stand_in_their_lists(street: Street, tab: str) -> None:
    paper = take(street) if tab == "open" else issue(street)
    found = links(reader(street, "supervisor").get(at("paper-list"), {"tab": tab}))
    assert (at("paper-detail", paper.pk) in found) == (tab != "received")
    assert at("paper-detail", paper.pk) not in links(
        reader(street, "strange_supervisor").get(at("paper-list"), {"tab": tab})
    )
    assert reader(street, "worker").get(at("paper-list")).status_code == 403


def test_strangers_find_no_paper(street: Street) -> None:
    paper = take(street)
    (section, *_others) = sections_of(paper)
    for who in ("strange_supervisor", "worker", "mediator"):
        client = reader(street, who)
        for address in (
            at("paper-detail", paper.pk),
            at("paper-move", paper.pk, "submit_paper"),
            at("section-edit", paper.pk, section.key),
            at("objection-answer", paper.pk, 1),
        ):
            assert client.get(address).status_code == 404, (who, address)

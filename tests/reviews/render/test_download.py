"""Files handed out: to whom, under which name; and the command that writes them."""

import re
import subprocess
import sys
from datetime import date
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from grid import rls
from mediation.reviews import periods
from mediation.reviews.figures import compute
from mediation.reviews.freezing import thawed
from mediation.reviews.models import Review
from mediation.reviews.outline import Paragraph, plain
from mediation.reviews.render.files import file_name
from mediation.reviews.workflow.building import store
from tests.cast import NOW
from tests.reviews.render import papers, reading

OCTOBER = periods.parse("monthly", "2026-10-01")


@pytest.fixture
def built(cast):
    """October's reviews of the cast's county and the county next door."""
    found = {}
    with rls.system_scope():
        for name in ("county", "other_county"):
            unit = cast.units[name]
            figures = compute(unit, OCTOBER, as_of=OCTOBER.end).as_json()
            found[name] = store(unit, OCTOBER, OCTOBER.end, figures, "1:1:", 1, Review.Reason.COMMAND, NOW)
    return found


def get(client, user, pk, ending):
    client.force_login(user)
    return client.get(reverse("reviews:review-download", args=[pk, ending]))


@pytest.mark.parametrize(
    ("ending", "starts", "media_type"),
    [
        ("pdf", b"%PDF-", "application/pdf"),
        ("docx", b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_supervisor_gets_the_file_under_its_chinese_name(client, cast, built, ending, starts, media_type):
    answer = get(client, cast.supervisor, built["county"].pk, ending)
    assert answer.status_code == 200
    assert answer.content.startswith(starts)
    assert answer["Content-Type"] == media_type
    kind, name = answer["Content-Disposition"].split("; filename*=utf-8''")
    assert kind == "attachment"
    assert unquote(name).startswith("离石区社会综合治理情况分析报告")
    assert unquote(name).endswith(f".{ending}")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("who", ["supervisor", "city_supervisor", "leader", "clerk", "dispatcher"])
def test_those_who_may_see_the_review_may_have_its_file(client, cast, built, who):
    assert get(client, cast.users[who], built["county"].pk, "xlsx").status_code == 200


@pytest.mark.parametrize("who", ["strange_supervisor", "town_dispatcher", "worker", "mediator", "auditor"])
def test_to_all_others_it_is_absent_like_one_that_never_was(client, cast, built, who):
    hidden = get(client, cast.users[who], built["county"].pk, "xlsx")
    never = get(client, cast.users[who], 10**9, "xlsx")
    assert hidden.status_code == never.status_code == 404
    # The token against forged requests is another one each time.
    said = [re.sub(rb"\w{64}|/reviews/\d+/", b"", answer.content) for answer in (hidden, never)]
    assert said[0] == said[1]


@pytest.mark.parametrize("ending", ["html", "exe", "PDF"])
def test_other_endings_are_absent(client, cast, built, ending):
    assert get(client, cast.supervisor, built["county"].pk, ending).status_code == 404


def test_strangers_are_sent_to_sign_in_and_nothing_can_be_posted(client, cast, built):
    address = reverse("reviews:review-download", args=[built["county"].pk, "pdf"])
    assert client.get(address).status_code == 302
    client.force_login(cast.supervisor)
    assert client.post(address).status_code == 405


def test_the_file_is_of_the_review_alone(client, cast, built):
    """Names of places are read in the reader's scope, and no place of another county is in it."""
    text = reading.pdf_text(get(client, cast.supervisor, built["county"].pk, "pdf").content)
    assert "滨河街道" in text
    assert "文水" not in text


def get_paper(client, user, paper, ending):
    client.force_login(user)
    return client.get(reverse("reviews:paper-download", args=[paper.pk, ending]))


def test_an_issued_paper_is_handed_out_word_for_word_and_a_draft_is_marked(client, desk):
    draft = desk.draft(desk.review())
    answer = get_paper(client, desk.cast.supervisor, draft, "docx")
    assert unquote(answer["Content-Disposition"]).endswith("（草稿）.docx")
    issued = desk.issued()
    for answer in (
        get_paper(client, desk.cast.supervisor, issued, "docx"),
        get(client, desk.cast.supervisor, issued.review_id, "docx"),
    ):
        said = reading.docx_text(answer.content)
        assert issued.number in said
        assert "草稿" not in unquote(answer["Content-Disposition"])
        outline = thawed(issued.outline)
        for block in outline.everything():
            if isinstance(block, Paragraph):
                assert reading.squeezed(plain(block.text)) in said


@pytest.mark.parametrize("who", ["strange_supervisor", "worker", "mediator", "auditor"])
def test_papers_are_absent_to_those_they_do_not_concern(client, desk, who):
    paper = desk.issued()
    assert get_paper(client, desk.cast.users[who], paper, "pdf").status_code == 404
    assert get_paper(client, desk.cast.supervisor, paper, "html").status_code == 404


def command(out, ending, **more):
    said = StringIO()
    options = {"unit": "141102000000", "kind": "monthly", "start": "2026-10-01", **more}
    args = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    call_command("render_review", *args, "--to", ending, "--out", str(out), stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("ending", ["pdf", "docx", "xlsx", "html"])
def test_the_command_writes_each_kind_of_file(built, tmp_path, ending):
    out = tmp_path / f"报告.{ending}"
    assert str(out) in command(out, ending, version=1)
    content = out.read_bytes()
    if ending == "html":
        assert "<h1>离石区社会综合治理情况分析报告" in content.decode()
        assert content.decode().count("<table>") > 1
    else:
        assert len(content) > 5000


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"unit": "999999999999"}, "没有这份报告"),
        ({"version": 2}, "没有这份报告"),
        ({"start": "2026-10-02"}, "不是月研判的起始日"),
        ({"kind": "hourly"}, "没有“hourly”"),
    ],
)
def test_the_command_says_what_is_missing(built, tmp_path, more, said):
    with pytest.raises(CommandError, match=said):
        command(tmp_path / "x.pdf", "pdf", **more)
    assert not (tmp_path / "x.pdf").exists()


def test_the_command_says_where_it_cannot_write(built, tmp_path):
    with pytest.raises(CommandError, match="无法写入"):
        command(tmp_path / "no" / "x.html", "html")


def test_a_name_holds_nothing_that_file_systems_refuse():

    outline = papers.paper(title='a/b\\c:d*e?"f<g>h|\n' + "长" * 200, mark="草稿", issued_on=date(2024, 1, 1))
    name = file_name(outline, "pdf", 3)
    assert not set('/\\:*?"<>|\n') & set(name)
    assert name.endswith("第3版（草稿）.pdf")
    assert len(name.encode()) < 255 + 60


def test_what_draws_files_is_loaded_with_the_first_file():
    """Beat and most requests never draw one, and each process would carry 20 MB for it (PERFORMANCE.md T16)."""
    script = "import django; django.setup(); import config.urls, mediation.reviews.tasks, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert {"config.urls", "mediation.reviews.render.files"} <= set(loaded)
    assert {"docx", "lxml", "typst", "xlsxwriter"}.isdisjoint(loaded)

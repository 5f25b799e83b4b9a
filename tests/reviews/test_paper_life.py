"""The life of a paper: written, checked by a second person, objected to, issued for good, acknowledged, corrected."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cases.models import Notice
from cases.moves import NotAllowed, NotPossible, allowed_moves
from cases.relay import relay_once
from grid.scope import Role
from mediation.reviews.models import Delivery, MailOut, Objection, Paper, Receipt, Review, Section
from mediation.reviews.outline import plain
from mediation.reviews.texts import outline_of
from mediation.reviews.workflow import hand_typed, note_read, unacknowledged
from tests.reviews.conftest import local
from tests.reviews.desk import CAUSES

LONG = "数据与本单位台账不一致，请核对"


def events(paper):
    return list(paper.events.order_by("seq").values_list("verb", "status"))


def test_the_whole_road(desk):
    paper = desk.issued()
    desk.go("archive_paper", paper, "supervisor")
    paper.refresh_from_db()
    assert (paper.status, paper.is_open, paper.number) == ("archived", False, "离综治〔2026〕1号")
    assert events(paper) == [
        ("draft_paper", "drafted"),
        ("edit_section", "drafted"),
        ("submit_paper", "submitted"),
        ("check_paper", "checked"),
        ("issue_paper", "issued"),
        ("archive_paper", "archived"),
    ]
    assert [row.seq for row in paper.events.order_by("seq")] == [1, 2, 3, 4, 5, 6]
    assert paper.drafted_by == desk.cast.supervisor
    assert (paper.checked_by, paper.issued_by) == (desk.cast.leader, desk.cast.leader)


def test_taking_it_up_twice_is_one_paper_and_two_who_do_are_told(desk):
    review = desk.review()
    paper = desk.draft(review)
    assert desk.draft(review).pk == paper.pk
    assert events(paper) == [("draft_paper", "drafted")]
    with pytest.raises(NotPossible):
        desk.draft(review, "city_supervisor")


@pytest.mark.parametrize("who", ["leader", "clerk", "dispatcher"])
def test_whoever_may_not_take_it_up_leaves_nothing_behind(desk, who):
    review = desk.review()
    with pytest.raises(NotAllowed), transaction.atomic():
        desk.draft(review, who)
    assert not Paper.objects.exists()


def test_sections_hold_what_the_figures_say_with_addresses(desk):
    paper = desk.draft(desk.review())
    overview = paper.sections.get(key="overview")
    assert "{reported_valid}" in overview.generated
    assert "84" not in overview.generated
    assert [row.key for row in paper.sections.order_by("position")] == [
        "overview",
        "structure",
        "places",
        "causes",
        "risks",
        "outlook",
        "suggestions",
    ]


class TestWriting:
    """Figures are quoted, never typed over."""

    def test_written_text_stands_for_the_generated_and_figures_are_looked_up(self, desk):
        review = desk.review()
        paper = desk.draft(review)
        desk.go("edit_section", paper, "supervisor", section="overview", written="办结{closure_rate.numerator}件。")
        words = [plain(block.text) for block in outline_of(review, paper).blocks if hasattr(block, "text")]
        assert words[0] == "办结53件。"
        assert not any("上报各类有效事件" in text for text in words)

    def test_empty_text_gives_the_generated_one_back(self, desk):
        review = desk.review()
        paper = desk.draft(review)
        before = outline_of(review, paper).blocks
        desk.go("edit_section", paper, "supervisor", section="overview", written="另写")
        assert outline_of(review, paper).blocks != before
        desk.go("edit_section", paper, "supervisor", section="overview", written="  ")
        assert outline_of(review, paper).blocks == before

    def test_unknown_addresses_are_refused_all_of_them_by_name(self, desk):
        paper = desk.draft(desk.review())
        text = "{closed_rate}和{reported}和{Reported}"
        with pytest.raises(NotPossible, match=r"\{closed_rate\}、\{Reported\}") as refused:
            desk.go("edit_section", paper, "supervisor", section="causes", written=text)
        assert refused.value.field == "written"
        assert paper.sections.get(key="causes").written == ""

    def test_an_unknown_section_is_refused(self, desk):
        with pytest.raises(NotPossible, match="nosuch"):
            desk.go("edit_section", desk.draft(desk.review()), "supervisor", section="nosuch", written="字")

    def test_two_writers_do_not_overwrite_each_other(self, desk):
        paper = desk.draft(desk.review())
        desk.go("edit_section", paper, "supervisor", section="causes", written="甲", base=1)
        with pytest.raises(NotPossible, match="他人修改"):
            desk.go("edit_section", paper, "city_supervisor", section="causes", written="乙", base=1)
        desk.go("edit_section", paper, "city_supervisor", section="causes", written="乙", base=2)
        assert paper.sections.get(key="causes").written == "乙"

    def test_what_a_person_must_write_is_asked_for_by_name(self, desk):
        paper = desk.draft(desk.review())
        with pytest.raises(NotPossible, match="特点和成因"):
            desk.go("submit_paper", paper, "supervisor")

    def test_addressee_and_copies(self, desk):
        review = desk.review()
        paper = desk.draft(review)
        desk.go(
            "address_paper", paper, "supervisor", addressee="区委、区人民政府：", copies_to="区政法委\n\n 区司法局 "
        )
        outline = outline_of(review, Paper.objects.get(pk=paper.pk))
        assert outline.addressee == "区委、区人民政府"
        assert outline.copies_to == ("区政法委", "区司法局")


class TestChecking:
    """By a second person, who sees which numbers were typed by hand."""

    def submitted(self, desk, text=CAUSES, kind="monthly"):
        paper = desk.draft(desk.review(kind))
        desk.go("edit_section", paper, "supervisor", section="causes", written=text)
        return desk.go("submit_paper", paper, "supervisor")

    def test_not_by_whoever_wrote_it(self, desk):
        paper = self.submitted(desk)
        with pytest.raises(NotAllowed, match="第二人"):
            desk.go("check_paper", paper, "supervisor")

    def test_not_by_whoever_changed_a_section_either(self, desk):
        paper = desk.draft(desk.review())
        desk.go("edit_section", paper, "city_supervisor", section="causes", written=CAUSES)
        desk.go("submit_paper", paper, "supervisor")
        with pytest.raises(NotAllowed):
            desk.go("check_paper", paper, "city_supervisor")
        assert desk.go("check_paper", paper, "leader").status == "checked"

    def test_typed_numbers_are_listed_until_they_are_confirmed(self, desk):
        paper = self.submitted(desk, "涉及3个工地、1,250户，2026年2月10日集中反映，第3次，办结率63.10%，{reported}件")
        assert hand_typed(paper) == {"特点和成因": ["1,250"]}
        with pytest.raises(NotPossible, match="1,250") as refused:
            desk.go("check_paper", paper, "leader")
        assert refused.value.field == "confirmed"
        checked = desk.go("check_paper", paper, "leader", confirmed=True)
        assert "1,250" in checked.events.get(verb="check_paper").data["typed"]["特点和成因"]

    def test_a_number_that_is_a_figure_passes_and_dates_do(self, desk):
        assert hand_typed(self.submitted(desk, "84件，2026年2月10日，第99次")) == {}

    def test_full_width_digits_are_digits(self, desk):
        assert hand_typed(self.submitted(desk, "约９９９户")) == {"特点和成因": ["999"]}

    def test_returned_with_words_and_written_again(self, desk):
        paper = self.submitted(desk)
        with pytest.raises(NotPossible, match="5"):
            desk.go("return_paper", paper, "leader", remark="改")
        desk.go("return_paper", paper, "leader", remark="成因分析过于笼统")
        assert paper.events.get(verb="return_paper").words == "成因分析过于笼统"
        desk.go("edit_section", paper, "supervisor", section="causes", written="再写")
        desk.go("submit_paper", paper, "supervisor")
        assert desk.go("check_paper", paper, "leader").status == "checked"

    def test_marks_tell_how_far_it_is(self, desk):
        review = desk.review()
        paper = desk.written(review)
        assert outline_of(review).mark == "草稿"
        assert outline_of(review, paper).mark == "草稿"
        assert outline_of(review, desk.go("submit_paper", paper, "supervisor")).mark == "待审核"
        assert outline_of(review, desk.go("check_paper", paper, "leader")).mark == "待印发"
        desk.organ(review.unit)
        assert outline_of(review, desk.go("issue_paper", paper, "leader")).mark == ""


class TestObjections:
    """Units that are ranked may speak first (DOMAIN.md 7.5)."""

    @pytest.fixture
    def bulletin(self, desk):
        desk.hire("city_leader", Role.LEADER, "city_centre")
        desk.hire("second_city_supervisor", Role.CENTRE_SUPERVISOR, "city_centre")
        review = desk.review("bimonthly", "2026-01-01", "city")
        desk.recipient("city", "bimonthly", "city_supervisor", to_unit=desk.cast.county)
        desk.recipient("city", "bimonthly", "city_supervisor", to_unit=desk.cast.strange_centre, is_copy=True)
        desk.organ(review.unit, "吕综治")
        return desk.checked(review, "city_supervisor", "city_leader")

    def until(self, desk, days=3):
        return desk.moment.date() + timedelta(days=days)

    def test_cannot_be_issued_without_nor_before_the_window_ends(self, desk, bulletin):
        with pytest.raises(NotPossible, match="征求异议"):
            desk.go("issue_paper", bulletin, "city_leader")
        opened = desk.go("open_objections", bulletin, "city_supervisor", until=self.until(desk))
        assert opened.objections_until == local("2026-03-06 00:00")
        with pytest.raises(NotPossible, match="2026-03-06"):
            desk.go("issue_paper", bulletin, "city_leader")
        desk.moment = local("2026-03-05 23:58")
        with pytest.raises(NotPossible, match="异议期至"):
            desk.go("issue_paper", bulletin, "city_leader")
        desk.moment = local("2026-03-05 23:59")
        assert desk.go("issue_paper", bulletin, "city_leader").status == "issued"

    def test_three_days_at_least(self, desk, bulletin):
        with pytest.raises(NotPossible, match="3日"):
            desk.go("open_objections", bulletin, "city_supervisor", until=self.until(desk, 2))

    def test_it_is_seen_by_the_units_only_from_then_on(self, desk, bulletin):
        def sees(who):
            with desk.acting(who) as user:
                reviews = Review.objects.visible_to(user).filter(pk=bulletin.review_id)
                papers = Paper.objects.visible_to(user).filter(pk=bulletin.pk)
                assert reviews.exists() == papers.exists() == Paper.objects.filter(pk=bulletin.pk).exists()
                return papers.exists()

        assert not sees("supervisor")
        desk.go("open_objections", bulletin, "city_supervisor", until=self.until(desk))
        assert sees("supervisor")
        assert sees("strange_supervisor")
        assert not sees("worker")
        assert not sees("town_dispatcher")

    def test_an_objection_is_heard_once_and_in_time(self, desk, bulletin):
        with pytest.raises((NotAllowed, Paper.DoesNotExist)):
            desk.go("object_to_paper", bulletin, "supervisor", remark=LONG)
        desk.go("open_objections", bulletin, "city_supervisor", until=self.until(desk))
        desk.go("object_to_paper", bulletin, "supervisor", remark=LONG)
        objection = Objection.objects.get()
        assert (objection.of_unit, objection.by, objection.words) == (desk.cast.county, desk.cast.supervisor, LONG)
        desk.wait(days=4)
        with pytest.raises(NotPossible, match="不在异议期内"):
            desk.go("object_to_paper", bulletin, "strange_supervisor", remark=LONG)
        with pytest.raises(NotPossible, match="尚有异议未答复"):
            desk.go("issue_paper", bulletin, "city_leader")
        desk.go("answer_objection", bulletin, "city_supervisor", objection=objection, remark="已核对，数据无误")
        objection.refresh_from_db()
        assert (objection.adopted, objection.answer) == (False, "已核对，数据无误")
        with pytest.raises(NotPossible, match="已答复"):
            desk.go("answer_objection", bulletin, "city_supervisor", objection=objection, remark="再答")
        assert desk.go("issue_paper", bulletin, "city_leader").status == "issued"

    def test_a_stranger_to_it_cannot_object(self, desk, bulletin):
        desk.go("open_objections", bulletin, "city_supervisor", until=self.until(desk))
        desk.hire("town_supervisor", Role.CENTRE_SUPERVISOR, "town_centre")
        with pytest.raises((NotAllowed, Paper.DoesNotExist)):
            desk.go("object_to_paper", bulletin, "town_supervisor", remark=LONG)

    def test_a_returned_one_is_laid_before_them_anew(self, desk, bulletin):
        desk.go("open_objections", bulletin, "city_supervisor", until=self.until(desk))
        desk.go("return_paper", bulletin, "city_leader", remark="排序有误，请重做")
        desk.go("submit_paper", bulletin, "city_supervisor")
        desk.go("check_paper", bulletin, "city_leader")
        with pytest.raises(NotPossible, match="征求异议"):
            desk.go("issue_paper", bulletin, "city_leader")
        desk.go("open_objections", bulletin, "city_supervisor", until=self.until(desk))
        assert Delivery.objects.filter(purpose="objections").count() == 2

    def test_without_recipients_there_is_nobody_to_ask(self, desk):
        desk.hire("city_leader", Role.LEADER, "city_centre")
        paper = desk.checked(desk.review("quarterly", "2025-10-01", "city"), "city_supervisor", "city_leader")
        with pytest.raises(NotPossible, match="收文单位"):
            desk.go("open_objections", paper, "city_supervisor", until=self.until(desk))

    def test_a_report_ranks_nobody(self, desk):
        paper = desk.checked(desk.review())
        with pytest.raises(NotPossible, match="通报"):
            desk.go("open_objections", paper, "supervisor", until=self.until(desk))


class TestIssuing:
    """The number, the frozen words, deliveries and receipts."""

    def test_numbers_follow_each_other_per_year_and_a_refusal_leaves_no_gap(self, desk):
        assert desk.issued(desk.review(start="2025-11-01")).number == "离综治〔2026〕1号"
        other = desk.checked(desk.review(start="2025-12-01"))
        newer = desk.review(start="2025-12-01")
        with pytest.raises(NotPossible, match="新的版本"):
            desk.go("issue_paper", other, "leader")
        assert desk.issued(newer).number == "离综治〔2026〕2号"
        desk.moment = local("2026-10-01 09:00")
        assert desk.issued(desk.review(start="2026-01-01")).number == "离综治〔2026〕3号"

    def test_a_new_year_and_a_new_code_begin_at_one(self, desk):
        desk.moment = local("2025-12-31 23:50")
        assert desk.issued(desk.review(start="2025-11-01")).number == "离综治〔2025〕1号"
        desk.moment = local("2026-01-05 09:00")
        assert desk.issued(desk.review(start="2025-12-01")).number == "离综治〔2026〕1号"

    def test_sheets_bear_no_number_and_need_no_organ(self, desk):
        paper = desk.checked(desk.review("daily", "2026-02-10"))
        issued = desk.go("issue_paper", paper, "leader")
        assert (issued.number, outline_of(issued.review, issued).number) == ("", "")

    def test_without_an_organ_code_there_is_no_number(self, desk):
        paper = desk.checked(desk.review())
        with pytest.raises(NotPossible, match="机关代字"):
            desk.go("issue_paper", paper, "leader")

    @pytest.mark.parametrize("who", ["supervisor", "clerk", "dispatcher", "city_supervisor"])
    def test_by_a_leader_alone(self, desk, who):
        paper = desk.checked(desk.review())
        with pytest.raises(NotAllowed):
            desk.go("issue_paper", paper, who)

    def test_a_leader_who_wrote_it_does_not_issue_it(self, desk):
        from grid.workflow import seat
        from tests.cast import SINCE

        seat(
            user=desk.cast.supervisor,
            unit=desk.cast.centre,
            role=Role.LEADER,
            starts_on=SINCE,
            at=local("2020-01-02 00:00"),
        )
        paper = desk.checked(desk.review())
        desk.organ(desk.cast.county)
        with pytest.raises(NotAllowed, match="签发"):
            desk.go("issue_paper", paper, "supervisor")

    def test_the_wording_is_kept_whatever_the_house_says_later(self, desk, monkeypatch):
        from mediation.reviews.texts import phrases, report

        issued = desk.issued()
        before = outline_of(issued.review, issued)
        monkeypatch.setattr(report.phrases, "incidents", lambda f, at="": ("别的话。",))
        assert phrases.incidents is report.phrases.incidents
        kept = Paper.objects.get(pk=issued.pk)
        assert outline_of(kept.review, kept) == before
        assert outline_of(kept.review).blocks != before.blocks

    def test_it_is_delivered_noticed_and_mailed_once_each(self, desk):
        desk.recipient("county", "monthly", to_unit=desk.cast.township)
        desk.recipient("county", "monthly", to_unit=desk.cast.town_centre, email="a@example.org")
        desk.recipient("county", "monthly", email="A@example.org", is_copy=True)
        desk.recipient("county", "weekly", to_unit=desk.cast.other_township)
        paper = desk.issued()
        assert {row.to_unit for row in Delivery.objects.all()} == {desk.cast.township, desk.cast.town_centre}
        assert [row.address for row in MailOut.objects.all()] == ["a@example.org"]
        for _ in range(2):
            relay_once(desk.now())
        assert [row.user for row in Notice.objects.filter(verb="review_issued")] == [desk.cast.town_dispatcher]
        with desk.acting("town_dispatcher") as user:
            assert Review.objects.visible_to(user).filter(pk=paper.review_id).exists()
            assert not Review.objects.visible_to(user).exclude(pk=paper.review_id).exists()
        with desk.acting("town_dispatcher") as user:
            assert Notice.objects.visible_to(user).count() == 1

    def test_what_was_ended_is_sent_nothing(self, desk):
        from mediation.reviews.models import Recipient
        from mediation.reviews.workflow import end_recipient

        desk.recipient("county", "monthly", to_unit=desk.cast.township)
        with desk.acting("supervisor") as user:
            end_recipient(recipient=Recipient.objects.get(), on=date(2026, 3, 2), by=user)
        desk.issued()
        assert not Delivery.objects.exists()

    def test_receipts_say_who_read_and_who_acknowledged_when(self, desk):
        desk.recipient("county", "monthly", to_unit=desk.cast.township)
        desk.recipient("county", "monthly", to_unit=desk.cast.other_township)
        paper = desk.issued()
        assert unacknowledged(paper) == [desk.cast.township, desk.cast.other_township]
        with desk.acting("town_dispatcher") as user:
            first = note_read(paper=paper, user=user, at=desk.now())
            assert first is not None
            assert note_read(paper=paper, user=user, at=desk.now()) == first
        with desk.acting("supervisor") as user:
            assert note_read(paper=paper, user=user, at=desk.now()) is None
        desk.go("acknowledge_receipt", paper, "town_dispatcher")
        receipt = Receipt.objects.get()
        assert receipt.acknowledged_at is not None
        assert receipt.read_at == first.read_at < receipt.acknowledged_at
        assert (receipt.of_unit, receipt.user) == (desk.cast.township, desk.cast.town_dispatcher)
        assert unacknowledged(paper) == [desk.cast.other_township]
        with pytest.raises(NotPossible, match="已签收"):
            desk.go("acknowledge_receipt", paper, "town_dispatcher")
        with pytest.raises(NotAllowed):
            desk.go("acknowledge_receipt", paper, "supervisor")

    def test_buttons_follow_the_table(self, desk):
        paper = desk.written(desk.review())

        def offered(who):
            with desk.acting(who) as user:
                from mediation.reviews.workflow import PAPER_MOVES

                fresh = Paper.objects.get(pk=paper.pk)
                return {move.verb for move in allowed_moves(fresh, user, PAPER_MOVES)}

        assert offered("supervisor") == {"edit_section", "address_paper", "submit_paper"}
        assert offered("leader") == set()
        desk.go("submit_paper", paper, "supervisor")
        assert offered("leader") == {"check_paper", "return_paper"}
        desk.go("check_paper", paper, "leader")
        assert offered("leader") == {"issue_paper", "return_paper"}
        assert offered("clerk") == set()


class TestFrozen:
    """After issue nothing changes: the verbs refuse it, and so does the database itself."""

    FREE = {"status", "is_open", "last_event_at", "last_seq", "version"}

    @pytest.mark.parametrize(
        ("verb", "who", "needs"),
        [
            ("edit_section", "supervisor", {"section": "causes", "written": "改"}),
            ("address_paper", "supervisor", {"addressee": "别处"}),
            ("submit_paper", "supervisor", {}),
            ("check_paper", "leader", {}),
            ("return_paper", "leader", {"remark": "发现问题要改"}),
            ("open_objections", "supervisor", {"until": date(2026, 12, 1)}),
        ],
    )
    def test_no_verb_changes_it(self, desk, verb, who, needs):
        paper = desk.issued()
        with pytest.raises(NotPossible):
            desk.go(verb, paper, who, **needs)

    def test_every_column_but_the_timeline_s_own_is_frozen_in_the_database(self, desk):
        paper = desk.issued()
        columns = {field.attname for field in Paper._meta.concrete_fields} - self.FREE - {"id"}
        with connection.cursor() as cursor:
            for column in sorted(columns):
                other = {
                    "outline": "'{}'::jsonb",
                    "copies_to": "'[1]'::jsonb",
                    "issued_at": "now()",
                    "objections_until": "now()",
                }.get(column, "null" if column.endswith("_by_id") or column == "county_id" else None)
                if other is None:
                    is_text = isinstance(getattr(paper, column), str)
                    other = "'anders'" if is_text else f"coalesce({column}, 0) + 1"
                with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
                    cursor.execute(f"update reviews_paper set {column} = {other} where id = %s", [paper.pk])

    @pytest.mark.parametrize("status", ["built", "drafted", "checked"])
    def test_it_does_not_go_back(self, desk, status):
        paper = desk.issued()
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(status=status)

    def test_it_is_not_deleted_and_sections_are_frozen_with_it(self, desk):
        paper = desk.issued()
        section = paper.sections.get(key="causes")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("delete from reviews_paper where id = %s", [paper.pk])
        for change in (
            lambda: Section.objects.filter(pk=section.pk).update(written="改了"),
            lambda: Section.objects.filter(pk=section.pk).delete(),
            lambda: Section.objects.create(paper=paper, key="x", position=9, heading="补", **paper.levels),
        ):
            with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
                change()
        draft = desk.draft(desk.review(start="2026-01-01"))
        moving = draft.sections.get(key="outlook")
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Section.objects.filter(pk=moving.pk).update(paper=paper, key="y")

    def test_the_timeline_only_grows(self, desk):
        from django.db import ProgrammingError

        paper = desk.issued()
        for statement in ("update reviews_paperevent set verb = 'x'", "delete from reviews_paperevent"):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        with pytest.raises(TypeError):
            paper.events.first().save()

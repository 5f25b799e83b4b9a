"""The second lock: row-level security alone, with raw SQL, as the app role (RELIABILITY.md P5, P6, rules 2 to 6)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, ProgrammingError, connection, transaction
from django.utils import timezone

from cases.models import Access, Case, Incident, IncidentEvent, Party
from cases.workflow import PartyData, add_party, attach_file, correct_case_place, correct_place, open_case_from_incident
from cases.workflow.looks import reveal_field
from grid import rls
from grid.workflow import end_post, seat
from mediation.models import Agreement, Obligation, Performance, Session, Signature
from mediation.workflow import advise_confirmation, apply_for_confirmation, record_visit
from tests.cases.inputs import PDF
from tests.cases.stage import LONG, SINCE, START, C, S, Stage
from tests.conftest import owner_url

PUBLIC = {"grid_unit"}
"""Divisions are public knowledge."""


def rows(sql: str, *params: Any) -> list[Any]:
    """Run raw SQL as the app role."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def column(sql: str, *params: Any) -> set[Any]:
    """The first column of raw SQL."""
    return {row[0] for row in rows(sql, *params)}


def placed_tables() -> set[str]:
    """Every table, partition, view or materialised view with a place in it."""
    return column(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'm', 'v')"
        " and a.attname = 'city_id' and not a.attisdropped"
    )


@contextmanager
def acting(stage: Stage, name: str) -> Iterator[None]:
    """Stand in the scope of somebody of the cast."""
    with rls.scope_of(stage.actor(name)):
        yield


@contextmanager
def nobody() -> Iterator[None]:
    """Stand nowhere, and go back to where one stood."""
    with rls.system_scope():
        rls.leave()
        yield


class TestCatalogue:
    """What the database itself says about its locks."""

    def test_every_placed_table_is_enabled_and_forced(self, db: None) -> None:
        tables = placed_tables()
        assert len(tables) > 20
        open_ones = column(
            "select relname from pg_class where relname = any (%s) and not (relrowsecurity and relforcerowsecurity)",
            sorted(tables - PUBLIC),
        )
        assert open_ones == set()

    def test_every_policy_checks_writing_as_well_as_reading(self, db: None) -> None:
        found = rows("select tablename, policyname, cmd, qual, with_check from pg_policies where schemaname = 'public'")
        both = {table for table, _name, cmd, qual, check in found if cmd == "ALL" and qual and qual == check}
        assert both == placed_tables() - PUBLIC
        # Three policies more: the functions that tell people what was opened to them read past the access rows' own,
        # the one that tells which surges shorten the limits of their work reads past those of the surges, and by what a
        # place assesses is read below it.
        others = {(table, name, cmd) for table, name, cmd, _qual, _check in found if cmd != "ALL"}
        assert others == {
            ("cases_access", "cases_access_owner", "SELECT"),
            ("reviews_surge", "reviews_surge_owner", "SELECT"),
            ("reviews_assessmentrule", "reviews_assessmentrule_above", "SELECT"),
        }

    def test_the_app_role_is_nobody_special(self, db: None) -> None:
        assert rows(
            "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication from pg_roles"
            " where rolname = current_user"
        ) == [(False,) * 5]
        assert column("select relname from pg_class where relowner = current_user::regrole and relkind = 'r'") == set()

    def test_functions_that_run_as_the_owner_are_these(self, db: None) -> None:
        assert column("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace") == {
            "hemu_opened_incidents",
            "hemu_opened_cases",
            "hemu_surges_on",
            "cases_incident_levels_follow",
            "cases_case_levels_follow",
            "mediation_case_levels_follow",
            "mediation_deeper_levels_follow",
            "refresh_statistics",
        }
        unsafe = column(
            "select proname from pg_proc where prosecdef and proconfig is null"
            " and pronamespace = 'public'::regnamespace"
        )
        assert unsafe == set()

    @pytest.mark.parametrize(
        "table",
        [
            "cases_incidentevent",
            "cases_caseevent",
            "cases_clockentry",
            "cases_reveal",
            "mediation_rosterevent",
            "mediation_performance",
        ],
    )
    def test_timelines_are_appended_only(self, db: None, table: str) -> None:
        for statement in (f"update {table} set city_id = 1", f"delete from {table}", f"truncate {table}"):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)

    def test_nobody_takes_a_lock_off(self, db: None) -> None:
        for statement in (
            "alter table cases_incident disable row level security",
            "alter table cases_incident no force row level security",
            "drop policy cases_incident_scope on cases_incident",
            "create policy mine on cases_incident using (true)",
            "set session authorization postgres",
            "create table hole as select 1 as city_id",
        ):
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_a_placed_table_without_a_lock_stops_the_start(self, db: None) -> None:
        assert rls.unsafe_reasons() == []
        with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
            owner.execute("create table forgotten (id int, city_id bigint)")
            try:
                assert rls.unsafe_reasons() == ["table forgotten carries a place but no forced row-level security"]
                with ThreadPoolExecutor(1) as pool, pytest.raises(ImproperlyConfigured, match="forgotten"):
                    pool.submit(rls.refuse_unsafe_start).result()
                owner.execute("alter table forgotten enable row level security")
                assert len(rls.unsafe_reasons()) == 1
                owner.execute("alter table forgotten force row level security")
                assert rls.unsafe_reasons() == []
            finally:
                owner.execute("drop table forgotten")

    @pytest.mark.parametrize("role", ["owner", "superuser"])
    def test_a_role_that_passes_the_locks_stops_the_start(self, db: None, role: str) -> None:
        name = connection.settings_dict["NAME"]
        params: dict[str, Any] = {**psycopg.conninfo.conninfo_to_dict(owner_url(name))}
        if role == "superuser":
            params["user"] = "postgres"
        with psycopg.connect(**params) as stronger:
            found = stronger.execute(rls._ROLE_SQL).fetchone()
        assert found is not None
        assert any(found)


class TestNoScope:
    """Unset and empty mean no rows, never all."""

    def test_nothing_is_read(self, stage: Stage) -> None:
        stage.incident(S.IN_PROGRESS)
        stage.case(C.PERFORMED)
        with nobody():
            for table in sorted(placed_tables() - PUBLIC):
                assert rows(f"select * from {table} limit 1") == [], table

    def test_nothing_is_written(self, stage: Stage) -> None:
        pk = stage.report()
        levels = stage.cast.grid.levels
        with nobody(), connection.cursor() as cursor:
            cursor.execute("update cases_incident set description = 'x'")
            assert cursor.rowcount == 0
            cursor.execute("delete from cases_incident")
            assert cursor.rowcount == 0
        with nobody(), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Access.objects.create(incident_id=pk, user=stage.cast.stranger, reason="lead", granted_at=START, **levels)

    def test_an_empty_setting_is_like_none(self, stage: Stage) -> None:
        stage.report()
        with rls.system_scope(), connection.cursor() as cursor:
            cursor.execute(
                "select set_config(name, '', true) from unnest(array['app.scope', 'app.user', 'app.units']) name"
            )
            assert rows("select id from cases_incident") == []

    def test_someone_without_a_post_stands_nowhere(self, stage: Stage) -> None:
        from grid.workflow import add_user

        stage.report()
        user = add_user(username="nobody", name="无岗位")
        with rls.scope_of(user) as standing:
            assert (standing.posts, Incident.objects.count(), Case.objects.count()) == ((), 0, 0)


class TestPlaces:
    """A scope is a list of places; what lies elsewhere is not there, for any statement."""

    SCOPES = (
        ("worker", {"here"}),
        ("sibling_worker", {"here"}),
        ("village_leader", {"here"}),
        ("town_dispatcher", {"here"}),
        ("dispatcher", {"here", "next_town"}),
        ("clerk", {"here", "next_town"}),
        ("supervisor", {"here", "next_town"}),
        ("leader", {"here", "next_town"}),
        ("auditor", {"here", "next_town"}),
        ("city_dispatcher", {"here", "next_town", "elsewhere"}),
        ("stranger", {"elsewhere"}),
        ("strange_worker", {"elsewhere"}),
        ("mediator", {"here"}),
        ("strange_director", {"elsewhere"}),
    )

    @pytest.fixture
    def three(self, stage: Stage) -> dict[int, str]:
        return {
            stage.master: "here",
            stage.report(by="clerk", place="other_township"): "next_town",
            stage.report(by="strange_worker", place="strange_grid"): "elsewhere",
        }

    @pytest.mark.parametrize(("name", "seen"), SCOPES)
    def test_raw_sql_sees_ones_own_places(self, stage: Stage, three: dict[int, str], name: str, seen: set[str]) -> None:
        with acting(stage, name):
            assert {three[pk] for pk in column("select id from cases_incident")} == seen
            assert {three[pk] for pk in column("select incident_id from cases_incidentevent")} == seen

    def test_a_foreign_row_is_neither_changed_nor_moved_nor_made(self, stage: Stage, three: dict[int, str]) -> None:
        (foreign,) = [pk for pk, where in three.items() if where == "elsewhere"]
        with acting(stage, "dispatcher"), connection.cursor() as cursor:
            cursor.execute("update cases_incident set description = 'x' where id = %s", [foreign])
            assert cursor.rowcount == 0
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                cursor.execute(
                    "update cases_incident set city_id = %s, county_id = %s, township_id = null, village_id = null,"
                    " grid_id = null where id = %s",
                    [stage.cast.city.pk, stage.cast.other_county.pk, stage.master],
                )

    def test_an_id_from_elsewhere_is_like_one_that_was_never_given(self, stage: Stage, three: dict[int, str]) -> None:
        (foreign,) = [pk for pk, where in three.items() if where == "elsewhere"]
        with acting(stage, "dispatcher"):
            for pk in (foreign, 10**12):
                with pytest.raises(Incident.DoesNotExist):
                    stage.do("verify_incident", pk, "dispatcher")


class TestOpened:
    """What was opened to a user or unit is seen wherever it lies; and only what is one's own."""

    def test_a_unit_from_elsewhere_sees_what_it_was_given(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        stage.do("assign_incident", pk, "city_dispatcher", lead_unit=stage.cast.strange_department)
        with acting(stage, "strange_handler"):
            assert column("select id from cases_incident") == {pk}
            assert column("select hemu_opened_incidents()") == {pk}
            assert rows("select hemu_opened_cases()") == []
            assert column("select distinct incident_id from cases_incidentevent") == {pk}
            # Their colleagues' access rows of this record are part of it, those of others are not.
            assert column("select distinct incident_id from cases_access") == {pk}
        with acting(stage, "stranger"):
            assert rows("select id from cases_incident") == []
            assert rows("select hemu_opened_incidents()") == []

    def test_nobody_asks_for_another(self, stage: Stage) -> None:
        case = stage.case(C.MEDIATING)
        with acting(stage, "strange_mediator"):
            assert rows("select hemu_opened_cases()") == []
            assert rows("select id from cases_case") == []
        with acting(stage, "mediator"):
            assert column("select hemu_opened_cases()") == {case}
        with nobody():
            assert rows("select hemu_opened_cases()") == []

    def test_it_ends_with_its_day(self, stage: Stage) -> None:
        pk = stage.incident(S.TRIAGED)
        stage.do("assign_incident", pk, "city_dispatcher", lead_unit=stage.cast.strange_department)
        Access.objects.filter(incident_id=pk, reason="lead").update(until=START)
        with acting(stage, "strange_handler"):
            assert rows("select id from cases_incident") == []

    def test_access_cannot_be_given_to_oneself(self, stage: Stage) -> None:
        pk = stage.report(by="strange_worker", place="strange_grid")
        mine = {"incident_id": pk, "user": stage.cast.dispatcher, "reason": "lead", "granted_at": START}
        for levels in (stage.cast.strange_grid.levels,):
            with (
                acting(stage, "dispatcher"),
                pytest.raises(ProgrammingError, match="row-level security"),
                transaction.atomic(),
            ):
                Access.objects.create(**mine, **levels)
        # A row that claims to lie at home opens the foreign record to its maker: the app never writes such a row
        # (levels are copied from the record), and the record's own policy is what it is written against.
        assert Access.objects.filter(incident_id=pk).count() == 0


class TestScopes:
    """Set for a transaction, restored after a block, never leaking into the next."""

    def places(self) -> str:
        return str(rows("select coalesce(current_setting('app.scope', true), '')")[0][0])

    def test_nested_scopes_restore_the_outer_one(self, stage: Stage) -> None:
        outer = self.places()
        with acting(stage, "worker"):
            inner = self.places()
            assert inner == f"{{{stage.cast.village.pk}}}"
            with acting(stage, "stranger"):
                assert self.places() == f"{{{stage.cast.other_county.pk}}}"
                with rls.system_scope():
                    assert Incident.objects.count() == 1
                assert Incident.objects.count() == 0
            assert self.places() == inner
        assert self.places() == outer

    def test_after_a_refusal_the_outer_one_stands(self, stage: Stage) -> None:
        outer = self.places()
        with pytest.raises(ZeroDivisionError), transaction.atomic(), acting(stage, "worker"):
            raise ZeroDivisionError
        assert self.places() == outer

    def test_leaving_empties_it(self, stage: Stage) -> None:
        with rls.system_scope():
            rls.leave()
            assert (self.places(), Incident.objects.count()) == ("", 0)

    def test_a_grid_worker_stands_in_the_whole_village(self, stage: Stage) -> None:
        with rls.scope_of(stage.actor("worker")) as standing:
            assert [held.level for held in standing.posts] == ["grid"]
            assert standing.place_ids == [stage.cast.grid.pk]

    def test_posts_are_read_anew_each_time(self, stage: Stage) -> None:
        user = stage.actor("dispatcher")
        with rls.scope_of(user):
            assert Incident.objects.count() == 1
        end_post(post=user.posts.get(), by=stage.actor("security_admin"), on=START.date())
        with rls.scope_of(user) as standing:
            assert (standing.posts, Incident.objects.count()) == ((), 0)

    def test_several_posts_add_up(self, stage: Stage) -> None:
        there = stage.report(by="strange_worker", place="strange_grid")
        seat(
            user=stage.cast.town_dispatcher,
            unit=stage.cast.strange_centre,
            role="centre_clerk",
            starts_on=SINCE,
            at=START,
        )
        with acting(stage, "town_dispatcher"):
            assert column("select id from cases_incident") == {stage.master, there}

    def test_whether_anything_was_opened_is_known(self, stage: Stage) -> None:
        with rls.scope_of(stage.actor("dispatcher")) as standing:
            assert not standing.has_access_rows
        pk = stage.case(C.REGISTERED)
        assert pk
        with rls.scope_of(stage.actor("dispatcher")) as standing:
            assert standing.has_access_rows

    def test_unscoped_and_scoped_requests_alternate_on_one_connection(self, stage: Stage) -> None:
        there = stage.report(by="strange_worker", place="strange_grid")
        for _ in range(100):
            with acting(stage, "dispatcher"):
                assert column("select id from cases_incident") == {stage.master}
            with acting(stage, "stranger"):
                assert column("select id from cases_incident") == {there}
            with nobody():
                assert rows("select id from cases_incident") == []


class TestLevelsFollow:
    """A corrected place takes everything along that hangs on the record, however deep (osidb#1367)."""

    CHILDREN_OF_INCIDENT = (
        "cases_incidentevent",
        "cases_access",
        "cases_attachment",
        "cases_clockentry",
        "cases_clockrequest",
        "cases_handover",
        "cases_notice",
        "cases_party",
        "cases_remark",
        "cases_reveal",
    )
    CHILDREN_OF_CASE = (
        "cases_caseevent",
        "cases_casemediator",
        "cases_access",
        "cases_attachment",
        "cases_clockentry",
        "cases_clockrequest",
        "cases_handover",
        "cases_notice",
        "cases_party",
        "cases_remark",
        "cases_reveal",
        "mediation_session",
        "mediation_agreement",
        "mediation_confirmation",
        "mediation_followup",
    )

    def levels(self, table: str, key: str, pk: int) -> set[Any]:
        found = rows(f"select city_id, county_id, township_id, village_id, grid_id from {table} where {key} = %s", pk)
        assert found, table
        return set(found)

    def test_every_table_of_a_record_is_followed(self, db: None) -> None:
        with_record = {
            record: column(
                "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
                " where c.relkind = 'r' and a.attname = %s and c.relname = any (%s)",
                f"{record}_id",
                sorted(placed_tables()),
            )
            for record in ("incident", "case")
        }
        # A case lies where it lies itself, an item of inspection where its sample does.
        of_their_own = {"cases_case", "reviews_inspectionitem"}
        assert with_record["incident"] - of_their_own == set(self.CHILDREN_OF_INCIDENT)
        assert with_record["case"] == set(self.CHILDREN_OF_CASE)

    def test_an_incident(self, stage: Stage, settings: Any, tmp_path: Any) -> None:
        settings.MEDIA_ROOT = tmp_path
        pk = stage.incident(S.SUSPENDED)
        incident, by = stage.incident_now(pk), stage.actor("clerk")
        party = add_party(record=incident, by=by, at=stage.now(), side="applicant", data=PartyData("赵某某"))
        reveal_field(party=party, field="name", reason="核对当事人身份", by=by, at=stage.now())
        attach_file(record=incident, by=by, at=stage.now(), content=PDF, name="a.pdf")
        from cases.relay import relay_once

        relay_once(timezone.now())
        with acting(stage, "city_dispatcher"):
            correct_place(pk=pk, by=stage.actor("city_dispatcher"), at=stage.now(), place=stage.cast.strange_village)
        there = tuple(stage.cast.strange_village.levels.values())
        for table in self.CHILDREN_OF_INCIDENT:
            assert self.levels(table, "incident_id", pk) == {there}, table
        assert set(IncidentEvent.objects.filter(incident_id=pk).values_list("unit_id", flat=True)) == {
            stage.cast.grid.pk,
            stage.cast.strange_village.pk,
        }

    def test_a_case_down_to_its_payments(self, stage: Stage, settings: Any, tmp_path: Any) -> None:
        settings.MEDIA_ROOT = tmp_path
        pk = stage.case(C.MEDIATING)
        when = stage.moment.date().replace(month=12, day=1)
        stage.go("ask_case_suspension", pk, "mediator", reason="appraisal", until=when, remark=LONG)
        stage.go("propose_hand_over", pk, "director", committee=stage.cast.strange_committee_unit, remark=LONG)
        stage.agree(pk)
        stage.pay(pk, 100)
        by, case = stage.actor("mediator"), stage.case_now(pk)
        reveal_field(party=stage.party(pk), field="name", reason="核对当事人身份", by=by, at=stage.now())
        attach_file(record=case, by=by, at=stage.now(), content=PDF, name="a.pdf")
        record_visit(case=case, party=stage.party(pk), by=by, at=stage.now(), channel="phone", findings=LONG)
        advise_confirmation(case=case, by=by, at=stage.now())
        apply_for_confirmation(case=case, by=by, at=stage.now(), court="离石区人民法院")
        from cases.relay import relay_once

        relay_once(timezone.now())
        with acting(stage, "dispatcher"):
            correct_case_place(pk=pk, by=stage.actor("dispatcher"), at=stage.now(), place=stage.cast.other_village)
        there = tuple(stage.cast.other_village.levels.values())
        for table in self.CHILDREN_OF_CASE:
            assert self.levels(table, "case_id", pk) == {there}, table
        for model in (Signature, Obligation, Performance, Session, Agreement, Party):
            assert {tuple(row.levels.values()) for row in model.objects.all()} == {there}, model

    def test_it_is_gone_for_those_it_left(self, stage: Stage) -> None:
        pk = stage.case(C.PERFORMED)
        with acting(stage, "town_dispatcher"):
            assert Performance.objects.count() == 2
        correct_case_place(pk=pk, by=stage.actor("city_dispatcher"), at=stage.now(), place=stage.cast.strange_village)
        with acting(stage, "town_dispatcher"):
            for model in (Case, Agreement, Obligation, Performance, Signature, Session, Party):
                assert model.objects.count() == 0, model
        with acting(stage, "stranger"):
            assert (Case.objects.count(), Performance.objects.count()) == (1, 2)


class TestWholeJourneyUnderTheLock:
    """Everybody acts in their own scope, also those from the next county: nothing is written that may not be."""

    def test_an_incident_handled_from_elsewhere(self, stage: Stage) -> None:
        def act(verb: str, by: str, **needs: Any) -> None:
            with acting(stage, by):
                stage.do(verb, stage.master, by, **needs)

        act("verify_incident", "clerk")
        act("triage_incident", "city_dispatcher", path="department", complexity="ordinary")
        units = {"lead_unit": stage.cast.strange_department, "assisting": [stage.cast.second_department]}
        act("assign_incident", "city_dispatcher", **units)
        act("object_incident", "strange_handler", reason="not_competent", remark=LONG)
        act("overrule_objection", "city_dispatcher", remark=LONG)
        act("accept_incident", "strange_handler")
        act("accept_assistance", "second_handler")
        act("report_assistance", "second_handler", remark=LONG)
        until = stage.moment.date().replace(day=30)
        act("ask_suspension", "strange_handler", reason="appraisal", until=until, remark=LONG)
        act("grant_suspension", "supervisor")
        act("resume_incident", "strange_handler")
        act("handle_incident", "strange_handler", remark=LONG)
        close = {"outcome": "handled", "level": "city", "evidence": "none_declared", "remark": LONG}
        act("close_incident", "city_dispatcher", **close)
        assert stage.incident_now(stage.master).status == S.CLOSED

    @pytest.mark.parametrize("verb", ["object_to_assistance", "escalate_incident"])
    def test_whoever_gives_it_away_can_still_write_why(self, stage: Stage, verb: str) -> None:
        pk = stage.incident(S.TRIAGED)
        Incident._base_manager.filter(pk=pk).update(handling_level="township")
        units = {"lead_unit": stage.cast.strange_department, "assisting": [stage.cast.strange_centre]}
        seat(user=stage.cast.strange_worker, unit=stage.cast.strange_centre, role="handler", starts_on=SINCE, at=START)
        stage.do("assign_incident", pk, "city_dispatcher", **units)
        by = "strange_worker" if verb == "object_to_assistance" else "strange_handler"
        needs = {"reason": "not_competent"} if verb == "object_to_assistance" else {}
        with acting(stage, by):
            stage.do(verb, pk, by, remark=LONG, **needs)
        assert stage.incident_now(pk).remarks.order_by("-pk")[0].text == LONG
        with acting(stage, by):
            assert not Incident.objects.filter(pk=pk).exists()

    @pytest.mark.parametrize("answer", ["accept_hand_over", "object_to_hand_over"])
    def test_a_case_offered_across_counties(self, stage: Stage, answer: str) -> None:
        incident = stage.incident(S.TRIAGED)
        with acting(stage, "dispatcher"):
            by = stage.actor("dispatcher")
            case = open_case_from_incident(pk=incident, by=by, at=stage.now(), committee=stage.cast.committee_unit)
        with acting(stage, "director"):
            assert Incident.objects.visible_to(stage.actor("director")).filter(pk=incident).exists()
            unit = stage.cast.strange_committee_unit
            stage.go("propose_hand_over", case.pk, "director", committee=unit, remark=LONG)
        with acting(stage, "strange_director"):
            assert Case.objects.visible_to(stage.actor("strange_director")).filter(pk=case.pk).exists()
            assert Incident.objects.visible_to(stage.actor("strange_director")).filter(pk=incident).exists()
            needs = {"reason": "not_competent", "remark": LONG} if answer == "object_to_hand_over" else {}
            stage.go(answer, case.pk, "strange_director", **needs)
        taken = answer == "accept_hand_over"
        with acting(stage, "strange_director"):
            assert Case.objects.filter(pk=case.pk).exists() == taken
            assert Incident.objects.filter(pk=incident).exists() == taken

    def test_a_returned_case_leaves_a_committee_from_elsewhere(self, stage: Stage) -> None:
        pk = stage.case(C.REGISTERED)
        stage.go("choose_committee", pk, "dispatcher", committee=stage.cast.strange_committee_unit)
        with acting(stage, "strange_director"):
            stage.go("return_case", pk, "strange_director", reason="wrong_place", remark=LONG)
        with acting(stage, "strange_director"):
            assert not Case.objects.filter(pk=pk).exists()
        assert stage.case_now(pk).committee is None

    def test_mediation_by_a_committee_from_elsewhere(self, stage: Stage) -> None:
        from cases.workflow import record_consent
        from mediation.workflow import schedule_session, sign_agreement

        pk = stage.case(C.REGISTERED)
        stage.go("choose_committee", pk, "dispatcher", committee=stage.cast.strange_committee_unit)
        with acting(stage, "strange_director"):
            stage.go("accept_case", pk, "strange_director")
            stage.go("assign_mediator", pk, "strange_director", mediator=stage.cast.strange_mediator, no_interest=True)
        with acting(stage, "strange_mediator"):
            by = stage.actor("strange_mediator")
            record_consent(pk=pk, by=by, at=stage.now(), party=stage.party(pk), consent="given")
            at = stage.now()
            schedule_session(case=stage.case_now(pk), by=by, at=at, planned_for=at, venue="调解室", form="joint")
            sign_agreement(case=stage.case_now(pk), by=by, at=stage.now(), terms=stage.terms(pk))
            assert Agreement.objects.visible_to(by).count() == 1
            assert (Obligation.objects.count(), Signature.objects.count()) == (1, 2)
        with acting(stage, "second_mediator"):
            # Row-level security lets the place through; visible_to does not.
            assert Agreement.objects.count() == 1
            assert Agreement.objects.visible_to(stage.actor("second_mediator")).count() == 0

"""The second lock for papers: places, deliveries that open them to a unit, timelines, and what is issued is frozen."""

from django.db import migrations

from grid.rls import OWN_UNIT, PLACE_CHECK, append_only_sql, policy_sql, policy_undo_sql

MY_PLACE = "any ((select nullif(current_setting('app.scope', true), ''))::bigint[])"


def mine(column: str) -> str:
    """SQL: the unit in the column is one of mine, or the place one of mine stands at."""
    return f"({column} = {OWN_UNIT} or {column} = {MY_PLACE})"


LAID_BEFORE_ME = f"(select d.paper_id from reviews_delivery d where {mine('d.to_unit_id')})"
REVIEW_LAID_BEFORE_ME = f"(select d.review_id from reviews_delivery d where {mine('d.to_unit_id')})"
SURGES_OF_MINE = f"(select u.surge_id from reviews_surgeunit u where {mine('u.of_unit_id')})"

CHECKS = {
    "reviews_organ": PLACE_CHECK,
    "reviews_numberseries": PLACE_CHECK,
    "reviews_recipient": PLACE_CHECK,
    "reviews_mailout": PLACE_CHECK,
    "reviews_correction": f"{PLACE_CHECK} or corrects_id in {REVIEW_LAID_BEFORE_ME}",
    "reviews_delivery": f"{PLACE_CHECK} or {mine('to_unit_id')}",
    "reviews_paper": f"{PLACE_CHECK} or id in {LAID_BEFORE_ME}",
    "reviews_section": f"{PLACE_CHECK} or paper_id in {LAID_BEFORE_ME}",
    "reviews_paperevent": f"{PLACE_CHECK} or paper_id in {LAID_BEFORE_ME}",
    "reviews_objection": f"{PLACE_CHECK} or paper_id in {LAID_BEFORE_ME}",
    "reviews_receipt": f"{PLACE_CHECK} or paper_id in {LAID_BEFORE_ME}",
    "reviews_suggestion": f"{PLACE_CHECK} or {mine('owner_id')}",
    "reviews_suggestionevent": (
        f"{PLACE_CHECK} or suggestion_id in (select s.id from reviews_suggestion s where {mine('s.owner_id')})"
    ),
    "reviews_surge": f"{PLACE_CHECK} or id in {SURGES_OF_MINE}",
    "reviews_surgeunit": f"{PLACE_CHECK} or {mine('of_unit_id')}",
    "reviews_surgeevent": f"{PLACE_CHECK} or surge_id in {SURGES_OF_MINE}",
    "reviews_surgereport": f"{PLACE_CHECK} or surge_id in {SURGES_OF_MINE}",
    "reviews_surgetask": f"{PLACE_CHECK} or {mine('owner_id')}",
    "reviews_surgeday": f"{PLACE_CHECK} or surge_id in {SURGES_OF_MINE}",
}
APPENDED_ONLY = (
    "reviews_paperevent",
    "reviews_delivery",
    "reviews_suggestionevent",
    "reviews_surgeevent",
    "reviews_surgereport",
    "reviews_surgeday",
)

# What goes on after issue: receipts and archiving move the paper's timeline on; nothing that is read changes.
FROZEN_SQL = """
create function reviews_paper_is_frozen() returns trigger language plpgsql as $$
declare goes_on constant text[] := array['status', 'is_open', 'last_event_at', 'last_seq', 'version'];
begin
    if old.status in ('issued', 'archived') then
        if tg_op = 'DELETE' then
            raise exception 'an issued paper is frozen' using errcode = 'integrity_constraint_violation';
        end if;
        if (to_jsonb(new) - goes_on) is distinct from (to_jsonb(old) - goes_on)
           or new.status not in ('issued', 'archived') or (old.status = 'archived' and new.status = 'issued') then
            raise exception 'an issued paper is frozen' using errcode = 'integrity_constraint_violation';
        end if;
    end if;
    if tg_op = 'DELETE' then return old; end if;
    return new;
end $$;
create trigger reviews_paper_is_frozen before update or delete on reviews_paper
    for each row execute function reviews_paper_is_frozen();

create function reviews_part_is_frozen() returns trigger language plpgsql as $$
declare
    papers bigint[] := array[]::bigint[];
    stands text;
    paper bigint;
begin
    if tg_op <> 'INSERT' then papers := papers || old.paper_id; end if;
    if tg_op <> 'DELETE' then papers := papers || new.paper_id; end if;
    foreach paper in array papers loop
        -- Locked, so that a part cannot change while its paper is being issued.
        select status into stands from reviews_paper where id = paper for share;
        if stands is null or stands in ('issued', 'archived') then
            raise exception 'a part of an issued paper is frozen' using errcode = 'integrity_constraint_violation';
        end if;
    end loop;
    if tg_op = 'DELETE' then return old; end if;
    return new;
end $$;
create trigger reviews_section_is_frozen before insert or update or delete on reviews_section
    for each row execute function reviews_part_is_frozen();
create trigger reviews_objection_is_frozen before insert or update or delete on reviews_objection
    for each row execute function reviews_part_is_frozen();
"""
THAW_SQL = """
drop trigger reviews_objection_is_frozen on reviews_objection;
drop trigger reviews_section_is_frozen on reviews_section;
drop trigger reviews_paper_is_frozen on reviews_paper;
drop function reviews_part_is_frozen();
drop function reviews_paper_is_frozen();
"""
OPENED_REVIEWS = f"{PLACE_CHECK} or id in {REVIEW_LAID_BEFORE_ME}"


class Migration(migrations.Migration):
    dependencies = [("reviews", "0007_papers")]

    operations = [
        *[migrations.RunSQL(policy_sql(table, check), policy_undo_sql(table)) for table, check in CHECKS.items()],
        # A review laid before a unit is read there, wherever it lies (DESIGN.md rule 3).
        migrations.RunSQL(
            policy_undo_sql("reviews_review") + policy_sql("reviews_review", OPENED_REVIEWS),
            policy_undo_sql("reviews_review") + policy_sql("reviews_review", PLACE_CHECK),
        ),
        *[migrations.RunSQL(append_only_sql(table), migrations.RunSQL.noop) for table in APPENDED_ONLY],
        migrations.RunSQL(FROZEN_SQL, THAW_SQL),
    ]

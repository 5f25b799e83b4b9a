-- Every measure of a review, recounted in DuckDB from raw events alone (LEDGER.md section 4, DOMAIN.md 7.3).
--
-- Written apart from mediation.reviews: no status, delta or closing time that the product stores is read, only what was
-- done to a matter (verb), when, and where. All looks are counted at once. Times are local; money is in cents.
--
-- Needs the tables that __init__.py exports, and `looks`: look, unit, digits and below (how many digits of a code name
-- the unit and its children), starts, ends (clipped at as_of), whole (whether the period is over), as_of.

create or replace macro pad(prefix) as rpad(prefix, 12, '0');
create or replace macro rate(n, d) as case when d = 0 then '—' else
    printf('%d.%02d%%', ((n * 20000 + d) // (2 * d)) // 100, ((n * 20000 + d) // (2 * d)) % 100) end;
create or replace macro hundredths(h) as printf('%d.%02d', h // 100, h % 100);
create or replace macro last_day(ends) as (ends - interval 1 microsecond)::date;

-- == Where a matter lies and what it is at T =========================================================================

create or replace table lies as
with last as (
    select l.look, e.noun, e.id, arg_max(e.place, e.seq) as place, arg_max(e.category, e.seq) as category
    from looks l join events e on e.happened < l.as_of
    group by all
)
select l.look, last.noun, last.id, last.category,
       case when last.place = l.unit then 'direct' else pad(last.place[:l.below]) end as child,
       case when length(last.place) > 12 then last.place end as grid
from last join looks l using (look)
where last.place[:l.digits] = l.unit[:l.digits];

-- == Incidents =======================================================================================================

create or replace table turns as
select id, seq, happened, verb,
       case when verb in ('report_incident', 'record_incident', 'reopen_incident', 'record_reopening', 'undo_void') then 1
            when verb in ('close_incident', 'convert_incident', 'record_closure') then -1
            when verb in ('reject_incident', 'record_invalid', 'merge_incident', 'record_duplicate') then -2 end as turn
from events
where noun = 'incident' and turn is not null;

create or replace table stood as
with reported as (
    select l.look, i.id, i.child, i.grid, i.category, l.as_of
    from lies i join looks l using (look) join events e on e.noun = 'incident' and e.id = i.id and e.seq = 1
    where i.noun = 'incident' and e.happened >= l.starts and e.happened < l.ends
)
select r.look, r.id, any_value(r.child) as child, any_value(r.grid) as grid, any_value(r.category) as category,
    coalesce(arg_max(case e.verb when 'verify_incident' then 'valid' when 'record_verification' then 'valid'
                                 when 'reject_incident' then 'invalid' when 'record_invalid' then 'invalid'
                                 when 'merge_incident' then 'duplicate' when 'record_duplicate' then 'duplicate'
                                 when 'undo_void' then 'pending' end, e.seq)
             filter (where e.verb in ('verify_incident', 'record_verification', 'reject_incident', 'record_invalid',
                                      'merge_incident', 'record_duplicate', 'undo_void')), 'pending') as found,
    arg_max(case when t.turn = -1 then e.happened end, e.seq) filter (where t.turn in (1, -1)) as last_closed,
    max(e.seq) filter (where t.turn = 1) as opened_seq,
    max(e.seq) filter (where t.turn = -1) as closed_seq,
    arg_max(e.outcome, e.seq) filter (where t.turn = -1) as outcome,
    arg_max(e.level, e.seq) filter (where t.turn = -1) as level,
    arg_max_null(e.due_at, e.seq) as stands_due,
    bool_or(e.verb = 'grant_extension') as extended,
    arg_max(e.verb, e.seq) filter (where e.verb in (
        'handle_incident', 'rework_incident', 'close_incident', 'record_closure', 'reopen_incident', 'record_reopening',
        'reject_incident', 'merge_incident', 'undo_void', 'triage_incident', 'assign_incident')) = 'handle_incident'
        as awaits_check
from reported r
join events e on e.noun = 'incident' and e.id = r.id and e.happened < r.as_of
left join turns t on t.id = e.id and t.seq = e.seq
group by r.look, r.id;

create or replace table cohort as
select s.*, i.source, i.self_handled, l.as_of,
    coalesce(s.closed_seq, 0) > s.opened_seq as closed,
    coalesce(s.stands_due, late.due_at) as due,
    coalesce(s.outcome in ('resolved', 'handled'), false) as solved
from stood s join looks l using (look) join incidents i on i.id = s.id
left join (select id, arg_max(due_at, seq) as due_at from events where noun = 'incident' and verb = 'record_limit' group by id)
    late on late.id = s.id;

create or replace table counted (look integer, child varchar, term varchar, number hugeint);

insert into counted
select look, child, unnest([
    {'term': 'reported', 'number': count(*)},
    {'term': 'valid', 'number': count(*) filter (found = 'valid')},
    {'term': 'invalid', 'number': count(*) filter (found = 'invalid')},
    {'term': 'duplicate', 'number': count(*) filter (found = 'duplicate')},
    {'term': 'pending', 'number': count(*) filter (found = 'pending')},
    {'term': 'closed', 'number': count(*) filter (found = 'valid' and closed)},
    {'term': 'handled', 'number': count(*) filter (found = 'valid' and (closed or coalesce(awaits_check, false)))},
    {'term': 'self_handled', 'number': count(*) filter (found = 'valid' and self_handled)},
    {'term': 'due', 'number': count(*) filter (found = 'valid' and due < as_of)},
    {'term': 'on_time', 'number': count(*) filter (found = 'valid' and due < as_of and closed and last_closed <= due)},
    {'term': 'extended', 'number': count(*) filter (found = 'valid' and due < as_of and extended)},
    {'term': 'village', 'number': count(*) filter (found = 'valid' and closed and solved and level in ('grid', 'village'))},
    {'term': 'township', 'number': count(*) filter (found = 'valid' and closed and solved and level = 'township')}
], recursive := true)
from cohort group by look, child;

insert into counted
select l.look, i.child, unnest([
    {'term': 'reopened', 'number': count(*) filter (t.turn = 1 and t.seq > 1)},
    {'term': 'closures', 'number': count(*) filter (t.turn = -1)},
    {'term': 'voided', 'number': count(*) filter (t.turn = -2)},
    {'term': 'closures_reopened', 'number': count(*) filter (t.turn = -1 and exists (
        from turns later where later.id = t.id and later.seq > t.seq and later.happened < l.as_of
        and later.verb in ('reopen_incident', 'record_reopening')))}
], recursive := true)
from looks l join lies i on i.look = l.look and i.noun = 'incident'
join turns t on t.id = i.id and t.happened >= l.starts and t.happened < l.ends
group by l.look, i.child;

insert into counted
with at_edges as (
    select l.look, i.child, i.id, edge.term, arg_max(t.turn, t.seq) as turn
    from looks l join lies i on i.look = l.look and i.noun = 'incident'
    cross join (values ('open_start'), ('open_end')) edge(term)
    join turns t on t.id = i.id and t.happened < case edge.term when 'open_start' then l.starts else l.ends end
    group by all
)
select look, child, term, count(*) from at_edges where turn = 1 group by all;

-- == Grids ===========================================================================================================

insert into counted
with standing as (
    select l.look, u.code, case when l.digits = 9 then u.code[:12] else pad(u.code[:l.below]) end as child,
        exists (from cohort c where c.look = l.look and c.grid = u.code and c.found = 'valid')
        or exists (from nil n where n.code = u.code and n.day >= l.starts::date and n.day <= last_day(l.ends) and n.happened < l.as_of)
        as heard
    from looks l join units u on u.kind = 'grid' and u.code[:l.digits] = l.unit[:l.digits]
     and u.valid_from <= last_day(l.ends) and (u.valid_to is null or u.valid_to > last_day(l.ends))
)
select look, child, unnest([
    {'term': 'grids', 'number': count(*)},
    {'term': 'grids_active', 'number': count(*) filter (heard)}
], recursive := true)
from standing group by look, child;

-- == Disputes ========================================================================================================

create or replace table disputed as
select l.look, i.child, i.id, i.category, l.starts, l.ends, l.as_of from lies i join looks l using (look) where i.noun = 'case';

create or replace table ended as
select d.look, d.id,
    coalesce(arg_max(e.verb in ('note_full_performance', 'resolve_case', 'record_resolution'), e.seq)
        filter (where e.verb in ('note_full_performance', 'resolve_case', 'record_resolution', 'record_breach', 'reopen_case')),
        false) as resolved,
    coalesce(bool_or(e.verb in ('settle_case', 'record_agreement')), false) as agreed,
    coalesce(arg_max(e.verb <> 'reopen_case', e.seq)
        filter (where e.verb in ('terminate_case', 'record_termination', 'close_case', 'record_case_closure', 'reopen_case')),
        false) as over
from disputed d join events e on e.noun = 'case' and e.id = d.id and e.happened < d.as_of
group by all;

create or replace table entered as
select d.look, d.child, d.id, d.category, x.resolved, x.agreed, x.agreed or x.over as concluded,
    case when e.seq = 1 then 'found' else 'accepted' end as how
from disputed d join ended x on x.look = d.look and x.id = d.id
join events e on e.noun = 'case' and e.id = d.id and e.happened >= d.starts and e.happened < d.ends
 and (e.seq = 1 or e.verb in ('accept_case', 'record_acceptance'));

insert into counted
select look, child, unnest([
    {'term': 'found', 'number': count(*) filter (how = 'found')},
    {'term': 'found_resolved', 'number': count(*) filter (how = 'found' and resolved)},
    {'term': 'accepted', 'number': count(*) filter (how = 'accepted')},
    {'term': 'accepted_resolved', 'number': count(*) filter (how = 'accepted' and resolved)},
    {'term': 'accepted_agreed', 'number': count(*) filter (how = 'accepted' and agreed)},
    {'term': 'accepted_concluded', 'number': count(*) filter (how = 'accepted' and concluded)}
], recursive := true)
from entered group by look, child;

insert into counted
select d.look, d.child, unnest([
    {'term': 'answers', 'number': count(*) filter (e.verb in ('note_visit', 'record_visit_answer') and e.satisfaction <> '')},
    {'term': 'satisfied', 'number': count(*) filter (e.satisfaction in ('very_satisfied', 'satisfied'))},
    {'term': 'confirmations', 'number': count(*) filter (e.verb in ('note_confirmation_application', 'record_confirmation_application'))},
    {'term': 'closings', 'number': count(*) filter (e.verb in ('close_case', 'record_case_closure'))},
    {'term': 'escalated', 'number': count(distinct e.id) filter (e.verb = 'escalate_to_police' and e.crime)}
], recursive := true)
from disputed d join events e on e.noun = 'case' and e.id = d.id and e.happened >= d.starts and e.happened < d.ends
group by d.look, d.child;

insert into counted
select d.look, d.child, 'escalated_people', sum(coalesce(c.people, 0))
from disputed d join cases c on c.id = d.id
where exists (from events e where e.noun = 'case' and e.id = d.id and e.happened >= d.starts and e.happened < d.ends
              and e.verb = 'escalate_to_police' and e.crime)
group by all;

-- What closings said they prevented; a case closed twice in the period says it with the later one, and what was put
-- right later, before it was closed once more, goes for that closing.
insert into counted
with closings as (
    select d.look, d.child, d.id, max(e.seq) as closing
    from disputed d join events e on e.noun = 'case' and e.id = d.id and e.happened >= d.starts and e.happened < d.ends
     and e.verb in ('close_case', 'record_case_closure')
    group by all
),
said as (
    select c.look, c.child, c.id, arg_max(coalesce(e.prevented, '{}'), e.seq) as people
    from closings c join events e on e.noun = 'case' and e.id = c.id
     and (e.seq = c.closing or e.seq > c.closing and e.verb = 'correct_prevention')
    where not exists (from events n where n.noun = 'case' and n.id = c.id and n.seq > c.closing and n.seq <= e.seq
                      and n.verb in ('close_case', 'record_case_closure'))
    group by all
),
kinds as (
    select s.look, s.child, k.kind, json_extract(s.people, '$.' || k.kind)::bigint as people
    from said s cross join (values ('crime'), ('suicide'), ('petition'), ('brawl')) k(kind)
)
select look, child, 'saved_' || kind, count(people) from kinds group by all
union all select look, child, 'saved_people_' || kind, coalesce(sum(people), 0) from kinds group by all;

create or replace table lengths as
select d.look, d.child, e.happened::date - taken.happened::date as days
from disputed d
join events e on e.noun = 'case' and e.id = d.id and e.happened >= d.starts and e.happened < d.ends
 and e.verb in ('close_case', 'record_case_closure')
asof join (select id, seq, happened from events where noun = 'case' and verb in ('accept_case', 'record_acceptance')) taken
  on taken.id = e.id and taken.seq <= e.seq;

-- Every event of a case belongs to the agreement before it.
create or replace table of_agreements as
select e.*, sum((verb in ('settle_case', 'record_agreement'))::int) over (partition by id order by seq) as agreement,
       sum((verb in ('note_confirmation_application', 'record_confirmation_application'))::int)
           over (partition by id order by seq) as application
from events e where noun = 'case';

create or replace table agreed as
select id, agreement, min(happened) as made_at, arg_max(limit_on, seq) as limit_on, arg_max(cents, seq) as cents
from of_agreements
where agreement > 0 and limit_on is not null
group by all;

create or replace table followed as
select d.look, d.child, d.starts, d.ends, d.as_of, a.id, a.agreement, a.made_at, a.limit_on, a.cents,
    a.made_at >= d.starts and a.made_at < d.ends as is_new,
    coalesce(bool_or(e.verb in ('note_full_performance', 'record_performance')), false) as performed,
    coalesce(bool_or(e.verb in ('note_visit', 'record_visit_answer') and e.happened::date <= a.limit_on + 30), false) as visited,
    coalesce(bool_or(e.verb in ('note_confirmation_application', 'record_confirmation_application')), false) as applied,
    arg_max(k.due_at, (k.seq, k.entry)) as apply_by
from disputed d join agreed a on a.id = d.id and a.made_at < d.as_of
join of_agreements e on e.id = a.id and e.agreement = a.agreement and e.happened < d.as_of
left join clock k on k.id = e.id and k.seq = e.seq
group by all;

insert into counted
select look, child, unnest([
    {'term': 'agreements', 'number': count(*) filter (is_new)},
    {'term': 'cents', 'number': coalesce(sum(cents) filter (is_new), 0)},
    {'term': 'limits', 'number': count(*) filter (limit_on >= starts::date and limit_on + 1 <= ends)},
    {'term': 'performed', 'number': count(*) filter (performed and limit_on >= starts::date and limit_on + 1 <= ends)},
    {'term': 'signed_due', 'number': count(*) filter (is_new and limit_on + 1 <= as_of)},
    {'term': 'signed_due_performed', 'number': count(*) filter (is_new and limit_on + 1 <= as_of and performed)},
    {'term': 'signed_performed', 'number': count(*) filter (is_new and performed)},
    {'term': 'visits_due', 'number': count(*) filter (limit_on + 30 >= starts::date and limit_on + 31 <= ends)},
    {'term': 'visited', 'number': count(*) filter (visited and limit_on + 30 >= starts::date and limit_on + 31 <= ends)},
    {'term': 'confirm_over', 'number': count(*) filter (apply_by >= starts and apply_by < ends)},
    {'term': 'confirm_applied', 'number': count(*) filter (applied and apply_by >= starts and apply_by < ends)}
], recursive := true)
from followed group by look, child;

insert into counted
with ruled as (
    select d.look, d.child, a.id, a.seq, arg_max(r.result, r.seq) filter (where r.happened < d.as_of or r.undated) as result
    from disputed d
    join of_agreements a on a.id = d.id and a.happened >= d.starts and a.happened < d.ends
     and a.verb in ('note_confirmation_application', 'record_confirmation_application')
    join of_agreements r on r.id = a.id and r.application = a.application
    group by all
)
select look, child, unnest([
    {'term': 'decided', 'number': count(*) filter (result in ('confirmed', 'rejected'))},
    {'term': 'confirmed', 'number': count(*) filter (result = 'confirmed')}
], recursive := true)
from ruled group by look, child;

-- == Rosters, townships, and what others stated ======================================================================

insert into counted
select l.look, case when r.place = l.unit then 'direct' else pad(r.place[:l.below]) end, r.kind, sum(r.delta)
from looks l join roster r on r.happened < l.ends and r.place[:l.digits] = l.unit[:l.digits]
group by all;

-- A fact of a place as a whole; the unit's own stands under 'itself' and is no part of any sum.
insert into counted
with townships as (
    select l.look, l.digits, l.below, u.code,
        coalesce((select sum(r.delta) from roster r
                  where r.place = u.code and r.kind = 'mediator_full_time' and r.happened < l.ends), 0) as full_time
    from looks l join units u on u.level = 'township' and u.kind = 'division' and not u.is_statistical_only
     and u.code[:l.digits] = l.unit[:l.digits]
     and u.valid_from <= last_day(l.ends) and (u.valid_to is null or u.valid_to > last_day(l.ends))
)
select look, case when digits = 9 then 'itself' else pad(code[:below]) end, unnest([
    {'term': 'townships', 'number': count(*)},
    {'term': 'townships_staffed', 'number': count(*) filter (full_time >= 2)}
], recursive := true)
from townships group by 1, 2;

create or replace table told as
with people as (
    select l.look, p.code, arg_max(p.people, (p.year, p.id)) as people
    from looks l join population p on p.year <= year(l.starts) group by all
),
suits as (
    select l.look, s.code, arg_max(s.number, s.id) as suits
    from looks l join outside s on l.whole and s.what = 'suits' and s.start_on = l.starts::date and s.end_on = l.ends::date
    group by all
)
select l.look, u.code, case when u.code = l.unit then 'itself' else u.code end as child, p.people, s.suits
from looks l join units u on u.kind = 'division'
 and (u.code = l.unit or (u.code[:l.digits] = l.unit[:l.digits] and u.level = l.child_level))
left join people p on p.look = l.look and p.code = u.code
left join suits s on s.look = l.look and s.code = u.code
where p.people is not null or s.suits is not null;

insert into counted
select look, child, 'population', people from told where people is not null
union all select look, child, 'suits', suits from told where suits is not null
union all select look, child, 'suits_population', people from told where people is not null and suits is not null;

-- == The measures ====================================================================================================

create or replace table cells as
with children as (
    select l.look, u.code as child from looks l join units u on u.kind = 'division' and u.level = l.child_level
     and u.code[:l.digits] = l.unit[:l.digits]
     and u.valid_from <= last_day(l.ends) and (u.valid_to is null or u.valid_to > l.starts::date)
    union select look, child from counted where number <> 0 and child <> 'itself'
    union select look, 'all' from looks
),
summed as (
    select look, child, term, number from counted where child not in ('itself')
    union all
    select look, 'all', term, number from counted where child = 'itself' or term not in ('population', 'suits', 'suits_population')
),
wide as (
    select look, child, map_from_entries(list((term, number))) as t
    from (select look, child, term, sum(number) as number from summed group by all) group by all
),
days as (
    select look, child, list_sort(list(days)) as d
    from (select look, child, days from lengths union all select look, 'all', days from lengths) group by all
)
select c.look, c.child, coalesce(w.t, map {}) as t, coalesce(d.d, []) as d
from children c left join wide w on w.look = c.look and w.child = c.child
left join days d on d.look = c.look and d.child = c.child;

create or replace macro n(t, term) as coalesce(t[term], 0)::bigint;

create or replace table measured as
with formulas as (
    from (values
    -- measure, numerator or value, denominator (null: a number)
    ('reported', ['reported'], null), ('reported_valid', ['valid'], null), ('reported_invalid', ['invalid'], null),
    ('reported_duplicate', ['duplicate'], null), ('pending_inspection', ['pending'], null),
    ('valid_report_rate', ['valid'], ['valid', 'invalid', 'duplicate']),
    ('closure_rate', ['closed'], ['valid']), ('handling_rate', ['handled'], ['valid']),
    ('on_time_closure_rate', ['on_time'], ['due']), ('extension_share', ['extended'], ['due']),
    ('grassroots_resolution_rate', ['village', 'township'], ['valid']),
    ('village_resolution_share', ['village'], ['valid']), ('township_resolution_share', ['township'], ['valid']),
    ('self_handled_rate', ['self_handled'], ['valid']), ('reopen_rate', ['closures_reopened'], ['closures']),
    ('flow_open_start', ['open_start'], null), ('flow_new', ['reported'], null), ('flow_reopened', ['reopened'], null),
    ('flow_closed', ['closures'], null), ('flow_voided', ['voided'], null),
    -- Counted, not derived: that the identity holds is one of the things to find out.
    ('flow_open_end', ['open_end'], null),
    ('stock_clearance', ['closures'], ['open_start', 'reported', 'reopened', '-voided']),
    ('clearance', ['closures'], ['valid']), ('active_grid_rate', ['grids_active'], ['grids']),
    ('grids_unreported', ['grids', '-grids_active'], null),
    ('disputes_found', ['found'], null), ('disputes_accepted', ['accepted'], null),
    ('resolution_rate_found', ['found_resolved'], ['found']),
    ('resolution_rate_accepted', ['accepted_resolved'], ['accepted']),
    ('mediation_success_rate', ['accepted_agreed'], ['accepted']),
    ('mediation_success_concluded', ['accepted_agreed'], ['accepted_concluded']),
    ('agreements_signed', ['agreements'], null), ('performance_rate', ['performed'], ['limits']),
    ('performance_rate_due', ['signed_due_performed'], ['signed_due']),
    ('performance_rate_signed', ['signed_performed'], ['agreements']),
    ('confirmations_applied', ['confirmations'], null),
    ('confirmation_apply_rate', ['confirm_applied'], ['confirm_over']), ('confirm_rate', ['confirmed'], ['decided']),
    ('follow_up_rate', ['visited'], ['visits_due']), ('satisfaction_rate', ['satisfied'], ['answers']),
    ('disputes_closed', ['closings'], null), ('dispute_clearance', ['closings'], ['accepted']),
    ('escalated_cases', ['escalated'], null), ('escalated_people', ['escalated_people'], null),
    ('prevented_crime_cases', ['saved_crime'], null), ('prevented_crime_people', ['saved_people_crime'], null),
    ('prevented_suicide_cases', ['saved_suicide'], null), ('prevented_suicide_people', ['saved_people_suicide'], null),
    ('prevented_petition_cases', ['saved_petition'], null), ('prevented_petition_people', ['saved_people_petition'], null),
    ('prevented_brawl_cases', ['saved_brawl'], null), ('prevented_brawl_people', ['saved_people_brawl'], null),
    ('mediators_full_time', ['mediator_full_time'], null), ('mediators_part_time', ['mediator_part_time'], null),
    ('staffing_compliance', ['townships_staffed'], ['townships']),
    ('committees_township', ['committee_township'], null), ('committees_subdistrict', ['committee_subdistrict'], null),
    ('committees_village', ['committee_village'], null), ('named_studios', ['studio'], null)
    ) f(measure, top, bottom)
),
sums as (
    select c.look, c.child, f.measure, f.bottom is not null as is_rate,
        list_sum(list_transform(f.top, lambda x: case when x[1] = '-' then -n(c.t, x[2:]) else n(c.t, x) end))::bigint as top,
        list_sum(list_transform(coalesce(f.bottom, ['none']),
                 lambda x: case when x[1] = '-' then -n(c.t, x[2:]) else n(c.t, x) end))::bigint as bottom
    from cells c cross join formulas f
)
select look, child, measure,
    case when is_rate then json_object('numerator', top, 'denominator', bottom, 'display', rate(top, bottom))
         else json_object('value', top) end as figure
from sums
union all
select look, child, 'agreement_amount', json_object('value', hundredths(n(t, 'cents'))) from cells
union all
select look, child, 'amount_involved', json_object('value', hundredths((n(t, 'cents') + 5000) // 10000)) from cells
union all
select look, child, m.measure, json_object('numerator', n(t, m.top), 'denominator', n(t, m.bottom), 'display',
    case when n(t, m.bottom) = 0 then '—'
         else hundredths((n(t, m.top) * 2000000 + n(t, m.bottom)) // (2 * n(t, m.bottom))) end)
from cells cross join (values ('cases_per_10k', 'accepted', 'population'), ('suits_per_10k', 'suits', 'suits_population'))
    m(measure, top, bottom)
union all
select look, child, m.measure, json_object('value', shown, 'count', len(d), 'display', coalesce(shown, '—'))
from (select look, child, d, m.measure as measure, case when len(d) = 0 then null
        when m.measure = 'handling_days_median' then printf('%.1f', (d[(len(d) + 1) // 2] + d[len(d) // 2 + 1]) / 2.0)
        else printf('%.1f', d[(len(d) * 9 + 9) // 10]::double) end as shown
      from cells cross join (values ('handling_days_median'), ('handling_days_p90')) m(measure)) m;

create or replace table broken_down as
select look, 'reported_valid_by_category' as name, category as code, count(*) as number from cohort where found = 'valid' group by all
union all
select look, 'reported_valid_by_source', source, count(*) from cohort where found = 'valid' group by all
union all
select look, 'disputes_found_by_category', category, count(*) from entered where how = 'found' group by all
union all
select e.look, 'disputes_found_by_source', c.source, count(*) from entered e join cases c on c.id = e.id where e.how = 'found' group by all;

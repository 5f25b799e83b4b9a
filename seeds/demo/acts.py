"""What the story's people do, verb by verb, on days counted back from today."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cases.deadlines import SHANGHAI, day_of
from cases.masking import is_id_number
from cases.models import Case, Incident, Party
from cases.workflow import (
    CASE_VERBS,
    INCIDENT_VERBS,
    PartyData,
    Registration,
    Report,
    accept_case,
    add_party,
    assign_mediator,
    record_consent,
    register_case,
    report_incident,
)
from grid.models import Unit, User
from mediation.models import Agreement, Session
from mediation.workflow import Duty, Terms, hold_session, schedule_session, sign_agreement
from seeds.demo.desks import Desks, invented_phone
from seeds.play.phrases import person_name

MINUTE = timedelta(minutes=1)


@dataclass
class Acts:
    """The stage of the story; ``now`` is the moment it leads up to."""

    desks: Desks
    now: datetime
    rng: Random

    @property
    def today(self) -> date:
        """The day it is."""
        return day_of(self.now)

    def ago(self, days: int, clock: str = "09:30") -> datetime:
        """A moment some days back at a time of day; never later than a minute before now."""
        return min(self.ahead(-days, clock), self.now - MINUTE)

    def ahead(self, days: int, clock: str) -> datetime:
        """A time of day some days from today."""
        return datetime.combine(self.on(days), time.fromisoformat(clock), SHANGHAI)

    def on(self, days: int) -> date:
        """The day so many days from today, negative ones past."""
        return self.today + timedelta(days=days)

    def user(self, name: str) -> User:
        """One of the demo's people."""
        return self.desks.users[name]

    def unit(self, name: str) -> Unit:
        """One of the demo's units."""
        return self.desks.units[name]

    def key(self) -> uuid.UUID:
        """A key as a phone would draw it, the same in each run."""
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    # -- Incidents ------------------------------------------------------------------------------------------------

    def report(
        self, category: str, text: str, at: datetime, *, by: str = "grid", place: str = "grid", **said: Any
    ) -> int:
        """Report and return the incident's id."""
        report = Report(client_uuid=self.key(), place=self.unit(place).pk, category=category, description=text, **said)
        return report_incident(by=self.user(by), at=at, report=report).pk

    def do(self, verb: str, pk: int, by: str, at: datetime, **needs: Any) -> Incident:
        """Perform a verb on an incident."""
        done: Incident = INCIDENT_VERBS[verb](pk=pk, by=self.user(by), at=at, **needs)
        return done

    # -- Cases ----------------------------------------------------------------------------------------------------

    def register(
        self,
        category: str,
        text: str,
        at: datetime,
        *,
        by: str = "dispatcher",
        committee: Unit | None = None,
        source: str = "walk_in",
        place: str = "village",
        people: int = 2,
        **given: Any,
    ) -> Case:
        """Register a dispute."""
        return register_case(
            by=self.user(by),
            at=at,
            registration=Registration(
                place=self.unit(place),
                category=category,
                description=text,
                source=source,
                committee=committee,
                people_count=people,
                client_uuid=self.key(),
                **given,
            ),
        )

    def parties(self, case: Case, at: datetime, *, by: str = "dispatcher", willing: bool = True) -> tuple[Party, Party]:
        """Add an applicant and a respondent, invented, and say whether they are willing."""
        made = []
        for side in ("applicant", "respondent"):
            who = invented_person(self.rng)
            made.append(add_party(record=case, by=self.user(by), at=at, side=side, data=who, notice_given=True))
        if willing:
            for party in made:
                record_consent(pk=case.pk, by=self.user(by), at=at, party=party, consent="given")
        return made[0], made[1]

    def mediate(
        self,
        category: str,
        text: str,
        at: datetime,
        *,
        mediator: str = "mediator",
        screened: bool = False,
        **given: Any,
    ) -> tuple[Case, Party, Party]:
        """Register, accept the next morning, and give to a mediator."""
        case = self.register(category, text, at, committee=self.home, **given)
        first, second = self.parties(case, at + 10 * MINUTE)
        at = min(at + timedelta(days=1), self.now - MINUTE)
        accept_case(pk=case.pk, by=self.user("director"), at=at, violence_screened=screened)
        case = assign_mediator(
            pk=case.pk, by=self.user("director"), at=at, mediator=self.user(mediator), no_interest=True
        )
        return case, first, second

    @property
    def home(self) -> Unit:
        """The unit of the demo's committee."""
        assert self.desks.committee is not None  # The story is told only where there is one.
        return self.desks.committee.unit

    def go(self, verb: str, case: Case, by: str, at: datetime, **needs: Any) -> Case:
        """Perform a verb on a case."""
        done: Case = CASE_VERBS[verb](pk=case.pk, by=self.user(by), at=at, **needs)
        return done

    def plan(
        self, case: Case, at: datetime, planned_for: datetime, *, by: str = "mediator", form: str = "joint"
    ) -> Session:
        """Plan a session."""
        return schedule_session(
            case=case,
            by=self.user(by),
            at=at,
            planned_for=planned_for,
            venue="调解一室",
            form=form,
            client_uuid=self.key(),
        )

    def sit(
        self,
        session: Session,
        parties: Sequence[Party],
        at: datetime,
        record: str,
        *,
        by: str = "mediator",
        **more: Any,
    ) -> Session:
        """Record a session that was held at its planned time."""
        given = {"minutes": 80, "result": "to_continue", **more}
        return hold_session(
            session=session,
            by=self.user(by),
            at=at,
            began_at=session.planned_for,
            attended=parties,
            record=record,
            **given,
        )

    def agree(
        self,
        case: Case,
        parties: tuple[Party, Party],
        at: datetime,
        owed: Sequence[tuple[str, int, date]],
        *,
        by: str = "mediator",
        done: bool = False,
    ) -> Agreement:
        """Hold one session the day before and sign: the respondent owes the applicant ``(what, yuan, until)``."""
        creditor, debtor = parties
        held_at = at - timedelta(days=1)
        session = self.plan(case, held_at - timedelta(hours=4), held_at, by=by)
        said = "双方陈述了经过，调解员讲解了有关规定，对金额和期限基本达成一致。"
        self.sit(session, parties, held_at + timedelta(hours=2), said, by=by, result="agreed")
        duties = [
            Duty(
                "pay" if yuan else "act",
                debtor,
                what,
                until,
                Decimal(yuan).quantize(Decimal("0.01")),
                creditor if yuan else None,
                done=done,
            )
            for what, yuan, until in owed
        ]
        content = "；".join(f"{number}、{what}" for number, (what, _yuan, _until) in enumerate(owed, 1))
        return sign_agreement(
            case=case,
            by=self.user(by),
            at=at,
            terms=Terms(
                facts=case.description,
                content=f"{content}；双方就此事不再有其他争议。",
                manner="银行转账",
                duties=duties,
                signatures={creditor.pk: "signature", debtor.pk: "fingerprint"},
                mediator_signed=True,
                seal_affixed=True,
            ),
            client_uuid=self.key(),
        )


def invented_person(rng: Random) -> PartyData:
    """Somebody who does not exist: the check digit of the identity number is wrong on purpose (DOMAIN.md PV-19)."""
    number = f"141102{rng.randint(1955, 2001)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randrange(1000):03d}"
    wrong = [digit for digit in "0123456789" if not is_id_number(number + digit)]
    return PartyData(person_name(rng), number + rng.choice(wrong), invented_phone(rng), "滨河街道东关社区")

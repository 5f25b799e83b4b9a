"""The desk at which papers are made in tests: a review with known figures, and people who act in their own scopes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases.moves import NotAllowed
from grid import rls
from grid.models import User
from grid.scope import Role
from grid.workflow import add_user, seat
from mediation.reviews import periods, workflow
from mediation.reviews.indicators import REGISTER_VERSION, figures_of
from mediation.reviews.models import Paper, Review
from tests.cast import SINCE, Cast
from tests.reviews.conftest import local

SNAPSHOT = "100:100:"
CAUSES = "受项目集中开工影响，共{reported_valid}件，办结率{closure_rate}"

TERMS = {
    "reported": 104,
    "valid": 84,
    "void": 12,
    "pending": 8,
    "closed": 53,
    "due": 40,
    "on_time": 30,
    "grassroots": 41,
    "closures": 60,
    "closures_reopened": 2,
    "open_start": 10,
    "reopened": 3,
    "voided": 12,
    "found": 30,
    "found_resolved": 20,
    "accepted": 25,
    "accepted_resolved": 18,
    "accepted_agreed": 19,
    "agreements": 17,
    "amount": 123456,
    "performed": 9,
    "limits": 10,
    "satisfied": 40,
    "answers": 42,
    "confirmations": 1,
    "mediator_full_time": 6,
    "mediator_part_time": 61,
    "committee_township": 5,
    "committee_subdistrict": 2,
    "committee_village": 46,
    "studio": 1,
}
"""Terms of a month, all different, so that a text that quotes the wrong one shows."""


def told(terms: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """Measures over the terms above, with some replaced."""
    return figures_of({**(TERMS if terms is None else terms), **others})


def nothing() -> dict[str, Any]:
    """Measures of a period in which nothing happened at all."""
    return figures_of({})


def figures(**beside: Any) -> dict[str, Any]:
    """The figures of a review as stored, with what stands beside the measures."""
    return {
        "measures": told(),
        "by_township": {"141102001000": told(), "141102002000": nothing()},
        "reported_valid_by_category": {"0102": 40, "0101": 24, "0201": 20},
        "reported_valid_by_source": {"grid_report": 84},
        "disputes_found_by_category": {"0102": 20, "0101": 10},
        "disputes_found_by_source": {"walk_in": 30},
        "comparisons": {},
        **beside,
    }


@dataclass
class Desk:
    """People, a moment, and reviews that somebody works on."""

    cast: Cast
    moment: datetime = field(default_factory=lambda: local("2026-03-02 09:00"))

    def now(self) -> datetime:
        """The next minute."""
        self.moment += timedelta(minutes=1)
        return self.moment

    def wait(self, **span: int) -> datetime:
        """Let time pass."""
        self.moment += timedelta(**span)
        return self.moment

    def hire(self, name: str, role: Role, unit: str) -> User:
        """Seat one person more."""
        user = add_user(username=f"{name}-{self.cast.users[next(iter(self.cast.users))].pk}", name=name)
        seat(user=user, unit=self.cast.units[unit], role=role, starts_on=SINCE, at=local("2020-01-02 00:00"))
        self.cast.users[name] = user
        return user

    def review(self, kind: str = "monthly", start: str = "2026-02-01", unit: str = "county", **changed: Any) -> Review:
        """Store a review whose figures are known."""
        period = periods.parse(kind, start)
        place = self.cast.units[unit]
        versions = Review.objects.filter(unit=place, kind=kind, start=period.start).count()
        found: dict[str, Any] = {
            "kind": kind,
            "unit": place.code,
            "start": str(period.start_on),
            "end": str(period.end_on),
        }
        found |= {"as_of": period.end.isoformat(), "version": versions + 1}
        kept = {**figures(**changed), **found}
        below = {"city": ("county", "other_county"), "township": ("village", "other_village")}.get(unit)
        if below:
            del kept["by_township"]
            kept[f"by_{below[0]}"] = dict(
                zip([self.cast.units[name].code for name in below], [told(), nothing()], strict=True)
            )
        review = Review(
            kind=kind,
            start=period.start,
            end=period.end,
            as_of=period.end,
            version=versions + 1,
            reason="due",
            figures=kept,
            register_version=REGISTER_VERSION,
            snapshot=SNAPSHOT,
            built_at=period.end + timedelta(hours=7),
        )
        review.lie_at(place)
        review.save(force_insert=True)
        return review

    @contextmanager
    def acting(self, who: str) -> Iterator[User]:
        """Stand in somebody's scope with their posts read anew."""
        user = self.cast.users[who]
        user._standing = None  # type: ignore[attr-defined]
        with rls.scope_of(user):
            yield user

    def go(self, verb: str, paper: Paper, who: str, **needs: Any) -> Paper:
        """Perform a verb on a paper in somebody's own scope."""
        with self.acting(who) as user:
            done: Paper = workflow.PAPER_VERBS[verb](pk=paper.pk, by=user, at=self.now(), **needs)
        return done

    def draft(self, review: Review, who: str = "supervisor") -> Paper:
        """Take up the paper of a review."""
        with self.acting(who) as user:
            return workflow.draft_review(review=review, by=user, at=self.now())

    def written(self, review: Review, who: str = "supervisor") -> Paper:
        """A drafted paper whose required sections are written."""
        paper = self.draft(review, who)
        for key in ("causes", "requirements"):
            if paper.sections.filter(key=key).exists():
                self.go("edit_section", paper, who, section=key, written=CAUSES)
        return paper

    def checked(self, review: Review, who: str = "supervisor", checker: str = "leader") -> Paper:
        """A paper that a second person found in order."""
        paper = self.written(review, who)
        self.go("submit_paper", paper, who)
        return self.go("check_paper", paper, checker)

    def issued(self, review: Review | None = None, who: str = "supervisor", by: str = "leader") -> Paper:
        """An issued paper of a kind that ranks nobody."""
        review = review or self.review()
        self.organ(review.unit)
        paper = self.checked(review, who, by)
        return self.go("issue_paper", paper, by)

    def organ(self, unit: Any, code: str = "离综治") -> None:
        """Say who issues the papers of a place."""
        for user in ("leader", "city_supervisor"):
            try:
                with self.acting(user) as by:
                    workflow.set_organ(unit=unit, name=f"{unit.name}社会治安综合治理中心", code=code, by=by)
            except NotAllowed:
                continue
            return

    def recipient(self, unit: str, kind: str, by: str = "supervisor", **to: Any) -> None:
        """Have papers of a place sent to somebody."""
        with self.acting(by) as user:
            workflow.add_recipient(unit=self.cast.units[unit], kind=kind, by=user, at=self.moment, **to)

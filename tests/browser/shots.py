"""Pictures of every page: phone and desktop, light and dark, Chinese and English (``make shots``).

    python -m tests.browser.shots                 everything, into tests/browser/shots
    python -m tests.browser.shots --only case --looks zh-light

It plays a street (``tests.scene``) on a database of its own, opens every page as the role it is for, and says which
pages are wider than their window or made the browser complain.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.browser.surge_shots import addresses, play_surge

BASE = Path(__file__).resolve().parent.parent.parent
TARGET = Path(__file__).resolve().parent / "shots"
DATA = BASE / "var" / "shots"

SIZES = {"phone": (390, 844), "desktop": (1360, 860)}
LOOKS = {
    "zh-light": ("zh-hans", "light"),
    "zh-dark": ("zh-hans", "dark"),
    "en-light": ("en", "light"),
    "en-dark": ("en", "dark"),
}
TALLEST = 4000


@dataclass
class Shot:
    """One page as one role; ``steps`` are selectors to click before the picture."""

    name: str
    who: str
    url: str
    steps: tuple[str, ...] = ()
    data: dict[str, str] = field(default_factory=dict)


def prepare() -> None:
    """Make the database and the static files; the environment must be set before Django is imported."""
    os.environ.update(
        HEMU_DATA=str(DATA), HEMU_EMBEDDED_FAST="1", HEMU_LOG_LEVEL="ERROR", DJANGO_SETTINGS_MODULE="config.settings"
    )
    for command in (["migrate", "--verbosity=0"], ["collectstatic", "--noinput", "--verbosity=0"]):
        subprocess.run([sys.executable, str(BASE / "manage.py"), *command], check=True, cwd=BASE)
    compiled = BASE / "config" / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    if not compiled.exists():
        subprocess.run([sys.executable, "-m", "config.messages", "compile"], check=True, cwd=BASE)


def play() -> Any:
    """Sweep the database and play the street anew, so that it is always today's."""
    import psycopg
    from django.db import connection

    from grid import rls
    from tests.cast import build_cast
    from tests.conftest import SEEDED, owner_url
    from tests.scene import build_scene

    with psycopg.connect(owner_url(connection.settings_dict["NAME"])) as owner:
        tables = owner.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " and not relname = any (%s)",
            [list(SEEDED)],
        ).fetchall()
        owner.execute(f"truncate {', '.join(name for (name,) in tables)} restart identity cascade")
        owner.execute("delete from grid_unit where kind <> 'division'")
    with rls.system_scope():
        cast = build_cast()
    return build_scene(cast)


def play_past() -> dict[str, Any]:
    """Play two years of a whole city, small, and build reviews of it."""
    from decimal import Decimal

    from django.utils import timezone

    from grid import rls
    from grid.models import Unit
    from grid.scope import today
    from mediation.reviews import periods
    from mediation.reviews.workflow import build_review
    from seeds.play.city import YearOfCity
    from seeds.play.published import CITIES

    last = today().year - 1
    with rls.system_scope():
        for year in (last - 1, last):
            YearOfCity(CITIES["luliang"], year, Decimal("0.004"), 1, this_year=today().year).play()
        units = {code: Unit.objects.get(code=code) for code in ("141100000000", "141102000000", "141102001000")}
    _assess(units["141100000000"], date(last, 1, 1))
    built = {}
    for name, code, kind, start in (
        ("month_of_city", "141100000000", "monthly", f"{last}-07-01"),
        ("day", "141102000000", "daily", f"{last}-09-10"),
        ("city", "141100000000", "quarterly", f"{last}-07-01"),
        ("before", "141100000000", "quarterly", f"{last}-04-01"),
        ("county", "141102000000", "quarterly", f"{last}-07-01"),
        ("month", "141102000000", "monthly", f"{last}-09-01"),
        ("township", "141102001000", "weekly", str(periods.containing("weekly", date(last, 9, 10)).start_on)),
    ):
        period = periods.parse(kind, start)
        built[name] = build_review(unit=units[code], period=period, as_of=period.end, at=timezone.now())
    for year, month in [(last - 1, month) for month in (1, 4, 7, 10)] + [(last, 1)]:
        period = periods.parse("quarterly", f"{year}-{month:02d}-01")
        build_review(unit=units["141100000000"], period=period, as_of=period.end, at=timezone.now())
    _live_through(last, units)
    return built | {"paper": _draft(built["month"])}


def _assess(city: Any, since: date) -> None:
    """Give the city weights and targets of its own, as if they had been set back then."""
    from django.utils import timezone

    from grid import rls
    from grid.models import User
    from mediation.reviews.findings.scheme import WINDOWS
    from mediation.reviews.models import AssessmentRule

    with rls.system_scope():
        row = AssessmentRule(
            since=since,
            weights={"closure_rate": 40, "on_time_closure_rate": 30, "resolution_rate_accepted": 30},
            targets={"closure_rate": "99.00", "on_time_closure_rate": "90.00"},
            windows=dict(WINDOWS),
            reason="年度考核会议确定",
            by=User.objects.filter(posts__role="centre_supervisor", posts__county_id=None).order_by("pk")[0],
            recorded_at=timezone.now(),
        )
        row.lie_at(city)
        row.save()


def _draft(review: Any) -> Any:
    """Have the supervisor of the county take up the paper of a review."""
    from django.utils import timezone

    from grid import rls
    from grid.models import Post
    from mediation.reviews.workflow import draft_review

    with rls.system_scope():
        post = Post.objects.filter(role="centre_supervisor", county_id=review.county_id).order_by("pk")[0]
    with rls.scope_of(post.user):
        return draft_review(review=review, by=post.user, at=timezone.now())


def _live_through(year: int, units: dict[str, Any]) -> None:
    """Have a year's reviews due and some built, two of them late, as a house that stood still for a while."""
    from datetime import timedelta

    from grid import rls
    from mediation.reviews.indicators import REGISTER_VERSION, figures_of
    from mediation.reviews.kinds import Kind
    from mediation.reviews.models import DueReview, Review
    from mediation.reviews.yearbook import periods_of

    with rls.system_scope():
        for code in ("141100000000", "141102000000", "141121000000"):
            unit = units.get(code) or type(units["141100000000"]).objects.get(code=code)
            for kind in set(Kind) - {Kind.QUARTERLY}:
                for number, period in enumerate(periods_of(kind, year)):
                    known = Review.objects.filter(unit=unit, kind=kind, start=period.start).first()
                    figures = {"unit": code, "kind": kind, "measures": figures_of({})}
                    if known is None and number % 7 != 3:
                        known = Review(
                            kind=kind, start=period.start, end=period.end, as_of=period.end, version=1, reason="due",
                            figures=figures, register_version=REGISTER_VERSION, snapshot="",
                            built_at=period.due_at + timedelta(days=3 if number % 11 == 5 else 0, minutes=2),
                        )  # fmt: skip
                        known.lie_at(unit)
                        known.save(force_insert=True)
                    due = DueReview(kind=kind, start=period.start, due_at=period.due_at, review=known)
                    due.lie_at(unit)
                    due.save(force_insert=True)


def shots_of_reviews(reviews: dict[str, Any]) -> list[Shot]:
    """The supervisor's desk."""
    from django.urls import reverse

    def at(name: str, *arguments: Any, query: str = "") -> str:
        return reverse(f"reviews:{name}", args=arguments) + query

    last = reviews["city"].start.year
    city, county = reviews["city"].pk, reviews["county"].pk
    return [
        Shot("review-room", "city_supervisor", at("review-list")),
        Shot("review-room-county", "supervisor", at("review-list")),
        Shot("review-kind", "supervisor", at("review-list", query="?kind=quarterly")),
        Shot("review-city", "city_supervisor", at("review-detail", city)),
        Shot("review-county", "supervisor", at("review-detail", county, query="?table=disputes")),
        Shot("review-township", "town_dispatcher", at("review-detail", reviews["township"].pk)),
        Shot("review-records", "supervisor", at("record-list", county, "reported_valid")),
        Shot("review-records-events", "supervisor", at("record-list", county, "flow_closed")),
        Shot("review-records-cases", "supervisor", at("record-list", county, "disputes_accepted")),
        Shot("review-records-hidden", "leader", at("record-list", county, "reported_valid")),
        Shot("review-compare", "city_supervisor", at("compare", city, query=f"?with={reviews['before'].pk}")),
        Shot("review-compare-choose", "supervisor", at("compare", reviews["month"].pk)),
        Shot("review-calendar", "supervisor", at("calendar", query=f"?year={last}")),
        Shot(
            "review-calendar-kind",
            "city_supervisor",
            at("calendar", query=f"?kind=bimonthly&year={last}"),
        ),
        Shot("review-month", "leader", at("review-detail", reviews["month"].pk)),
        Shot("review-paper", "supervisor", at("paper-detail", reviews["month"].pk)),
        Shot(
            "review-section",
            "supervisor",
            at("paper-move", reviews["month"].pk, "edit_section")
            + f"?section={reviews['paper'].sections.order_by('position')[0].key}",
        ),
        Shot("review-paper-map", "city_supervisor", at("paper-detail", reviews["month_of_city"].pk)),
        Shot("review-paper-quarter", "city_supervisor", at("paper-detail", city)),
        Shot("review-assessment", "city_supervisor", at("assessment")),
        Shot("review-assessment-set", "city_supervisor", at("assessment-set")),
        Shot("review-inspection", "supervisor", reverse("inspections:sample-today") + f"?day={last}-09-10"),
        Shot("review-papers", "supervisor", at("paper-list")),
        Shot("review-home", "supervisor", reverse("home")),
        Shot("review-measures", "supervisor", at("measure-list")),
    ]


def shots_of(scene: Any) -> list[Shot]:
    """Every page worth a picture."""
    from django.urls import reverse

    def at(name: str, *arguments: Any, query: str = "") -> str:
        return reverse(name, args=arguments) + query

    incidents, cases = scene.incidents, scene.cases
    found = [
        Shot("home-worker", "worker", at("home")),
        Shot("home-dispatcher", "dispatcher", at("home")),
        Shot("home-handler", "handler", at("home")),
        Shot("home-mediator", "mediator", at("home")),
        Shot("home-director", "director", at("home")),
        Shot("home-supervisor", "supervisor", at("home")),
        Shot("home-auditor", "auditor", at("home")),
        Shot("design", "clerk", at("design")),
        Shot("profile", "worker", at("grid:profile")),
        Shot("password", "worker", at("grid:password-change")),
        Shot("report", "worker", at("cases:incident-report")),
        Shot("report-open", "worker", at("cases:incident-report"), (".class-of:nth-of-type(1) summary",)),
        Shot("report-errors", "worker", at("cases:incident-report"), ("button[type=submit].btn-large",)),
        Shot("report-desk", "clerk", at("cases:incident-report")),
        Shot("report-receipt", "worker", at("cases:report-receipt", incidents["plain"].pk)),
        Shot("reports", "worker", at("cases:report-list")),
        Shot("reports-empty", "sibling_worker", at("cases:report-list")),
        Shot("incident-reporter", "worker", at("cases:incident-detail", incidents["returned"].pk)),
        Shot("incidents-inspect", "clerk", at("cases:incident-list", query="?queue=inspect")),
        Shot("incidents-all", "dispatcher", at("cases:incident-list", query="?queue=all")),
        Shot("incidents-empty", "stranger", at("cases:incident-list")),
        Shot("incidents-handler", "handler", at("cases:incident-list")),
        Shot("incident-new", "clerk", at("cases:incident-detail", incidents["plain"].pk)),
        Shot("incident-long", "dispatcher", at("cases:incident-detail", incidents["long"].pk)),
        Shot("incident-triaged", "dispatcher", at("cases:incident-detail", incidents["triaged"].pk)),
        Shot("incident-working", "supervisor", at("cases:incident-detail", incidents["working"].pk)),
        Shot("incident-late", "handler", at("cases:incident-detail", incidents["late"].pk)),
        Shot("incident-closed", "dispatcher", at("cases:incident-detail", incidents["closed"].pk)),
        Shot("move-return", "clerk", at("cases:incident-move", incidents["plain"].pk, "return_incident")),
        Shot("move-assign", "dispatcher", at("cases:incident-move", incidents["triaged"].pk, "assign_incident")),
        Shot("move-merge", "clerk", at("cases:incident-move", incidents["long"].pk, "merge_incident")),
        Shot("move-place", "clerk", at("cases:incident-move", incidents["long"].pk, "correct_place")),
        Shot(
            "move-dialog",
            "dispatcher",
            at("cases:incident-detail", incidents["verified"].pk),
            (".btn-primary[hx-get]",),
        ),
        Shot("open-case", "dispatcher", at("cases:incident-open-case", incidents["triaged"].pk)),
        Shot("party-add", "clerk", at("cases:party-add", incidents["long"].pk)),
        Shot("reveal", "clerk", at("cases:party-reveal", scene.party.pk, "phone")),
        Shot("notices", "worker", at("cases:notice-list")),
        Shot("notices-empty", "clerk", at("cases:notice-list")),
        Shot("cases-mediator", "mediator", at("mediation:case-list")),
        Shot("cases-dispatcher", "dispatcher", at("mediation:case-list", query="?queue=all")),
        Shot("cases-empty", "strange_mediator", at("mediation:case-list")),
        Shot("case-register", "mediator", at("mediation:case-register")),
    ]
    found += [
        Shot(f"case-{name}", who, at("mediation:case-detail", cases[name].pk))
        for name, who in (
            ("registered", "director"),
            ("opened", "dispatcher"),
            ("mediating", "mediator"),
            ("late", "mediator"),
            ("terminated", "director"),
            ("performing", "mediator"),
            ("closed", "director"),
        )
    ]
    found += [
        Shot("case-parties", "director", at("mediation:case-detail", cases["registered"].pk, query="?tab=parties")),
        Shot("case-parties-empty", "dispatcher", at("mediation:case-detail", cases["opened"].pk, query="?tab=parties")),
        Shot("case-sessions", "mediator", at("mediation:case-detail", cases["mediating"].pk, query="?tab=sessions")),
        Shot("case-agreement", "mediator", at("mediation:case-detail", cases["performing"].pk, query="?tab=agreement")),
        Shot("case-after", "mediator", at("mediation:case-detail", cases["performing"].pk, query="?tab=after")),
        Shot("case-confirmation", "mediator", at("mediation:case-detail", cases["closed"].pk, query="?tab=after")),
        Shot("case-files", "mediator", at("mediation:case-detail", cases["mediating"].pk, query="?tab=files")),
        Shot("case-timeline", "mediator", at("mediation:case-detail", cases["performing"].pk, query="?tab=timeline")),
        Shot("session-add", "mediator", at("mediation:session-add", cases["late"].pk)),
        Shot("session-hold", "mediator", at("mediation:session-hold", cases["mediating"].pk, scene.session.pk)),
        Shot("agreement-sign", "mediator", at("mediation:agreement-sign", cases["mediating"].pk)),
        Shot(
            "agreement-errors",
            "mediator",
            at("mediation:agreement-sign", cases["mediating"].pk),
            ("button[type=submit].btn-large",),
        ),
        Shot(
            "performance",
            "mediator",
            at("mediation:performance-add", cases["performing"].pk, scene.agreement.obligations.order_by("pk")[1].pk),
        ),
        Shot("visit", "mediator", at("mediation:visit-add", cases["performing"].pk)),
        Shot("confirm-apply", "mediator", at("mediation:confirmation-apply", cases["performing"].pk)),
        Shot("terminate", "director", at("mediation:case-move", cases["mediating"].pk, "terminate_case")),
        Shot("close-case", "director", at("mediation:case-move", cases["performing"].pk, "close_case")),
        Shot("appoint", "director", at("mediation:case-move", cases["registered"].pk, "decline_case")),
        Shot("committees", "clerk", at("mediation:committee-list")),
        Shot("committee", "town_dispatcher", at("mediation:committee-detail", scene.cast.committee.pk)),
        Shot("mediators", "clerk", at("mediation:mediator-list")),
        Shot("studios", "clerk", at("mediation:studio-list")),
        Shot("committee-add", "clerk", at("mediation:committee-add")),
        Shot("users", "system_admin", at("grid:user-list")),
        Shot("user", "security_admin", at("grid:user-detail", scene.cast.mediator.username)),
        Shot("user-add", "system_admin", at("grid:user-add")),
        Shot("post-propose", "security_admin", at("grid:post-propose", scene.cast.mediator.username)),
        Shot("units", "system_admin", at("grid:unit-list")),
        Shot("calendar", "system_admin", at("cases:calendar")),
        Shot("reveals", "auditor", at("cases:reveal-list")),
        Shot("fault-403", "worker", at("grid:user-list")),
        Shot("fault-404", "worker", "/incidents/999999999/"),
        Shot("fault-409", "clerk", at("cases:incident-move", incidents["closed"].pk, "verify_incident")),
        Shot("sign-in", "", at("grid:login")),
        Shot(
            "sign-in-wrong",
            "",
            at("grid:login"),
            ("button[type=submit].btn-large",),
            {"username": "zhang", "password": "wrong"},
        ),
    ]
    return found + _shots_of_rare_pages(scene, at)


def _shots_of_rare_pages(scene: Any, at: Callable[..., str]) -> list[Shot]:
    """What is opened once in a while: forms of the roster, of parties and of the court's confirmation."""
    committee, cases = scene.cast.committee, scene.cases
    mediator = committee.mediators.order_by("pk")[0]
    post = scene.cast.mediator.posts.get()
    return [
        Shot("nil", "worker", at("cases:nil-report")),
        Shot("nil-desk", "town_dispatcher", at("cases:nil-report")),
        Shot("unit", "system_admin", at("grid:unit-detail", scene.cast.township.pk)),
        Shot("unit-village", "clerk", at("grid:unit-detail", scene.cast.village.pk)),
        Shot("post-end", "security_admin", at("grid:post-end", post.pk)),
        Shot("incident-file", "clerk", at("cases:file-add", scene.incidents["plain"].pk)),
        Shot("party-correct", "clerk", at("cases:party-correct", scene.party.pk)),
        Shot("party-remove", "clerk", at("cases:party-remove", scene.party.pk)),
        Shot("case-party", "director", at("mediation:party-add", cases["registered"].pk)),
        Shot("case-file", "mediator", at("mediation:file-add", cases["mediating"].pk)),
        Shot("agreement-oral", "mediator", at("mediation:agreement-oral", cases["mediating"].pk)),
        Shot("correct-prevention", "director", at("mediation:case-move", cases["closed"].pk, "correct_prevention")),
        Shot("confirm-docket", "director", at("mediation:confirmation-docket", cases["closed"].pk)),
        Shot("confirm-decide", "director", at("mediation:confirmation-decide", cases["closed"].pk)),
        Shot("committee-renew", "clerk", at("mediation:committee-renew", committee.pk)),
        Shot("committee-dissolve", "clerk", at("mediation:committee-dissolve", committee.pk)),
        Shot("mediator-appoint", "clerk", at("mediation:mediator-appoint", committee.pk)),
        Shot("mediator-employ", "clerk", at("mediation:mediator-employ", mediator.pk)),
        Shot("mediator-end", "clerk", at("mediation:mediator-end", mediator.pk)),
        Shot("studio-add", "clerk", at("mediation:studio-add")),
        Shot("studio-close", "clerk", at("mediation:studio-close", scene.studio.pk)),
        Shot("sending", "supervisor", at("reviews:sending")),
    ]


class Photographer:
    """Takes the pictures and notes what is wrong."""

    def __init__(self, browser: Any, address: str, cast: Any) -> None:
        self.browser, self.address, self.cast = browser, address, cast
        self.complaints: list[str] = []
        self.cookies: dict[str, str] = {}

    def session_of(self, who: str) -> str:
        """Sign one of the cast in once; return the session's key."""
        from django.test import Client

        if who not in self.cookies:
            client = Client()
            client.force_login(self.cast.users[who], backend="grid.login.StaffBackend")
            self.cookies[who] = client.cookies["sessionid"].value
        return self.cookies[who]

    def context(self, who: str, size: str, look: str) -> Any:
        """A browser of one person at one size in one look."""
        language, theme = LOOKS[look]
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1,
            is_mobile=size == "phone",
            has_touch=size == "phone",
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            timezone_id="Asia/Shanghai",
        )
        cookies = {"django_language": language, "hemu_theme": theme}
        if who:
            cookies["sessionid"] = self.session_of(who)
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])
        return context

    def take(self, shot: Shot, size: str, look: str) -> None:
        """Take one picture."""
        context = self.context(shot.who, size, look)
        page = context.new_page()
        label = f"{shot.name} {size} {look}"
        page.on("console", lambda message: self._heard(label, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{label}: {error}"))
        page.goto(self.address + shot.url, wait_until="load")
        for name, value in shot.data.items():
            page.fill(f"[name={name}]", value)
        for step in shot.steps:
            page.click(step)
            page.wait_for_load_state("networkidle")
        wide, high = page.evaluate(
            "[document.documentElement.scrollWidth - window.innerWidth, document.documentElement.scrollHeight]"
        )
        if wide > 0:
            self.complaints.append(f"{label}: {wide}px wider than the window")
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": min(max(high, height), TALLEST)})
        page.screenshot(path=str(TARGET / f"{shot.name}.{size}.{look}.png"))
        context.close()

    def _heard(self, label: str, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{label}: {message.text}")


def main() -> int:
    """Take the pictures asked for; return 1 when a page was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names that contain one of these words, parted by commas")
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--looks", default=",".join(LOOKS))
    asked = parser.parse_args()
    prepare()

    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from config.wsgi import application
    from grid import rls
    from tests.browser.chromium import launch
    from tests.browser.serving import serving

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    scene = play()
    TARGET.mkdir(parents=True, exist_ok=True)
    words = [word for word in asked.only.split(",") if word]
    reviews = play_past() if not words or any("review" in word for word in words) else {}
    surge = play_surge(scene.cast) if not words or any("surge" in word for word in words) else None
    with rls.system_scope():
        shots = shots_of(scene) + (shots_of_reviews(reviews) if reviews else [])
        shots += [Shot(*each) for each in addresses(surge)] if surge else []
        shots = [shot for shot in shots if not words or any(word in shot.name for word in words)]
    began = time.monotonic()
    with serving(application) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        photographer = Photographer(browser, address, scene.cast)
        for shot in shots:
            for size in asked.sizes.split(","):
                for look in asked.looks.split(","):
                    photographer.take(shot, size, look)
        browser.close()
    print(f"{len(shots)} pages in {time.monotonic() - began:.0f} s -> {TARGET}")
    print("\n".join(photographer.complaints) or "no page is too wide, no complaints")
    return 1 if photographer.complaints else 0


if __name__ == "__main__":
    sys.exit(main())

"""Who may see a review: the place, the role, and the lock underneath."""

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from grid import rls
from grid.scope import Role, standing_of
from grid.workflow import add_user, seat
from mediation.reviews import periods
from mediation.reviews.models import DueReview, Review, ReviewReader
from mediation.reviews.workflow import build_due_reviews, build_review
from tests.cast import SINCE
from tests.reviews.conftest import local

OCTOBER = periods.parse("monthly", "2026-10-01")


@pytest.fixture
def reviews(committed_cast):
    """October's reviews of the city, the cast's county and township, and the county next door."""
    cast = committed_cast
    built = {
        name: build_review(unit=cast.units[name], period=OCTOBER, as_of=OCTOBER.end, at=timezone.now())
        for name in ("city", "county", "township", "other_county", "strange_township")
    }
    return cast, built


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("city_supervisor", {"city", "county", "township", "other_county", "strange_township"}),
        ("supervisor", {"county", "township"}),
        ("leader", {"county", "township"}),
        ("clerk", {"county", "township"}),
        ("dispatcher", {"county", "township"}),
        ("town_dispatcher", {"township"}),
        ("strange_supervisor", {"other_county", "strange_township"}),
        # No part of their work, though it is of their place.
        ("worker", set()),
        ("village_leader", set()),
        ("handler", set()),
        ("mediator", set()),
        ("director", set()),
        ("auditor", set()),
        ("system_admin", set()),
        ("security_admin", set()),
    ],
)
def test_reviews_are_seen_by_place_and_role(reviews, who, sees):
    cast, built = reviews
    with cast.acting(who):
        found = set(Review.objects.visible_to(cast.users[who]).values_list("pk", flat=True))
    assert found == {built[name].pk for name in sees}


def test_row_level_security_holds_without_the_filter(reviews):
    cast, built = reviews
    with cast.acting("strange_supervisor"):
        found = set(Review.objects.values_list("pk", flat=True))
    assert found == {built["other_county"].pk, built["strange_township"].pk}
    # Outside any scope there is nothing at all.
    assert not Review.objects.exists()


def test_a_review_cannot_be_stored_beyond_ones_places(reviews):
    cast, built = reviews
    review = built["county"]
    review.pk, review.version, review._state.adding = None, 9, True
    with pytest.raises(ProgrammingError, match="row-level security"), cast.acting("strange_supervisor"):
        review.save()


def test_readers_and_due_rows_are_locked_alike(committed_cast):
    cast = committed_cast
    with rls.system_scope():
        user = add_user(username="late", name="督查员")
        seat(
            user=user,
            unit=cast.town_centre,
            role=Role.CENTRE_SUPERVISOR,
            starts_on=SINCE,
            at=local("2026-11-16 00:00:00"),
        )
        ReviewReader.objects.all().delete()
        for reader in ("supervisor", "city_supervisor", "leader", "strange_supervisor"):
            cast.users[reader].posts.all().delete()
    build_due_reviews(at=local("2026-11-17 08:00:00"))
    for model in (ReviewReader, DueReview):
        for who, sees in (("dispatcher", True), ("town_dispatcher", True), ("stranger", False)):
            with cast.acting(who):
                assert model.objects.exists() is sees, (model, who)


def test_no_table_with_a_place_is_left_unlocked(db):
    assert rls.unsafe_reasons() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relname like 'reviews\\_%%' and relkind = 'r'"
            " and not (relrowsecurity and relforcerowsecurity)"
        )
        assert cursor.fetchall() == []


def test_the_system_sees_all_cities_and_nobody_else_does(reviews):
    cast, built = reviews
    with rls.system_scope():
        assert Review.objects.count() == len(built)
    with cast.acting("city_supervisor"):
        assert standing_of(cast.city_supervisor).sees("reviews")

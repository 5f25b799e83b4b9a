"""The command that makes the accounts from which all others are made (DOMAIN.md PV-12)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grid import rls
from grid.models import Post, User
from grid.workflow import confirm_post, propose_post
from tests.cast import CITY, Cast

OTHER_CITY = "140500000000"


def made(code: str = OTHER_CITY) -> dict[str, str]:
    """Run the command; return the printed passwords by name."""
    out = StringIO()
    call_command("add_first_people", "--unit", code, stdout=out)
    return {line.split()[0]: line.split()[1] for line in out.getvalue().splitlines()}


def test_they_sign_in_and_must_choose_a_password(cast: Cast) -> None:
    passwords = made()
    assert list(passwords) == ["sysadmin", "secadmin", "auditor"]
    assert len(set(passwords.values())) == 3
    client = Client()
    given = {"username": "secadmin", "password": passwords["secadmin"]}
    assert client.post(reverse("grid:login"), given).status_code == 302
    assert client.get("/")["Location"] == reverse("grid:password-change")


def test_one_proposes_and_the_other_confirms(cast: Cast) -> None:
    made()
    people = {user.username: user for user in User.objects.all()}
    with rls.scope_of(people["secadmin"]):
        unit = people["secadmin"].posts.get().unit
        newcomer = User.objects.create_user("newcomer", name="新人")
        post = propose_post(
            user=newcomer, unit=unit, role="centre_supervisor", by=people["secadmin"], starts_on=unit.valid_from
        )
    with rls.scope_of(people["sysadmin"]) as standing:
        assert standing.roles == {"system_admin"}
        assert confirm_post(post=post, by=people["sysadmin"], at=timezone.now()).confirmed_at


@pytest.mark.parametrize(("code", "reason"), [("999", "no city or county"), (CITY, "already gives roles")])
def test_nothing_is_made_where_it_does_not_fit(cast: Cast, code: str, reason: str) -> None:
    before = (User.objects.count(), Post._base_manager.count())
    with pytest.raises(CommandError, match=reason):
        made(code)
    assert (User.objects.count(), Post._base_manager.count()) == before


def test_a_taken_name_leaves_nothing_half_made(cast: Cast) -> None:
    User.objects.create_user("auditor", name="别人")
    with pytest.raises(CommandError, match="taken"):
        made()
    assert not User.objects.filter(username="sysadmin").exists()

"""Signing in and out, the lock after five failures, the forced change of the first password (PV-16)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from grid.models import User
from tests.cast import Cast
from tests.reading import error_of, value_of, words

PASSWORD = "zheng-da-guang-ming-9"
LOGIN = "/sign-in/"


@pytest.fixture
def clerk(cast: Cast) -> User:
    """A clerk with a password."""
    user: User = cast.clerk
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Any, user: User, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"username": user.username, "password": password, **more})


def test_signing_in_opens_my_day(client: Any, clerk: User) -> None:
    answer = sign_in(client, clerk)
    assert (answer.status_code, answer.url) == (302, "/")
    assert "登记员甲" in words(client.get("/"))


def test_signing_in_goes_on_to_the_page_wanted(client: Any, clerk: User) -> None:
    wanted = client.get("/incidents/?queue=all")
    assert wanted.url == "/sign-in/?next=/incidents/%3Fqueue%3Dall"
    answer = sign_in(client, clerk, next="/incidents/?queue=all")
    assert answer.url == "/incidents/?queue=all"


def test_signing_in_never_leads_to_another_site(client: Any, clerk: User) -> None:
    assert sign_in(client, clerk, next="https://elsewhere.example/").url == "/"


def test_a_wrong_password_keeps_the_name_typed(client: Any, clerk: User) -> None:
    answer = sign_in(client, clerk, "wrong-password")
    assert answer.status_code == 422
    assert value_of(answer, "username") == clerk.username
    assert "用户名或密码不正确" in words(answer)
    assert "wrong-password" not in answer.text


def test_an_unknown_name_is_answered_like_a_wrong_password(client: Any, clerk: User) -> None:
    known = sign_in(client, clerk, "wrong-password")
    unknown = client.post(LOGIN, {"username": "nobody", "password": "wrong-password"})
    assert unknown.status_code == known.status_code == 422
    assert "用户名或密码不正确" in words(unknown)


def test_five_failures_lock_the_account_even_with_the_right_password(client: Any, clerk: User) -> None:
    for _attempt in range(5):
        answer = sign_in(client, clerk, "wrong-password")
    assert answer.status_code == 429
    assert "账号已锁定" in words(answer)
    assert sign_in(Client(), clerk).status_code == 429


def test_a_shut_account_does_not_sign_in(client: Any, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert sign_in(client, clerk).status_code == 422


def test_shutting_an_account_ends_its_session(client: Any, clerk: User) -> None:
    sign_in(client, clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_signing_out_needs_a_post_and_ends_the_session(client: Any, clerk: User) -> None:
    sign_in(client, clerk)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == LOGIN
    assert client.get("/").url == "/sign-in/?next=/"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(client: Any, cast: Cast) -> None:
    answer = client.get("/notices/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith("/sign-in/")


# -- The first password ---------------------------------------------------------------------------------------------


@pytest.fixture
def beginner(client: Any, clerk: User) -> Client:
    """A browser of somebody whose first password still stands."""
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    sign_in(client, clerk)
    return client


def test_the_first_password_must_be_changed_before_anything_else(beginner: Any) -> None:
    for url in ("/", "/incidents/", "/report/", "/profile/"):
        assert beginner.get(url).url == "/password/"
    assert "先把初始密码改成您自己的密码" in words(beginner.get("/password/"))


def test_a_changed_password_opens_the_desks(beginner: Any, clerk: User) -> None:
    new = "yi-he-wei-gui-2026"
    answer = beginner.post("/password/", {"old": PASSWORD, "new": new, "again": new})
    assert answer.url == "/"
    assert beginner.get("/").status_code == 200
    clerk.refresh_from_db()
    assert clerk.check_password(new)
    assert not clerk.must_change_password


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"old": "not-it", "new": "yi-he-wei-gui-2026", "again": "yi-he-wei-gui-2026"}, "old", "现在的密码不正确"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "new", "10"),
        ({"old": PASSWORD, "new": "1234567890123", "again": "1234567890123"}, "new", "数字"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "new", "不能与现在的密码相同"),
        ({"old": PASSWORD, "new": "yi-he-wei-gui-2026", "again": "something-else-1"}, "again", "不一致"),
    ],
)
def test_a_password_is_refused_beside_the_input_at_fault(
    beginner: Any, given: dict[str, str], field: str, said: str
) -> None:
    answer = beginner.post("/password/", given)
    assert answer.status_code == 422
    assert said in error_of(answer, field)


def test_changing_the_password_signs_phones_out(client: Any, clerk: User) -> None:
    AuthToken.objects.create(user=clerk)
    sign_in(client, clerk)
    new = "yi-he-wei-gui-2026"
    client.post("/password/", {"old": PASSWORD, "new": new, "again": new})
    assert not AuthToken.objects.filter(user=clerk).exists()


# -- One's own account ----------------------------------------------------------------------------------------------


def test_the_profile_shows_posts_and_devices_and_removes_one(signed_in: Any, cast: Cast) -> None:
    kept, gone = (AuthToken.objects.create(user=cast.clerk)[0] for _device in range(2))
    other = AuthToken.objects.create(user=cast.dispatcher)[0]
    client = signed_in("clerk")
    page = words(client.get("/profile/"))
    assert "中心登记员" in page
    assert "离石区综治中心" in page
    assert kept.token_key in page
    assert client.post(reverse("grid:token-delete", args=[gone.token_key])).url == "/profile/"
    assert client.post(reverse("grid:token-delete", args=[other.token_key])).status_code == 404
    assert set(AuthToken.objects.values_list("pk", flat=True)) == {kept.pk, other.pk}


def test_the_account_remembers_the_language(signed_in: Any, cast: Cast) -> None:
    client = signed_in("clerk")
    answer = client.post("/language/", {"language": "en", "next": "/profile/"})
    assert answer.url == "/profile/"
    assert "My settings" in words(client.get("/profile/"))
    cast.clerk.refresh_from_db()
    assert cast.clerk.language == "en"
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save()
    elsewhere = Client()
    sign_in(elsewhere, cast.clerk)
    assert "My settings" in words(elsewhere.get("/profile/"))


def test_an_unknown_language_changes_nothing(client: Any, cast: Cast) -> None:
    client.post("/language/", {"language": "xx"})
    assert "django_language" not in client.cookies
    assert "登录" in words(client.get(LOGIN))


@pytest.mark.parametrize(("chosen", "written"), [("dark", "dark"), ("light", "light")])
def test_a_theme_is_remembered_on_the_device(client: Any, cast: Cast, chosen: str, written: str) -> None:
    client.post("/theme/", {"theme": chosen, "next": LOGIN})
    assert f'data-bs-theme="{written}"' in client.get(LOGIN).text
    client.post("/theme/", {"theme": "auto"})
    assert "data-bs-theme" not in client.get(LOGIN).text.split("<body", 1)[0]

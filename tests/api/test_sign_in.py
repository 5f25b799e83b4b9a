"""Signing in with a token, device by device (RELIABILITY.md L1, S3, S4; DOMAIN.md PV-16)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from grid import login, rls
from grid.accounts import DEVICES, sign_in_device
from grid.api.tokens import LoginThrottle
from grid.models import Device, User
from grid.workflow import deactivate_user, end_post
from tests.api.client import BASE, Caller, new_process
from tests.cast import Cast

PASSWORD = "correct-horse-1234"


@pytest.fixture
def person(cast: Cast) -> User:
    """The worker, with a password."""
    cast.worker.set_password(PASSWORD)
    cast.worker.save(update_fields=["password"])
    cache.clear()
    return cast.worker


def sign_in(username: str, password: str = PASSWORD, **more: Any) -> Any:
    """Ask for a token."""
    return Caller().post("auth/login/", {"username": username, "password": password, "device": "红米手机"}, **more)


def with_token(token: str) -> Caller:
    """A caller that holds a token."""
    caller = Caller()
    caller.headers["Authorization"] = f"Token {token}"
    return caller


def test_name_and_password_give_a_token_for_this_device(person: User) -> None:
    answer = sign_in(person.username)
    assert answer.status == 200, answer
    assert answer.header("Cache-Control") == "no-store"
    assert answer.json["user"] == {"id": person.pk, "name": person.name}
    caller = with_token(answer.json["token"])
    assert caller.get("users/me/").json["username"] == person.username
    (device,) = caller.get("devices/").json["results"]
    assert (device["name"], device["is_this"], device["id"]) == ("红米手机", True, answer.json["device"])
    # Twelve hours, a shift (RELIABILITY S2); stored only as a hash.
    token = AuthToken.objects.get()
    assert token.expiry is not None
    assert timedelta(hours=11) < token.expiry - timezone.now() <= timedelta(hours=12)
    assert answer.json["token"] not in (token.digest, token.token_key)


@pytest.mark.parametrize(
    ("username", "password"), [("{}", "wrong-password"), ("nobody", PASSWORD), ("{}", PASSWORD + " ")]
)
def test_a_wrong_name_or_password_says_the_same(person: User, username: str, password: str) -> None:
    answer = sign_in(username.format(person.username), password)
    assert answer.status == 401
    assert answer.type == "application/problem+json"
    assert answer.content == sign_in("nobody-else").content
    assert not AuthToken.objects.exists()


def test_five_failures_lock_the_account_for_half_an_hour(person: User) -> None:
    """Refused tries stay counted though their requests failed, and another address or header changes nothing."""
    for number in range(5):
        sign_in(person.username, "wrong", X_Forwarded_For=f"10.0.0.{number}")
    locked = sign_in(person.username)
    assert locked.status == 429, locked
    assert locked.type == "application/problem+json"
    assert int(locked.header("Retry-After")) == 1800
    assert "锁定" in locked.json["detail"]
    assert not AuthToken.objects.exists()


def test_a_good_password_clears_the_count(person: User) -> None:
    for _round in range(2):
        for _try in range(4):
            assert sign_in(person.username, "wrong").status == 401
        assert sign_in(person.username).status == 200


def test_one_address_tries_only_so_often(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoginThrottle, "rate", "3/min")
    answers = [sign_in(f"name{number}", X_Forwarded_For=f"10.0.0.{number}") for number in range(4)]
    assert [answer.status for answer in answers] == [401, 401, 401, 429]
    assert int(answers[-1].header("Retry-After")) > 0
    cache.clear()


def test_a_first_password_opens_nothing_but_its_change(person: User) -> None:
    person.must_change_password = True
    person.save(update_fields=["must_change_password"])
    assert sign_in(person.username).status == 403
    stranger = Caller()
    body = {"username": person.username, "password": PASSWORD, "new_password": "short"}
    weak = stranger.post("auth/change-password/", body)
    assert weak.status == 409
    assert "password" in weak.json["errors"]
    assert stranger.post("auth/change-password/", body | {"new_password": "another-horse-5678"}).status == 204
    assert sign_in(person.username).status == 401
    assert sign_in(person.username, "another-horse-5678").status == 200


def test_a_changed_password_ends_every_token_and_session(person: User) -> None:
    caller = with_token(sign_in(person.username).json["token"])
    browser = Client()
    browser.force_login(person)
    assert browser.get(f"{BASE}/users/me/").status_code == 200
    body = {"username": person.username, "password": PASSWORD, "new_password": "another-horse-5678"}
    assert Caller().post("auth/change-password/", body).status == 204
    assert caller.get("users/me/").status == 401
    assert browser.get(f"{BASE}/users/me/").status_code == 401


def test_signing_out_ends_this_device_alone(person: User) -> None:
    phone, tablet = Caller(person), Caller(person)
    assert phone.post("auth/logout/").status == 204
    assert phone.get("users/me/").status == 401
    assert tablet.get("users/me/").status == 200


def test_signing_out_everywhere(person: User) -> None:
    phone, tablet = Caller(person), Caller(person)
    assert phone.post("auth/logout-all/").status == 204
    assert {phone.get("users/me/").status, tablet.get("users/me/").status} == {401}


def test_a_lost_phone_is_signed_out_from_another_device(person: User) -> None:
    lost, desk = Caller(person), Caller(person)
    assert lost.get("users/me/").status == 200
    assert desk.delete(f"devices/{lost.device.pk}/").status == 204
    assert lost.get("users/me/").status == 401
    assert desk.get("users/me/").status == 200


def test_in_another_process_a_revoked_token_lives_half_a_minute_at_most(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this process keeps cannot know of a revocation elsewhere; it must not be believed for longer (S4: 60 s)."""
    caller = Caller(person)
    assert caller.get("users/me/").status == 200
    AuthToken.objects.all().delete()
    later = login.time.monotonic() + login.KEPT_SECONDS + 1
    monkeypatch.setattr(login.time, "monotonic", lambda: later)
    assert login.KEPT_SECONDS <= 60
    assert caller.get("users/me/").status == 401


def test_nobody_signs_out_somebody_elses_device(person: User, cast: Cast) -> None:
    mine = Caller(person)
    theirs = Caller(cast.sibling_worker)
    absent = theirs.delete("devices/999999/")
    assert theirs.delete(f"devices/{mine.device.pk}/").content == absent.content
    assert absent.status == 404
    assert mine.get("users/me/").status == 200


def test_an_expired_token_is_no_token(person: User) -> None:
    caller = Caller(person)
    assert caller.get("users/me/").status == 200
    AuthToken.objects.update(expiry=timezone.now())
    new_process()
    assert caller.get("users/me/").status == 401


def test_the_eleventh_device_signs_the_oldest_out(person: User) -> None:
    oldest = Caller(person)
    for number in range(DEVICES):
        sign_in_device(user=person, name=str(number))
    new_process()
    assert oldest.get("users/me/").status == 401
    assert Device.objects.filter(user=person).count() == DEVICES


def test_shut_out_means_out_with_the_next_request(person: User, cast: Cast) -> None:
    """S3: the token is still kept in the process, and so is the session in the browser."""
    caller, browser = Caller(person), Client()
    browser.force_login(person)
    assert caller.get("incidents/").status == 200
    with rls.scope_of(cast.system_admin):
        User.objects.filter(pk=person.pk).update(is_active=False)
    assert caller.get("incidents/").status == 401
    assert browser.get(f"{BASE}/incidents/").status_code == 401
    assert sign_in(person.username).status == 401


def test_deactivating_deletes_the_tokens(person: User, cast: Cast) -> None:
    caller = Caller(person)
    with rls.scope_of(cast.system_admin):
        deactivate_user(user=person, by=cast.system_admin)
    assert not AuthToken.objects.filter(user=person).exists()
    assert caller.get("users/me/").status == 401


def test_a_post_that_ended_counts_no_more_with_the_next_request(cast: Cast) -> None:
    caller = Caller(cast.dispatcher)
    assert caller.get("committees/").json["results"]
    with rls.scope_of(cast.security_admin):
        end_post(post=cast.dispatcher.posts.get(), by=cast.security_admin, on=timezone.localdate())
    assert caller.get("committees/").json["results"] == []
    assert caller.get("users/me/").json["posts"] == []


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token x", "Token \xff", "Bearer abc", "Basic abc", ""])
def test_what_is_no_token_opens_nothing(db: None, header: str) -> None:
    caller = Caller()
    if header:
        caller.headers["Authorization"] = header
    answer = caller.get("incidents/")
    assert answer.status == 401
    assert answer.header("WWW-Authenticate") == "Token"


def test_a_session_needs_its_csrf_mark_to_write(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.dispatcher)
    assert browser.get(f"{BASE}/users/me/").status_code == 200
    refused = browser.post(f"{BASE}/notices/read-all/", content_type="application/json")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    browser.cookies["csrftoken"] = "a" * 32
    allowed = browser.post(
        f"{BASE}/notices/read-all/", content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert allowed.status_code == 200


def test_without_the_cache_people_still_sign_in(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Losing all of Redis loses nothing: the throttle lets everybody through then."""
    monkeypatch.setattr(LoginThrottle, "cache", RedisCache("unix:///nowhere/broker.sock", {}))
    assert sign_in(person.username).status == 200

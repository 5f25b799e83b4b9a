"""Signing in and out with a token, device by device."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import AnonRateThrottle
from rest_framework.viewsets import GenericViewSet

from grid.accounts import change_password, sign_in_device, sign_out_devices
from grid.api.doors import Door, Listed, signed_in
from grid.login import forget_tokens
from grid.middleware import opens_own_transaction
from grid.models import Device, User
from grid.serializers import Credentials, DeviceOut, NewPassword, SignedIn


class LoginThrottle(AnonRateThrottle):
    """At most so many tries a minute from one address; the lock on an account after five is axes' (PV-16).

    Without the cache nobody is kept out: losing Redis must not lose sign-in.
    """

    scope = "login"
    rate = "60/min"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the try, signed in or not."""
        try:
            return bool(super().allow_request(request, view))
        except (OSError, RedisError):
            return True

    def get_cache_key(self, request: Request, view: Any) -> str:
        """One key per address."""
        return str(self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)})


class PasswordChangeRequired(APIException):
    """A first password opens nothing but the change of it (PV-16)."""

    status_code = 403
    default_detail = _("首次登录须先修改密码。")
    default_code = "password_change_required"


class AuthDoor(GenericViewSet[Any]):
    """Sign in with name and password, sign out, change the password."""

    serializer_class: type[Serializer[Any]] = Credentials
    http_method_names = ("post", "head", "options")

    @extend_schema(
        request=Credentials, responses={200: SignedIn}, auth=[], summary="Sign in and get a token for this device"
    )
    @action(
        detail=False,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[AllowAny],
        throttle_classes=[LoginThrottle],
    )
    @opens_own_transaction
    def login(self, request: Request) -> Response:
        """Check name and password and give a token for twelve hours.

        Failed tries must stay counted, so nothing of this request is rolled back.
        """
        user = self._checked(request)
        if user.must_change_password:
            raise PasswordChangeRequired
        device, token = sign_in_device(user=user, name=self.said["device"])
        user_logged_in.send(sender=User, request=request._request, user=user)
        body = {"token": token, "expires_at": device.token.expiry, "device": device.pk, "user": user}
        return Response(SignedIn(body).data, headers={"Cache-Control": "no-store"})

    @extend_schema(request=NewPassword, responses={204: None}, auth=[], summary="Change the password")
    @action(
        detail=False,
        methods=["post"],
        url_path="change-password",
        authentication_classes=[],
        permission_classes=[AllowAny],
        throttle_classes=[LoginThrottle],
        serializer_class=NewPassword,
    )
    @opens_own_transaction
    def change_password(self, request: Request) -> Response:
        """Set a new password with the old one; every session and token of the user ends."""
        user = self._checked(request)
        change_password(user=user, password=self.said["new_password"])
        user_logged_in.send(sender=User, request=request._request, user=user)
        forget_tokens()
        return Response(status=204)

    @extend_schema(request=None, responses={204: None}, summary="Sign this device out")
    @action(detail=False, methods=["post"])
    def logout(self, request: Request) -> Response:
        """Revoke the token this request came with."""
        device = Device.objects.visible_to(request.user).filter(token=getattr(request.auth, "pk", None)).first()
        if device is not None:
            forget_tokens(*sign_out_devices(user=signed_in(request), device=device))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None}, summary="Sign all devices out")
    @action(detail=False, methods=["post"], url_path="logout-all")
    def logout_all(self, request: Request) -> Response:
        """Revoke every token of the user."""
        forget_tokens(*sign_out_devices(user=signed_in(request)))
        return Response(status=204)

    def _checked(self, request: Request) -> User:
        """Return the user whose name and password came in. Raises AuthenticationFailed."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        self.said: dict[str, Any] = dict(given.validated_data)
        user = authenticate(request=request._request, username=self.said["username"], password=self.said["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed(_("用户名或密码不正确。"))
        return user

    def get_authenticate_header(self, request: Request) -> str:
        """A wrong password is 401 here too, though this door asks for no token."""
        return "Token"


class DeviceDoor(Listed, Door):
    """The devices the user is signed in on."""

    model = Device
    related = ("token",)
    serializer_class = DeviceOut
    http_method_names = ("get", "delete", "head", "options")

    @extend_schema(summary="Sign one device out", responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Revoke one device's token: a lost phone is out within half a minute."""
        forget_tokens(*sign_out_devices(user=signed_in(request), device=self.get_object()))
        return Response(status=204)

"""What every door of the API has in common: scope, ETag and If-Match, and actions made from a table of deeds.

A door translates: it finds the record within the user's scope (404 outside, identical to absent), refuses a verb that
is not the user's (403), compares If-Match (412), checks the shape of the input (400) and calls one verb. Everything
else is the verb's business (STYLE.md 3.7).
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet

from grid.login import CachedTokenAuthentication
from grid.models import User
from grid.scope import ScopedQuerySet, standing_of

Parts = list[Any]
"""Querysets; named here because a viewset's own ``list`` hides the type."""


class Nothing(Serializer[Any]):
    """A verb that needs no input."""


class Stale(APIException):
    """The record changed since it was read: 412, with what the sender had in mind and what stands."""

    status_code = 412
    default_detail = _("记录已被他人更新，请核对后重试。")

    def __init__(self, *, yours: Mapping[str, Any], stands: Mapping[str, Any]) -> None:
        """Keep both values for the answer."""
        super().__init__()
        self.extra = {"yours": dict(yours), "stands": dict(stands)}


class MatchRequired(APIException):
    """An edit without If-Match could overwrite what somebody else just wrote: 428."""

    status_code = 428
    default_detail = _("修改须带 If-Match 请求头（取自查询时的 ETag）。")


def etag_of(record: models.Model) -> str:
    """Return the strong ETag of a record: its version, or a fingerprint of its columns where it has none."""
    version = getattr(record, "version", None)
    if version is not None:
        return f'"{version}"'
    plain = [(f.attname, _plain(getattr(record, f.attname))) for f in record._meta.concrete_fields]
    return f'"{hashlib.sha256(repr(plain).encode()).hexdigest()[:20]}"'


def _plain(value: Any) -> Any:
    """Write a value the same whether it was just set or came back from the database."""
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str):
        return str(value)
    return value.normalize() if isinstance(value, Decimal) else value


_TAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True)
class Deed:
    """One verb as an operation of the API: ``POST <record>/<stem>/``, or ``POST <nouns>/<stem>/`` without a record.

    ``subject`` is the verb's keyword for the record: ``pk`` hands over the id, anything else the record itself.
    ``may`` says whether the verb is the user's at all, before the input is looked at.
    """

    stem: str
    verb: Callable[..., Any]
    takes: type[Serializer[Any]]
    answers: type[BaseSerializer[Any]] | None
    why: str = ""
    subject: str = "pk"
    may: Callable[[Any, Any], None] | None = None
    makes: bool = False
    """It makes a record of its own: 201."""
    timed: bool = True
    """The verb takes ``at``: now, unless the input gave an earlier one."""
    prepare: Callable[[Any, dict[str, Any]], dict[str, Any]] | None = None
    """Turns validated input into the verb's keywords, given the record."""

    @property
    def name(self) -> str:
        """The handler's name: the verb's; ``create`` where the router expects it, at the nouns' own address."""
        return self.verb.__name__ if self.stem else "create"


def signed_in(request: Request) -> User:
    """Return the user of a request that permissions have let through."""
    assert isinstance(request.user, User)
    return request.user


class Door(GenericViewSet[Any]):
    """Base of all viewsets: records come from ``visible_to`` alone, for lists, details and verbs."""

    model: ClassVar[Any]
    related: ClassVar[tuple[str, ...]] = ()
    """Foreign keys read with the record."""
    lookup_value_converter = "int"
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    http_method_names: Any = ("get", "post", "patch", "delete", "head", "options")

    def get_authenticators(self) -> Parts:
        """Handlers that open their own transaction enter the scope in it themselves."""
        request = getattr(self, "request", None)
        handler = getattr(self, self.action_map.get((request.method or "").lower(), "") if request else "", None)
        if getattr(handler, "own_transaction", False):
            return [CachedTokenAuthentication(enters_scope=False), SessionAuthentication()]
        return super().get_authenticators()

    def get_queryset(self) -> Any:
        """What the user may see of the noun."""
        return self.joined(self.model.objects.visible_to(self.request.user))

    def joined(self, queryset: Any) -> Any:
        """Read the foreign keys along."""
        return queryset.select_related(*self.related) if self.related else queryset

    def get_object(self) -> Any:
        """Find the record; outside the user's scope it is absent."""
        rows = self.joined(self.model.objects.all())
        if isinstance(rows, ScopedQuerySet):
            record = rows.one_visible(self.request.user, self.kwargs["pk"])
        else:
            record = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if record is None:
            raise Http404
        return record

    def get_parts(self) -> Parts:
        """The list as parts that an index can each read in order (``ScopedQuerySet.visible_parts``)."""
        return [self.get_queryset()]

    def filtered(self, parts: Parts) -> Parts:
        """Apply the query's filters, checked once, to every part."""
        filterset_class = getattr(self, "filterset_class", None)
        if filterset_class is None:
            return parts
        filterset = filterset_class(
            self.request.query_params, queryset=parts[0] if parts else None, request=self.request
        )
        if not filterset.is_valid():
            raise ValidationError(filterset.errors)
        return [filterset.filter_queryset(part) for part in parts]

    def page(self, parts: Parts) -> Response:
        """Read one page of the merged parts and answer it."""
        paginator: Any = self.paginator
        rows = paginator.paginate_parts(parts, self.request, view=self)
        return Response(paginator.get_paginated_response_data(self.get_serializer(rows, many=True).data))

    def answer_record(self, record: Any, status: int = 200, serializer: Any = None) -> Response:
        """Answer a record, with its ETag."""
        made = (serializer or self.get_serializer_class())(record, context=self.get_serializer_context())
        return Response(made.data, status=status, headers={"ETag": etag_of(record)})

    def check_match(self, record: Any, *, required: bool = False) -> None:
        """Compare If-Match with the record as it stands, locked so that it stays so.

        Raises Stale, or MatchRequired where an edit came without it.
        """
        header = self.request.headers.get("If-Match", "").strip()
        if not header:
            if required:
                raise MatchRequired
            return
        if header == "*":
            return
        stands = type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
        tags = _TAG.findall(header)
        if etag_of(stands) not in tags:
            raise Stale(yours=self.as_of(stands, tags[0] if tags else header), stands=self.as_of(stands))

    def as_of(self, record: Any, tag: str | None = None) -> dict[str, Any]:
        """Say what a record is (or was under ``tag``) in the answer to a stale write; more where history is kept."""
        return {"etag": etag_of(record) if tag is None else tag}

    def shaped(self, serializer: type[Serializer[Any]], record: Any = None) -> dict[str, Any]:
        """Check the input's shape and return it. Raises ValidationError."""
        given = serializer(data=self.request.data, context={**self.get_serializer_context(), "record": record})
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def perform_deed(self, deed: Deed, record: Any = None) -> Any:
        """Refuse or do one deed, and return what the verb returned."""
        if deed.may is not None:
            deed.may(record, self.request.user)
        if record is not None:
            self.check_match(record)
        said = self.shaped(deed.takes, record)
        given = deed.prepare(record, said) if deed.prepare else said
        if deed.timed:
            given.setdefault("at", timezone.now())
        if record is not None:
            given[deed.subject] = record.pk if deed.subject == "pk" else record
        return deed.verb(by=self.request.user, **given)

    def answer_deed(self, deed: Deed, result: Any) -> Response:
        """Answer what the verb returned."""
        status = 201 if deed.makes else 200
        if deed.answers is None:
            return Response(status=204)
        if isinstance(result, models.Model):
            return self.answer_record(result, status, deed.answers)
        return Response(deed.answers(result, context=self.get_serializer_context()).data, status=status)

    def get_serializer_context(self) -> dict[str, Any]:
        """Hand the user's standing to serializers: masks depend on it."""
        context = dict(super().get_serializer_context())
        user = getattr(context.get("request"), "user", None)
        if user is not None and user.is_authenticated:
            context["standing"] = standing_of(user)
        return context


class Listed:
    """Mixin: the noun has a list of its own."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give one page."""
        return self.page(self.filtered(self.get_parts()))  # type: ignore[attr-defined]


class Detailed:
    """Mixin: each record of the noun has an address of its own."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give one record with its ETag."""
        return self.answer_record(self.get_object())  # type: ignore[attr-defined]


def keeps_own_key(handler: Any) -> Any:
    """Mark a handler whose answer must not be kept for resends, or whose record keeps the key itself."""
    handler.keeps_own_key = True
    return handler


def refuses(*codes: int) -> Callable[[Any], Any]:
    """Note statuses a handler answers besides those all of its kind do, for the OpenAPI file."""

    def note(handler: Any) -> Any:
        handler.refuses = codes
        return handler

    return note


View = TypeVar("View", bound=type[Door])


def deeds(*, detail: bool, table: Iterable[Deed]) -> Callable[[View], View]:
    """Give a viewset one action per deed. A deed on the address of a list becomes that address's POST."""

    def give(view: View) -> View:
        for deed in table:
            handler = _handler(deed, detail)
            listing = _listing(view, deed, detail)
            if listing is not None:
                # A list inherited by two viewsets maps its POST once, to a name that each of them has.
                listing.mapping["post"] = deed.name
            elif deed.stem:
                handler = action(detail=detail, methods=["post"], url_path=deed.stem)(handler)
            setattr(view, deed.name, _described(deed, handler))
        return view

    return give


def _handler(deed: Deed, detail: bool) -> Any:
    if detail:

        def handle(self: Door, request: Request, *args: Any, **kwargs: Any) -> Response:
            return self.answer_deed(deed, self.perform_deed(deed, self.get_object()))
    else:

        def handle(self: Door, request: Request, *args: Any, **kwargs: Any) -> Response:
            return self.answer_deed(deed, self.perform_deed(deed))

    handle.__name__ = handle.__qualname__ = deed.name
    handle.__doc__ = str(deed.verb.__doc__)
    return handle


def _described(deed: Deed, handler: Any) -> Any:
    text = "\n\n".join(part for part in ((deed.verb.__doc__ or "").strip(), deed.why) if part)
    return extend_schema(
        request=None if deed.takes is Nothing else deed.takes,
        responses={204: None} if deed.answers is None else {201 if deed.makes else 200: deed.answers},
        summary=deed.verb.__name__.replace("_", " ").capitalize(),
        description=re.sub(r"\n +", "\n", text),
    )(handler)


def _listing(view: type[Door], deed: Deed, detail: bool) -> Any:
    """The action that already answers GET at the deed's address, if there is one."""
    actions: Iterable[Any] = view.get_extra_actions()
    for found in actions:
        if found.url_path == deed.stem and found.detail == detail:
            # The mapping's own ``get`` registers a handler for GET.
            assert dict.get(found.mapping, "post", deed.name) == deed.name, f"two verbs at {deed.stem}"
            return found
    return None

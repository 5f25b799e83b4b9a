"""Columns PostgreSQL has and Django does not name."""

from typing import Any

from django.db import models
from django.db.models.expressions import Func


class CurrentTransactionId(Func):
    """``pg_current_xact_id()``: the id of the writing transaction."""

    function = "pg_current_xact_id"
    arity = 0


class TransactionIdField(models.Field):
    """The 64-bit id of the transaction that wrote the row (``xid8``), filled by the database.

    A review stores the snapshot it read (``pg_current_snapshot()``). With the two, the exact set of events a
    figure counted can be found again, whatever was recorded, however late, in between; ids from a sequence
    cannot do that, because they are not handed out in commit order.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set the database default and keep the column out of forms."""
        kwargs.setdefault("db_default", CurrentTransactionId())
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        """Name the PostgreSQL type."""
        return "xid8"

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> int | None:
        """Return the id as a number; psycopg hands unknown types over as text."""
        return None if value is None else int(value)

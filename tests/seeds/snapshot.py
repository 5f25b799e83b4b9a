"""What the whole database says, for comparing two ways of writing the same thing."""

import json
from collections import Counter
from typing import Any

from django.db import connection

from grid import rls

REFERENCES = {"incident_id": "cases_incident", "case_id": "cases_case", "duplicate_of_id": "cases_incident"}
"""Columns that hold a drawn id: the two ways draw their own, so the record's own number is compared instead."""
DRAWN = {"id", "txid"}


def tables() -> list[str]:
    """Every table of the application, the seeded code tables included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
        )
        return [name for (name,) in cursor.fetchall()]


def contents() -> dict[str, Counter[str]]:
    """Return every table's rows as a bag of texts, ids of records replaced by what tells them apart."""
    with rls.system_scope():
        names = {table: _names(table) for table in set(REFERENCES.values())}
        return {table: Counter(_rows(table, names)) for table in tables()}


def fingerprint() -> dict[str, Any]:
    """Return a hash of every table as it stands, ids and all, in any order: equal when nothing at all has changed."""
    found = {}
    with rls.system_scope(), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"select count(*), bit_xor(hashtextextended(t::text, 0)) from {table} t")
            found[table] = cursor.fetchone()
    return found


def _names(table: str) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(f"select id, client_uuid from {table}")
        return {pk: str(uid) for pk, uid in cursor.fetchall()}


def _rows(table: str, names: dict[str, dict[int, str]]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"select to_jsonb(t) from {table} t")
        rows = [row if isinstance(row, dict) else json.loads(row) for (row,) in cursor.fetchall()]
    for row in rows:
        for column in DRAWN & set(row):
            del row[column]
        for column, target in REFERENCES.items():
            if row.get(column) is not None:
                row[column] = names[target][row[column]]
        data = row.get("data")
        if isinstance(data, dict) and "master" in data:
            data["master"] = names["cases_incident"][data["master"]]
    return [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows]

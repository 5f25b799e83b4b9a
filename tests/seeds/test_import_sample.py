"""The sample ledger, imported as an outsider would."""

from datetime import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from grid import rls
from seeds.ledger.kinds import LEDGERS
from seeds.ledger.loading import Import
from seeds.ledger.sheets import open_sheet
from tests.seeds.ledgers import SAMPLE, run
from tests.seeds.snapshot import contents, fingerprint

pytestmark = pytest.mark.django_db


def test_import_loads_the_sample_and_a_second_import_changes_nothing():
    assert run(SAMPLE / "incidents.csv", "incidents") == (["imported=400 unchanged=0 refused=0"], True)
    assert run(SAMPLE / "disputes.csv", "disputes") == (["imported=120 unchanged=0 refused=0"], True)
    before = fingerprint()

    assert run(SAMPLE / "incidents.csv", "incidents") == (["imported=0 unchanged=400 refused=0"], True)
    assert run(SAMPLE / "disputes.csv", "disputes") == (["imported=0 unchanged=120 refused=0"], True)
    assert fingerprint() == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing():
    before = fingerprint()

    assert run(SAMPLE / "incidents.csv", "incidents", "--dry-run") == (["imported=400 unchanged=0 refused=0"], True)
    assert fingerprint() == before


def _imported(kind: str, now: datetime, *, by_verbs: bool) -> None:
    with rls.system_scope():
        sheet = open_sheet(SAMPLE / f"{kind}.csv")
        result = Import(LEDGERS[kind], sheet, now=now, report=_fail, by_verbs=by_verbs).run()
    assert result.refused == 0


def _fail(problem: object) -> None:
    raise AssertionError(problem)


@pytest.mark.parametrize("kind", ["incidents", "disputes"])
def test_bulk_writing_leaves_the_very_rows_that_the_verbs_leave(kind):
    now = timezone.now()
    written = {}
    for by_verbs in (False, True):
        with transaction.atomic():
            _imported(kind, now, by_verbs=by_verbs)
            written[by_verbs] = contents()
            transaction.set_rollback(True)

    assert sum(written[False]["cases_ledgerrow"].values()) > 100
    for table, rows in written[True].items():
        assert written[False][table] == rows, table

"""What was agreed, and the thirty-second check of it (FEATURES.md row 62)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from cases.models import Case, Party
from cases.moves import NotPossible
from mediation.models import Obligation, Signature

CENT = Decimal("0.01")
MOST = Decimal("999999999999.99")
"""Yuan; what the columns hold."""


@dataclass(frozen=True)
class Duty:
    """One obligation as agreed. ``amount`` is in yuan, 0 for an act; ``done`` when performed on the spot."""

    kind: str
    debtor: Party
    text: str
    due_on: date
    amount: Decimal = Decimal(0)
    creditor: Party | None = None
    done: bool = False


@dataclass(frozen=True)
class Terms:
    """What was agreed. A written agreement needs every party's signature, the mediator's and the seal.

    ``signatures`` maps party ids to the manner of signing (``Signature.Manner``).
    """

    facts: str
    content: str
    manner: str = ""
    duties: Sequence[Duty] = ()
    signatures: Mapping[int, str] | None = None
    mediator_signed: bool = False
    seal_affixed: bool = False


def check_terms(form: str, terms: Terms, parties: Mapping[int, Party], today: date) -> None:
    """Refuse what a court would not confirm for want of clear content: parties, dates, amounts (民诉法解释 art.358).

    Raises NotPossible naming the first thing that is missing or wrong.
    """
    for gap in gaps(form, terms, parties, today):
        raise gap


def gaps(form: str, terms: Terms, parties: Mapping[int, Party], today: date) -> Iterator[NotPossible]:
    """Yield everything that is missing or wrong, so that a page can say it all at once."""
    if not terms.facts.strip() or not terms.content.strip():
        yield NotPossible(_("请填写主要事实和协议内容。"), "content")
    yield from _signature_gaps(form, terms, parties)
    for duty in terms.duties:
        yield from _duty_gaps(duty, parties, today)
    if sum((duty.amount for duty in terms.duties), Decimal(0)) > MOST:
        yield NotPossible(_("金额过大。"), "duties")
    if form == Case.Form.ORAL and any(not duty.done for duty in terms.duties):
        yield NotPossible(_("未能当场履行完毕的，应当订立书面协议。"), "form")


def _signature_gaps(form: str, terms: Terms, parties: Mapping[int, Party]) -> Iterator[NotPossible]:
    signatures = terms.signatures or {}
    if not set(signatures) <= set(parties):
        yield NotPossible(_("签名人不是本案当事人。"), "signatures")
    if not set(signatures.values()) <= set(Signature.Manner.values):
        yield NotPossible(_("请选择签名、盖章或按指印。"), "signatures")
    if form != Case.Form.WRITTEN:
        return
    for pk, party in sorted(parties.items()):
        if party.side in (Party.Side.APPLICANT, Party.Side.RESPONDENT) and not _is_bound(party, signatures, parties):
            yield NotPossible(_("缺少当事人签名：%(name)s。") % {"name": parties[pk].name_masked}, "signatures")
    if not terms.mediator_signed:
        yield NotPossible(_("缺少调解员签名。"), "mediator_signed")
    if not terms.seal_affixed:
        yield NotPossible(_("缺少调委会印章。"), "seal_affixed")


def _is_bound(party: Party, signatures: Mapping[int, str], parties: Mapping[int, Party]) -> bool:
    """A side is bound by its own hand or its agent's; a minor by the guardian's, where there is one (PML art.29)."""
    if party.is_minor and party.guardian_id is not None:
        return party.guardian_id in signatures
    hands = {party.pk, *(other.pk for other in parties.values() if other.represents_id == party.pk)}
    return bool(hands & set(signatures))


def _duty_gaps(duty: Duty, parties: Mapping[int, Party], today: date) -> Iterator[NotPossible]:
    if duty.kind not in Obligation.Kind:
        yield NotPossible(_("请选择给付金钱或履行行为。"), "duties")
    if duty.debtor.pk not in parties or (duty.creditor is not None and duty.creditor.pk not in parties):
        yield NotPossible(_("履行人、权利人须是本案当事人。"), "duties")
    if duty.creditor is not None and duty.creditor.pk == duty.debtor.pk:
        yield NotPossible(_("履行人和权利人不能是同一人。"), "duties")
    if not duty.text.strip():
        yield NotPossible(_("请写明履行内容。"), "duties")
    if duty.kind == Obligation.Kind.PAY and duty.amount <= 0:
        yield NotPossible(_("给付金钱的义务须写明金额。"), "duties")
    if duty.kind == Obligation.Kind.ACT and duty.amount != 0:
        yield NotPossible(_("履行行为的义务不填写金额。"), "duties")
    if duty.amount != duty.amount.quantize(CENT):
        yield NotPossible(_("金额最多保留到分。"), "duties")
    if not duty.done and duty.due_on < today:
        yield NotPossible(_("履行期限不能早于协议达成之日。"), "duties")

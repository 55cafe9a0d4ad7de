"""责令改正: order a correction, take the proof, check it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.inspection.events import CorrectionChecked, CorrectionOrdered, CorrectionProved
from tongban.applications.inspection.models import CorrectionOrder, CorrectionProof, FieldInspection
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.letters import services as letters

MANAGE = "inspection.manage"
BASIS = "《中华人民共和国行政处罚法》第二十八条第一款"
MAX_PROOFS, MAX_PROOF_MB, MAX_DAYS = 10, 15, 180


class NothingFound(Refusal):
    status = 422
    message = _("The record says that nothing was out of order, so there is nothing to correct.")


class NobodyToOrder(Refusal):
    status = 422
    message = _("The city does not know yet whose object this is. Enter that first.")


class CorrectionClosed(Refusal):
    message = _("This order is closed. What was found at the check stays.")


@transaction.atomic
def order_correction(*, actor: Actor, inspection: FieldInspection, words: str, due_on: date) -> CorrectionOrder:
    """Order the company to put right what was found until a day; twice is once.

    Raises NotAllowed, NothingFound, NobodyToOrder, Invalid.
    """
    actor.must_hold(MANAGE, department=inspection.department_id, area=inspection.area)
    if existing := CorrectionOrder.objects.of(inspection):
        return existing
    if not inspection.findings:
        raise NothingFound()
    party = inspection.entity.party
    if party is None:
        raise NobodyToOrder()
    today = clock.today()
    wrong = {}
    if not words.strip():
        wrong["words"] = [_("Say what is to be put right.")]
    if not today < due_on <= today + timedelta(days=MAX_DAYS):
        wrong["due_on"] = [_("The last day lies after today, within half a year.")]
    if wrong:
        raise Invalid(wrong)
    order = CorrectionOrder.objects.create(
        number=letters.number(mark="责改", year=today.year, serial=ids.token(7), turn=1),
        inspection=inspection,
        party=party,
        department_id=inspection.department_id,
        area=inspection.area,
        words=words.strip(),
        basis=BASIS,
        ordered_on=today,
        due_on=due_on,
    )
    told = CorrectionOrdered(order.pk, party.pk, due_on.isoformat())
    journal.write(told, by=actor, subject=order.subject)
    return order


def prove_correction(*, actor: Actor, order: CorrectionOrder, words: str, files: Sequence[Any]) -> CorrectionOrder:
    """Hand in what was done, with files that prove it; once more as long as it is not checked.

    Raises NotAllowed, CorrectionClosed, Invalid, and what storage raises.
    """
    if order.party_id != actor.represents_fully:
        raise NotAllowed()
    if order.closed_on:
        raise CorrectionClosed()
    wrong = {}
    if not words.strip():
        wrong["words"] = [_("Say what was put right.")]
    if not files:
        wrong["proofs"] = [_("Add at least one photograph or paper that shows it.")]
    if len(files) + CorrectionProof.objects.of(order).count() > MAX_PROOFS:
        wrong["proofs"] = [_("These are more files than fit to one order.")]
    if wrong:
        raise Invalid(wrong)
    kept = [
        documents.attach(
            actor=actor,
            owner=order.party,
            kind="correction-proof",
            title=order.number,
            file=file,
            max_bytes=storage.max_file_mb(MAX_PROOF_MB) * storage.MEGABYTE,
        )
        for file in files
    ]
    with transaction.atomic():
        order = _locked(order)
        order.proof, order.proved_on, order.state = words.strip(), clock.today(), CorrectionOrder.State.PROVED
        order.save()
        CorrectionProof.objects.bulk_create(CorrectionProof(order=order, document=one) for one in kept)
        journal.write(CorrectionProved(order.pk), by=actor, subject=order.subject)
    return order


@transaction.atomic
def check_correction(*, actor: Actor, order: CorrectionOrder, result: str, words: str) -> CorrectionOrder:
    """Say what the re-check found: "done", "refused", or "ordered" again with a proof that does not suffice.

    Raises NotAllowed, CorrectionClosed, Invalid.
    """
    actor.must_hold(MANAGE, department=order.department_id, area=order.area)
    order = _locked(order)
    wrong = {}
    if result not in {"done", "refused", "ordered"}:
        wrong["result"] = [_("Say what the check found.")]
    elif result == "done" and order.state != CorrectionOrder.State.PROVED:
        wrong["result"] = [_("Nothing was handed in yet that could be checked.")]
    elif result == "refused" and order.due_on >= clock.today():
        wrong["result"] = [_("The company has time until the last day.")]
    if not words.strip():
        wrong["words"] = [_("Say what was seen at the check.")]
    if wrong:
        raise Invalid(wrong)
    order.state, order.checked, order.checked_by = result, words.strip(), actor.account
    order.closed_on = None if result == "ordered" else clock.today()
    order.save()
    journal.write(CorrectionChecked(order.pk, result), by=actor, subject=order.subject)
    return order


def _locked(order: CorrectionOrder) -> CorrectionOrder:
    order = CorrectionOrder.objects.select_for_update(of=("self",)).with_names().get(pk=order.pk)
    if order.closed_on:
        raise CorrectionClosed()
    return order

"""After the end: the papers reach the applicant (送达回证), and the closed case is put away (归档)."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases import steps
from tongban.platform.cases.events import CaseArchived, CaseDelivered
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.cases.services import plan, terms
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.delivery import services as delivery
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence

WINDOW, POST, ELECTRONIC = "window", "post", "electronic"
# What an applicant opens to know how their case ended.
RESULTS = frozenset({"grant", "refusal", "non-acceptance", "supplement-overdue", "termination", "forwarding"})


class WrongCode(Refusal):
    status, field = 422, "code"
    message = _("This is not the query code of the case. Ask whoever collects it for the code on the receipt.")


class NoPostNumber(Refusal):
    status, field = 422, "code"
    message = _("Give the number of the posted item.")


class NoReceiver(Refusal):
    status, field = 422, "receiver"
    message = _("Say who received it.")


class NothingToDeliver(Refusal):
    message = _("The sealed papers of this case are not ready yet.")


@transaction.atomic
def deliver(*, actor: Actor, case: Case, how: str, receiver: str, code: str) -> Case:
    """Write down that the papers of an ended case were handed over at the window, or posted.

    how    WINDOW: code is the query code that whoever collects them shows; POST: code is the number of the item
    Writing the same down twice changes nothing.
    Raises NotFound, WrongCode, NoPostNumber, NoReceiver, NothingToDeliver, WrongCaseState.
    """
    actor.must_hold("cases.accept")
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise identity.not_found(actor, "case", case.uid)
    case = lock(pk=case.pk)
    if not receiver.strip():
        raise NoReceiver()
    if how != POST and code.strip() != case.query_code:
        raise WrongCode()
    if how == POST and not code.strip():
        raise NoPostNumber()
    number = code.strip() if how == POST else ""
    _record(case, actor, how=how, receiver=receiver.strip(), number=number, office=identity.office_of(actor))
    if how == WINDOW:
        # Whoever collects it need not be sent it, nor what came back.
        delivery.end(actor=actor, subject=case.subject, how="collected")
    return case


@transaction.atomic
def record_posted(case: Case, *, receiver: str, number: str) -> None:
    """Write down that what was posted reached somebody, as its carrier says. number: of the waybill."""
    if steps.is_allowed("delivered", case.state):
        _record(case, SYSTEM, how=POST, receiver=receiver, number=number, office="")


@transaction.atomic
def record_first_opening(*, actor: Actor, case: Case, kind: str) -> None:
    """Take the applicant's first opening of a result as its electronic delivery. kind: of the letter."""
    if kind not in RESULTS or actor.kind != "person" or not case.is_spoken_for_by(actor):
        return
    if Action.objects.of(case).deliveries().filter(data__how=ELECTRONIC).exists():
        return
    _record_electronic(lock(pk=case.pk), actor, actor.name)


@transaction.atomic
def record_opened_licence(*, case: Case) -> None:
    """Take the first opening of a licence by its holder as the electronic delivery of the case; once."""
    case = lock(pk=case.pk)
    if steps.is_allowed("delivered", case.state):
        _record_electronic(case, SYSTEM, case.applicant_name)


def _record_electronic(case: Case, actor: Actor, receiver: str) -> None:
    if not Action.objects.of(case).deliveries().filter(data__how=ELECTRONIC).exists():
        _record(case, actor, how=ELECTRONIC, receiver=receiver, number="", office="")


def _record(case: Case, actor: Actor, *, how: str, receiver: str, number: str, office: str) -> None:
    done = Action.objects.of(case).deliveries()
    said = {"how": how, "receiver": receiver, "number": number}
    if any({name: action.data[name] for name in said} == said for action in done):
        return
    papers = [letter.title for letter in Letter.objects.about(case.subject) if letter.kind in RESULTS]
    papers += [f"{one.kind_name} {one.number}" for one in Licence.objects.of_subject(case.subject)]
    if not papers:
        raise NothingToDeliver()
    data: dict[str, Any] = {**said, "papers": papers, "turn": len(done) + 1}
    act(case, "delivered", actor=actor, department=office, data=data)
    fact = CaseDelivered(case.pk, str(case.number), how, data["turn"])
    journal.write(fact, by=actor, subject=case.subject)


def to_archive() -> list[int]:
    """Return the keys of closed cases that have rested long enough to be put away."""
    rested = timedelta(days=terms.days("archive", clock.today()))
    found = Case.objects.to_archive(before=clock.now() - rested)
    return list(found.order_by("pk").values_list("pk", flat=True)[:200])


@transaction.atomic
def archive(*, pk: int) -> Case:
    """Draw up the archive record of a closed case: its papers with their digests. Once. Raises WrongCaseState."""
    case = lock(pk=pk)
    if case.archived_on:
        return case
    papers = papers_of(case)
    turn = Action.objects.of(case).of_kinds(["archived"]).count() + 1
    act(case, "archived", actor=SYSTEM, data={"contents": papers, "turn": turn})
    journal.write(CaseArchived(case.pk, str(case.number), len(papers)), by=SYSTEM, subject=case.subject)
    return case


def papers_of(case: Case) -> list[dict[str, str]]:
    """Return every paper of a case: title, number, and SHA-256 of its file, which tells whether it was changed."""
    names = {line["code"]: line["name"] for line in plan.of(case.version).lines}
    found = [
        (names.get(material.code, material.document.label), "", material.document.blob.digest)
        for material in Material.objects.current_of(case)
    ]
    letters = Letter.objects.about(case.subject).select_related("document__blob")
    found += [(letter.title, letter.number, letter.document.blob.digest) for letter in letters]
    found += [(one.kind_name, one.number, one.file_digest) for one in Licence.objects.of_subject(case.subject)]
    return [{"title": title, "number": number, "digest": digest} for title, number, digest in found]

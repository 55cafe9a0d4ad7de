"""What offices do with a request: assign, take in hand, answer, close, merge, transfer."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.models import Department
from tongban.platform.requests.events import RequestMerged
from tongban.platform.requests.models import PublicRequest
from tongban.platform.requests.services import moving, supporting


class HandlerGone(Refusal):
    status, field = 422, "department"
    message = _("%(department)s does not exist any more. Choose the department that took its work over.")


class WithItself(Refusal):
    status, field = 422, "number"
    message = _("A request cannot be merged with itself, nor with one that was merged.")


@transaction.atomic
def assign(
    *,
    actor: Actor,
    request: PublicRequest,
    department: Department,
    due_on: date | None = None,
    words: str = "",
    revision: int | None = None,
) -> PublicRequest:
    """Give a request to the department that handles it, until a day. Raises NotAllowed, NotPossible, Conflict."""
    if department.dissolved_on:
        raise HandlerGone(department=department.title)
    return moving.take(
        actor=actor,
        request=request,
        step="assign",
        words=words,
        revision=revision,
        department=department,
        due_on=due_on or request.due_on,
    )


@transaction.atomic
def begin(*, actor: Actor, request: PublicRequest, words: str = "", revision: int | None = None) -> PublicRequest:
    """Say that the department works on it. Raises NotAllowed, NotPossible, Conflict."""
    return moving.take(actor=actor, request=request, step="begin", words=words, revision=revision)


@transaction.atomic
def hand_back(*, actor: Actor, request: PublicRequest, words: str, revision: int | None = None) -> PublicRequest:
    """Give it back to the office that received it, with the reason. Raises NotAllowed, NotPossible, WordsMissing."""
    return moving.take(actor=actor, request=request, step="hand_back", words=words, revision=revision)


@transaction.atomic
def answer(
    *, actor: Actor, request: PublicRequest, words: str, revision: int | None = None, at_once: bool = False
) -> PublicRequest:
    """Answer it; who made it and who follows it are told. at_once: by the office itself, without a department.

    Raises NotAllowed, NotPossible, WordsMissing, Conflict.
    """
    step = "answer_at_once" if at_once else "answer"
    request = moving.take(
        actor=actor,
        request=request,
        step=step,
        words=words,
        revision=revision,
        answer=words.strip(),
        answered_at=clock.now(),
    )
    moving.notify(
        request, "answered", _("Your request %(number)s was answered"), _("%(what)s: the answer is on its page.")
    )
    return request


@transaction.atomic
def close(*, actor: Actor, request: PublicRequest, words: str = "", revision: int | None = None) -> PublicRequest:
    """End what was answered. Raises NotAllowed, NotPossible, Conflict."""
    return moving.take(actor=actor, request=request, step="close", words=words, revision=revision)


@transaction.atomic
def decline(*, actor: Actor, request: PublicRequest, words: str, revision: int | None = None) -> PublicRequest:
    """Say that the city does not deal with it, and why. Raises NotAllowed, NotPossible, WordsMissing, Conflict."""
    request = moving.take(actor=actor, request=request, step="decline", words=words, revision=revision)
    moving.notify(
        request, "declined", _("Your request %(number)s was not accepted"), _("%(what)s: the reason is on its page.")
    )
    return request


@transaction.atomic
def merge(
    *, actor: Actor, request: PublicRequest, into: PublicRequest, words: str, revision: int | None = None
) -> PublicRequest:
    """Join a request with an earlier one about the same; its people follow that one from now on.

    Raises NotAllowed, NotPossible, WithItself, WordsMissing, Conflict.
    """
    first = moving.lock(into)
    actor.must_hold("requests.receive", department=first.office_id, area=first.area)
    if first.pk == request.pk or first.state in {"merged", "withdrawn", "declined"}:
        raise WithItself()
    request = moving.take(
        actor=actor, request=request, step="merge", words=words, revision=revision, duplicate_of=first
    )
    supporting.carry_over(request, first)
    journal.write(RequestMerged(request.pk, request.system, first.pk), by=actor, subject=request.subject)
    moving.notify(
        request,
        "merged",
        _("Your request %(number)s goes on together with another one"),
        _("%(what)s: somebody reported the same before. You are told what becomes of it."),
    )
    return request


@transaction.atomic
def transfer(
    *, actor: Actor, request: PublicRequest, office: Department, words: str, revision: int | None = None
) -> PublicRequest:
    """Give it to the office that has to see to it. Raises NotAllowed, NotPossible, HandlerGone, WordsMissing."""
    if office.dissolved_on:
        raise HandlerGone(department=office.title)
    actor.must_hold("requests.receive", department=request.office_id, area=request.area)
    return moving.take(
        actor=actor,
        request=request,
        step="transfer",
        words=words,
        revision=revision,
        office=office,
        department=None,
    )

"""What people do with a request of theirs: follow it by its code, rate it, ask for more, withdraw it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, text
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.requests.events import RequestOpenedByCode, RequestRated
from tongban.platform.requests.models import PublicRequest
from tongban.platform.requests.services import moving
from tongban.platform.requests.services.receiving import code_matches

THROTTLE = "request-code"
BEST = 5
MAX_REMARK = 500


class NoSuchRequest(Refusal):
    """Said for an unknown number and a wrong code alike, so that nothing can be learnt from guessing."""

    status = 422
    message = _("No request has this number and this follow-up code.")


class ReopenedAlready(Refusal):
    message = _("This request was handled once more already. Make a new request if something else is wrong.")


class NotAnswered(Refusal):
    message = _("A request can be rated once it was answered.")


class RatedBefore(Refusal):
    message = _("You have rated the answer already.")


def follow(*, actor: Actor, number: str, code: str) -> PublicRequest:
    """Return the request for whoever has its number and its code. Raises NoSuchRequest, TooManyAttempts."""
    number = text.compact(number).upper()
    identity.throttle(THROTTLE, actor.address, number)
    request = PublicRequest.objects.with_names().numbered(number).first()
    if request is None or not code_matches(request, code):
        identity.record_denied(actor, THROTTLE, number)
        raise NoSuchRequest()
    identity.clear_attempt(THROTTLE, actor.address, number)
    journal.write(RequestOpenedByCode(request.pk), by=actor, subject=request.subject)
    return request


@transaction.atomic
def reopen(*, actor: Actor, request: PublicRequest, words: str, code: str = "") -> PublicRequest:
    """Say that the matter is not solved; once. Raises NotAllowed, NotPossible, ReopenedAlready, WordsMissing."""
    request = moving.lock(request)
    if not moving.is_theirs(actor, request, code):
        raise NotAllowed()
    if request.reopened_at:
        raise ReopenedAlready()
    return moving.take(
        actor=actor,
        request=request,
        step="reopen",
        words=words,
        code=code,
        reopened_at=clock.now(),
        department=None,
        solved=False,
    )


@transaction.atomic
def withdraw(*, actor: Actor, request: PublicRequest, words: str = "", code: str = "") -> PublicRequest:
    """Take a request back that nobody answered yet. Raises NotAllowed, NotPossible."""
    return moving.take(actor=actor, request=request, step="withdraw", words=words, code=code)


@transaction.atomic
def rate(
    *, actor: Actor, request: PublicRequest, grade: int, solved: bool, remark: str = "", code: str = ""
) -> PublicRequest:
    """Say how it was handled, once. grade: stars, 5 is best. Raises NotAllowed, NotAnswered, RatedBefore, Invalid."""
    request = moving.lock(request)
    if not moving.is_theirs(actor, request, code):
        raise NotAllowed()
    if request.state not in {"answered", "closed"}:
        raise NotAnswered()
    if request.grade is not None:
        raise RatedBefore()
    remark = text.prose(remark, lines=True)
    if not 1 <= grade <= BEST:
        raise Invalid({"grade": [_("Choose one to five stars.")]})
    if len(remark) > MAX_REMARK:
        raise Invalid({"remark": [_("Write at most %(most)s characters.") % {"most": MAX_REMARK}]})
    request.grade, request.solved, request.remark = grade, solved, remark
    request.revision += 1
    request.save()
    moving.append(actor, request, "rate", told=True)
    journal.write(RequestRated(request.pk, request.system, grade, solved), by=actor, subject=request.subject)
    return request

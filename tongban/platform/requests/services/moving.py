"""The one way in which a request goes a step on: lock, compare, keep, append, tell."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, text
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.notices import services as notices
from tongban.platform.requests.events import RequestMoved
from tongban.platform.requests.models import PublicRequest, RequestAction, RequestSupport
from tongban.platform.requests.rules.steps import RequestStep
from tongban.platform.requests.services import wording
from tongban.platform.requests.services.receiving import code_matches

MAX_WORDS = 2000


class NotPossible(Refusal):
    message = _("“%(step)s” is not possible: the request is %(state)s.")


class WordsMissing(Refusal):
    status, field = 422, "words"
    message = _("Write down why, or what you answer. At most %(most)s characters.")


def lock(request: PublicRequest, revision: int | None = None) -> PublicRequest:
    """Return the request locked. Raises Conflict where somebody changed it since it was read."""
    found: PublicRequest = PublicRequest.objects.select_for_update(of=("self",)).with_names().get(pk=request.pk)
    if revision is not None and found.revision != revision:
        raise Conflict()
    return found


def must_be(actor: Actor, request: PublicRequest, step: RequestStep, code: str = "") -> None:
    """Raise NotAllowed unless this is who takes such a step."""
    if step.by == "office":
        actor.must_hold("requests.receive", department=request.office_id, area=request.area)
    elif step.by == "department":
        actor.must_hold("requests.handle", department=request.department_id, area=request.area)
        if request.department_id is None:
            raise NotAllowed()
    elif not is_theirs(actor, request, code):
        raise NotAllowed()


def is_theirs(actor: Actor, request: PublicRequest, code: str = "") -> bool:
    """Say whether somebody made a request, as its party or by its code."""
    own = request.party_id is not None and actor.represents_fully == request.party_id
    return own or actor.kind == "system" or code_matches(request, code)


def take(
    *,
    actor: Actor,
    request: PublicRequest,
    step: str,
    words: str = "",
    code: str = "",
    revision: int | None = None,
    **changes: Any,
) -> PublicRequest:
    """Take one step of the table, in the caller's transaction. changes: what else it writes into the request."""
    taken = wording.course().steps[step]
    request = lock(request, revision)
    must_be(actor, request, taken, code)
    if request.state not in taken.before:
        raise NotPossible(step=wording.step_word(step), state=wording.state_of(request))
    words = text.prose(words, lines=True)
    if (taken.reason and not words) or len(words) > MAX_WORDS:
        raise WordsMissing(most=MAX_WORDS)
    now, before = clock.now(), request.state
    office = {"office": request.office, "department": request.department, "person": None}[taken.by]
    request.state, request.revision = taken.to, request.revision + 1
    request.ended_at = now if wording.course().states[taken.to].ended else None
    for name, value in changes.items():
        setattr(request, name, value)
    request.save()
    append(actor, request, step, words, told=taken.tells, office=office)
    department = request.department.key if request.department else ""
    event = RequestMoved(request.pk, request.system, step, before, request.state, department)
    journal.write(event, by=actor, subject=request.subject)
    return request


def append(
    actor: Actor,
    request: PublicRequest,
    step: str,
    words: str = "",
    *,
    told: bool = False,
    office: Department | None = None,
) -> None:
    """Append to what happened with a request."""
    RequestAction.objects.create(
        request=request,
        step=step,
        state=request.state,
        at=clock.now(),
        account=actor.account,
        actor_name=actor.name if actor.kind == "staff" else "",
        office=office,
        words=words,
        told=told,
    )


def notify(request: PublicRequest, occasion: str, title: Any, body: Any) -> None:
    """Tell whose request it is, and those who follow it. What is told names the matter and no other person's words."""
    page = reverse("hall:requests:request", args=[request.uid])
    parties = {row.party_id: row.party for row in RequestSupport.objects.following(request)}
    if request.party is not None:
        parties[request.party.pk] = request.party
    words = {"number": request.number, "what": lambda: wording.category_of(request) or wording.kind_of(request)}
    for party in parties.values():
        notices.send(
            to=party,
            **notices.in_both(title, body, words),
            url=page,
            subject=request.subject,
            key=f"{request.subject}:{request.revision}:{occasion}:{party.pk}",
        )

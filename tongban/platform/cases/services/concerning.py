"""利害关系人: whose interests are touched by what is published says so, and is answered. Source: 行政许可法 art. 36."""

from django.db import transaction
from django.utils.translation import gettext_lazy

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.platform.cases.events import ConcernAnswered, ConcernRaised
from tongban.platform.cases.models import Case, Concern, Publication
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.cases.services.extending import lock_for
from tongban.platform.identity import services as identity

THROTTLE_KEY = "case-concern"


class PublicityOver(Refusal):
    message = gettext_lazy("The time of publication is over, so objections are no longer taken here.")


class NoConcern(Refusal):
    message = gettext_lazy("Every objection was answered.")


class NothingSaid(Refusal):
    status, field = 422, "text"
    message = gettext_lazy("Write what you want to say.")


@transaction.atomic
def raise_concern(*, actor: Actor, uid: str, name: str, contact: str, text: str) -> Publication:
    """Take what somebody concerned says about a publication; nobody but the office reads who it was.

    Raises NotFound, PublicityOver, NothingSaid, TooManyAttempts.
    """
    identity.throttle(THROTTLE_KEY, actor.address)
    shown = Publication.objects.with_uid(uid)
    if shown is None:
        raise NotFound()
    if shown.until is None or clock.today() > shown.until:
        raise PublicityOver()
    if not text.strip():
        raise NothingSaid()
    case = lock(pk=shown.case_id)
    said = {"name": name.strip(), "contact": contact.strip(), "text": text.strip()}
    concern = Concern(publication=shown, on=clock.today())
    concern.said = said
    concern.save()
    act(case, "concern_raised", actor=SYSTEM, opinion=text.strip())
    journal.write(ConcernRaised(case.pk, str(case.number), shown.kind), by=actor, subject=case.subject)
    return shown


@transaction.atomic
def answer_concern(*, actor: Actor, uid: str, reason: str, revision: int | None = None) -> Case:
    """Answer the oldest objection of somebody concerned; the answer stands with the publication.

    Raises NotAllowed, NoConcern, NothingSaid, WrongCaseState, Conflict, NotFound.
    """
    case = lock_for("concern_answered", actor, uid, revision)
    concern = Concern.objects.about(case).unanswered().first()
    if concern is None:
        raise NoConcern()
    if not reason.strip():
        raise NothingSaid()
    concern.answer, concern.answered_on = reason.strip(), clock.today()
    concern.save(update_fields=["answer", "answered_on"])
    act(case, "concern_answered", actor=actor, department=case.department.name, opinion=reason.strip())
    journal.write(ConcernAnswered(case.pk, str(case.number)), by=actor, subject=case.subject, reason=reason)
    return case

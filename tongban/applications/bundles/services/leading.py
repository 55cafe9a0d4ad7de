"""What the leading department and the applicant do with the whole: extend, take back, receive the results."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.bundles.events import (
    JointApplicationWithdrawn,
    JointLimitExtended,
    JointResultsDelivered,
)
from tongban.applications.bundles.models import BundleApplication, BundleItem
from tongban.applications.bundles.rules.moving import Progress
from tongban.applications.bundles.services import plan, running
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity

# States of a case that its applicant may take back.
WITHDRAWABLE = frozenset({Case.State.SUBMITTED, Case.State.SUPPLEMENT, Case.State.ACCEPTED})


class JointClockNotRunning(Refusal):
    message = _("The joint time limit is not running, so it cannot be extended.")


class JointExtendedAlready(Refusal):
    message = _("The joint time limit was extended already; the law allows it once.")


class NoJointExtension(Refusal):
    message = _("The law knows no extension of this time limit.")


class NothingToWithdraw(Refusal):
    message = _("Nothing of this joint application can be taken back any more.")


class NothingToTryAgain(Refusal):
    message = _("This item does not wait to be handed in again. Look at its present state.")


class NotFinished(Refusal):
    message = _("Not all items are settled yet, so the results cannot be handed over together.")


@transaction.atomic
def extend(*, actor: Actor, uid: str, reason: str) -> BundleApplication:
    """Extend the law's limit for the whole, once, with a reason. Source: 行政许可法 art. 42 para. 2.

    Raises NotFound, NotAllowed, Invalid, JointClockNotRunning, JointExtendedAlready, NoJointExtension.
    """
    application: BundleApplication = identity.must_find(
        BundleApplication.objects.locked(uid), actor, "joint application", uid
    )
    actor.must_hold("bundles.lead", department=application.department_id, area=application.area)
    if application.extended_days:
        raise JointExtendedAlready()
    if application.state != BundleApplication.State.RUNNING or application.started_on is None:
        raise JointClockNotRunning()
    if plan.of(application.version).limits.statutory_days:
        raise NoJointExtension()
    if not reason.strip():
        raise Invalid({"reason": [_("Say why: the applicant has to be told the reason.")]})
    application.extended_days = int(running.law_on(application.started_on)["extension"])
    application.extension = reason.strip()
    application.save(update_fields=["extended_days", "extension"])
    running.recount(application, BundleItem.objects.of(application))
    due = application.statutory_due_on
    event = JointLimitExtended(application.pk, str(application.number), due.isoformat() if due else "")
    journal.write(event, by=actor, subject=application.subject, reason=reason)
    running.notify(
        application,
        "extended",
        _("“%(bundle)s”: the time limit was extended"),
        _("The whole is now to be decided by %(due_on)s. Reason: %(reason)s Number %(number)s."),
        due_on=due,
        reason=application.extension,
    )
    return application


@transaction.atomic
def withdraw(*, actor: Actor, uid: str, reason: str) -> BundleApplication:
    """Take the whole back: what waits never begins, what is under way is withdrawn, what is decided stays.

    Raises NotFound, NothingToWithdraw.
    """
    application: BundleApplication = identity.must_find(
        BundleApplication.objects.locked(uid), actor, "joint application", uid
    )
    if not application.is_spoken_for_by(actor):
        raise identity.not_found(actor, "joint application", uid)
    if application.state == BundleApplication.State.WITHDRAWN:
        return application
    if application.state != BundleApplication.State.RUNNING:
        raise NothingToWithdraw()
    items = BundleItem.objects.of(application)
    taken = [item.case for item in items if item.case and item.case.state in WITHDRAWABLE]
    waiting = [item for item in items if item.state == BundleItem.State.WAITING]
    if not taken and not waiting:
        raise NothingToWithdraw()
    for item in waiting:
        item.state, item.note = BundleItem.State.DROPPED, reason
        item.save(update_fields=["state", "note"])
    # First the whole: its cases are no reason any more for anything to follow.
    application.state, application.finished_on = BundleApplication.State.WITHDRAWN, clock.today()
    application.updated_at = clock.now()
    application.save(update_fields=["state", "finished_on", "updated_at"])
    for case in taken:
        cases.withdraw(actor=actor, case=case, reason=reason)
    event = JointApplicationWithdrawn(application.pk, str(application.number), [case.pk for case in taken])
    journal.write(event, by=actor, subject=application.subject, reason=reason)
    return application


@transaction.atomic
def retry(*, actor: Actor, uid: str, key: str) -> BundleItem:
    """Try once more to hand in an item that could not be: the applicant, or whoever leads the whole.

    key   of the item. Where it still cannot be, its new reason is the item's note. Done already, it changes nothing.
    Raises NotFound, NotAllowed, NothingToTryAgain.
    """
    application: BundleApplication = identity.must_find(
        BundleApplication.objects.locked(uid), actor, "joint application", uid
    )
    if actor.kind == "staff":
        actor.must_hold("bundles.lead", department=application.department_id, area=application.area)
    elif not application.is_spoken_for_by(actor):
        raise identity.not_found(actor, "joint application", uid)
    items = BundleItem.objects.of(application)
    item = next((one for one in items if one.key == key), None)
    if item is not None and item.state == BundleItem.State.STARTED:
        return item
    if item is None or not is_retryable(application, item):
        raise NothingToTryAgain()
    running.try_again(application, items, item)
    return item


def is_retryable(application: BundleApplication, item: BundleItem) -> bool:
    """Say whether an item could not be handed in, and may be tried once more."""
    open_ = application.state in {BundleApplication.State.RUNNING, BundleApplication.State.FINISHED}
    return open_ and item.state == BundleItem.State.STUCK


@transaction.atomic
def receive(*, actor: Actor, uid: str) -> BundleApplication:
    """Note that the applicant opened the page with all results: they are delivered together. Twice notes it once.

    Raises NotFound, NotFinished.
    """
    application: BundleApplication = identity.must_find(
        BundleApplication.objects.locked(uid), actor, "joint application", uid
    )
    if not application.is_spoken_for_by(actor):
        raise identity.not_found(actor, "joint application", uid)
    if application.state != BundleApplication.State.FINISHED:
        raise NotFinished()
    if application.delivered_on is None:
        application.delivered_on = clock.today()
        application.save(update_fields=["delivered_on"])
        event = JointResultsDelivered(application.pk, str(application.number))
        journal.write(event, by=actor, subject=application.subject)
    return application


def is_withdrawable(application: BundleApplication, items: list[BundleItem]) -> bool:
    """Say whether the applicant may still take something back."""
    if application.state != BundleApplication.State.RUNNING:
        return False
    open_ = [item for item in items if running.progress_of(item) in {Progress.WAITING, Progress.OPEN}]
    return any(item.case is None or item.case.state in WITHDRAWABLE for item in open_)

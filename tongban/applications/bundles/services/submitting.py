"""Hand a joint application in: every item at its office in the same second, or none at all."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.bundles.events import JointApplicationSubmitted
from tongban.applications.bundles.models import BundleApplication, BundleItem
from tongban.applications.bundles.services import plan, running, wholes
from tongban.applications.bundles.services.drafting import is_behind
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases import services as cases
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity

# The answer of this element says in which area the whole lies; without it, where the leading department is.
DISTRICT = "district"


class JointIncomplete(Invalid):
    message = _("The joint application is not complete yet.")


class ServicesChanged(Refusal):
    message = _("One of the services was changed while you were filling in. Carry your answers over, then submit.")


@transaction.atomic
def submit(*, actor: Actor, uid: str, declared: bool) -> BundleApplication:
    """Turn a draft into cases at their offices, in one transaction. Twice gives the same application.

    Items that wait for another one are handed in once it is granted. If one cannot be handed in, none is.
    Raises NotFound, NotDeclared, ServicesChanged, JointIncomplete, FactsChanged, NotForYou.
    """
    application: BundleApplication = identity.must_find(
        BundleApplication.objects.locked(uid), actor, "joint application", uid
    )
    if not application.is_spoken_for_by(actor):
        raise identity.not_found(actor, "joint application", uid)
    if not application.is_draft:
        return application
    if not declared:
        raise cases.NotDeclared()
    items = BundleItem.objects.of(application)
    if is_behind(application, items):
        raise ServicesChanged()
    whole, papers = wholes.of(application, items), wholes.papers_of(application)
    application.answers = whole.asked.relevant(application.answers)
    _must_be_complete(application, whole, items)
    now = clock.now()
    application.area = str(application.answers.get(DISTRICT) or application.area)
    application.number = f"{application.area or '000000'}-{clock.today():%Y%m%d}-Y{ids.token(7)}"
    application.submitted_at, application.updated_at = now, now
    application.state = BundleApplication.State.RUNNING
    application.save()
    started = _start(actor, application, whole, items, papers)
    journal.write(
        JointApplicationSubmitted(
            application.pk, application.number, application.version.bundle.code, [item.key for item in items], started
        ),
        by=actor,
        subject=application.subject,
    )
    running.recount(application, items)
    return application


def _must_be_complete(application: BundleApplication, whole: plan.Whole, items: Sequence[BundleItem]) -> None:
    """Refuse what the merged form finds missing. What the items find, each says when it is handed in."""
    if problems := whole.form.problems(application.answers):
        raise JointIncomplete(problems)
    waiting = [item for item in items if item.after]
    if not waiting:
        return
    # What waits is looked at now as well: later nobody sits before the form.
    still = wholes.checklist(application, items)
    if not still.ready:
        raise JointIncomplete(still.faults)


def _start(
    actor: Actor,
    application: BundleApplication,
    whole: plan.Whole,
    items: Sequence[BundleItem],
    papers: Mapping[str, Sequence[Document]],
) -> list[int]:
    """Hand in what waits for nothing; return the ids of the cases. Raises JointIncomplete at the merged names."""
    found = []
    for item in items:
        if item.after:
            item.state = BundleItem.State.WAITING
        else:
            prepared = wholes.prepared(application, whole, item, papers)
            try:
                item.case = cases.hand_in(actor=actor, prepared=prepared, key=running.key_of(item), declared=True)
            except cases.Incomplete as refusal:
                raise JointIncomplete(_at_merged(application, whole, item, refusal)) from refusal
            item.state = BundleItem.State.STARTED
            found.append(item.case.pk)
    BundleItem.objects.bulk_update(items, ["state", "case"])
    return found


def _at_merged(
    application: BundleApplication, whole: plan.Whole, item: BundleItem, refusal: Invalid
) -> dict[str, list[str]]:
    """Return what an item lacks under the names of the merged form and list."""
    told: dict[str, list[str]] = {}
    for path, texts in refusal.errors.items():
        kind, colon, code = path.partition(":")
        if kind == "material":
            name = f"material:{wholes.code_of(application, item, code)}"
        elif colon:
            name = f"{kind}:{item.key}{wholes.OF_ITEM}{code}"
        else:
            name = whole.merged_name(item.key, path)
        told.setdefault(name, []).extend(texts)
    return told

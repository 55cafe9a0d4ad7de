"""Before a joint application is handed in: what applies, begin, fill in, bring papers, throw away."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.bundles.models import Bundle, BundleApplication, BundleItem, BundlePaper, BundleVersion
from tongban.applications.bundles.services import plan, wholes
from tongban.applications.bundles.services.definitions import BundleNotOffered
from tongban.infrastructure.kernel import clock, wording
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal
from tongban.platform.catalogue.models import Version
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity
from tongban.platform.licences.models import Licence
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

PURPOSE = _("Fill in the joint application “%(bundle)s” for you")


class NothingApplies(Refusal):
    status = 422
    message = _("By your answers none of these services applies. Check the answers, or apply for a service by itself.")


class WholeMandateNeeded(Refusal):
    status = 403
    message = _("A joint application belongs to several services, and your mandate covers certain services only.")


class JointSubmittedAlready(Refusal):
    message = _("This joint application has already been submitted; it can no longer be changed here.")


def applying(version: BundleVersion, situation: Mapping[str, Any]) -> list[plan.Applying]:
    """Say of every item of a bundle whether it applies, and why: anybody may ask. Raises Invalid, NoRuleFits."""
    asked = plan.of(version)
    if faults := asked.form.problems(situation):
        raise Invalid(faults)
    return asked.which(situation)


@transaction.atomic
def begin(*, actor: Actor, bundle: str, situation: Mapping[str, Any], once: str | None = None) -> BundleApplication:
    """Open a draft for what applies in a situation, prefilled; each register is asked once for all items.

    once   idempotency key: what was begun under it comes back
    Raises NotAllowed, WholeMandateNeeded, BundleNotOffered, Invalid, NothingApplies.
    """
    applicant = _must_apply(actor)
    if once and (known := BundleApplication.objects.with_key(once)):
        return _must_be_own(actor, known)
    offered = Bundle.objects.offered_as(bundle)
    if offered is None or offered.current is None:
        raise BundleNotOffered()
    version = offered.current
    version.bundle = offered
    now = clock.now()
    application = BundleApplication(
        version=version,
        department=offered.department,
        area=offered.area,
        applicant=applicant,
        applicant_name=applicant.name,
        filed_by_id=actor.account,
        key=once,
        created_at=now,
        updated_at=now,
    )
    application.situation = plan.of(version).asked.relevant(situation)
    items = _items(application, applying(version, situation))
    whole = wholes.of(application, items)
    eforms.prefill(whole.form, application, _known(actor, application, whole))
    _preset(application, whole)
    application.save()
    BundleItem.objects.bulk_create(items)
    return application


def _preset(application: BundleApplication, whole: plan.Whole) -> None:
    """Offer the answers that follow from the situation; they can be changed like any other."""
    for preset in plan.of(application.version).presets:
        name = whole.merged_name(preset.item, preset.question) if preset.item in whole.names else ""
        value = application.situation.get(preset.source) if preset.source else preset.value
        if name and value is not None and not whole.form.problems({name: value}).keys() & {name}:
            application.answers = {name: value, **application.answers}


def _must_apply(actor: Actor) -> Party:
    """Return whom the actor applies for, held. Raises NotAllowed, WholeMandateNeeded."""
    if not actor.represents:
        raise NotAllowed()
    if not actor.represents_fully:
        raise WholeMandateNeeded()
    if actor.kind not in {"person", "system"}:
        actor.must_hold("cases.file")
    return Party.objects.locked(actor.represents)


def _must_be_own(actor: Actor, application: BundleApplication) -> BundleApplication:
    if not application.is_spoken_for_by(actor):
        raise NotAllowed()
    return application


def _items(application: BundleApplication, said: Sequence[plan.Applying]) -> list[BundleItem]:
    """Return the items that apply, not saved yet. Raises NothingApplies; BundleNotOffered where one is not offered."""
    chosen = [one for one in said if one.applies]
    if not chosen:
        raise NothingApplies()
    versions = plan.versions_of(plan.of(application.version))
    if not {one.item.key for one in chosen} <= versions.keys():
        raise BundleNotOffered()
    keys = {one.item.key for one in chosen}
    return [
        BundleItem(
            application=application,
            key=one.item.key,
            order=number,
            version=versions[one.item.key],
            department=versions[one.item.key].service.department,
            after=[key for key in one.item.after if key in keys],
            reason=one.reason,
            reason_english=one.reason_english,
        )
        for number, one in enumerate(chosen)
    ]


@transaction.atomic
def change_situation(*, actor: Actor, uid: str, situation: Mapping[str, Any]) -> BundleApplication:
    """Answer the questionnaire anew: other items may apply; answers that they ask for as well stay.

    Raises NotFound, JointSubmittedAlready, Invalid, NothingApplies.
    """
    draft = lock_draft(actor, uid)
    items = _items(draft, applying(draft.version, situation))
    draft.situation = plan.of(draft.version).asked.relevant(situation)
    whole = wholes.of(draft, items)
    draft.answers = {name: value for name, value in draft.answers.items() if name in whole.asked.names()}
    known = _known(actor, draft, whole)
    fresh = BundleApplication(uid=draft.uid)
    eforms.prefill(whole.form, fresh, known)
    draft.answers = {**fresh.answers, **draft.answers}
    _preset(draft, whole)
    draft.sources = {**fresh.sources, **{k: v for k, v in draft.sources.items() if k in whole.asked.names()}}
    eforms.prefill_again(whole.form, draft, known)
    eforms.raise_revision(draft)
    BundleItem.objects.filter(application=draft).delete()
    BundleItem.objects.bulk_create(items)
    draft.save()
    return draft


@transaction.atomic
def fill(*, actor: Actor, uid: str, answers: Mapping[str, Any], revision: int, step: str = "") -> BundleApplication:
    """Keep the answers of a step of the merged form. Raises NotFound, JointSubmittedAlready, and as `eforms.fill`."""
    draft = lock_draft(actor, uid)
    eforms.fill(wholes.of(draft, BundleItem.objects.of(draft)).form, draft, answers, revision=revision, step=step)
    draft.save()
    return draft


@transaction.atomic
def confirm(*, actor: Actor, uid: str, checks: Collection[str]) -> BundleApplication:
    """Take the applicant's word that what these checks found is so; it counts for every item that finds the same."""
    draft = lock_draft(actor, uid)
    items = BundleItem.objects.of(draft)
    found = wholes.findings(draft, items)
    eforms.confirm(found, wholes.of(draft, items).form, draft, wholes.alike(found, checks))
    draft.updated_at = clock.now()
    draft.save()
    return draft


@transaction.atomic
def renew_services(*, actor: Actor, uid: str) -> BundleApplication:
    """Take a draft over to the services as they are offered now; answers that still fit stay.

    Raises NotFound, JointSubmittedAlready, BundleNotOffered.
    """
    draft = lock_draft(actor, uid)
    current = draft.version.bundle.current
    if current is None:
        raise BundleNotOffered()
    bundle = draft.version.bundle
    draft.version = current
    draft.version.bundle = bundle
    draft.save()
    return change_situation(actor=actor, uid=uid, situation=draft.situation)


def is_behind(application: BundleApplication, items: Sequence[BundleItem]) -> bool:
    """Say whether the bundle, or a service in it, was changed or withdrawn while a draft lay here."""
    if application.version.state != BundleVersion.State.PUBLISHED:
        return True
    return any(item.version.state != Version.State.PUBLISHED for item in items)


@transaction.atomic
def discard(*, actor: Actor, uid: str) -> None:
    """Throw a draft away. Raises NotFound, JointSubmittedAlready."""
    lock_draft(actor, uid).delete()


def lock_draft(actor: Actor, uid: str) -> BundleApplication:
    """Return a draft of the actor, held. Raises NotFound, noting the attempt; JointSubmittedAlready."""
    held: BundleApplication = identity.must_find(BundleApplication.objects.locked(uid), actor, "joint application", uid)
    if not held.is_spoken_for_by(actor):
        raise identity.not_found(actor, "joint application", uid)
    if not held.is_draft:
        raise JointSubmittedAlready()
    return held


def _known(actor: Actor, application: BundleApplication, whole: plan.Whole) -> dict[str, eforms.Known]:
    asked = _asked(actor, application)
    return eforms.known_of(whole.form, **asked, more=whole.registers)


def _asked(actor: Actor, application: BundleApplication) -> dict[str, Any]:
    """Return who asks registers about whom, and for what."""
    purpose = wording.recorded(PURPOSE) % {"bundle": application.version.bundle.name}
    subject = f"bundle-draft:{application.uid}"
    return {"actor": actor, "party": application.applicant, "purpose": purpose, "subject": subject}


def materials_of(actor: Actor, application: BundleApplication) -> documents.MaterialList:
    """Return the merged list of materials as the verbs of documents take it.

    They refuse with NotFound and Conflict besides.
    """
    items = BundleItem.objects.of(application)
    return documents.MaterialList(
        model=BundlePaper,
        subject=application,
        lines=wholes.of(application, items).lines,
        owner=application.applicant,
        hold=partial(_hold, actor, application),
        find=partial(fetched, actor, application),
    )


def fetch_all(*, actor: Actor, application: BundleApplication) -> None:
    """Fetch every line that can be fetched and has no document yet."""
    lines = wholes.of(application, BundleItem.objects.of(application)).lines_for(application.answers)
    documents.fetch_all(materials_of(actor, application), lines)


def _hold(actor: Actor, application: BundleApplication, _line: Mapping[str, Any]) -> None:
    held = BundleApplication.objects.locked(application.uid)
    if held is None or not held.is_spoken_for_by(actor):
        raise NotFound()
    if not held.is_draft:
        raise Conflict()


def fetched(actor: Actor, application: BundleApplication, line: Mapping[str, Any]) -> Document | None:
    want = line.get("fetch") or {}
    if kind := want.get("licence"):
        licence = Licence.objects.held_by(application.applicant, kind).first()
        return licence.document if licence else None
    if register := want.get("register"):
        answer = registers.find(register=register, **_asked(actor, application))
        if answer is not None:
            owner, code, title = application.applicant, line["code"], line["name"]
            return documents.keep_extract(actor=actor, owner=owner, kind=code, title=title, answer=answer)
    return None

"""Before submission: begin, fill in, attach, fetch, throw away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import changes
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound, Refusal
from tongban.platform.assurance import services as assurance
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.services import about_licence, again, deferring, facts, judging, offices, plan
from tongban.platform.cases.services.acting import WrongCaseState
from tongban.platform.catalogue.models import Service, Version
from tongban.platform.delivery import services as delivery
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.licences.models import Licence
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party

# Kind of the licence that makes a person a sole trader.
TRADE = "business-licence"
# How a case ended that one may apply for again with the same answers.
AGAIN = frozenset({"refused", "not_accepted", "withdrawn", "lapsed", "terminated"})


class NotOnline(Refusal):
    message = _("“%(service)s” cannot be applied for online yet. The guide says where to go.")


class NotForYou(Refusal):
    message = _("“%(service)s” is not offered to you in this capacity. Choose whom you act for, and try again.")


class ServiceChanged(Refusal):
    message = _(
        "This service was changed while you were filling in the form. Carry your answers over to the new version."
    )


class ServiceNoLongerOffered(Refusal):
    message = _("This service is no longer offered. Your draft has been saved; the guide says what takes its place.")


class AlreadySubmitted(Refusal):
    message = _("This application has already been submitted; it can no longer be changed here.")


class KeyUsed(Refusal):
    status = 422
    message = _("This Idempotency-Key belongs to another application. Send a new one with each application.")


@dataclass(frozen=True)
class Checklist:
    """What still stands between a draft and its submission.

    problems   field path -> sentences
    missing    material lines without a document
    waiting    what was found strange and waits for the applicant's word
    may_wait   only materials are missing, and the service lets them follow after acceptance
    """

    problems: Mapping[str, list[str]]
    missing: list[Mapping[str, Any]]
    waiting: list[eforms.Finding]
    may_wait: bool = False

    @property
    def ready(self) -> bool:
        return not self.problems and not self.missing and not self.waiting

    @property
    def faults(self) -> dict[str, list[str]]:
        """Return everything by the name under which it is told: question, material:CODE, confirm:CHECK."""
        return {
            **self.problems,
            **{f"material:{line['code']}": [line["name"]] for line in self.missing},
            **{f"confirm:{finding.id}": [str(finding)] for finding in self.waiting},
        }


@transaction.atomic
def begin(
    *,
    actor: Actor,
    service: str,
    key: str | None = None,
    once: str | None = None,
    confirmed: Collection[str] = (),
    licence: str = "",
    area: str = "",
) -> Case:
    """Open a draft, prefilled from the registers; an unfinished one is gone on with.

    key    idempotency key of another system; each key begins a draft of its own
    once   idempotency key of a person's page: what was begun under it comes back, even after it was handed in
    confirmed   checks whose finding the applicant has read and stands by before anything is filled in
    licence     code of the licence that a service acts on; "" where the applicant holds only one
    area        code of the area whose office handles it, where the law lets the applicant choose; "" as it is
    Raises NotAllowed, NotFound, NotOnline, NotForYou, NotEligible, NotHandledThere; NoLicenceHeld, LicenceNotChosen,
    TooEarlyToRenew, LicenceBusy.
    """
    offered, version = _must_be_offered(actor, service)
    # Held, so that a button pressed twice does not begin twice.
    applicant = Party.objects.locked(actor.represents or 0)
    _must_be_for(actor, offered, applicant)
    word = key or once
    draft = Case.objects.with_key(word) if word else None
    if draft is None:
        held = about_licence.chosen(applicant.pk, version, licence)
        draft = None if key else Case.objects.draft_of(actor, version, held).first()
        draft = draft or _prepared(actor, offered, applicant, word, held)
        if confirmed and draft.pk is None:
            judging.record_confirmations(draft, confirmed)
        if area:
            offices.choose(draft, area)
        if draft.pk is None:
            draft.save()
    elif area and draft.state == Case.State.DRAFT:
        offices.choose(draft, area)
        draft.save(update_fields=["area_office", "department", "area"])
    return draft


@transaction.atomic
def file(
    *, actor: Actor, service: str, answers: Mapping[str, Any], key: str, licence: str = "", area: str = ""
) -> tuple[Case, bool]:
    """Begin a draft for another system and fill it in, in one go; say whether it was begun now.

    key   what was filed under it before comes back as it is, sent several times at once or not
    area  as for `begin`
    Raises what `begin` raises, KeyUsed, and FixedFacts where an answer is another than the register's.
    """
    if not actor.represents:
        raise NotAllowed()
    applicant = Party.objects.locked(actor.represents)
    known = Case.objects.with_key(key)
    if known is None:
        offered, version = _must_be_offered(actor, service)
        _must_be_for(actor, offered, applicant)
        held = about_licence.chosen(applicant.pk, version, licence)
        case = _prepared(actor, offered, applicant, key, held)
        if area:
            offices.choose(case, area)
        if answers:
            facts.must_agree(case, answers)
            eforms.put(plan.of(case.version).form, case, answers)
        case.save()
        return case, True
    if (known.version.service.code, known.applicant_id) != (service, actor.represents):
        raise KeyUsed()
    return known, False


def _must_be_offered(actor: Actor, service: str) -> tuple[Service, Version]:
    """Return a service and its version in force, where the actor may apply for it in somebody's name."""
    if not actor.represents:
        raise NotAllowed()
    if actor.kind not in {"person", "system"}:
        actor.must_hold("cases.file")
    offered: Service | None = Service.objects.offered_as(service)
    if offered is None:
        raise NotFound()
    if not offered.online or offered.current is None:
        raise NotOnline(service=offered.name)
    if needed := offered.current.guide.get("assurance"):
        assurance.must_reach(actor, needed)
    return offered, offered.current


def _must_be_for(actor: Actor, offered: Service, applicant: Party) -> None:
    if not is_for(offered, applicant):
        raise NotForYou(service=offered.name)
    parties.must_cover(actor=actor, service=offered.code)


def _prepared(
    actor: Actor, offered: Service, applicant: Party, key: str | None, licence: Licence | None = None
) -> Case:
    """Return a draft as far as registers know it, not saved yet. Raises NotEligible for what they know against it."""
    now = clock.now()
    case = Case(
        version=offered.current,
        department=offered.department,
        area=offered.department.area,
        applicant=applicant,
        applicant_name=applicant.name,
        filed_by_id=actor.account,
        key=key,
        licence=licence,
        created_at=now,
        updated_at=now,
    )
    case.version.service = offered
    facts.learn(actor, case)
    about_licence.prefill(case)
    judging.must_be_eligible(case, offered.name)
    return case


@transaction.atomic
def begin_again(*, actor: Actor, case: Case) -> tuple[Case, bool]:
    """Begin a draft with the answers of a case that led to nothing; say whether they were taken over now.

    Pressed twice it is the same draft, and an unfinished draft of the service keeps its own answers. Registers are
    asked anew, and what is theirs stays theirs. Answers that the present form does not take are left out.
    Raises NotFound, WrongCaseState, and what `begin` raises.
    """
    former = Case.objects.spoken_for_by(actor).with_version().filter(pk=case.pk).first()
    if former is None:
        raise NotFound()
    if former.outcome not in AGAIN:
        raise WrongCaseState(state=former.get_state_display())
    word = f"again:{former.uid}"
    token = former.licence.token if former.licence else ""
    draft = begin(actor=actor, service=former.version.service.code, once=word, licence=token)
    if draft.key != word or draft.state != Case.State.DRAFT or draft.revision != 1:
        return draft, False
    form = plan.of(draft.version).form
    answers = {name: value for name, value in former.answers.items() if name in form.names()}
    wrong = {path.partition(".")[0] for path in form.implausible(answers)}
    answers = {name: value for name, value in answers.items() if name not in wrong}
    return fill(actor=actor, case=draft, answers=answers, revision=draft.revision), True


@transaction.atomic
def fill(*, actor: Actor, case: Case, answers: Mapping[str, Any], revision: int, step: str = "") -> Case:
    """Keep the answers of one step; None empties one. What is a register's answer stays that.

    step   at which the applicant goes on
    Nothing is saved where one of them cannot be an answer.

    Raises NotFound, AlreadySubmitted, Conflict, Invalid, TooMuchText.
    """
    draft = _lock_draft(actor, case)
    eforms.fill(plan.of(draft.version).form, draft, answers, revision=revision, step=step)
    changes.write(draft)
    return draft


@transaction.atomic
def discard(*, actor: Actor, case: Case) -> None:
    """Throw a draft away, with its files. Raises NotFound, AlreadySubmitted."""
    draft = _lock_draft(actor, case)
    delivery.forget(subject=draft.subject)
    draft.delete()


@transaction.atomic
def upgrade_version(*, actor: Actor, case: Case) -> Case:
    """Take a draft over to the current version of its service; answers that still fit stay.

    Raises NotFound, AlreadySubmitted, ServiceNoLongerOffered.
    """
    draft = _lock_draft(actor, case)
    current = current_version(draft)
    if current is None:
        raise ServiceNoLongerOffered()
    draft.version = current
    known = plan.of(current).form.names()
    draft.answers = {name: value for name, value in draft.answers.items() if name in known}
    facts.relearn(actor, draft)
    eforms.raise_revision(draft)
    changes.write(draft)
    return draft


def current_version(case: Case) -> Version | None:
    """Return the version of the case's service that is offered now, None where it is withdrawn."""
    service: Service | None = Service.objects.begun_as(case.version.service.code)
    return service.current if service else None


def offered_to(applicant: Party) -> list[Service]:
    """Return the services that this applicant can apply for, by name."""
    services = Service.objects.online().select_related("department").order_by("name")
    return [service for service in services if is_for(service, applicant)]


def is_for(service: Service, applicant: Party) -> bool:
    """Say whether the service is one for people, or for organisations, such as this applicant."""
    # GB/T 39046 A.4: 1 is a natural person, everything else is an organisation.
    if applicant.kind == Party.Kind.PERSON:
        return "1" in service.audience or _is_for_sole_trader(service, applicant)
    return any(code != "1" for code in service.audience)


def _is_for_sole_trader(service: Service, applicant: Party) -> bool:
    """Say whether the service is one for sole traders, and this person is one: holds a business licence in force.

    The national list of audiences has no code for them: 个体工商户 act in their own name (民法典 art. 54).
    """
    version = service.current
    if version is None or not version.guide.get("sole_traders"):
        return False
    return Licence.objects.held_by(applicant, TRADE).in_force(clock.today()).exists()


def checklist(case: Case, there: Collection[str] | None = None) -> Checklist:
    """Say what is still wrong or missing.

    there   codes of the lines that have a paper, where they were read already
    """
    definition = plan.of(case.version)
    there = Material.objects.codes_of(case) if there is None else there
    lines = definition.lines_for(case.answers)
    found = judging.findings(case)
    problems = _together(definition.form.problems(case.answers), eforms.errors_of(found, definition.form))
    missing, waiting = documents.missing(lines, there), judging.unconfirmed(case, found)
    may_wait = not problems and not waiting and deferring.may_wait(missing, definition)
    return Checklist(problems=problems, missing=missing, waiting=waiting, may_wait=may_wait)


def _together(*faults: Mapping[str, list[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in faults:
        for path, sentences in part.items():
            found.setdefault(path, []).extend(sentences)
    return found


def before(actor: Actor, service: Service) -> list[eforms.Finding]:
    """Return what is known against an application before it is begun; that registers were asked is written down."""
    if service.current is None:
        return []
    definition = plan.of(service.current)
    if not eforms.checks_before_answers(definition.form) and not again.may_be_known_first(definition):
        return []
    applicant = Party.objects.get(pk=actor.represents or 0)
    case = Case(version=service.current, applicant=applicant, applicant_name=applicant.name)
    facts.learn(actor, case)
    return [finding for finding in judging.findings(case) if finding.at == "begin" or finding.links]


@transaction.atomic
def confirm(*, actor: Actor, case: Case, checks: Collection[str]) -> Case:
    """Take the applicant's word that what these checks found is so; it counts until the answers change.

    Raises NotFound, AlreadySubmitted.
    """
    draft = _lock_draft(actor, case)
    judging.record_confirmations(draft, checks)
    draft.updated_at = clock.now()
    changes.write(draft)
    return draft


def _lock_draft(actor: Actor, case: Case) -> Case:
    draft: Case | None = Case.objects.locked(pk=case.pk)
    if draft is None or not draft.is_spoken_for_by(actor):
        raise NotFound()
    if draft.state != Case.State.DRAFT:
        raise AlreadySubmitted()
    return draft

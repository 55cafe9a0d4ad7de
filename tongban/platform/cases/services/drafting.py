"""Before submission: begin, fill in, attach, fetch, throw away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal
from tongban.platform.cases import rules
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.services import plan
from tongban.platform.catalogue.models import Service, Version
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.licences.models import Licence
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

MEGABYTE = 1024 * 1024
# For one material; nobody at a desk reads more, and no disk has room for whatever is sent.
PAPERS_AT_MOST = 30


class NotOnline(Refusal):
    message = _("“%(service)s” cannot be applied for online yet. The guide says where to go.")


class NotForYou(Refusal):
    message = _("“%(service)s” is not offered to you in this role. Choose for whom you act, and try again.")


class ServiceChanged(Refusal):
    message = _("This service was changed while you were filling in. Take your answers over to the new version.")


class ServiceWithdrawn(Refusal):
    message = _("This service is no longer offered. Your draft is kept; the guide says what takes its place.")


class HandedIn(Refusal):
    message = _("This application was handed in already; nothing in it can be changed here any more.")


class KeyUsed(Refusal):
    status = 422
    message = _("This Idempotency-Key belongs to another application. Send a new one with each application.")


class NothingToFetch(Refusal):
    message = _("We found no valid “%(name)s” for you. Please upload it.")


class TooManyPapers(Refusal):
    message = _("There are %(most)s files for this material already. Put them together, or remove one first.")


class UnknownMaterial(Refusal):
    status = 404
    message = _("This service does not ask for that material.")


@dataclass(frozen=True)
class Checklist:
    """What still stands between a draft and its submission.

    problems   field path -> sentences
    missing    material lines without a document
    """

    problems: Mapping[str, list[str]]
    missing: list[Mapping[str, Any]]

    @property
    def ready(self) -> bool:
        return not self.problems and not self.missing


@transaction.atomic
def begin(*, actor: Actor, service: str, key: str | None = None, once: str | None = None) -> Case:
    """Open a draft, prefilled from the registers; an unfinished one is gone on with.

    key    idempotency key of another system; each key begins a draft of its own
    once   idempotency key of a person's page: what was begun under it comes back, even after it was handed in
    Raises NotAllowed, NotFound, NotOnline, NotForYou.
    """
    if not actor.stands_for:
        raise NotAllowed()
    if actor.kind not in {"person", "system"}:
        actor.must_hold("cases.file")
    offered = Service.objects.offered().coded(service).select_related("current", "department").first()
    if offered is None:
        raise NotFound()
    if not offered.online or offered.current is None:
        raise NotOnline(service=offered.name)
    # Held, so that a button pressed twice does not begin twice.
    applicant = Party.objects.held(actor.stands_for)
    if not is_for(offered, applicant):
        raise NotForYou(service=offered.name)
    parties.must_cover(actor=actor, service=service)
    word = key or once
    draft = Case.objects.keyed(word) if word else None
    if draft is None and not key:
        draft = Case.objects.draft_of(actor, offered.current).first()
    if draft is not None:
        return draft
    now = clock.now()
    case = Case(
        version=offered.current,
        department=offered.department,
        area=offered.department.area,
        applicant=applicant,
        applicant_name=applicant.name,
        filed_by_id=actor.account,
        key=key or once,
        created_at=now,
        updated_at=now,
    )
    case.answers, case.sources = _prefilled(actor, case)
    case.save()
    return case


@transaction.atomic
def file(*, actor: Actor, service: str, answers: Mapping[str, Any], key: str) -> tuple[Case, bool]:
    """Begin a draft for another system and fill it in, in one go; say whether it was begun now.

    key   what was filed under it before comes back as it is, sent several times at once or not
    Raises what `begin` raises, and KeyUsed.
    """
    if not actor.stands_for:
        raise NotAllowed()
    Party.objects.held(actor.stands_for)
    known = Case.objects.keyed(key)
    if known is None:
        case = begin(actor=actor, service=service, key=key)
        return (fill(actor=actor, case=case, answers=answers, revision=case.revision) if answers else case), True
    if (known.version.service.code, known.applicant_id) != (service, actor.stands_for):
        raise KeyUsed()
    return known, False


@transaction.atomic
def fill(*, actor: Actor, case: Case, answers: Mapping[str, Any], revision: int) -> Case:
    """Keep the answers of one step; None empties one. Raises NotFound, HandedIn, Conflict."""
    draft = _lock_draft(actor, case, revision)
    changed = {name for name, value in answers.items() if draft.answers.get(name) != value}
    draft.answers = {**draft.answers, **answers}
    draft.sources = {name: source for name, source in draft.sources.items() if name not in changed}
    return _keep(draft)


def attach(*, actor: Actor, case: Case, code: str, file: UploadedFile) -> Material:
    """Add an uploaded file to a material line.

    Raises what storage refuses, UnknownMaterial, TooManyPapers, NotFound, Conflict.
    """
    line = _line(case, code)
    _make_sure(actor, case, code)
    document = documents.attach(
        actor=actor,
        owner=case.applicant,
        kind=code,
        title=line["name"],
        file=file,
        accept=tuple(line.get("accept", ("pdf", "png", "jpg"))),
        max_bytes=int(line.get("max_mb", 20)) * MEGABYTE,
        service=case.version.service.code,
    )
    return _add(actor, case, code, document)


def fetch(*, actor: Actor, case: Case, code: str) -> Material:
    """Get a material from the house's own licences or registers instead of asking for it; doing it twice adds nothing.

    Raises NothingToFetch, UnknownMaterial, TooManyPapers, NotFound, Conflict.
    """
    line = _line(case, code)
    _make_sure(actor, case, code)
    document = _fetched(actor, case, line)
    if document is None:
        raise NothingToFetch(name=line["name"])
    return _add(actor, case, code, document)


def fetch_all(*, actor: Actor, case: Case) -> list[Mapping[str, Any]]:
    """Fetch every line that can be fetched and has no document yet; return the lines that found nothing."""
    there = Material.objects.codes_of(case)
    empty = []
    for line in plan.of(case.version).lines_for(case.answers):
        if line.get("fetch") and line["code"] not in there:
            document = _fetched(actor, case, line)
            if document is None:
                empty.append(line)
            else:
                _add(actor, case, line["code"], document)
    return empty


@transaction.atomic
def remove(*, actor: Actor, case: Case, document: str) -> None:
    """Take a document out of a draft or a supplement. Raises NotFound, NotAllowed."""
    _editable(actor, case)
    material = Material.objects.of(case).named(document).first()
    if material is None:
        raise NotFound()
    material.replaced_at = clock.now()
    material.save(update_fields=["replaced_at"])


@transaction.atomic
def discard(*, actor: Actor, case: Case) -> None:
    """Throw a draft away, with its files. Raises NotFound, HandedIn."""
    _lock_draft(actor, case, None).delete()


@transaction.atomic
def move_on(*, actor: Actor, case: Case) -> Case:
    """Take a draft over to the current version of its service; answers that still fit stay.

    Raises NotFound, HandedIn, ServiceWithdrawn.
    """
    draft = _lock_draft(actor, case, None)
    current = current_version(draft)
    if current is None:
        raise ServiceWithdrawn()
    draft.version = current
    known = plan.of(current).form.names()
    draft.answers = {name: value for name, value in draft.answers.items() if name in known}
    return _keep(draft)


def current_version(case: Case) -> Version | None:
    """Return the version of the case's service that is offered now, None where it is withdrawn."""
    service = Service.objects.begun().coded(case.version.service.code).first()
    return service.current if service else None


def offered_to(applicant: Party) -> list[Service]:
    """Return the services that this applicant can apply for, by name."""
    services = Service.objects.online().select_related("department").order_by("name")
    return [service for service in services if is_for(service, applicant)]


def is_for(service: Service, applicant: Party) -> bool:
    """Say whether the service is one for people, or for organisations, such as this applicant."""
    # GB/T 39046 A.4: 1 is a natural person, everything else is an organisation.
    if applicant.kind == Party.Kind.PERSON:
        return "1" in service.audience
    return any(code != "1" for code in service.audience)


def checklist(case: Case) -> Checklist:
    """Say what is still wrong or missing."""
    definition = plan.of(case.version)
    there = Material.objects.codes_of(case)
    lines = definition.lines_for(case.answers)
    needed = rules.required(lines, [line["code"] for line in lines])
    return Checklist(
        problems=definition.form.problems(case.answers),
        missing=[line for line in needed if line["code"] not in there],
    )


def _prefilled(actor: Actor, case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ask each register once for what the form wants to know, and remember who answered.

    What the form would not take is left out: a company's number where it asks for a mobile phone.
    """
    answers: dict[str, Any] = {}
    sources: dict[str, Any] = {}
    asked: dict[str, registers.Answer | None] = {}
    form = plan.of(case.version).form
    for name, spec in form.prefills().items():
        kind, _dot, field = spec.partition(".")
        if kind == "party":
            value = getattr(case.applicant, field, "")
            source = {"title": str(_("Your account")), "as_of": ""}
        else:
            register = kind.removeprefix("register:")
            if register not in asked:
                asked[register] = _asked(actor, case, register)
            answer = asked[register]
            if answer is None:
                continue
            value = answer.data.get(field, "")
            source = {"title": answer.title, "source": answer.source, "as_of": answer.as_of.isoformat()}
        if value not in ("", None):
            answers[name] = str(value) if not isinstance(value, bool | int | float | list | dict) else value
            sources[name] = {**source, "at": clock.now().isoformat()}
    for name in answers.keys() & form.problems(answers).keys():
        del answers[name], sources[name]
    return answers, sources


def _asked(actor: Actor, case: Case, register: str) -> registers.Answer | None:
    try:
        return registers.look_up(
            actor=actor,
            register=register,
            party=case.applicant,
            purpose=str(_("Fill in the application “%(service)s” for you") % {"service": case.version.service.name}),
            subject=f"draft:{case.uid}",
        )
    except registers.NoEntry:
        return None


def _fetched(actor: Actor, case: Case, line: Mapping[str, Any]) -> Document | None:
    want = line.get("fetch") or {}
    if kind := want.get("licence"):
        licence = Licence.objects.held_by(case.applicant, kind).first()
        return licence.document if licence else None
    if register := want.get("register"):
        answer = _asked(actor, case, register)
        if answer is None:
            return None
        return documents.keep_extract(
            actor=actor,
            owner=case.applicant,
            kind=line["code"],
            title=line["name"],
            answer=answer,
            service=case.version.service.code,
        )
    return None


def _line(case: Case, code: str) -> Mapping[str, Any]:
    line = plan.of(case.version).line(code)
    if line is None:
        raise UnknownMaterial()
    return line


@transaction.atomic
def _add(actor: Actor, case: Case, code: str, document: Document) -> Material:
    _editable(actor, case)
    if document.origin == Document.Origin.FETCHED:
        # Each answer of a register is a paper of its own; one is enough.
        there = Material.objects.of(case).under([code]).filter(document__origin=document.origin).first()
        if there is not None:
            return there
    material, _made = Material.objects.get_or_create(
        case=case, code=code, document=document, defaults={"added_at": clock.now()}
    )
    if material.replaced_at:
        material.replaced_at = None
        material.save(update_fields=["replaced_at"])
    return material


def _make_sure(actor: Actor, case: Case, code: str) -> None:
    """Refuse before anything is kept among the applicant's papers; `_add` asks again, and holds the case."""
    with transaction.atomic():
        _editable(actor, case)
        if Material.objects.of(case).under([code]).count() >= PAPERS_AT_MOST:
            raise TooManyPapers(most=PAPERS_AT_MOST)


def _editable(actor: Actor, case: Case) -> None:
    """Hold the case, so that nothing is added while it is handed in. Raises NotFound, Conflict."""
    seen = Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=case.pk).first()
    if seen is None or seen.applicant_id != actor.stands_for:
        raise NotFound()
    if seen.state not in {Case.State.DRAFT, Case.State.SUPPLEMENT}:
        raise Conflict()


def _lock_draft(actor: Actor, case: Case, revision: int | None) -> Case:
    draft = Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=case.pk).first()
    if draft is None:
        raise NotFound()
    if draft.state != Case.State.DRAFT:
        raise HandedIn()
    if revision is not None and draft.revision != revision:
        raise Conflict()
    return draft


def _keep(draft: Case) -> Case:
    draft.updated_at = clock.now()
    draft.revision += 1
    draft.save(update_fields=["answers", "sources", "version", "updated_at", "revision"])
    return draft

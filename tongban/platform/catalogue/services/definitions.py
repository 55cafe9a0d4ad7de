"""Check definition folders, keep them as versions, put them in force."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.catalogue import ports
from tongban.platform.catalogue.events import ServiceDrafted, ServicePublished, ServiceWithdrawn
from tongban.platform.catalogue.models import Definition, Edition, Heading, Service, Version
from tongban.platform.catalogue.services import changes, checking, samples
from tongban.platform.catalogue.services.reading import MAX_FILE_BYTES, Folder, read
from tongban.platform.identity.models import Department


class DefinitionBroken(Refusal):
    """Some of `problems` forbid that the definition is kept or published."""

    status = 422
    message = _("The definition has %(count)s problems that must be solved first.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(count=sum(problem.forbids for problem in problems))

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(sentence(problem) for problem in self.problems if problem.forbids)])


class NotADraft(Refusal):
    message = _("Only a draft can be published.")


class NotInForce(Refusal):
    message = _("This service is not in force.")


class Draft(NamedTuple):
    """What loading a folder led to.

    version   the draft, or the version that already held the same content
    changed   False when the same folder had been loaded before
    """

    version: Version
    changed: bool
    problems: list[Problem]


def check(folder: Path) -> list[Problem]:
    """Return everything that is wrong with a definition folder, errors first. Changes nothing."""
    return checking.problems(read(Path(folder)))


def found_in(version: Version) -> list[Problem]:
    """Return what the check found in a version when it was loaded, and what now keeps a draft from being published."""
    found = _found_in_the_city(version) if version.state == Version.State.DRAFT else []
    return [*found, *(Problem(**problem) for problem in version.warnings)]


def load(*, actor: Actor, folder: Path) -> Draft:
    """Keep a definition folder as a new draft; the same content twice changes nothing.

    Raises NotAllowed, DefinitionBroken, and what storage refuses of the samples.
    """
    found = read(Path(folder))
    problems = checking.problems(found)
    if any(problem.forbids for problem in problems):
        raise DefinitionBroken(problems)
    department = Department.objects.acting_for(found.guide["department"])
    actor.must_hold("catalogue.design", department=department.pk, area=department.area)
    known = Definition.objects.known(found.digest)
    return _draft(actor, found, department, problems, {} if known else _keep_files(found, department))


@transaction.atomic
def _draft(
    actor: Actor, found: Folder, department: Department, problems: list[Problem], files: dict[str, dict[str, Any]]
) -> Draft:
    service = _service(found.guide, department)
    latest = Version.objects.of(service.pk).first()
    if latest and latest.digest == found.digest:
        return Draft(latest, False, problems)
    Version.objects.of(service.pk).drafts().update(state=Version.State.SUPERSEDED, ended_at=clock.now())
    Definition.objects.get_or_create(digest=found.digest, defaults={"content": {**found.content(), "files": files}})
    version = Version.objects.create(
        service=service,
        number=latest.number + 1 if latest else 1,
        digest=found.digest,
        warnings=[asdict(problem) for problem in problems],
        created_at=clock.now(),
        created_by_id=actor.account,
    )
    journal.write(
        ServiceDrafted(service.pk, service.code, version.number, version.digest),
        by=actor,
        subject=f"service:{service.code}",
    )
    return Draft(version, True, problems)


@transaction.atomic
def publish(*, actor: Actor, version: Version, basis: str = "") -> Version:
    """Put a draft in force; the version before is superseded. Raises NotAllowed, NotADraft, DefinitionBroken.

    basis   by which decision an item is added or adjusted, for the public record
    What is in force already stays as it is. A draft is checked once more: the house may have changed since it was kept.
    Officials publish nothing that too few people could do; the house itself does, while a city is founded.
    """
    service = Service.objects.select_for_update().get(pk=version.service_id)
    actor.must_hold("catalogue.publish", department=service.department_id, area=service.area)
    version = Version.objects.select_for_update().get(pk=version.pk)
    version.service = service
    if version.state == Version.State.PUBLISHED:
        return version
    if version.state != Version.State.DRAFT:
        raise NotADraft()
    _must_be_sound(actor, version)
    now, before = clock.now(), Version.objects.of(service.pk).published().first()
    Version.objects.of(service.pk).published().update(state=Version.State.SUPERSEDED, ended_at=now)
    version.state, version.published_at = Version.State.PUBLISHED, now
    version.save(update_fields=["state", "published_at"])
    _show(service, version)
    kind = changes.Kind.ADJUSTED if before else changes.Kind.ADDED
    changes.record(kind, service, version=version, basis=basis.strip(), before=before)
    journal.write(
        ServicePublished(service.pk, service.code, version.number, version.digest),
        by=actor,
        subject=f"service:{service.code}",
        reason=basis.strip(),
    )
    return version


@transaction.atomic
def withdraw(*, actor: Actor, service: Service, reason: str) -> Service:
    """Offer the service no longer; open cases keep their version. Raises NotAllowed, NotInForce."""
    service = Service.objects.select_for_update().get(pk=service.pk)
    actor.must_hold("catalogue.publish", department=service.department_id, area=service.area)
    if not service.offered:
        raise NotInForce()
    now, last = clock.now(), Version.objects.of(service.pk).published().first()
    if last:
        last.state, last.ended_at = Version.State.WITHDRAWN, now
        last.save(update_fields=["state", "ended_at"])
    service.offered, service.online, service.current, service.changed_at = False, False, None, now
    service.save(update_fields=["offered", "online", "current", "changed_at"])
    Edition.objects.bump()
    changes.record(changes.Kind.CANCELLED, service, version=last, basis=reason)
    journal.write(
        ServiceWithdrawn(service.pk, service.code, last.number if last else 0),
        by=actor,
        subject=f"service:{service.code}",
        reason=reason,
    )
    return service


def _must_be_sound(actor: Actor, version: Version) -> None:
    content = dict(Definition.objects.get(digest=version.digest).content)
    media = dict.fromkeys(content.pop("files"), b"")
    problems = checking.problems(Folder(version.service.code, **content, media=media))
    if actor.kind != "system":  # a city is founded before its officials are there
        problems += _found_in_the_city(version, problems)
    if any(problem.forbids for problem in problems):
        raise DefinitionBroken(problems)


def _found_in_the_city(version: Version, problems: Sequence[Problem] = ()) -> list[Problem]:
    """Return what is against a sound definition as the city is today, such as too few officials."""
    broken = any(problem.forbids for problem in problems)
    return [] if broken else ports.before_publication(version.guide, version.process)


def _service(guide: dict[str, Any], department: Department) -> Service:
    """Return the service of this code, new or known; what it shows changes only when a version is published."""
    service, _new = Service.objects.select_for_update().get_or_create(
        code=guide["code"],
        defaults={
            "name": guide["name"],
            "department": department,
            "type": guide["type"],
            "area": department.area,
            "changed_at": clock.now(),
        },
    )
    return service


def _keep_files(folder: Folder, department: Department) -> dict[str, dict[str, Any]]:
    """Put the folder's samples into the storage, and one of the result where the folder brings none."""
    blobs = {
        path: storage.put(content, name=path.rsplit("/", 1)[-1], max_bytes=MAX_FILE_BYTES)
        for path, content in folder.media.items()
    }
    if samples.FILE not in blobs and (pdf := samples.result(folder, department.name)):
        blobs[samples.FILE] = storage.save(pdf, "application/pdf")
    return {
        path: {"digest": blob.digest, "media_type": blob.media_type, "size": blob.size} for path, blob in blobs.items()
    }


def _show(service: Service, version: Version) -> None:
    """Copy what lists and search need from the version in force."""
    guide = version.guide
    service.name, service.english, service.summary = guide["name"], guide.get("english", ""), guide.get("summary", "")
    service.summary_english = guide.get("summary_english", "")
    service.keywords, service.audience = guide.get("keywords", []), guide["audience"]
    service.type, service.level = guide["type"], guide.get("level", "")
    service.department = Department.objects.acting_for(guide["department"])
    service.area = service.department.area
    service.offered = service.online = True
    service.current, service.changed_at = version, clock.now()
    service.save()
    file_under(
        service,
        [
            *((Heading.Kind.AUDIENCE, value) for value in guide["audience"]),
            *((Heading.Kind.PERSON, value) for value in guide.get("topics_person", [])),
            *((Heading.Kind.BUSINESS, value) for value in guide.get("topics_business", [])),
            *((Heading.Kind.EVENT, value) for value in guide.get("life_events", [])),
        ],
    )
    Edition.objects.bump()


def file_under(service: Service, headings: Sequence[tuple[str, str]]) -> None:
    """Make these the headings under which the service stands."""
    service.headings.all().delete()
    Heading.objects.bulk_create([Heading(service=service, kind=kind, value=value) for kind, value in headings])

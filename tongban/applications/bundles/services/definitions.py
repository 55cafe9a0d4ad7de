"""Check the folders of bundles, keep them as versions, put them in force, take them back."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.bundles.events import BundleDrafted, BundlePublished, BundleWithdrawn
from tongban.applications.bundles.models import Bundle, BundleVersion
from tongban.applications.bundles.services import checking
from tongban.applications.bundles.services.reading import BundleFolder, read
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.models import Department

DEFAULT_ORDER = 100


class BundleBroken(Refusal):
    """Some of `problems` forbid that the definition is kept or published."""

    status = 422
    message = _("The bundle has %(count)s problems that must be solved first.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(count=sum(problem.forbids for problem in problems))

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(sentence(problem) for problem in self.problems if problem.forbids)])


class BundleNotADraft(Refusal):
    message = _("Only a draft of a bundle can be published.")


class BundleNotOffered(Refusal):
    message = _("This is not offered as one thing at present. Its services can still be applied for one by one.")


class BundleDraft(NamedTuple):
    """What loading a folder led to. changed: False where the same folder had been loaded before."""

    version: BundleVersion
    changed: bool
    problems: list[Problem]


def check(folder: Path) -> list[Problem]:
    """Return everything that is wrong with a bundle's folder, errors first. Changes nothing."""
    return checking.problems(read(Path(folder)))


@transaction.atomic
def load(*, actor: Actor, folder: Path) -> BundleDraft:
    """Keep a bundle's folder as a new draft; the same content twice changes nothing.

    Raises NotAllowed, BundleBroken.
    """
    found = read(Path(folder))
    problems = checking.problems(found)
    if any(problem.forbids for problem in problems):
        raise BundleBroken(problems)
    guide = found.guide
    department = Department.objects.acting_for(guide["department"])
    actor.must_hold("bundles.design", department=department.pk, area=department.area)
    bundle, _new = Bundle.objects.select_for_update().get_or_create(
        code=guide["code"], defaults={"name": guide["name"], "department": department, "area": department.area}
    )
    latest = BundleVersion.objects.of(bundle.pk).first()
    if latest and latest.digest == found.digest:
        return BundleDraft(latest, False, problems)
    BundleVersion.objects.of(bundle.pk).drafts().update(state=BundleVersion.State.SUPERSEDED, ended_at=clock.now())
    version = BundleVersion.objects.create(
        bundle=bundle,
        number=latest.number + 1 if latest else 1,
        digest=found.digest,
        content=found.content(),
        warnings=[asdict(problem) for problem in problems],
        created_at=clock.now(),
        created_by_id=actor.account,
    )
    journal.write(BundleDrafted(bundle.code, version.number, version.digest), by=actor, subject=_subject(bundle))
    return BundleDraft(version, True, problems)


@transaction.atomic
def publish(*, actor: Actor, version: BundleVersion) -> BundleVersion:
    """Put a draft in force; the version before is superseded. Raises NotAllowed, BundleNotADraft, BundleBroken.

    A draft is checked once more: the services it puts together may have changed since it was kept.
    """
    bundle = Bundle.objects.select_for_update().get(pk=version.bundle_id)
    actor.must_hold("bundles.design", department=bundle.department_id, area=bundle.area)
    version = BundleVersion.objects.select_for_update().get(pk=version.pk)
    if version.state == BundleVersion.State.PUBLISHED:
        return version
    if version.state != BundleVersion.State.DRAFT:
        raise BundleNotADraft()
    problems = checking.problems(BundleFolder.kept(bundle.code, version.content))
    if any(problem.forbids for problem in problems):
        raise BundleBroken(problems)
    now = clock.now()
    BundleVersion.objects.of(bundle.pk).published().update(state=BundleVersion.State.SUPERSEDED, ended_at=now)
    version.state, version.published_at = BundleVersion.State.PUBLISHED, now
    version.save(update_fields=["state", "published_at"])
    _show(bundle, version)
    journal.write(BundlePublished(bundle.code, version.number, version.digest), by=actor, subject=_subject(bundle))
    return version


@transaction.atomic
def withdraw_bundle(*, actor: Actor, bundle: Bundle, reason: str) -> Bundle:
    """Offer a bundle no longer; what runs goes on. Raises NotAllowed, BundleNotOffered."""
    bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
    actor.must_hold("bundles.design", department=bundle.department_id, area=bundle.area)
    if bundle.current_id is None:
        raise BundleNotOffered()
    BundleVersion.objects.of(bundle.pk).published().update(state=BundleVersion.State.WITHDRAWN, ended_at=clock.now())
    bundle.current = None
    bundle.save(update_fields=["current"])
    journal.write(BundleWithdrawn(bundle.code), by=actor, subject=_subject(bundle), reason=reason)
    return bundle


def _show(bundle: Bundle, version: BundleVersion) -> None:
    """Copy what lists and search need from the version in force."""
    guide = version.guide
    bundle.name, bundle.english = guide["name"], guide["english"]
    bundle.summary, bundle.summary_english = guide["summary"], guide.get("summary_english", "")
    bundle.audience, bundle.keywords = guide["audience"], guide.get("keywords", [])
    bundle.order = guide.get("order", DEFAULT_ORDER)
    bundle.department = Department.objects.acting_for(guide["department"])
    bundle.area = bundle.department.area
    bundle.current = version
    bundle.save()


def _subject(bundle: Bundle) -> str:
    return f"bundle-definition:{bundle.code}"

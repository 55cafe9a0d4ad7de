"""Definitions of services, and their versions."""

from functools import lru_cache
from typing import Any, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_DIGEST


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def known(self, digest: str) -> bool:
        return self.filter(digest=digest).exists()


class Definition(models.Model):
    """Everything of one definition folder, kept once under its digest and never changed."""

    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    content = models.JSONField()

    objects = DefinitionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.digest[:12]


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> Self:
        return self.filter(state=Version.State.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(state=Version.State.DRAFT)

    def of(self, service: int) -> Self:
        """All versions of a service, newest first."""
        return self.filter(service=service).order_by("-number")

    def numbered(self, number: int) -> Self:
        return self.filter(number=number)

    def in_force_before(self, number: int) -> Self:
        """Return those that were once in force and have a smaller number, the latest first."""
        return self.filter(number__lt=number, published_at__isnull=False).order_by("-number")

    def listed(self) -> Self:
        return self.select_related("service").order_by("service__code", "number")

    def visible_to(self, actor: Actor) -> Self:
        reach = actor.within("catalogue.design", department="service__department", area="service__area") | actor.within(
            "catalogue.publish", department="service__department", area="service__area"
        )
        return self.filter(Q(state=Version.State.PUBLISHED) | reach)


class Version(models.Model):
    """One state of a service's definition. A case keeps to the version it began with.

    digest     of the whole folder
    warnings   what the check found that does not forbid publishing
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    service = models.ForeignKey("Service", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    digest = models.CharField(max_length=MAX_DIGEST)
    warnings = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "identity.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="catalogue_version_number"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(state="published"), name="catalogue_one_published_version"
            ),
            models.UniqueConstraint(fields=["service"], condition=Q(state="draft"), name="catalogue_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} v{self.number}"

    @property
    def definition(self) -> dict[str, Any]:
        """Everything of the folder. Shared by all who read it: look, do not write."""
        return _content(self.digest)

    @property
    def guide(self) -> dict[str, Any]:
        """service.toml."""
        return dict(self.definition["guide"])

    @property
    def form(self) -> dict[str, Any]:
        """form.json."""
        return dict(self.definition["form"])

    @property
    def process(self) -> str:
        """process.bpmn."""
        return str(self.definition["process"])

    @property
    def tables(self) -> dict[str, str]:
        """Decision tables by file name."""
        return dict(self.definition["tables"])

    @property
    def templates(self) -> dict[str, str]:
        """licence.md and documents/*.md by path."""
        return dict(self.definition["templates"])

    @property
    def examples(self) -> list[dict[str, Any]]:
        return list(self.definition["examples"])

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """Samples and other files by path: digest in the storage, media type, size."""
        return dict(self.definition["files"])


@lru_cache(maxsize=64)
def _content(digest: str) -> dict[str, Any]:
    found = Definition.objects.filter(digest=digest).values_list("content", flat=True).first()
    if found is None:
        raise ObjectDoesNotExist(f"no definition has the digest {digest}")
    return dict(found)

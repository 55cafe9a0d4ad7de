"""What can be done as one thing, and the versions of its definition."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_DIGEST, MAX_SERVICE_CODE
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.identity.models import Account, Department

MAX_NAME = 80


class BundleQuerySet(models.QuerySet["Bundle"]):
    def offered(self) -> Self:
        return self.filter(current__isnull=False).select_related("current", "department").order_by("order", "code")

    def offered_as(self, code: str) -> "Bundle | None":
        return self.offered().filter(code=code).first()

    def designed_by(self, actor: Actor) -> Self:
        reach = actor.within("bundles.design")
        return self.filter(reach).select_related("current", "department").order_by("order", "code")


class Bundle(models.Model):
    """One thing that people do once: services of several departments, applied for together.

    department   leads: answers for the whole
    current      the version in force; None while it is not offered
    """

    code = models.CharField(max_length=MAX_SERVICE_CODE, unique=True)
    name = models.CharField(max_length=MAX_NAME)
    english = models.CharField(max_length=MAX_NAME, blank=True)
    summary = models.TextField(blank=True)
    summary_english = models.TextField(blank=True)
    audience = models.JSONField(default=list)
    keywords = models.JSONField(default=list)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    order = models.PositiveSmallIntegerField(default=100)
    current = models.ForeignKey("BundleVersion", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = BundleQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="bundles_has_name")]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return worded(self.name, self.english)

    @property
    def lead(self) -> str:
        return worded(self.summary, self.summary_english)


class BundleVersionQuerySet(models.QuerySet["BundleVersion"]):
    def of(self, bundle: int) -> Self:
        """Return the versions of a bundle, the newest first."""
        return self.filter(bundle=bundle).order_by("-number")

    def drafts(self) -> Self:
        return self.filter(state=BundleVersion.State.DRAFT)

    def published(self) -> Self:
        return self.filter(state=BundleVersion.State.PUBLISHED)


class BundleVersion(models.Model):
    """One state of a bundle's definition; an application keeps to the one it began with.

    content    bundle.toml, the questionnaire, its tables and examples
    digest     of the folder
    warnings   what the check found that does not forbid publishing
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("bundle", "Draft")
        PUBLISHED = "published", pgettext_lazy("bundle", "Published")
        SUPERSEDED = "superseded", pgettext_lazy("bundle", "Superseded")
        WITHDRAWN = "withdrawn", pgettext_lazy("bundle", "Withdrawn")

    bundle = models.ForeignKey(Bundle, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    digest = models.CharField(max_length=MAX_DIGEST)
    content = models.JSONField()
    warnings = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = BundleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "number"], name="bundles_version_number"),
            models.UniqueConstraint(
                fields=["bundle"], condition=Q(state="published"), name="bundles_one_published_version"
            ),
            models.UniqueConstraint(fields=["bundle"], condition=Q(state="draft"), name="bundles_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.bundle_id} v{self.number}"

    @property
    def guide(self) -> dict[str, Any]:
        """bundle.toml."""
        return dict(self.content["guide"])

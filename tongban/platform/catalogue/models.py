"""Services, their versions, and what people looked for in vain."""

from functools import lru_cache
from typing import Any, ClassVar, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.actors import Actor


class Editions(models.QuerySet["Edition"]):
    def current(self) -> int:
        """Return the number of the catalogue's present edition: it grows with every change that people can see."""
        return self.filter(pk=1).values_list("number", flat=True).first() or 0

    def turn(self) -> None:
        """Begin a new edition, in the caller's transaction."""
        if not self.filter(pk=1).update(number=F("number") + 1):
            self.create(pk=1, number=1)


class Edition(models.Model):
    """One row: how often the catalogue has changed. What a process keeps in memory is good for one edition."""

    number = models.PositiveBigIntegerField()

    objects: ClassVar[Any] = Editions.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="catalogue_edition_one_row")]

    def __str__(self) -> str:
        return f"edition {self.number}"


class Services(models.QuerySet["Service"]):
    def offered(self) -> Self:
        """What people may find: published services, and guides without online handling."""
        return self.filter(offered=True)

    def online(self) -> Self:
        return self.filter(offered=True, online=True)

    def visible_to(self, actor: Actor) -> Self:
        """What is offered, and what the actor's duty as a designer or publisher reaches."""
        reach = actor.within("catalogue.design") | actor.within("catalogue.publish")
        return self.filter(Q(offered=True) | reach)

    def designed_by(self, actor: Actor) -> Self:
        """Services with definitions of their own that the actor works on or publishes."""
        reach = actor.within("catalogue.design") | actor.within("catalogue.publish")
        return self.filter(reach, versions__isnull=False).distinct()

    def under(self, kind: str, value: str) -> Self:
        """What stands under a heading: audience, person (topic), business (topic), event."""
        return self.filter(headings__kind=kind, headings__value=value)

    def coded(self, code: str) -> Self:
        return self.filter(code=code)

    def of(self, department: Any) -> Self:
        return self.filter(department=department)

    def popular(self, limit: int = 8) -> Self:
        """What most people ask for; what can be done online comes first."""
        found = self.filter(offered=True).select_related("department").order_by("-online", "-uses", "pk")
        return found[:limit]

    def begun(self) -> Self:
        """What can be applied for, with the version that is in force."""
        return self.online().select_related("current", "department")


class Service(models.Model):
    """One thing people can ask the city for.

    code       stable name: of the definition's folder, or the item code of an imported list (kept as it came)
    type       GB/T 39046 A.1; level: A.2; audience: A.4, several
    area       division code of where it is offered
    offered    people find it; online: it can be applied for here
    current    the published version; None for items that are guides only
    origin     what an imported list said: source, link, main item, parsed code
    uses       how often it was asked for, counted now and then; for the order of lists only
    """

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    english = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    keywords = models.JSONField(default=list)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=2)
    level = models.CharField(max_length=1, blank=True)
    area = models.CharField(max_length=12, blank=True)
    audience = models.JSONField(default=list)
    offered = models.BooleanField(default=False)
    online = models.BooleanField(default=False)
    current = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.JSONField(default=dict)
    uses = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects: ClassVar[Any] = Services.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="catalogue_service_named"),
            models.CheckConstraint(
                condition=Q(online=False) | Q(current__isnull=False), name="catalogue_online_needs_version"
            ),
        ]
        indexes = [
            models.Index(fields=["-online", "-uses", "id"], name="catalogue_popular", condition=Q(offered=True)),
            models.Index(fields=["department", "name", "id"], name="catalogue_department"),
            models.Index(fields=["name", "id"], name="catalogue_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Heading(models.Model):
    """A place of the catalogue where a service stands: an audience, a topic, a life event."""

    class Kind(models.TextChoices):
        AUDIENCE = "audience", _("Audience")
        PERSON = "person", _("Topic for people")
        BUSINESS = "business", _("Topic for businesses")
        EVENT = "event", _("Life event")

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="headings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "service"], name="catalogue_heading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Definition(models.Model):
    """Everything of one definition folder, kept once under its digest and never changed."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.digest[:12]


class Versions(models.QuerySet["Version"]):
    def published(self) -> Self:
        return self.filter(state=Version.State.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(state=Version.State.DRAFT)

    def of(self, service: Service) -> Self:
        """All versions of a service, newest first."""
        return self.filter(service=service).order_by("-number")

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

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    digest = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = Versions.as_manager()

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


class Demands(models.QuerySet["Demand"]):
    def recent(self, *, since: Any) -> Self:
        return self.filter(day__gte=since).order_by("-day", "-times", "text")


class Demand(models.Model):
    """What people looked for and did not find, counted by day; never who."""

    day = models.DateField()
    text = models.CharField(max_length=60)
    times = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = Demands.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "text"], name="catalogue_demand_once_a_day")]

    def __str__(self) -> str:
        return f"{self.text} {self.times}"


@lru_cache(maxsize=64)
def _content(digest: str) -> dict[str, Any]:
    found = Definition.objects.filter(digest=digest).values_list("content", flat=True).first()
    if found is None:
        raise ObjectDoesNotExist(f"no definition has the digest {digest}")
    return dict(found)

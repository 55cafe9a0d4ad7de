"""Services, their versions, and what people looked for in vain."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from time import monotonic
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_DIGEST, MAX_SERVICE_CODE
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.catalogue.rules.items import PLAIN


class _CachedMark:
    """What this process knows of the catalogue's edition, and until when it need not look again."""

    mark = ""
    until = 0.0


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> str:
        """Return the mark of the catalogue's present edition; it changes with everything that people can see."""
        return self.filter(pk=1).values_list("mark", flat=True).first() or ""

    def cached(self) -> str:
        """Return the current mark as this process knows it: it looks at most once a second.

        Inside a transaction it always looks, because that may hold changes that nobody else sees.
        """
        if connection.in_atomic_block:
            return self.current()
        now = monotonic()
        if now >= _CachedMark.until:
            _CachedMark.mark, _CachedMark.until = self.current(), now + settings.CATALOGUE_LOOK_SECONDS
        return _CachedMark.mark

    def bump(self) -> None:
        """Begin a new edition, in the caller's transaction."""
        transaction.on_commit(_forget_mark)
        self.update_or_create(pk=1, defaults={"mark": ids.token()})


def _forget_mark() -> None:
    """Let the process that changed the catalogue see it at once."""
    _CachedMark.until = 0.0


class Edition(models.Model):
    """One row. What a process keeps in memory of the catalogue is good for one edition; marks never return."""

    mark = models.CharField(max_length=12)

    objects: ClassVar[Any] = EditionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="catalogue_edition_one_row")]

    def __str__(self) -> str:
        return self.mark


class ServiceQuerySet(models.QuerySet["Service"]):
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
        return self.filter(Exists(Heading.objects.filter(service=OuterRef("pk"), kind=kind, value=value)))

    def coded(self, code: str) -> Self:
        return self.filter(code=code) if PLAIN.fullmatch(code) else self.none()

    def counted_by_type(self) -> dict[str, int]:
        """Return how many offered services are of each kind (GB/T 39046 A.1)."""
        return dict(self.filter(offered=True).order_by().values_list("type").annotate(Count("pk")))

    def counted_by_department(self) -> dict[int, int]:
        return dict(self.filter(offered=True).order_by().values_list("department").annotate(Count("pk")))

    def typed(self, kind: str) -> Self:
        return self.filter(type=kind)

    def for_audiences(self, codes: Sequence[str]) -> Self:
        """What is meant for one of these audiences (GB/T 39046 A.4)."""
        return self.filter(Exists(Heading.objects.filter(service=OuterRef("pk"), kind="audience", value__in=codes)))

    def applied_for(self) -> dict[str, str]:
        """Return everything that could ever be applied for here: code -> name in the reader's language."""
        found = self.filter(versions__published_at__isnull=False).distinct().order_by("code")
        return {code: worded(name, english) for code, name, english in found.values_list("code", "name", "english")}

    def guides_only(self) -> Self:
        return self.filter(offered=True, online=False)

    def by_code(self, codes: Sequence[str]) -> dict[str, "Service"]:
        return dict(self.in_bulk(codes, field_name="code"))

    def defined(self, known: Mapping[str, "Service"]) -> frozenset[str]:
        """Return those of the known codes that have a definition of their own."""
        return frozenset(self.filter(versions__isnull=False).values_list("code", flat=True)) & known.keys()

    def of(self, department: Any) -> Self:
        return self.filter(department=department)

    def popular(self, limit: int = 8) -> Self:
        """What most people ask for; what can be done online comes first."""
        asked_for = self.filter(Q(online=True) | Q(uses__gt=0), offered=True)
        return asked_for.select_related("department").order_by("-online", "-uses", "pk")[:limit]

    def with_versions(self) -> Self:
        """With the number of the version in force, of the newest draft, and when either was made."""
        drafts = Version.objects.filter(service=OuterRef("pk"), state="draft").order_by("-number")
        return self.select_related("department", "current").annotate(draft=Subquery(drafts.values("number")[:1]))

    def with_departments(self) -> Self:
        return self.select_related("department")

    def brief(self) -> Self:
        """Only what lists show of a service and of its department."""
        own = ("code", "name", "english", "summary", "summary_english", "keywords", "online")
        office = ("department__name", "department__english", "department__key")
        return self.select_related("department").only(*own, *office)

    def for_index(self) -> Iterator[tuple[Any, ...]]:
        """Return what search needs of everything that is offered, row by row."""
        rows = self.filter(offered=True).order_by("pk")
        columns = ("pk", "name", "department", "keywords", "summary", "english", "audience", "online")
        return rows.values_list(*columns).iterator(chunk_size=1000)

    def begun(self) -> Self:
        """What can be applied for, with the version that is in force."""
        return self.online().select_related("current", "department")

    def begun_as(self, code: str) -> "Service | None":
        """Return what can be applied for under this code, with the version that is in force."""
        return _BEGUN.one(code=code) if PLAIN.fullmatch(code) else None

    def offered_as(self, code: str) -> "Service | None":
        """Return what people may find under this code, with the version that is in force."""
        return _OFFERED.one(code=code) if PLAIN.fullmatch(code) else None


class Service(models.Model):
    """One thing people can ask the city for.

    code       stable name: of the definition's folder, or the item code of an imported list (kept as it came)
    type       GB/T 39046 A.1; level: A.2; audience: A.4, several
    area       division code of where it is offered
    offered    people find it; online: it can be applied for here
    current    the published version; None for items that are guides only
    origin     what an imported list said: source, link, main item, parsed code
    about      what the page of a guide says of an item that is handled elsewhere: who, materials, steps, place
    uses       how often it was asked for, counted now and then; for the order of lists only
    """

    code = models.CharField(max_length=MAX_SERVICE_CODE, unique=True)
    name = models.CharField(max_length=200)
    english = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    summary_english = models.TextField(blank=True)
    keywords = models.JSONField(default=list)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=2)
    level = models.CharField(max_length=1, blank=True)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    audience = models.JSONField(default=list)
    offered = models.BooleanField(default=False)
    online = models.BooleanField(default=False)
    current = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="+")
    origin = models.JSONField(default=dict)
    about = models.JSONField(default=dict)
    uses = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects: ClassVar[Any] = ServiceQuerySet.as_manager()

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

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return worded(self.name, self.english)

    @property
    def lead(self) -> str:
        """The summary in the reader's language."""
        return worded(self.summary, self.summary_english)


class HeadingQuerySet(models.QuerySet["Heading"]):
    def of_offered(self) -> Iterator[tuple[int, str, str]]:
        """Return (service, kind, value) of everything that is offered, by service."""
        rows = self.filter(service__offered=True).order_by("service", "kind", "value")
        return rows.values_list("service", "kind", "value").iterator(chunk_size=2000)

    def of_services(self, services: Sequence["Service"]) -> Self:
        return self.filter(service__in=services)

    def of(self, services: Sequence["Service"]) -> "models.QuerySet[Heading, tuple[int, str, str]]":
        """Return (service, kind, value) of these services."""
        return self.of_services(services).values_list("service", "kind", "value")

    def counted(self) -> dict[tuple[str, str], int]:
        """Return how many offered services stand under each heading."""
        rows = self.filter(service__offered=True).values_list("kind", "value").annotate(services=Count("pk"))
        return {(kind, value): services for kind, value, services in rows.order_by()}


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

    objects: ClassVar[Any] = HeadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value", "service"], name="catalogue_heading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def known(self, digest: str) -> bool:
        return self.filter(digest=digest).exists()


class Definition(models.Model):
    """Everything of one definition folder, kept once under its digest and never changed."""

    digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    content = models.JSONField()

    objects: ClassVar[Any] = DefinitionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.digest[:12]


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> Self:
        return self.filter(state=Version.State.PUBLISHED)

    def drafts(self) -> Self:
        return self.filter(state=Version.State.DRAFT)

    def of(self, service: Service) -> Self:
        """All versions of a service, newest first."""
        return self.filter(service=service).order_by("-number")

    def numbered(self, number: int) -> Self:
        return self.filter(number=number)

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

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    digest = models.CharField(max_length=MAX_DIGEST)
    warnings = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

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


class FailedSearchQuerySet(models.QuerySet["FailedSearch"]):
    def recent(self, *, since: Any) -> Self:
        return self.filter(day__gte=since)


class FailedSearch(models.Model):
    """What people looked for and did not find, counted by day; never who."""

    day = models.DateField()
    text = models.CharField(max_length=60)
    times = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = FailedSearchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-day", "-times", "id"], name="catalogue_failed_search_most")]
        constraints = [models.UniqueConstraint(fields=["day", "text"], name="catalogue_failed_search_once_a_day")]

    def __str__(self) -> str:
        return f"{self.text} {self.times}"


@lru_cache(maxsize=64)
def _content(digest: str) -> dict[str, Any]:
    found = Definition.objects.filter(digest=digest).values_list("content", flat=True).first()
    if found is None:
        raise ObjectDoesNotExist(f"no definition has the digest {digest}")
    return dict(found)


_BEGUN: PreparedQuery[Service] = PreparedQuery(
    lambda: Service.objects.begun().filter(code=Param("code", models.CharField()))
)
_OFFERED: PreparedQuery[Service] = PreparedQuery(
    lambda: (
        Service.objects.offered().filter(code=Param("code", models.CharField())).select_related("current", "department")
    )
)

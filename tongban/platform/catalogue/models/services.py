"""Services: what people can ask the city for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SERVICE_CODE
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.catalogue.models.definitions import Version
from tongban.platform.catalogue.models.headings import Heading
from tongban.platform.catalogue.rules.items import PLAIN


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

    objects = ServiceQuerySet.as_manager()

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


_BEGUN: PreparedQuery[Service] = PreparedQuery(
    lambda: Service.objects.begun().filter(code=Param("code", models.CharField()))
)


_OFFERED: PreparedQuery[Service] = PreparedQuery(
    lambda: (
        Service.objects.offered().filter(code=Param("code", models.CharField())).select_related("current", "department")
    )
)

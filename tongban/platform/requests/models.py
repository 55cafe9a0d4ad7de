"""What people said to the city, what was done about it, and who else says so."""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from tongban.infrastructure.crypto.fields import EncryptedJSON, EncryptedText
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_CHANNEL, MAX_DIGEST, MAX_SUBJECT
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.documents.models import Attachment, AttachmentQuerySet
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party
from tongban.platform.requests.rules import positions

MAX_STATE = 16


class PublicRequestQuerySet(PartedQuerySet["PublicRequest"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """What the party said, what their office received, what their department handles; a code opens one more."""
        if actor.kind == "system":
            return [Q()]
        own = [Q(party=actor.represents_fully)] if actor.represents_fully else []
        received = actor.within_by_department("requests.receive", department="office")
        return [*own, *received, *actor.within_by_department("requests.handle")]

    def received_by(self, actor: Actor) -> list[Self]:
        """Return what the actor's offices received, part by part."""
        return [self.filter(part) for part in actor.within_by_department("requests.receive", department="office")]

    def handled_by(self, actor: Actor) -> list[Self]:
        """Return what the actor's departments handle, part by part."""
        return [self.filter(part, department__isnull=False) for part in actor.within_by_department("requests.handle")]

    def of_party(self, party: int | None) -> Self:
        return self.filter(party=party)

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def numbered(self, number: str) -> Self:
        return self.filter(number=number)

    def with_key(self, key: str) -> "PublicRequest | None":
        return self.filter(key=key).first()

    def with_names(self) -> Self:
        return self.select_related("office", "department", "party")

    def in_public(self) -> Self:
        """Return what everybody may know of: wished public, and not refused, withdrawn or merged away."""
        return self.filter(public=True).exclude(state__in=["declined", "withdrawn", "merged"])

    def of_system(self, system: str) -> Self:
        return self.filter(system=system)

    def within(self, box: positions.PositionBox) -> Self:
        """Return those measured on the globe inside a box, the newest first."""
        return self.filter(
            crs__in=sorted(positions.ALIKE),
            latitude__range=(box.south, box.north),
            longitude__range=(box.west, box.east),
        ).order_by("-received_at", "-pk")

    def since(self, moment: datetime) -> Self:
        return self.filter(received_at__gte=moment)

    def until(self, moment: datetime) -> Self:
        return self.filter(received_at__lte=moment)

    def in_categories(self, categories: Collection[str]) -> Self:
        return self.filter(category__in=list(categories))

    def with_numbers(self, numbers: Collection[str]) -> Self:
        return self.filter(number__in=list(numbers))

    def newest(self, most: int) -> Self:
        return self.order_by("-received_at", "-pk")[:most]

    def among(self, numbers: Collection[int]) -> Self:
        return self.filter(pk__in=list(numbers))

    def merged_into(self, request: "PublicRequest") -> Self:
        return self.filter(duplicate_of=request).order_by("received_at", "pk")


class PublicRequest(models.Model):
    """Something that people said to the city 诉求: a letter, a call, a report from the street.

    number       by which people call it; with the follow-up code anybody may follow it. code_digest: of that code
    key          idempotency: who sends the same again gets the first one
    system       label of the city system that carries it, "" for none; about: what else it is about, "case:12"
    channel, kind   keys of the dated terms; codes, category: a code list and an entry of it, "" for none yet
    words        what was said; title: in a line, "" where the category says enough
    area         division code; crs: in which system latitude and longitude were measured; "" without a position
    party        whose it is; None for whoever gave a contact, or nothing; contact: name, phone, email
    public       the person's wish; published_at: when the office showed `published_words` to everybody
    office       who received it and sees to it; department: who handles it
    said_at      when it was said, which a phone without a network keeps; received_at: when it arrived
    due_on       last day for the answer; revision: counts every change, so that two officials cannot undo each other
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=20, unique=True)
    code_digest = models.CharField(max_length=MAX_DIGEST)
    key = models.CharField(max_length=MAX_DIGEST, null=True, unique=True)
    system = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=MAX_SUBJECT, blank=True)
    channel = models.CharField(max_length=MAX_CHANNEL)
    kind = models.CharField(max_length=20)
    codes = models.CharField(max_length=60, blank=True)
    category = models.CharField(max_length=40, blank=True)
    title = EncryptedText(blank=True)
    words = EncryptedText()
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    crs = models.CharField(max_length=8, blank=True)
    address = EncryptedText(blank=True)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = EncryptedJSON(null=True)
    public = models.BooleanField(default=False)
    published_words = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    office = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=MAX_STATE, default="received")
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    due_on = models.DateField()
    answer = EncryptedText(blank=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(null=True)
    solved = models.BooleanField(null=True)
    remark = EncryptedText(blank=True)
    supporters = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)

    objects = PublicRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-received_at", "-id"], name="requests_of_party"),
            models.Index(fields=["office", "due_on", "id"], name="requests_office", condition=Q(ended_at=None)),
            models.Index(fields=["department", "due_on", "id"], name="requests_dept", condition=Q(ended_at=None)),
            models.Index(
                fields=["office", "-ended_at", "-id"], name="requests_office_e", condition=Q(ended_at__isnull=False)
            ),
            models.Index(
                fields=["department", "-ended_at", "-id"], name="requests_dept_e", condition=Q(ended_at__isnull=False)
            ),
            models.Index(fields=["due_on", "id"], name="requests_all_open", condition=Q(ended_at=None)),
            models.Index(fields=["-ended_at", "-id"], name="requests_all_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["latitude", "longitude"], name="requests_position"),
            models.Index(fields=["system", "-received_at", "-id"], name="requests_of_system"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None, crs="")
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180), crs__in=list(positions.SYSTEMS)),
                name="requests_position_whole",
            ),
            models.CheckConstraint(condition=Q(said_at__lte=F("received_at")), name="requests_said_before_received"),
            models.CheckConstraint(
                condition=Q(state="merged", duplicate_of__isnull=False) | (~Q(state="merged") & Q(duplicate_of=None)),
                name="requests_merged_into_one",
            ),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(1, 5)), name="requests_grade"),
            models.CheckConstraint(
                condition=~Q(state__in=["assigned", "in_hand"]) | Q(department__isnull=False),
                name="requests_assigned_to_one",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_words="") | Q(public=True), name="requests_published_if_wished"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        return f"request:{self.pk}"


class RequestActionQuerySet(models.QuerySet["RequestAction"]):
    def of(self, request: PublicRequest) -> Self:
        return self.filter(request=request).select_related("office").order_by("pk")

    def told(self) -> Self:
        """Return what the person reads."""
        return self.filter(told=True)


class RequestAction(models.Model):
    """One step of a request: appended, never changed. told: whether the person reads it; office: whose step it was."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    request = models.ForeignKey(PublicRequest, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20)
    state = models.CharField(max_length=MAX_STATE)
    at = models.DateTimeField()
    account = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    office = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    words = EncryptedText(blank=True)
    told = models.BooleanField(default=False)

    objects = RequestActionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(step="") & ~Q(state=""), name="requests_action_says")]

    def __str__(self) -> str:
        return f"{self.step} of {self.request_id}"

    @property
    def who(self) -> str:
        return worded(self.office.name, self.office.english) if self.office else ""


class RequestFileQuerySet(AttachmentQuerySet["RequestFile"]):
    def shown_of(self, requests: Collection[PublicRequest]) -> Self:
        """Return the photographs of requests that everybody may see."""
        found = self.filter(request__in=list(requests), shown=True, replaced_at__isnull=True)
        return found.select_related("document").order_by("-pk")


class RequestFile(Attachment):
    """A photograph of a request. code: "photo", or "proof" of what was done; shown: everybody may see it."""

    SUBJECT = "request"

    request = models.ForeignKey(PublicRequest, on_delete=models.PROTECT, related_name="+")
    shown = models.BooleanField(default=False)

    objects = RequestFileQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "code", "document"], name="requests_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.request_id}"


class RequestSupportQuerySet(models.QuerySet["RequestSupport"]):
    def of(self, request: PublicRequest, party: int | None) -> "RequestSupport | None":
        return self.filter(request=request, party=party).first()

    def following(self, request: PublicRequest) -> Self:
        return self.filter(request=request, follows=True).select_related("party").order_by("pk")

    def of_party(self, party: int | None) -> Self:
        """Return what a party supports or follows, the newest first."""
        return self.filter(party=party).select_related("request").order_by("-pk")


class RequestSupport(models.Model):
    """Somebody else says the same 附议, or wants to know what becomes of it 关注."""

    request = models.ForeignKey(PublicRequest, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    supports = models.BooleanField(default=False)
    follows = models.BooleanField(default=False)
    since = models.DateTimeField()

    objects = RequestSupportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "party"], name="requests_support_once"),
            models.CheckConstraint(condition=Q(supports=True) | Q(follows=True), name="requests_support_says"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} on {self.request_id}"

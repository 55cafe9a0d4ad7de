"""Cameras in public places, and who asked to see through one."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.applications.safecity.models.devices import SipDevice
from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Account, Department


class CameraQuerySet(models.QuerySet["Camera"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the cameras that the actor's duty reaches; their public lines everybody may read (`in_public`)."""
        return self.filter(actor.within("safecity.read"))

    def listed(self, actor: Actor) -> list[Self]:
        """Return what is visible in parts that an index holds in order."""
        return [self.filter(part) for part in actor.within_by_department("safecity.read")]

    def in_public(self, *, on: date) -> Self:
        """Return the cameras that everybody may know of: all that are in use on a day."""
        return self.filter(ended_on=None, valid_from__lte=on, valid_until__gte=on)

    def placed(self) -> Self:
        return self.filter(latitude__isnull=False)

    def with_names(self) -> Self:
        return self.select_related("department")

    def with_device(self) -> Self:
        return self.select_related("department", "device")


class Camera(models.Model):
    """A camera in a public place: what it is for, on which basis, until when, and what its sign says.

    operator        who runs it; department: who answers for it
    sign            what the sign in front of it says; sign_seen_on: when an official last saw it there
    retention_days  how long its pictures are kept where they are recorded, which is never here
    video           address of its stream (HLS, RTSP), "" where it is had of its device by GB/T 28181
    device, sip_channel   by which the gateway knows it
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    address = models.CharField(max_length=200)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    operator = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=200)
    sign = models.CharField(max_length=200)
    sign_seen_on = models.DateField()
    retention_days = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    ended_on = models.DateField(null=True)
    video = EncryptedText(blank=True)
    device = models.ForeignKey(SipDevice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    sip_channel = models.CharField(max_length=20, blank=True)

    objects = CameraQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "name", "id"], name="safecity_cameras_of"),
            models.Index(fields=["name", "id"], name="safecity_cameras"),
            models.Index(fields=["name", "id"], name="safecity_cameras_shown", condition=Q(ended_on=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(legal_basis="") & ~Q(sign=""), name="safecity_camera_has_reasons"
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="safecity_camera_term"),
        ]

    def __str__(self) -> str:
        return self.name

    def in_term(self, on: date) -> bool:
        """Say whether the camera may be used on a day."""
        return self.ended_on is None and self.valid_from <= on <= self.valid_until


class VideoRequestQuerySet(models.QuerySet["VideoRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor asked for, what they may decide about, and what they supervise."""
        own = Q(asked_by=actor.account) if actor.account else Q(pk__in=[])
        approved, supervised = actor.within("safecity.approve_video"), actor.within("safecity.supervise")
        return self.filter(own | approved | supervised)

    def of_asker(self, account: int) -> Self:
        return self.filter(asked_by=account)

    def to_decide(self, actor: Actor) -> list[Self]:
        """Return the open ones in parts that an index holds in order, one's own among them: others decide these."""
        return [self.filter(part, state="asked") for part in actor.within_by_department("safecity.approve_video")]

    def supervised(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in actor.within_by_department("safecity.supervise")]

    def of_camera(self, camera: Camera) -> Self:
        return self.filter(camera=camera).order_by("-id")

    def with_names(self) -> Self:
        return self.select_related("camera__department", "department")


class VideoRequest(models.Model):
    """Somebody asks to see through a camera for some minutes, about one matter; somebody else decides.

    matter        number of the incident, case or alarm that it is about
    minutes       how long the link works once it is approved; opens_until: when that is over
    token_digest  of the one-time address that was made last; "" where none waits to be opened
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("video request", "waiting for approval")
        APPROVED = "approved", pgettext_lazy("video request", "approved")
        REFUSED = "refused", pgettext_lazy("video request", "refused")

    uid = models.UUIDField(default=ids.uid, unique=True)
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    matter = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    asker = models.CharField(max_length=MAX_ACTOR_NAME)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decider = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    decided_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=200, blank=True)
    opens_until = models.DateTimeField(null=True)
    token_digest = models.CharField(max_length=64, blank=True)

    objects = VideoRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="safecity_video_asked"),
            models.Index(fields=["department", "-id"], name="safecity_video_of"),
            models.Index(fields=["department", "id"], name="safecity_video_open", condition=Q(state="asked")),
            models.Index(fields=["id"], name="safecity_video_all_open", condition=Q(state="asked")),
            models.Index(fields=["camera", "-id"], name="safecity_video_camera"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["token_digest"], name="safecity_video_token", condition=~Q(token_digest="")
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="safecity_video_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_by__isnull=False, opens_until__isnull=False),
                name="safecity_video_approved_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(matter=""), name="safecity_video_has_a_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.asker}: {self.camera_id}"

    def is_open(self, at: datetime) -> bool:
        """Say whether a link may be had now."""
        return self.state == "approved" and self.opens_until is not None and at < self.opens_until


class VideoLookQuerySet(models.QuerySet["VideoLook"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(actor.within("safecity.supervise"))

    def supervised(self, actor: Actor) -> list[Self]:
        return [self.filter(part) for part in actor.within_by_department("safecity.supervise")]

    def of_request(self, request: VideoRequest) -> Self:
        return self.filter(request=request).order_by("-id")

    def with_names(self) -> Self:
        return self.select_related("request__camera", "request")


class VideoLook(models.Model):
    """One opening of a video link. department, area: of the camera, for supervision."""

    request = models.ForeignKey(VideoRequest, on_delete=models.PROTECT, related_name="looks", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=MAX_ACTOR_NAME)
    at = models.DateTimeField()

    objects = VideoLookQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "-id"], name="safecity_looks_of"),
            models.Index(fields=["request", "-id"], name="safecity_looks_request"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="safecity_look_has_a_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"

"""Seals, every single use of them, and what is said of the files that people bring."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_DIGEST, MAX_SUBJECT
from tongban.platform.identity.models import Department


class SealQuerySet(models.QuerySet["Seal"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the seals whose department the actor looks after or may seal for."""
        reach = actor.within("seals.manage", area="department__area")
        return self.filter(reach | actor.within("seals.apply", area="department__area"))

    def usable(self, *, department: Department | Param, on: date | Param, name: str | Param = "") -> Self:
        """Return the seals that a department may use on that day, the one for licences first."""
        valid = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        found = self.filter(valid, department=department, state=Seal.State.ACTIVE, valid_from__lte=on)
        return (found.filter(name=name) if name else found).order_by("order", "pk")

    def first_usable(self, *, department: Department, on: date, name: str = "") -> "Seal | None":
        """Return the seal of that name, or the department's first one, with its department."""
        found = (_NAMED if name else _FIRST).one(department=department.pk, on=on, name=name)
        if found:
            found.department = department
        return found

    def names_usable(self, *, department: Department, on: date) -> list[str]:
        """Return the names of the seals that a department may use on that day, the one for licences first."""
        return _NAMES(department=department.pk, on=on)

    def not_withdrawn_of(self, department: Department) -> Self:
        """Return the seals of a department that are used, or may be yet."""
        ended = [Seal.State.WITHDRAWN, Seal.State.REFUSED]
        return self.filter(department=department).exclude(state__in=ended).order_by("order", "pk")

    def resting_of(self, department: Department) -> "Seal | None":
        """Return the seal for which papers of a department wait: one that is suspended, or not in use yet."""
        waiting = [Seal.State.SUSPENDED, Seal.State.MADE, Seal.State.APPROVED, Seal.State.APPLIED]
        return self.filter(department=department, state__in=waiting).order_by("order", "pk").first()

    def with_department(self) -> Self:
        return self.select_related("department")

    def in_order(self) -> Self:
        return self.with_department().order_by("department__order", "department__key", "order", "pk")


class Seal(models.Model):
    """An electronic seal of a department.

    name      what kind of seal it is, under its centre: "电子证照专用章"
    text      whose it is, along its ring: the department's name when it was made
    code      13 digits: area and running number, as seals are registered
    picture   its impression, PNG, one bit a dot, 1000 dots for 42 mm; empty until it is made
    owner     whose key signs, in crypto
    order     which one is taken when nobody says
    """

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("seal", "applied for")
        REFUSED = "refused", pgettext_lazy("seal", "application refused")
        APPROVED = "approved", pgettext_lazy("seal", "approved, not made yet")
        MADE = "made", pgettext_lazy("seal", "made, not in use yet")
        ACTIVE = "active", pgettext_lazy("seal", "in use")
        SUSPENDED = "suspended", pgettext_lazy("seal", "suspended")
        WITHDRAWN = "withdrawn", pgettext_lazy("seal", "withdrawn")

    uid = models.UUIDField(default=ids.uid, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    text = models.CharField(max_length=120)
    code = models.CharField(max_length=13, unique=True)
    picture = models.BinaryField()
    owner = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    order = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()

    objects = SealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["applied", "refused", "approved", "made", "active", "suspended", "withdrawn"]),
                name="seals_state_known",
            ),
            models.UniqueConstraint(
                fields=["department", "name"],
                condition=~Q(state__in=["refused", "withdrawn"]),
                name="seals_one_of_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.name}"


def _usable(name: str | Param = "") -> Any:
    department, on = Param("department", models.BigIntegerField()), Param("on", models.DateField())
    return Seal.objects.usable(department=department, on=on, name=name)


_FIRST: PreparedQuery[Seal] = PreparedQuery(lambda: _usable()[:1])
_NAMED: PreparedQuery[Seal] = PreparedQuery(lambda: _usable(Param("name", models.CharField()))[:1])
_NAMES: PreparedQuery[str] = PreparedQuery(lambda: _usable().values_list("name", flat=True))


class SealChangeQuerySet(models.QuerySet["SealChange"]):
    def open_of(self, seals: "models.QuerySet[Seal] | list[Seal]") -> Self:
        """Return the changes of these seals that wait for a second person."""
        return self.filter(seal__in=seals, outcome="").select_related("seal__department").order_by("pk")

    def of_seal(self, seal: Seal) -> Self:
        """Return all that was proposed for a seal, the newest first."""
        return self.filter(seal=seal).order_by("-pk")


class SealChange(models.Model):
    """A step in the life of a seal: one person proposes it, another one confirms or rejects it.

    step          a name in `rules.STEPS`
    since         of a destruction because its key got into wrong hands: from when on nothing that it signed is good
    proposed_by   id of the account; proposer: its name
    settled_by    id of the account that confirmed, rejected or took it back; None for the house itself
    """

    class Step(models.TextChoices):
        APPLY = "apply", _("Apply for a seal")
        MAKE = "make", _("Make the seal")
        ACTIVATE = "activate", _("Bring it into use")
        SUSPEND = "suspend", _("Suspend")
        RESUME = "resume", _("Restore to use")
        DESTROY = "destroy", _("Destroy for good")

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("seal change", "confirmed")
        REJECTED = "rejected", pgettext_lazy("seal change", "rejected")

    uid = models.UUIDField(default=ids.uid, unique=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=Step.choices)
    reason = models.CharField(max_length=200)
    since = models.DateTimeField(null=True)
    proposed_by = models.BigIntegerField()
    proposer = models.CharField(max_length=MAX_ACTOR_NAME)
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    settled_by = models.BigIntegerField(null=True)
    settler = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    settled_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=200, blank=True)

    objects = SealChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="confirmed") | ~Q(settled_by=models.F("proposed_by")), name="seals_four_eyes"
            ),
            models.UniqueConstraint(fields=["seal"], condition=Q(outcome=""), name="seals_one_change_open"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.seal_id}"


class SealWaitQuerySet(models.QuerySet["SealWait"]):
    def about(self, subject: str) -> Self:
        """Return what of this subject waits for a seal."""
        return self.filter(subject=subject).select_related("department").order_by("pk")

    def of(self, department: Department) -> Self:
        return self.filter(department=department)


class SealWait(models.Model):
    """Papers about something cannot be sealed, for their department has no seal in use; they wait for one."""

    subject = models.CharField(max_length=MAX_SUBJECT)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    objects = SealWaitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "department"], name="seals_waits_once")]

    def __str__(self) -> str:
        return self.subject


class SealUseQuerySet(models.QuerySet["SealUse"]):
    def of_file(self, digest: str) -> "SealUse | None":
        """Return the use that made exactly this file."""
        return self.filter(file_digest=digest).select_related("seal").first()

    def of_seal(self, seal: Seal) -> Self:
        return self.filter(seal=seal).order_by("-pk")

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject).order_by("pk")


class SealUse(models.Model):
    """One document that was sealed: by whom, for what, with which key, and what came out."""

    uid = models.UUIDField(default=ids.uid, unique=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    key_digest = models.CharField(max_length=MAX_DIGEST)
    subject = models.CharField(max_length=MAX_SUBJECT, db_index=True)
    reason = models.CharField(max_length=200)
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    at = models.DateTimeField()
    file_digest = models.CharField(max_length=MAX_DIGEST, unique=True)

    objects = SealUseQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(file_digest=""), name="seals_use_of_a_file")]

    def __str__(self) -> str:
        return f"{self.subject} {self.file_digest[:16]}"


class FileVerdictQuerySet(models.QuerySet["FileVerdict"]):
    def of_files(self, digests: Iterable[str]) -> Self:
        return self.filter(file_digest__in=set(digests))

    def judged_otherwise(self, trust: str) -> Self:
        """Return those that other certificates were trusted for than today."""
        return self.exclude(trust=trust).order_by("pk")


class FileVerdict(models.Model):
    """What is said of the seals in a file that somebody brought; the same for everybody who brings it.

    findings   why it is not trusted, by name: see `findings.WORDS`
    trust      digest of the certificates that were trusted and of the keys that were revoked when it was judged
    """

    class Standing(models.TextChoices):
        TRUSTED = "trusted", _("Seal valid")
        UNTRUSTED = "untrusted", _("Seal not trusted")
        BROKEN = "broken", _("Seal broken")
        UNSEALED = "unsealed", _("Without a seal")

    file_digest = models.CharField(max_length=MAX_DIGEST, unique=True)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    signer = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)
    stamped_at = models.DateTimeField(null=True)
    stamper = models.CharField(max_length=200, blank=True)
    findings = models.JSONField(default=list)
    trust = models.CharField(max_length=MAX_DIGEST, db_index=True)
    judged_at = models.DateTimeField()

    objects = FileVerdictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=["trusted", "untrusted", "broken", "unsealed"]), name="seals_standing_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standing} {self.file_digest[:16]}"

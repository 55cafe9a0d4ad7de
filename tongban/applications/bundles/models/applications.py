"""What somebody brings as one thing: the whole, its items, its papers."""

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.applications.bundles.models.definitions import BundleVersion
from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.cases.models import Case
from tongban.platform.catalogue.models import Version
from tongban.platform.documents.models import Attachment
from tongban.platform.eforms.models import FilledForm
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties.models import MAX_PARTY_NAME, Party


def subject_of(application: int) -> str:
    """Return the name under which the journal knows an application."""
    return f"bundle:{application}"


class BundleApplicationQuerySet(PartedQuerySet["BundleApplication"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """One's own, and those that one's department leads; never somebody's draft.

        Under a mandate for certain services: none, for the whole belongs to more than these.
        """
        if actor.kind == "system":
            return [Q()]
        parts = [self._own(actor)] if actor.represents_fully else []
        led = actor.within_by_department("bundles.lead") if actor.holds("bundles.lead") else []
        return [*parts, *(part & ~Q(state="draft") for part in led)]

    def led_by(self, actor: Actor) -> list[Self]:
        """Return what the actor's departments lead, in parts that an index holds in order."""
        return [self.filter(part).exclude(state="draft") for part in actor.within_by_department("bundles.lead")]

    def spoken_for_by(self, actor: Actor) -> Self:
        """Return those in which this actor acts for the applicant."""
        return self.filter(self._own(actor)) if actor.represents_fully else self.none()

    @staticmethod
    def _own(actor: Actor) -> Q:
        own = Q(applicant=actor.represents)
        return own if actor.kind == "person" else own & Q(filed_by=actor.account)

    def with_related(self) -> Self:
        return self.select_related("version__bundle__department", "department", "applicant")

    def with_uid(self, uid: str) -> "BundleApplication | None":
        return self.with_related().filter(uid=uid).first()

    def locked(self, uid: str) -> "BundleApplication | None":
        """Return the application with this name, held for this transaction."""
        held = self.select_for_update(of=("self",)).select_related("version__bundle", "applicant", "department")
        return held.filter(uid=uid).first()

    def with_key(self, key: str) -> "BundleApplication | None":
        return self.with_related().filter(key=key).first()

    def drafts(self) -> Self:
        return self.filter(state=BundleApplication.State.DRAFT).order_by("-updated_at")

    def handed_in(self) -> Self:
        return self.exclude(state=BundleApplication.State.DRAFT)

    def in_hand(self) -> Self:
        return self.filter(state=BundleApplication.State.RUNNING)

    def closed(self) -> Self:
        return self.filter(state__in=CLOSED)

    def numbers_of(self, ids: Iterable[int]) -> dict[int, str]:
        found = self.filter(pk__in=list(ids), number__isnull=False).values_list("pk", "number")
        return {pk: str(number) for pk, number in found}

    def pk_of(self, number: str) -> int | None:
        return self.filter(number=number).values_list("pk", flat=True).first()


class BundleApplication(FilledForm):
    """Several services applied for as one thing.

    situation           answers to the questionnaire, encrypted; they decide which items apply
    department          leads, and answers for the whole
    started_on          when the first of its cases was accepted: the joint clock begins
    lost_days           how many days the clock stood still because its cases did, in working days
    promised_due_on     last day of the city's promise for the whole, statutory_due_on of the law
    extension           why the law's limit was extended; "" where it was not
    delivered_on        when all results were handed over together
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("bundle", "Draft")
        RUNNING = "running", _("Under way")
        FINISHED = "finished", pgettext_lazy("joint application", "All items are settled")
        WITHDRAWN = "withdrawn", pgettext_lazy("bundle", "Withdrawn")

    uid = models.CharField(max_length=16, default=partial(ids.token, 16))
    number = models.CharField(max_length=32, null=True)
    version = models.ForeignKey(BundleVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    applicant = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant_name = models.CharField(max_length=MAX_PARTY_NAME)
    filed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=120, null=True)
    situation: Any = EncryptedJSON(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    started_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    lost_days = models.PositiveSmallIntegerField(default=0)
    extended_days = models.PositiveSmallIntegerField(default=0)
    extension = models.TextField(blank=True)
    finished_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)

    objects = BundleApplicationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "-updated_at", "-id"], name="bundles_mine"),
            models.Index(
                fields=["department", "-submitted_at", "-id"], name="bundles_led", condition=~Q(state="draft")
            ),
            models.Index(
                fields=["department", "-submitted_at", "-id"], name="bundles_led_in_hand", condition=Q(state="running")
            ),
            models.Index(fields=["-submitted_at", "-id"], name="bundles_in_hand", condition=Q(state="running")),
            models.Index(fields=["-submitted_at", "-id"], name="bundles_newest", condition=~Q(state="draft")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uid"], name="bundles_uid"),
            models.UniqueConstraint(fields=["number"], name="bundles_number"),
            models.UniqueConstraint(fields=["key"], name="bundles_key"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False, submitted_at__isnull=False),
                name="bundles_submitted_has_number",
            ),
            models.CheckConstraint(
                condition=Q(promised_due_on__isnull=True) | Q(promised_due_on__lte=F("statutory_due_on")),
                name="bundles_promise_within_law",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.uid

    @property
    def subject(self) -> str:
        return subject_of(self.pk)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def is_spoken_for_by(self, actor: Actor) -> bool:
        """Say of this one what `spoken_for_by` says of all."""
        if not actor.represents_fully or self.applicant_id != actor.represents:
            return False
        return actor.kind == "person" or self.filed_by_id == actor.account


CLOSED = (BundleApplication.State.FINISHED, BundleApplication.State.WITHDRAWN)


class BundleItemQuerySet(models.QuerySet["BundleItem"]):
    def of(self, application: BundleApplication) -> list["BundleItem"]:
        """Return the items of an application with their cases, in the order of the bundle."""
        related = self.select_related("version__service", "case__version__service", "case__department", "department")
        items: list[BundleItem] = list(related.filter(application=application).order_by("order", "pk"))
        for item in items:
            item.application = application  # not read once for each: its answers are long, and encrypted
        return items

    def for_case(self, case: int) -> "BundleItem | None":
        return self.filter(case=case).select_related("application").first()

    def among_cases(self, cases: Iterable[int]) -> Self:
        """Return the items whose cases these are, each with the whole it belongs to."""
        return self.filter(case__in=list(cases)).select_related("application__version__bundle")

    def among(self, applications: Iterable[int]) -> Self:
        return self.filter(application__in=list(applications)).select_related("case").order_by("order", "pk")


class BundleItem(models.Model):
    """One service within an application.

    key       what it is called in the bundle
    version   the definition that is applied for
    case      once it was handed in
    after     keys of the items that have to be granted first
    reason    why it applies, as the questionnaire's table said it; reason_english: the same in English
    note      why it is not handed in, where it will not be, or could not be
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("item of a joint application", "Not handed in yet")
        WAITING = "waiting", pgettext_lazy("item of a joint application", "Waiting for an earlier item")
        STARTED = "started", pgettext_lazy("item of a joint application", "Handed in")
        STUCK = "stuck", pgettext_lazy("item of a joint application", "Could not be handed in")
        DROPPED = "dropped", pgettext_lazy("item of a joint application", "Will not be handled")

    application = models.ForeignKey(BundleApplication, on_delete=models.CASCADE, related_name="items", db_index=False)
    key = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField()
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    after = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    reason_english = models.TextField(blank=True)
    note = models.TextField(blank=True)

    objects = BundleItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="bundles_item_once"),
            models.UniqueConstraint(fields=["case"], name="bundles_case_once"),
            models.CheckConstraint(
                condition=Q(state="started", case__isnull=False) | (~Q(state="started") & Q(case__isnull=True)),
                name="bundles_started_has_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.key}"


class BundlePaper(Attachment):
    """A document that answers a line of the merged list of materials."""

    SUBJECT: ClassVar[str] = "application"

    application = models.ForeignKey(BundleApplication, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "code", "document"], name="bundles_paper_once"),
        ]

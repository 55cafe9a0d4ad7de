"""What somebody owes."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SERVICE_CODE, MAX_SUBJECT
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import MAX_PARTY_NAME, Party

MAX_PAYMENT_CODE = 20


class BillQuerySet(PartedQuerySet["Bill"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """The payer's own, and those of the departments and areas that the duty payments.manage reaches."""
        own = [Q(payer=actor.represents) & actor.within_mandate()] if actor.represents else []
        return [*own, *actor.within_by_department("payments.manage")]

    def of_payer(self, party: int | None) -> "BillQuerySet":
        return self.filter(payer=party)

    def about(self, subject: str) -> "BillQuerySet":
        """Return the bills about a subject, the newest first."""
        return self.filter(subject=subject).order_by("-pk")

    def on_occasion(self, subject: str, occasion: str) -> "Bill | None":
        return self.filter(subject=subject, occasion=occasion).first()

    def coded(self, code: str) -> "Bill | None":
        """Return the bill with this payment code, with its payer and department."""
        return self.with_names().filter(code=code).first()

    def in_state(self, state: str) -> "BillQuerySet":
        return self.filter(state=state)

    def with_names(self) -> "BillQuerySet":
        return self.select_related("department", "payer")


class Bill(models.Model):
    """A bill (缴款单): what is owed for one matter, to which department, until when.

    code       缴款码, by which anyone can pay it
    subject    what it is about: "case:12"; occasion: what brought it about; a subject has one bill for each
    title      what is paid for; number: of the matter, as people know it
    service    catalogue code of the service it belongs to; "" where it belongs to none
    lines      [{"name", "amount_fen", "full_fen", "unit", "rate_fen", "quantity", "basis", "waived"}]
    amount_fen what is owed, after reductions; full_fen: what it would be without
    refunded_fen   how much of what was paid has gone back
    """

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("state of a bill", "to be paid")
        PAID = "paid", pgettext_lazy("state of a bill", "paid")
        REFUNDED = "refunded", pgettext_lazy("state of a bill", "refunded")
        CANCELLED = "cancelled", pgettext_lazy("state of a bill", "cancelled")

    uid = models.UUIDField(default=ids.uid, unique=True)
    code = models.CharField(max_length=MAX_PAYMENT_CODE)
    subject = models.CharField(max_length=MAX_SUBJECT)
    occasion = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    payer_name = models.CharField(max_length=MAX_PARTY_NAME)
    lines: Any = models.JSONField(default=list)
    amount_fen = models.BigIntegerField()
    full_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    issued_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    paid_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = BillQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["payer", "-issued_at", "-id"], name="payments_bills_mine"),
            models.Index(fields=["department", "state", "-issued_at", "-id"], name="payments_bills_office"),
            models.Index(fields=["state", "-issued_at", "-id"], name="payments_bills_all"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="payments_bill_code"),
            models.UniqueConstraint(fields=["subject", "occasion"], name="payments_bill_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) & Q(full_fen__gte=F("amount_fen")), name="payments_bill_owes"
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0) & Q(refunded_fen__lte=F("amount_fen")), name="payments_bill_refunded"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "cancelled"], paid_at__isnull=True)
                | Q(state__in=["paid", "refunded"], paid_at__isnull=False),
                name="payments_bill_paid_when",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def about_it(self) -> str:
        """The name under which journal, ledger and seals know this bill."""
        return f"bill:{self.pk}"

    @property
    def reduced_fen(self) -> int:
        return self.full_fen - self.amount_fen

    @property
    def kept_fen(self) -> int:
        """What was paid and has not gone back."""
        return self.amount_fen - self.refunded_fen

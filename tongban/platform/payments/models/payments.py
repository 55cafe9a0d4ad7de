"""Attempts to pay a bill, and what goes back."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models import Department
from tongban.platform.payments.models.bills import Bill

# What WeChat Pay takes as a number of ours; Alipay takes longer ones.
MAX_ORDER = 32
MAX_CHANNEL_KEY = 16


class PaymentQuerySet(models.QuerySet["Payment"]):
    def of(self, bill: Bill) -> Self:
        """Return the attempts to pay a bill, the newest first."""
        return self.filter(bill=bill).order_by("-pk")

    def numbered(self, channel: str, number: str) -> "Payment | None":
        """Return the attempt that a channel knows under this number of ours."""
        return self.filter(channel=channel, number=number).select_related("bill").first()

    def open(self) -> Self:
        return self.filter(state=Payment.State.OPEN)

    def paid(self) -> Self:
        return self.filter(state=Payment.State.PAID)

    def to_ask(self, at: datetime) -> Self:
        """Return open attempts whose channel is to be asked by now, the oldest first."""
        return self.open().filter(ask_at__lte=at).select_related("bill").order_by("ask_at", "pk")

    def of_day(self, channel: str, first: datetime, after: datetime) -> Self:
        """Return what was paid by a channel in that time."""
        return self.paid().filter(channel=channel, paid_at__gte=first, paid_at__lt=after).order_by("pk")


class Payment(models.Model):
    """One attempt to pay a bill by one channel.

    number     ours, which the channel repeats (商户订单号); trade: the channel's (交易单号), "" before it was paid
    channel    "wechat", "alipay", "counter"; way: "qr", "h5", "page", "cash", "pos"
    door       what the QR code says or where a browser goes to pay; "" where there is nothing to open
    surplus    the bill was paid or cancelled already when this money came: it goes back
    came_fen   another amount than was asked for, which the channel says was paid: it does not count for the bill; None
               where there was none
    ask_at     when the channel is asked next, as long as it says nothing by itself
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of a payment", "waiting")
        PAID = "paid", pgettext_lazy("state of a payment", "paid")
        CLOSED = "closed", pgettext_lazy("state of a payment", "closed")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=MAX_ORDER)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    channel = models.CharField(max_length=MAX_CHANNEL_KEY)
    way = models.CharField(max_length=8)
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    trade = models.CharField(max_length=64, blank=True)
    door = models.TextField(blank=True)
    surplus = models.BooleanField(default=False)
    came_fen = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ask_at", "id"], name="payments_to_ask", condition=Q(state="open")),
            models.Index(fields=["channel", "paid_at"], name="payments_of_day", condition=Q(state="paid")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["channel", "number"], name="payments_number"),
            # What a channel took once pays once.
            models.UniqueConstraint(fields=["channel", "trade"], condition=~Q(trade=""), name="payments_trade_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payments_of_something"),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_at__isnull=False), name="payments_paid_has_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def taken_fen(self) -> int:
        """Return how much money came with a payment that was taken."""
        return self.amount_fen if self.came_fen is None else self.came_fen


class RefundQuerySet(PartedQuerySet["Refund"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department("payments.manage")

    def of(self, bill: Bill) -> Self:
        """Return what went back of a bill's payments, or is about to, the newest first."""
        return self.filter(payment__bill=bill).select_related("payment").order_by("-pk")

    def numbered(self, channel: str, number: str) -> "Refund | None":
        found = self.filter(payment__channel=channel, number=number)
        return found.select_related("payment__bill").first()

    def open(self) -> Self:
        return self.filter(state=Refund.State.ASKED)

    def settled(self) -> Self:
        return self.exclude(state=Refund.State.ASKED)

    def to_ask(self, at: datetime) -> Self:
        """Return refunds whose channel is to be asked by now, the oldest first."""
        return self.open().filter(ask_at__lte=at).select_related("payment__bill").order_by("ask_at", "pk")

    def of_day(self, channel: str, first: datetime, after: datetime) -> Self:
        """Return what went back by a channel in that time."""
        done = self.filter(state=Refund.State.DONE, done_at__gte=first, done_at__lt=after)
        return done.filter(payment__channel=channel).select_related("payment__bill").order_by("pk")

    def with_bill(self) -> Self:
        return self.select_related("payment__bill", "department")


class Refund(models.Model):
    """Money that goes back, by the channel by which it came.

    number   ours; trade: the channel's
    cause    "refused", "withdrawn" and other ends of a matter; "surplus" of what nobody asked for;
             "amount" of what was not the amount asked for; "office"
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("state of a refund", "on its way")
        DONE = "done", pgettext_lazy("state of a refund", "refunded")
        FAILED = "failed", pgettext_lazy("state of a refund", "failed")

    uid = models.UUIDField(default=ids.uid, unique=True)
    number = models.CharField(max_length=MAX_ORDER, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    amount_fen = models.BigIntegerField()
    cause = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    trade = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ask_at", "id"], name="payments_refunds_to_ask", condition=Q(state="asked")),
            models.Index(fields=["done_at"], name="payments_refunds_of_day", condition=Q(state="done")),
            models.Index(fields=["department", "-asked_at", "-id"], name="payments_refunds_office"),
            models.Index(fields=["-asked_at", "-id"], name="payments_refunds_all"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payments_refund_of_something"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="payments_refund_has_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.number

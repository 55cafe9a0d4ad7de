"""The rules by which alerts are raised, as dated versions; what each remembers; the alerts and their history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_SUBJECT
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.identity.models import Department
from tongban.platform.sensing.models.things import MAX_KEY, MAX_NAME, READ, Datastream, Thing

MAX_LEVEL = 8
LEVELS = ("blue", "yellow", "orange", "red")


class AlertLevel(models.TextChoices):
    """The four levels of the law on responding to emergencies, the mildest first."""

    BLUE = "blue", pgettext_lazy("alert", "level IV, blue")
    YELLOW = "yellow", pgettext_lazy("alert", "level III, yellow")
    ORANGE = "orange", pgettext_lazy("alert", "level II, orange")
    RED = "red", pgettext_lazy("alert", "level I, red")


class AlertRuleQuerySet(PartedQuerySet["AlertRule"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department(READ)

    def with_key(self, key: str) -> "AlertRule | None":
        return self.filter(key=key).first()

    def with_names(self) -> Self:
        return self.select_related("department")


class AlertRule(models.Model):
    """What is alarming: a name, and versions that say it from day to day.

    key   readable and lasting: "water-level-high"
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    key = models.CharField(max_length=MAX_KEY, unique=True)
    name = models.CharField(max_length=MAX_NAME)
    english = models.CharField(max_length=MAX_NAME, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["department", "name", "id"], name="sensing_rules_of")]
        constraints = [models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="sensing_rule_named")]

    def __str__(self) -> str:
        return self.key

    @property
    def title(self) -> str:
        return worded(self.name, self.english)


class AlertRuleVersionQuerySet(models.QuerySet["AlertRuleVersion"]):
    def of_rule(self, rule: AlertRule) -> Self:
        return self.filter(rule=rule).order_by("-valid_from")

    def in_order(self) -> Self:
        """Return all with their rules, the earliest of each rule first."""
        return self.select_related("rule").order_by("rule", "valid_from")


class AlertRuleVersion(models.Model):
    """What a rule says from a moment on, until the next version.

    definition   see `rules.definitions`; {} where the rule does not hold any more
    source       on what it rests: a standard, a plan, an order
    """

    rule = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    definition: Any = models.JSONField()
    source = models.CharField(max_length=300)
    publisher_name = models.CharField(max_length=MAX_ACTOR_NAME)
    published_at = models.DateTimeField()

    objects = AlertRuleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="sensing_version_number_once"),
            models.UniqueConstraint(fields=["rule", "valid_from"], name="sensing_version_from_once"),
            models.CheckConstraint(condition=~Q(source=""), name="sensing_version_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}, version {self.number}"


class AlertRuleStateQuerySet(models.QuerySet["AlertRuleState"]):
    def due(self, *, at: datetime) -> Self:
        """Return what the clock has to look at, the longest waiting first."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")

    def of(self, rules: Iterable[int], things: Iterable[int]) -> Self:
        return self.filter(rule__in=set(rules), thing__in=set(things))


class AlertRuleState(models.Model):
    """What a rule remembers of a thing between two readings.

    data     see `rules.evaluating`
    due_at   when the clock looks at it, whatever comes until then; None where only a reading can change something
    """

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="+", db_index=False)
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(AlertRuleVersion, on_delete=models.PROTECT, related_name="+")
    data: Any = models.JSONField()
    due_at = models.DateTimeField(null=True)

    objects = AlertRuleStateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="sensing_due", condition=Q(due_at__isnull=False))]
        constraints = [models.UniqueConstraint(fields=["rule", "thing"], name="sensing_state_once")]

    def __str__(self) -> str:
        return f"rule {self.rule_id} for thing {self.thing_id}"


class AlertQuerySet(PartedQuerySet["Alert"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        return actor.within_by_department(READ)

    def open(self) -> Self:
        """Return the alerts whose condition still holds."""
        return self.filter(state=Alert.State.OPEN)

    def unclosed(self) -> Self:
        """Return the alerts that nobody closed yet, whether their condition holds or not."""
        return self.exclude(state=Alert.State.CLOSED)

    def in_state(self, state: str) -> Self:
        return self.filter(state=state) if state else self.unclosed()

    def of_level(self, level: str) -> Self:
        return self.filter(level=level) if level else self

    def of_rule(self, rule: "AlertRule | None") -> Self:
        return self.filter(rule=rule) if rule else self

    def of_thing(self, thing: Thing) -> Self:
        return self.filter(thing=thing)

    def linked_to(self, subject: str) -> Self:
        """Return the alerts that something elsewhere takes care of: "workorder:12"."""
        return self.filter(subject=subject)

    def with_names(self) -> Self:
        return self.select_related("rule", "version", "thing", "department", "stream__observed_property")


class Alert(models.Model):
    """A rule holds for a thing. One is open for a rule and a thing, however often it is hit.

    state        open: the condition holds; cleared: it does not any more; closed: somebody said what came of it
    level        now, or when it was cleared; highest: the highest it ever had
    raised_at    when the condition came to hold; first_at, last_at: the first and the last reading that hit
    hits         how many readings did; value: what the last of them said
    stream       the one whose reading raised it; None where it was the clock
    subject      what takes care of it elsewhere: "workorder:12"; "" nothing
    explanation  the readings that raised it, and the version of the rule
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("alert", "open")
        CLEARED = "cleared", pgettext_lazy("alert", "cleared")
        CLOSED = "closed", pgettext_lazy("alert", "closed")

    uid = models.UUIDField(default=ids.uid, unique=True)
    rule = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(AlertRuleVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="alerts", db_index=False)
    stream = models.ForeignKey(Datastream, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    level = models.CharField(max_length=MAX_LEVEL, choices=AlertLevel)
    highest = models.CharField(max_length=MAX_LEVEL, choices=AlertLevel)
    raised_at = models.DateTimeField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    hits = models.PositiveIntegerField(default=0)
    value = models.FloatField(null=True)
    explanation: Any = models.JSONField(default=dict)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledger_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    cleared_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closer_name = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    subject = models.CharField(max_length=MAX_SUBJECT, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "state", "-raised_at", "-id"], name="sensing_alerts_of"),
            models.Index(
                fields=["department", "-raised_at", "-id"], name="sensing_alerts_unclosed", condition=~Q(state="closed")
            ),
            models.Index(fields=["state", "-raised_at", "-id"], name="sensing_alerts"),
            models.Index(fields=["-raised_at", "-id"], name="sensing_all_unclosed", condition=~Q(state="closed")),
            models.Index(fields=["thing", "-raised_at", "-id"], name="sensing_alerts_thing"),
            models.Index(fields=["subject"], name="sensing_alert_subject"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["rule", "thing"], condition=Q(state="open"), name="sensing_one_open_alert"),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(reason="")),
                name="sensing_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(cleared_at__isnull=False), name="sensing_cleared_some_time"
            ),
            models.CheckConstraint(condition=Q(level__in=LEVELS, highest__in=LEVELS), name="sensing_alert_level_known"),
            models.CheckConstraint(
                condition=Q(first_at__isnull=True) | Q(last_at__gte=F("first_at")), name="sensing_alert_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.uid}"


class AlertStepQuerySet(models.QuerySet["AlertStep"]):
    def of_alert(self, alert: Alert) -> Self:
        return self.filter(alert=alert).order_by("pk")


class AlertStep(models.Model):
    """What happened to an alert, in order; never changed.

    value   of the reading that brought it about; by: who did it, "" for the rule itself; words: what they said
    """

    class Kind(models.TextChoices):
        RAISED = "raised", pgettext_lazy("alert step", "Raised")
        LEVEL = "level", pgettext_lazy("alert step", "Level changed")
        ESCALATED = "escalated", pgettext_lazy("alert step", "Raised a level because nobody acknowledged it")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("alert step", "Acknowledged")
        LINKED = "linked", pgettext_lazy("alert step", "Taken care of elsewhere")
        CLEARED = "cleared", pgettext_lazy("alert step", "Cleared")
        CLOSED = "closed", pgettext_lazy("alert step", "Closed")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind)
    level = models.CharField(max_length=MAX_LEVEL, choices=AlertLevel)
    at = models.DateTimeField()
    value = models.FloatField(null=True)
    by = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    words = models.CharField(max_length=1000, blank=True)

    objects = AlertStepQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(level__in=LEVELS), name="sensing_step_level_known")]

    def __str__(self) -> str:
        return f"{self.kind} of alert {self.alert_id}"

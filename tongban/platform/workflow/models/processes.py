"""Processes that run, and the tasks they put on desks."""

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple, Self, cast
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.changes import track
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor, Reach, any_of, in_areas, within_reach
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE, MAX_SUBJECT

# A task without a limit sorts after every task with one; SQLite and PostgreSQL disagree about where NULL sorts.
NO_LIMIT = date.max
# So many indexes are read for one list; whoever reaches more looks at a good part of all open tasks anyway.
MAX_PARTS = 4

MAX_ABOUT = 200
MAX_TOPIC = 80
MAX_BRANCH = 400


class Process(models.Model):
    """One definition that was started at least once, kept word for word so that running instances can go on.

    id       63 bits of the SHA-256 of bpmn, tables and duties: the same text is the same row
    key      what the service that started it first calls it
    tables   DMN documents
    duties   task kind -> duty that its tasks ask for
    """

    id = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    bpmn = models.TextField()
    tables = models.JSONField(default=list)
    duties = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.key


class InstanceQuerySet(models.QuerySet["Instance"]):
    def of(self, subject: str) -> Self:
        return self.filter(subject=subject).order_by("pk")

    def running(self) -> Self:
        return self.filter(state=Instance.State.RUNNING)

    def locked(self, pk: int) -> "Instance":
        """Return the instance with this key, held for this transaction. Raises Instance.DoesNotExist."""
        if found := _LOCKED.one(pk=pk):
            return found
        raise Instance.DoesNotExist

    def with_timers(self) -> Self:
        return self.running().filter(timer_at__isnull=False).order_by("timer_at", "pk")

    def timer_due(self, now: datetime) -> Self:
        """Return those with a timer that is due, the earliest first."""
        return self.running().filter(timer_at__lte=now).order_by("timer_at", "pk")


class Instance(models.Model):
    """One run of a process about one subject.

    subject    what it is about, "case:123"; about: the same in words, for lists; topic: what kind of matter that is,
               in the words of whoever started it, such as a catalogue code: lists of tasks are narrowed by it
    marking    where it stands, see `rules.marking`: {"open": [tasks], "joins": {gateway: [flows that arrived]}, …}
    timer_at   when the first of its timers is due
    data       what its conditions and tables ask for, and the outcome of each finished task under the task's key
    roles      role -> id of the department that fills it here
    outcome    id of the end event that was reached
    version    grows with each step; for optimistic checks
    """

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("process", "running")
        ENDED = "ended", pgettext_lazy("process", "ended")
        CANCELLED = "cancelled", pgettext_lazy("process", "cancelled")

    process = models.ForeignKey(Process, on_delete=models.PROTECT, db_index=False, related_name="+")
    subject = models.CharField(max_length=MAX_SUBJECT)
    about = models.CharField(max_length=MAX_ABOUT, blank=True)
    topic = models.CharField(max_length=MAX_TOPIC, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    outcome = models.CharField(max_length=80, blank=True)
    marking = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    roles = models.JSONField(default=dict)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    due_on = models.DateField(default=NO_LIMIT)
    timer_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = InstanceQuerySet.as_manager()

    # The tasks it began with; filled by services.start.
    opened: tuple["Task", ...] = ()

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="workflow_instance_subject"),
            models.Index(
                fields=["timer_at", "id"],
                name="workflow_instance_timer",
                condition=Q(state="running", timer_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True) | Q(state__in=["ended", "cancelled"]),
                name="workflow_instance_ended_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.state}"


class TaskRow(NamedTuple):
    """What a line of a list says about a task."""

    id: int
    uid: UUID
    key: str
    kind: str
    title: str
    subject: str
    about: str
    due_on: date
    opened_at: datetime
    claimed_by: int | None


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the tasks whose duty the actor holds for their department and area."""
        if actor.kind == "system":
            return self
        alike: dict[Hashable, list[str]] = {}
        for duty in sorted({grant.duty for grant in actor.grants}):
            alike.setdefault(frozenset(actor.reach(duty).items()), []).append(duty)
        return self.filter(any_of(Q(duty__in=held) & within_reach(actor.reach(held[0])) for held in alike.values()))

    def parts_by_department(self, actor: Actor, duties: Iterable[str], department: int | None = None) -> "list[Self]":
        """Return the tasks that `visible_to` lets through for these duties, in parts that an index holds in order.

        Department by department and duty by duty; for whoever reaches many departments, duty by duty.
        department   only its tasks
        """
        reach = {duty: _reach(actor, duty, department) for duty in duties}
        places = [(duty, number) for duty, areas in reach.items() for number in areas]
        if len(places) > MAX_PARTS or any(number is None for _duty, number in places):
            # The duty stands once, so that its index is seen to fit.
            return [self.filter(within_reach(areas), duty=duty) for duty, areas in reach.items() if areas]
        return [self.filter(in_areas(reach[duty][number]), duty=duty, department=number) for duty, number in places]

    def locked(self, pk: int) -> "Task":
        """Return the task with this key and its department, held for this transaction. Raises Task.DoesNotExist."""
        if found := _LOCKED_TASK.one(pk=pk):
            return track(found)
        raise Task.DoesNotExist

    def one_visible_to(self, actor: Actor, uid: str) -> "Task | None":
        """Return the task of this name, its department and process, where `visible_to` lets it through."""
        task = _WITH_UID.one(uid=uid) if ids.is_uid(uid) else None
        return task if task is not None and task.is_visible_to(actor) else None

    def open(self) -> Self:
        return self.filter(state=Task.State.OPEN)

    def opened_since(self, moment: datetime) -> Self:
        """Return the open tasks that were put on desks since then, the newest first."""
        opened = self.open().filter(opened_at__gte=moment)
        return opened.select_related("department", "instance").order_by("-pk")

    def rows(self) -> "models.QuerySet[Task, TaskRow]":
        rows: Any = self.values_list(*TaskRow._fields, named=True)
        return cast("models.QuerySet[Task, TaskRow]", rows)

    def on_topic(self, topic: str) -> Self:
        return self.filter(topic=topic)

    def for_department(self, department: int) -> Self:
        return self.filter(department=department)

    def done(self) -> Self:
        return self.filter(state=Task.State.DONE)

    def counted_by_official(self, department: int, *, since: datetime, until: datetime) -> dict[int, int]:
        """Return how many tasks of a department each account finished in that time, the end not counted."""
        done = self.done().filter(department=department, done_at__gte=since, done_at__lt=until, done_by__isnull=False)
        return dict(done.order_by().values_list("done_by").annotate(times=Count("pk")))

    def standing(self) -> Self:
        """Return the finished tasks whose work still counts, in the order in which they were finished."""
        return self.done().filter(again_at__isnull=True).order_by("done_at", "pk")

    def at_places(self, places: Iterable[str]) -> Self:
        """Return those of one instance at these places of its marking."""
        found = list(places)
        return self.filter(Q(branch__in=found) | Q(branch="", key__in=found))

    def with_uid(self, uid: Any) -> Self:
        return self.filter(uid=uid)

    def of(self, *subjects: str) -> Self:
        return self.filter(subject__in=subjects).order_by("pk")

    def for_duties(self, *duties: str) -> Self:
        return self.filter(duty__in=duties)

    def claimed_by(self, actor: Actor) -> Self:
        return self.filter(claimed_by=actor.account)

    def kind(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)


def _reach(actor: Actor, duty: str, department: int | None) -> Reach:
    """Return where the actor holds this duty; in one department, where it is named."""
    reach = actor.reach(duty)
    if not department:
        return reach
    here = reach.get(department, frozenset()) | reach.get(None, frozenset())
    return {department: here} if here else {}


class Task(models.Model):
    """One piece of work of an office: somebody has to look and say what comes out.

    key       id of the user task in the BPMN file
    branch    where it lies in a process that branches within itself: "handling/review" in a sub-process, "consult[2]"
              of several; "" otherwise. An instance has at most one open task of a key in a branch
    title     what is to be done; about: what the subject is, in words; topic: what kind of matter
    kind      accept | review | inspect | approve | …; duty: what one must hold to see and complete it
    due_on    last day; NO_LIMIT where the process sets none (see `limit`)
    outcome   one of the outcomes that the process allows for this task
    state     returned: whoever had it sent the matter back to an earlier step, `opinion` says why; taken_back: it was
              finished, and its official took it back before anybody went on
    seen_at   when somebody who may do it opened it first
    again_at  since when its work has to be done again, because a later step sent the matter back; what was done stays
    on_behalf_of   the colleague in whose place it was done
    second    the second officer, where two do it together; seconded_at: since when they have confirmed
    data      what the caller wants to keep with it (ids and primitives, no personal data)
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "open")
        DONE = "done", pgettext_lazy("task", "done")
        CANCELLED = "cancelled", pgettext_lazy("task", "cancelled")
        RETURNED = "returned", pgettext_lazy("task", "sent back")
        TAKEN_BACK = "taken_back", pgettext_lazy("task", "taken back")

    uid = models.UUIDField(default=ids.uid, unique=True)
    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, db_index=False, related_name="tasks")
    key = models.CharField(max_length=80)
    branch = models.CharField(max_length=MAX_BRANCH, blank=True, default="", db_default="")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    role = models.CharField(max_length=40)
    duty = models.CharField(max_length=80, blank=True)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, db_index=False, related_name="+")
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    subject = models.CharField(max_length=MAX_SUBJECT)
    about = models.CharField(max_length=MAX_ABOUT, blank=True)
    topic = models.CharField(max_length=MAX_TOPIC, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField(default=NO_LIMIT)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    done_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    again_at = models.DateTimeField(null=True)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    seconded_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    objects = TaskQuerySet.as_manager()

    # What completing this task opened; filled by services.complete.
    opened: tuple["Task", ...] = ()
    # What it let the process pass; filled by services.complete.
    skipped: tuple["Task", ...] = ()

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "duty", "due_on", "id"], name="workflow_task_inbox", condition=Q(state="open")
            ),
            models.Index(fields=["duty", "due_on", "id"], name="workflow_task_duty", condition=Q(state="open")),
            models.Index(fields=["due_on", "id"], name="workflow_task_due", condition=Q(state="open")),
            # The same lists of one topic, and in the order in which tasks were opened.
            *(
                models.Index(fields=fields, name=f"workflow_{name}", condition=Q(state="open"))
                for name, fields in {
                    "inbox_topic": ["department", "duty", "topic", "due_on", "id"],
                    "all_topic": ["duty", "topic", "due_on", "id"],
                    "inbox_opened": ["department", "duty", "opened_at", "id"],
                    "all_opened": ["duty", "opened_at", "id"],
                    "inbox_topic_opened": ["department", "duty", "topic", "opened_at", "id"],
                    "all_topic_opened": ["duty", "topic", "opened_at", "id"],
                }.items()
            ),
            models.Index(
                fields=["claimed_by", "due_on", "id"],
                name="workflow_task_claimed",
                condition=Q(state="open", claimed_by__isnull=False),
            ),
            models.Index(
                fields=["department", "-done_at", "-id"], name="workflow_task_done", condition=Q(state="done")
            ),
            models.Index(
                fields=["done_by", "-done_at", "-id"],
                name="workflow_task_done_by",
                condition=Q(state="done", done_by__isnull=False),
            ),
            models.Index(fields=["subject"], name="workflow_task_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "key", "branch"], condition=Q(state="open"), name="workflow_task_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done"), name="workflow_task_done_at"
            ),
            models.CheckConstraint(
                condition=Q(state="done") & ~Q(outcome="") | ~Q(state="done"), name="workflow_task_done_outcome"
            ),
        ]

    def is_visible_to(self, actor: Actor) -> bool:
        """Say of a task at hand what `TaskQuerySet.visible_to` says."""
        if actor.kind == "system":
            return True
        return bool(self.duty) and actor.holds(self.duty, department=self.department_id, area=self.area)

    def __str__(self) -> str:
        return f"{self.subject} {self.key} {self.state}"

    @property
    def place(self) -> str:
        """Where its token rests in the marking of the instance."""
        return self.branch or self.key

    @property
    def limit(self) -> date | None:
        """The last day, or None where the process sets none."""
        return None if self.due_on == NO_LIMIT else self.due_on


_WITH_UID: PreparedQuery[Task] = PreparedQuery(
    lambda: Task.objects.select_related("department", "done_by", "instance").filter(
        uid=Param("uid", models.UUIDField())
    )
)


_LOCKED: PreparedQuery[Instance] = PreparedQuery(
    lambda: Instance.objects.select_for_update().filter(pk=Param("pk", models.BigIntegerField()))
)


_LOCKED_TASK: PreparedQuery[Task] = PreparedQuery(
    lambda: (
        Task.objects.select_for_update(of=("self",))
        .select_related("department")
        .filter(pk=Param("pk", models.BigIntegerField()))
    )
)

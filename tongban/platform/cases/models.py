"""Cases, what was done to them, and the papers that belong to them."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial, reduce
from operator import or_
from typing import Any, ClassVar, NamedTuple, Self, cast
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.fields import EncryptedJSON
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE, MAX_SERVICE_CODE
from tongban.platform.cases.rules import case_number
from tongban.platform.catalogue.models import Version
from tongban.platform.documents.models import Document
from tongban.platform.identity.models import MAX_DEPARTMENT_NAME, Account, Department
from tongban.platform.parties.models import MAX_PARTY_NAME, Party
from tongban.platform.workflow.models import NO_LIMIT

READING = ("cases.read", "cases.accept", "cases.review", "cases.inspect", "cases.approve")


PAGE = 20


class CaseRow(NamedTuple):
    """What a row of a list says about a case; everything else stays where it is, some of it long and encrypted.

    definition   digest of the one it began with; service: catalogue code; service_type: GB/T 39046 A.1
    """

    id: int
    uid: str
    definition: str
    number: str | None
    state: str
    outcome: str
    applicant: int
    applicant_name: str
    submitted_at: datetime | None
    received_on: date | None
    acceptance_due_on: date | None
    accepted_on: date | None
    statutory_due_on: date | None
    promised_due_on: date | None
    decided_on: date | None
    paused_on: date | None
    lost_days: int
    unit: str
    service: str
    service_name: str
    service_english: str
    service_type: str
    department_name: str
    department_english: str


class DraftRow(NamedTuple):
    """What a list says about a draft."""

    uid: str
    updated_at: datetime
    applicant_name: str
    service_name: str
    service_english: str


class SameMatterRow(NamedTuple):
    """What is said about a case to whoever applies for the same again."""

    id: int
    uid: str
    number: str
    state: str


def subject_of(case: int) -> str:
    """Return the name under which journal, process and licences know a case."""
    return f"case:{case}"


# Handed in, and its result not yet in the applicant's hands.
UNDER_WAY = ("submitted", "supplement", "accepted", "granted")
# Where the columns of a row come from that stand in other tables.
ELSEWHERE = {
    "definition": F("version__digest"),
    "service": F("version__service__code"),
    "service_name": F("version__service__name"),
    "service_english": F("version__service__english"),
    "service_type": F("version__service__type"),
    "department_name": F("department__name"),
    "department_english": F("department__english"),
}


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return what this actor may see: their own matters, and those a duty of theirs reaches.

        Of the matters of somebody for whom an official or another system applies: what they filed themselves.
        """
        if actor.kind == "system":
            return self
        own = _spoken_for(actor)
        if not actor.grants:
            return self.filter(own)
        return self.filter(own | (~Q(state="draft") & Exists(Participation.objects.of(actor, OuterRef("pk")))))

    def spoken_for_by(self, actor: Actor) -> Self:
        """Return the cases in which this actor acts for the applicant: may fill in, hand in, supplement, take back.

        A person: their own, and those of whom they act for. Whoever is no person, at the window or through the
        interface: only what they filed themselves for the applicant whom they name.
        """
        return self.filter(_spoken_for(actor))

    def named(self, uid: str) -> "Case | None":
        """Return the case with this word, and what every page says about it."""
        return _NAMED.one(uid=uid)

    def submitted_by_people(self) -> Self:
        return self.exclude(state=Case.State.DRAFT)

    def locked(self, *, pk: int | None = None, uid: str = "") -> "Case | None":
        """Return the case with this key or name, held for this transaction, with the definition it began with."""
        return _LOCKED.one(pk=pk) if pk else _LOCKED_BY_NAME.one(uid=uid)

    def locked_with_applicant(self, uid: str) -> "Case | None":
        """Return the case with this name and its applicant, both held for this transaction.

        What is handed in for one applicant is handed in one after the other, so that two applications for the same do
        not both find that there is no other.
        """
        return _LOCKED_WITH_APPLICANT.one(uid=uid)

    def get_with_related(self, pk: int) -> "Case":
        """Return the case with this key, its version, department and applicant. Raises Case.DoesNotExist."""
        if case := _WITH_RELATED.one(pk=pk):
            return case
        raise Case.DoesNotExist

    def rows(self) -> "models.QuerySet[Case, CaseRow]":
        return cast("models.QuerySet[Case, CaseRow]", self._as_rows(CaseRow))

    def draft_rows(self) -> "models.QuerySet[Case, DraftRow]":
        return cast("models.QuerySet[Case, DraftRow]", self.drafts()._as_rows(DraftRow))

    def rows_of(self, ids: Iterable[int]) -> dict[int, CaseRow]:
        """Return what a row of a list says about each of these cases; at most a page of them."""
        wanted = dict.fromkeys((f"case{place}" for place in range(PAGE)), 0)
        wanted |= {f"case{place}": pk for place, pk in enumerate(ids)}
        return {row.id: row for row in _ROWS(**wanted)}

    def among(self, ids: Iterable[int]) -> Self:
        """Return these cases, with the definitions they began with."""
        return self.with_version().filter(pk__in=list(ids))

    def drafts(self) -> Self:
        return self.filter(state=Case.State.DRAFT).order_by("-updated_at")

    def draft_of(self, actor: Actor, version: Version) -> Self:
        return self.drafts().filter(
            applicant=actor.represents, filed_by=actor.account, version__service=version.service_id
        )

    def numbered(self, number: str) -> Self:
        return self.filter(number=number)

    def for_the_same(self, about: str) -> list[SameMatterRow]:
        """Return what was handed in for the same and is open, or was granted; the newest first."""
        return _SAME(about=about)

    def referred_to(self, ref: str) -> "Case | None":
        """Return the case with this number or uid."""
        return self.with_related().filter(Q(number=ref) | Q(uid=ref)).first()

    def filed_by(self, actor: Actor) -> Self:
        return self.filter(filed_by=actor.account)

    def with_key(self, key: str) -> "Case | None":
        """Return what was begun under an idempotency key."""
        return _WITH_KEY.one(key=key)

    def found_by(self, text: str) -> Self:
        """Return cases whose number, or applicant's name, begins with what was typed."""
        return self.filter(Q(number__startswith=case_number(text)) | Q(applicant_name__startswith=text))

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def for_service(self, code: str) -> Self:
        return self.filter(version__service__code=code)

    def with_department(self, department: int) -> Self:
        """Return the cases in which a department takes part."""
        return self.filter(Exists(Participation.objects.filter(case=OuterRef("pk"), department=department)))

    def watched_within(self, first: date | None, last: date) -> Self:
        """Return the cases in hand whose watched day lies there; NO_LIMIT while their clocks stand still."""
        once = Participation.objects.filter(case=OuterRef("pk"), first=True)
        return self.filter(Exists(once.due_within(first, last)))

    def counted_by_service(self, *, since: datetime) -> dict[str, int]:
        """Return how often each service was applied for: catalogue code -> times."""
        counted = self.filter(submitted_at__gte=since).values_list("version__service__code").annotate(n=Count("pk"))
        return dict(counted.order_by())

    def unanswered(self, *, on: date) -> Self:
        """Return submissions nobody answered in time: the law holds them accepted."""
        return self.filter(state=Case.State.SUBMITTED, acceptance_due_on__lt=on)

    def due_from(self, day: date) -> list[int]:
        """Return the keys of open cases of which some last day is this one or a later one."""
        later = (
            Q(acceptance_due_on__gte=day, state=Case.State.SUBMITTED)
            | Q(promised_due_on__gte=day, state=Case.State.ACCEPTED)
            | Q(statutory_due_on__gte=day, state=Case.State.ACCEPTED)
        )
        return list(self.filter(later).order_by("pk").values_list("pk", flat=True))

    def numbers_of(self, ids: Iterable[int]) -> dict[int, str]:
        return dict(self.filter(pk__in=list(ids), number__isnull=False).values_list("pk", "number"))

    def pk_of(self, number: str) -> int | None:
        """Return the key of the case with this number."""
        return self.filter(number=number).values_list("pk", flat=True).first()

    def with_version(self) -> Self:
        """Return cases with the definition they began with, which is all that most verbs need to know besides."""
        return self.select_related("version__service")

    def with_related(self) -> Self:
        """Return cases with what every page says about them."""
        return self.select_related("version__service", "department", "applicant")

    def _as_rows(self, row: Any) -> Any:
        elsewhere = {name: found for name, found in ELSEWHERE.items() if name in row._fields}
        return self.annotate(**elsewhere).values_list(*row._fields, named=True)


def _spoken_for(actor: Actor) -> Q:
    if not actor.represents:
        return Q(pk__in=[])
    own = Q(applicant=actor.represents) & actor.within_mandate("version__service__code")
    return own if actor.kind == "person" else own & Q(filed_by=actor.account)


class Case(models.Model):
    """One matter. The row is the projection of its actions; `rules.project` gives it back.

    uid          random word in URLs
    number       what people read aloud, given at submission
    query_code   lets anyone who holds number and code ask how far it is, without signing in
    version      the definition this case began with, and keeps
    step       of a draft: the step at which its applicant goes on
    revision     raised by every change somebody's answer may depend on; concurrent edits are refused
    sources      field -> where a prefilled answer came from, and when
    unit         in which its limits count, as the definition says; lists tell the light of a case by it
    person_asked_on  when the applicant asked for a person, after the system had decided alone
    about        keyed digest of the answers that make another application one for the same; "" where none do
    facts        what registers and identity said: source -> value, e.g. "register:population.birth_date"; stays beside
                 the answer where that is another
    confirmed    what the applicant was asked to look at again and confirmed: check -> {"values", "text", "at"}
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting to be accepted")
        SUPPLEMENT = "supplement", _("waiting for your supplement")
        ACCEPTED = "accepted", _("being handled")
        GRANTED = "granted", _("granted, the result is being made")
        REFUSED = "refused", _("refused, the decision is being written")
        COMPLETED = "completed", _("completed")
        NOT_ACCEPTED = "not_accepted", _("not accepted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uid = models.CharField(max_length=16, default=partial(ids.token, 16))
    number = models.CharField(max_length=32, unique=True, null=True)
    query_code = models.CharField(max_length=8, blank=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    applicant = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant_name = models.CharField(max_length=MAX_PARTY_NAME, db_index=True)
    filed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children", db_index=False)
    key = models.CharField(max_length=120, null=True)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    outcome = models.CharField(max_length=16, blank=True)
    answers: Any = EncryptedJSON(default=dict)
    sources = models.JSONField(default=dict)
    step = models.CharField(max_length=60, blank=True, default="")
    facts: Any = EncryptedJSON(null=True)
    confirmed: Any = EncryptedJSON(null=True)
    about = models.CharField(max_length=64, blank=True, default="", db_default="")
    fees = models.JSONField(default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)
    acceptance_due_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)
    person_asked_on = models.DateField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    lost_days = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=8, default="workday")
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "-submitted_at", "-id"], name="cases_mine"),
            models.Index(fields=["applicant", "state"], name="cases_mine_in_state"),
            models.Index(fields=["applicant", "-updated_at"], name="cases_drafts", condition=Q(state="draft")),
            models.Index(fields=["-submitted_at", "-id"], name="cases_newest", condition=~Q(state="draft")),
            models.Index(fields=["state", "-submitted_at", "-id"], name="cases_in_state", condition=~Q(state="draft")),
            models.Index(fields=["about"], name="cases_about", condition=~Q(about="")),
            models.Index(fields=["parent"], name="cases_children", condition=Q(parent__isnull=False)),
            models.Index(fields=["received_on"], name="cases_received", condition=~Q(state="draft")),
            models.Index(fields=["acceptance_due_on"], name="cases_silent", condition=Q(state="submitted")),
        ]
        constraints = [
            # Here and not at the fields: those would bring an index for searching by a beginning as well.
            models.UniqueConstraint(fields=["uid"], name="cases_uid"),
            models.UniqueConstraint(fields=["key"], name="cases_key"),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(number__isnull=False) & Q(submitted_at__isnull=False)),
                name="cases_submitted_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_on__isnull=False), name="cases_accepted_has_clock"
            ),
            models.CheckConstraint(
                condition=Q(promised_due_on__isnull=True) | Q(promised_due_on__lte=F("statutory_due_on")),
                name="cases_promise_within_law",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.uid

    @property
    def watched_on(self) -> date | None:
        """The day that supervision watches: the window's answer, then the promise.

        NO_LIMIT while the applicant supplements or a special procedure lasts; None once there is nothing to be late.
        """
        if self.state == Case.State.SUBMITTED:
            return self.acceptance_due_on
        if self.state == Case.State.ACCEPTED:
            return self.promised_due_on or NO_LIMIT
        return NO_LIMIT if self.state == Case.State.SUPPLEMENT else None

    @property
    def subject(self) -> str:
        """The name under which the journal, the process and the licences know this case."""
        return subject_of(self.pk)

    @property
    def line(self) -> CaseRow:
        """What a line of a list says about it."""
        service = self.version.service
        return CaseRow(
            **{name: getattr(self, name) for name in CaseRow._fields if name not in {*ELSEWHERE, "applicant"}},
            applicant=self.applicant_id,
            definition=self.version.digest,
            service=service.code,
            service_name=service.name,
            service_english=service.english,
            service_type=service.type,
            department_name=self.department.name,
            department_english=self.department.english,
        )

    def is_spoken_for_by(self, actor: Actor) -> bool:
        """Say of this case what `spoken_for_by` says of all."""
        if self.applicant_id != actor.represents or not actor.may_act_in(self.version.service.code):
            return False
        return actor.kind == "person" or self.filed_by_id == actor.account


HAS_DAY, FIRST = Q(due_on__isnull=False), Q(first=True)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def of(self, actor: Actor, case: Any) -> Self:
        return self.reached_by(actor).filter(case=case)

    def parted_for(self, actor: Actor) -> bool:
        """Say whether what the actor sees is what certain departments take part in."""
        whole = any(grant.duty in READING and grant.departments is None for grant in actor.grants)
        return not (whole or actor.kind == "system" or actor.represents)

    def parts_for(self, actor: Actor, department: int | None = None) -> list[Self]:
        """Return what `Case.objects.visible_to` lets through, each case once in a part, whoever asks.

        department   only what is reached through this one
        Whoever reaches the whole city reads each case once; others what their departments take part in; and whoever
        stands for somebody what they filed for them besides.
        """
        if actor.kind == "system":
            return [self.one_per_case(department)]
        areas: dict[int | None, set[str]] = {}
        for grant in actor.grants:
            if grant.duty in READING:
                for number in [None] if grant.departments is None else sorted(grant.departments):
                    areas.setdefault(number, set()).add(grant.area)
        parts = []
        for number, found in areas.items():
            if department and number not in {None, department}:
                continue
            here = self.filter(department=number) if number else self.one_per_case(department)
            parts.append(here if "" in found else here.filter(reduce(or_, (Q(area__startswith=a) for a in found))))
        if actor.represents:
            parts.append(self.one_per_case(department).filter(case__in=Case.objects.spoken_for_by(actor)))
        return parts

    def departments_in(self, case: Case) -> set[int]:
        """Return the departments that take part in a case by now."""
        return set(self.filter(case=case).values_list("department_id", flat=True))

    def sync_state(self, case: Case) -> None:
        """Take over the state of the case, and its day."""
        self.filter(case=case).update(state=case.state, due_on=case.watched_on)

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def for_service(self, code: str) -> Self:
        return self.filter(service=code)

    def due_within(self, first: date | None, last: date) -> Self:
        here = self.filter(due_on__lte=last)
        return here.filter(due_on__gte=first) if first else here

    def in_hand(self) -> Self:
        """Return those of cases that a day is watched of, NO_LIMIT while their clocks stand still."""
        return self.filter(due_on__isnull=False)

    def only_sort_keys(self) -> Self:
        """Return them with nothing but their place in a list: newest first or by their day, by case."""
        return self.only("submitted_at", "due_on", "case_id")

    def one_per_case(self, department: int | None = None) -> Self:
        """Return each case once; with the named department, where one is named."""
        return self.filter(department=department) if department else self.filter(first=True)

    def reached_by(self, actor: Actor) -> Self:
        reach = Q(pk__in=[])
        for duty in READING:
            part = actor.within(duty)
            if not part:
                return self
            reach |= part
        return self.filter(reach)


class Participation(models.Model):
    """A department that takes part in a case, and therefore sees it.

    From the start that is whoever has the first task; the others follow once the case is accepted: until then nobody
    reads it who has nothing to do with it yet. Source: 个人信息保护法 art. 6 (no more than the purpose needs).

    first                 the one that lists of the whole city read: each case stands in them once, from the beginning
    service               catalogue code of what the case is about
    state, submitted_at   those of the case, so that a department's list is read from one index, however long it is
    due_on                the day that supervision watches, NO_LIMIT while clocks stand still, None once it is decided
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participations")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    first = models.BooleanField(default=False, db_default=False)
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True, default="", db_default="")
    state = models.CharField(max_length=16, choices=Case.State)
    submitted_at = models.DateTimeField()
    due_on = models.DateField(null=True)

    objects: ClassVar[Any] = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "department"], name="cases_department_once")]
        indexes = [
            models.Index(fields=["department", "-submitted_at", "-case"], name="cases_of_department"),
            models.Index(fields=["department", "state", "-submitted_at", "-case"], name="cases_of_department_in"),
            models.Index(fields=["department", "service", "-submitted_at", "-case"], name="cases_of_service"),
            models.Index(
                fields=["department", "service", "state", "-submitted_at", "-case"], name="cases_of_service_in"
            ),
            models.Index(fields=["department", "state", "due_on", "case"], name="cases_due", condition=HAS_DAY),
            models.Index(
                fields=["department", "service", "state", "due_on", "case"],
                name="cases_of_service_due",
                condition=HAS_DAY,
            ),
            # The same for whoever reaches the whole city; lists that are not narrowed are read from the cases.
            models.Index(fields=["service", "-submitted_at", "-case"], name="cases_all_of_service", condition=FIRST),
            models.Index(
                fields=["service", "state", "-submitted_at", "-case"], name="cases_all_of_service_in", condition=FIRST
            ),
            models.Index(fields=["state", "due_on", "case"], name="cases_all_due", condition=FIRST & HAS_DAY),
            models.Index(
                fields=["service", "state", "due_on", "case"],
                name="cases_all_of_service_due",
                condition=FIRST & HAS_DAY,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} in {self.case_id}"

    @classmethod
    def of(cls, case: Case, department: int, *, first: bool = False) -> Self:
        """Return what a department keeps about a case it takes part in, not saved yet."""
        return cls(
            case=case,
            department_id=department,
            area=case.area,
            first=first,
            service=case.version.service.code,
            state=case.state,
            submitted_at=case.submitted_at,
            due_on=case.watched_on,
        )


class ActionQuerySet(models.QuerySet["Action"]):
    def shown_to_applicant(self) -> Self:
        return self.filter(public=True)

    def of(self, case: Case) -> Self:
        return self.filter(case=case).order_by("pk")

    def supplement_requests(self) -> Self:
        return self.filter(kind="supplement_requested")

    def grants(self) -> Self:
        return self.filter(kind="granted").order_by("pk")

    def person_requests(self) -> Self:
        return self.filter(kind="person_asked_for")

    def withdrawals(self) -> Self:
        return self.filter(kind="withdrawn")

    def supplements(self) -> Self:
        """Return the supplements that were handed in, with what they changed."""
        return self.filter(kind="supplemented").select_related("supplement")

    def procedures(self) -> Self:
        """Return the beginnings of special procedures, the newest first."""
        return self.filter(kind="procedure_begun").order_by("-pk")

    def visits(self) -> Self:
        """Return what was said about the time of an inspection, the oldest first."""
        return self.filter(kind__in=("visit_proposed", "visit_agreed", "visit_countered")).order_by("pk")

    def among(self, cases: Iterable[int]) -> Self:
        return self.filter(case__in=list(cases))

    def opinions(self) -> Self:
        return self.filter(kind="opinion_given")

    def kinds_by(self, account: int) -> set[str]:
        """Return what kinds of things this account did to the case."""
        return set(self.filter(account=account).order_by().values_list("kind", flat=True))

    def without_letter(self, kinds: Iterable[str]) -> Self:
        return self.filter(kind__in=kinds, letter__isnull=True)


class Action(models.Model):
    """One thing that was done to a case. Appended, never edited; everything else about the case follows from these.

    kind      a key of rules.STEPS
    on        the day that counts for the clocks
    opinion   what the official wrote; shown to the applicant where `public`
    data      what belongs to it: points of a supplement, task and outcome, findings of an inspection; of an extension
              "days" and "due_on", of a special procedure "procedure", "days" and "turn"
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    on = models.DateField()
    account = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=MAX_ACTOR_NAME, blank=True)
    department = models.CharField(max_length=MAX_DEPARTMENT_NAME, blank=True)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    public = models.BooleanField(default=True)

    objects: ClassVar[Any] = ActionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(kind=""), name="cases_action_named")]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


class MaterialQuerySet(models.QuerySet["Material"]):
    def of(self, case: Case) -> Self:
        return self.filter(case=case, replaced_at__isnull=True).select_related("document__blob").order_by("pk")

    def there_in(self, case: Case) -> list["Material"]:
        """Return what `of` says, all of it."""
        return _PAPERS(case=case.pk)

    def codes_of(self, case: Case) -> set[str]:
        """Return the lines that have a document."""
        return set(_CODES(case=case.pk))

    def contents_of(self, case: Case) -> list[tuple[str, str]]:
        """Return what lies under the lines: code and digest of the file, in the order in which they came."""
        return list(_CONTENTS(case=case.pk))

    def from_site(self) -> Self:
        return self.filter(code=Material.SITE)

    def ever_of(self, case: Case) -> Self:
        return self.filter(case=case).select_related("document__blob")

    def named(self, document: str) -> Self:
        """Return the row of a document, by the document's uid; nothing where it is no uid."""
        return self.filter(document__uid=document) if _is_uuid(document) else self.none()

    def under(self, codes: Iterable[str]) -> Self:
        return self.filter(code__in=list(codes))


class Material(models.Model):
    """A document that answers one material line of the service.

    code         the line, or SITE for what an inspector brought from the site
    replaced_at  set when a newer file took its place; the old one stays on record
    """

    SITE = "site"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="materials")
    code = models.CharField(max_length=60)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = MaterialQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code", "document"], name="cases_material_once")]

    def __str__(self) -> str:
        return f"{self.code} of {self.case_id}"


class Supplement(models.Model):
    """What a supplement changed, so that nobody has to take the applicant's word for it. Appended with its action.

    before, after   question -> answer, for every answer that is not what it was
    papers          [{"material": code, "added": names of documents, "removed": names of documents}]
    """

    action = models.OneToOneField(Action, on_delete=models.PROTECT, related_name="supplement")
    before: Any = EncryptedJSON(default=dict, row=["action_id"])
    after: Any = EncryptedJSON(default=dict, row=["action_id"])
    papers = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"supplement {self.action_id}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def of(self, case: Case) -> Self:
        return self.filter(case=case).select_related("document__blob").order_by("pk")

    def named(self, document: str) -> Self:
        return self.filter(document__uid=document) if _is_uuid(document) else self.none()


class Letter(models.Model):
    """A formal letter about a case, sealed: the acceptance, the request for a supplement, the decision.

    action   the action it puts in writing; one letter for each
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    action = models.OneToOneField(Action, on_delete=models.PROTECT, related_name="letter")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, unique=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    objects: ClassVar[Any] = LetterQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(kind=""), name="cases_letter_kind")]

    def __str__(self) -> str:
        return self.number


def _is_uuid(text: str) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


_CASE = Param("case", models.BigIntegerField())
_CODES: PreparedQuery[str] = PreparedQuery(
    lambda: Material.objects.filter(case=_CASE, replaced_at__isnull=True).values_list("code", flat=True)
)
_PAPERS: PreparedQuery[Material] = PreparedQuery(
    lambda: (
        Material.objects.filter(case=_CASE, replaced_at__isnull=True).select_related("document__blob").order_by("pk")
    )
)
_CONTENTS: PreparedQuery[tuple[str, str]] = PreparedQuery(
    lambda: (
        Material.objects.filter(case=_CASE, replaced_at__isnull=True)
        .order_by("pk")
        .values_list("code", "document__blob__digest")
    )
)
_WITH_RELATED: PreparedQuery[Case] = PreparedQuery(
    lambda: Case.objects.with_related().filter(pk=Param("pk", models.BigIntegerField()))
)
_LOCKED: PreparedQuery[Case] = PreparedQuery(
    lambda: Case.objects.select_for_update(of=("self",)).with_version().filter(pk=Param("pk", models.BigIntegerField()))
)
_LOCKED_BY_NAME: PreparedQuery[Case] = PreparedQuery(
    lambda: Case.objects.select_for_update(of=("self",)).with_version().filter(uid=Param("uid", models.CharField()))
)
_LOCKED_WITH_APPLICANT: PreparedQuery[Case] = PreparedQuery(
    lambda: (
        Case.objects.select_for_update(of=("self", "applicant"), no_key=True)
        .select_related("version__service", "applicant")
        .filter(uid=Param("uid", models.CharField()))
    )
)
_NAMED: PreparedQuery[Case] = PreparedQuery(
    lambda: Case.objects.with_related().filter(uid=Param("uid", models.CharField()))
)
_WITH_KEY: PreparedQuery[Case] = PreparedQuery(
    lambda: Case.objects.with_related().filter(key=Param("key", models.CharField()))
)
_SAME: PreparedQuery[SameMatterRow] = PreparedQuery(
    lambda: cast(
        "models.QuerySet[Case, SameMatterRow]",
        Case.objects.filter(
            Q(state__in=UNDER_WAY) | Q(state=Case.State.COMPLETED, outcome="granted"),
            about=Param("about", models.CharField()),
        )
        .order_by("-submitted_at", "-pk")
        .values_list(*SameMatterRow._fields, named=True)[:PAGE],
    )
)
_ROWS: PreparedQuery[CaseRow] = PreparedQuery(
    lambda: Case.objects.filter(
        pk__in=[Param(f"case{place}", models.BigIntegerField()) for place in range(PAGE)]
    ).rows()
)

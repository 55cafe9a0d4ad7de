"""Cases."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any, Self, cast

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from tongban.infrastructure.database.changes import track
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE
from tongban.platform.cases.models.due import DueQuerySet
from tongban.platform.cases.models.participations import Participation
from tongban.platform.cases.models.rows import JOINED_COLUMNS, PAGE, CaseRow, DraftRow, SameMatterRow
from tongban.platform.cases.models.states import UNDER_WAY, State
from tongban.platform.cases.rules import CLOSED, case_number
from tongban.platform.catalogue.models import AreaOffice, Version
from tongban.platform.eforms.models import FilledForm
from tongban.platform.identity.models import Account, Department
from tongban.platform.licences.models import Licence
from tongban.platform.parties.models import MAX_PARTY_NAME, Party
from tongban.platform.workflow.models import NO_LIMIT


def subject_of(case: int) -> str:
    """Return the name under which journal, process and licences know a case."""
    return str(Subject("case", str(case)))


class CaseQuerySet(DueQuerySet["Case"]):
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

    def with_uid(self, uid: str) -> "Case | None":
        """Return the case with this uid, and what every page says about it."""
        return _WITH_UID.one(uid=uid)

    def submitted_by_people(self) -> Self:
        return self.exclude(state=Case.State.DRAFT)

    def locked(self, *, pk: int | None = None, uid: str = "") -> "Case | None":
        """Return the case with this key or name, held for this transaction, with the definition it began with."""
        case = _LOCKED.one(pk=pk) if pk else _LOCKED_BY_NAME.one(uid=uid)
        return track(case) if case else None

    def locked_with_applicant(self, uid: str) -> "Case | None":
        """Return the case with this name and its applicant, both held for this transaction.

        What is handed in for one applicant is handed in one after the other, so that two applications for the same do
        not both find that there is no other.
        """
        case = _LOCKED_WITH_APPLICANT.one(uid=uid)
        return track(case) if case else None

    def get_with_related(self, pk: int) -> "Case":
        """Return the case with this key, its version, department and applicant. Raises Case.DoesNotExist."""
        if case := self.with_pk(pk):
            return case
        raise Case.DoesNotExist

    def with_pk(self, pk: int | None) -> "Case | None":
        """Return the case with this key, its version, department and applicant, if there is one."""
        return _WITH_RELATED.one(pk=pk) if pk else None

    def rows(self) -> "models.QuerySet[Case, CaseRow]":
        return cast("models.QuerySet[Case, CaseRow]", self._as_rows(CaseRow))

    def draft_rows(self) -> "models.QuerySet[Case, DraftRow]":
        return cast("models.QuerySet[Case, DraftRow]", self.drafts()._as_rows(DraftRow))

    def rows_of(self, ids: Iterable[int]) -> dict[int, CaseRow]:
        """Return what a row of a list says about each of these cases; at most a page of them."""
        wanted = dict.fromkeys((f"case{number}" for number in range(PAGE)), 0)
        wanted |= {f"case{number}": pk for number, pk in enumerate(ids)}
        return {row.id: row for row in _ROWS(**wanted)}

    def among(self, ids: Iterable[int]) -> Self:
        """Return these cases, with the definitions they began with."""
        return self.with_version().filter(pk__in=list(ids))

    def submitted_keys(self, *, after: int, limit: int) -> list[int]:
        """Return the keys of so many cases that were handed in, in their order, from the one after that key on."""
        found = self.filter(pk__gt=after).exclude(state=Case.State.DRAFT).order_by("pk")
        return list(found.values_list("pk", flat=True)[:limit])

    def drafts(self) -> Self:
        return self.filter(state=Case.State.DRAFT).order_by("-updated_at")

    def draft_of(self, actor: Actor, version: Version, licence: Licence | None = None) -> Self:
        return self.drafts().filter(
            applicant=actor.represents, filed_by=actor.account, version__service=version.service_id, licence=licence
        )

    def drafts_at(self, department: int) -> Self:
        return self.drafts().filter(department=department)

    def open_at(self, department: int, states: Iterable[str]) -> list[int]:
        """Return the keys of cases in these states that a department handles or takes part in."""
        takes_part = Q(participations__department=department)
        found = self.filter(takes_part | Q(department=department), state__in=states)
        return sorted(set(found.values_list("pk", flat=True)))

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

    def numbers_of(self, ids: Iterable[int]) -> dict[int, str]:
        found = self.filter(pk__in=list(ids), number__isnull=False).values_list("pk", "number")
        return {pk: str(number) for pk, number in found}

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
        joined = {name: found for name, found in JOINED_COLUMNS.items() if name in row._fields}
        return self.annotate(**joined).values_list(*row._fields, named=True)


def _spoken_for(actor: Actor) -> Q:
    if not actor.represents:
        return Q(pk__in=[])
    own = Q(applicant=actor.represents) & actor.within_mandate("version__service__code")
    return own if actor.kind == "person" else own & Q(filed_by=actor.account)


class Case(FilledForm):
    """One matter. The row is the projection of its actions; `rules.project` gives it back.

    uid          random word in URLs
    number       what people read aloud, given at submission
    query_code   lets anyone who holds number and code ask how far it is; version: the definition it began with
    limited_by   a later version whose time limits count for it, where they were changed for open cases; None: its own
    area_office  of another area that handles it; window: of another area that took it in and sent it on
    unit         in which its limits count; lists tell the light of a case by it
    person_asked_on  when the applicant asked for a person, after the system had decided alone
    applicant_due_on     until when the applicant has to bring what it waits for; archived_on: its archive record
    anew_due_on  the last day for a new decision that was ordered after an objection
    licence      the licence it acts on: to change, extend, replace or cancel it; chosen when it is begun
    about        keyed digest of the answers that make another application one for the same; "" where none do
    """

    State = State

    uid = models.CharField(max_length=16, default=partial(ids.token, 16))
    number = models.CharField(max_length=32, unique=True, null=True)
    query_code = models.CharField(max_length=8, blank=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", db_index=False)
    limited_by = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    area_office = models.ForeignKey(AreaOffice, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    window = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant_name = models.CharField(max_length=MAX_PARTY_NAME, db_index=True)
    filed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    licence = models.ForeignKey(Licence, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=120, null=True)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    outcome = models.CharField(max_length=16, blank=True)
    about = models.CharField(max_length=64, blank=True, default="", db_default="")
    fees = models.JSONField(default=list)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    received_on = models.DateField(null=True)
    acceptance_due_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    promised_due_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    paused_on = models.DateField(null=True)
    person_asked_on = models.DateField(null=True)
    applicant_due_on = models.DateField(null=True)
    archived_on = models.DateField(null=True)
    anew_due_on = models.DateField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    lost_days = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=8, default="workday")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["applicant", "-submitted_at", "-id"], name="cases_mine"),
            models.Index(fields=["applicant", "state"], name="cases_mine_in_state"),
            models.Index(fields=["applicant", "-updated_at"], name="cases_drafts", condition=Q(state="draft")),
            models.Index(fields=["-submitted_at", "-id"], name="cases_newest", condition=~Q(state="draft")),
            models.Index(fields=["state", "-submitted_at", "-id"], name="cases_in_state"),
            # Of all, drafts too: what a partial one leaves out, SQLite does not see in a value that is bound.
            models.Index(fields=["about"], name="cases_about"),
            models.Index(fields=["received_on"], name="cases_received", condition=~Q(state="draft")),
            models.Index(fields=["acceptance_due_on"], name="cases_silent", condition=Q(state="submitted")),
            models.Index(
                fields=["applicant_due_on"], name="cases_to_bring", condition=Q(applicant_due_on__isnull=False)
            ),
            models.Index(
                fields=["updated_at"],
                name="cases_to_archive",
                condition=Q(archived_on__isnull=True, state__in=sorted(CLOSED)),
            ),
        ]
        constraints = [
            # Here and not at the fields: those would bring an index for searching by a beginning as well.
            models.UniqueConstraint(fields=["uid"], name="cases_uid"),
            models.UniqueConstraint(fields=["key"], name="cases_key"),
            models.UniqueConstraint(
                fields=["licence"],
                condition=Q(licence__isnull=False, state__in=UNDER_WAY),
                name="cases_one_about_a_licence",
            ),
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
    def row(self) -> CaseRow:
        """What a row of a list says about it."""
        service = self.version.service
        return CaseRow(
            **{name: getattr(self, name) for name in CaseRow._fields if name not in {*JOINED_COLUMNS, "applicant"}},
            applicant=self.applicant_id,
            definition=self.version.digest,
            service=service.code,
            service_name=service.name,
            service_english=service.english,
            service_type=service.type,
            department_name=self.department.name,
            department_english=self.department.english,
        )

    def participation(self, department: int, *, first: bool = False, area: str = "") -> Participation:
        """Return what a department keeps about this case when it takes part, not saved yet; area: "" as the case's."""
        return Participation(
            case=self,
            department_id=department,
            area=area or self.area,
            first=first,
            service=self.version.service.code,
            state=self.state,
            submitted_at=cast(datetime, self.submitted_at),
            due_on=self.watched_on,
        )

    def is_spoken_for_by(self, actor: Actor) -> bool:
        """Say of this case what `spoken_for_by` says of all."""
        if self.applicant_id != actor.represents or not actor.may_act_in(self.version.service.code):
            return False
        return actor.kind == "person" or self.filed_by_id == actor.account


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


_WITH_UID: PreparedQuery[Case] = PreparedQuery(
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
        pk__in=[Param(f"case{number}", models.BigIntegerField()) for number in range(PAGE)]
    ).rows()
)

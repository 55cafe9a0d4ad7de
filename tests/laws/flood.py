"""Some thousand rows in every table that grows, written cheaply: copies of what the sample city has brought about."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.cast import definition
from tests.laws.sample_city import AREAS, SampleCity
from tongban.applications.ratings.models import FollowUp, Rating
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Batch, Fact, Reading
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage.models import Blob, Damage
from tongban.platform.cases.models import Action, Case, Material, Participation, Supplement
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import FailedSearch
from tongban.platform.documents.models import Document, WaitingPaper
from tongban.platform.identity.models import Department, LateForm, LoginSession, Position, Token
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import CheckCount, Licence
from tongban.platform.notices.models import Notice, Preference
from tongban.platform.parties.models import Mandate, Party
from tongban.platform.places.models import AddressPosition
from tongban.platform.registers.models import Correction, Entry, Lookup
from tongban.platform.seals.models import SealUse
from tongban.platform.workflow.models import Instance, Task

MANY = 2000  # of everything, for one owner; as many again for others
SELDOM = 100  # one in so many stands apart
SELDOM_ASKED = "residence-permit"
# Where tasks lie, and which are open in which state of a case; of a closed case one is kept that was done.
DESKS = {
    "accept": "government-services",
    "review": "market-regulation",
    "inspect": "fire-rescue",
    "approve": "market-regulation",
}
OPEN = {"submitted": ["accept"], "accepted": ["review", "inspect", "approve"]}

Change = Any  # a value, or a function of the copy's number


def flood(sample_city: SampleCity) -> None:
    another = catalogue.load(actor=SYSTEM, folder=definition(SELDOM_ASKED))
    catalogue.publish(actor=SYSTEM, version=another.version)
    parties = _people(sample_city)
    flood_cases(sample_city)
    _papers(sample_city, parties)
    _registers(sample_city, parties)
    _house(sample_city, parties)


def copies(row: Any, times: int, /, **changes: Change) -> list[Any]:
    """Keep so many more rows like this one; words and numbers that must be unique are made anew."""
    model = type(row)
    alone = {rule.fields[0] for rule in row._meta.total_unique_constraints if len(rule.fields) == 1}
    given: dict[str, Change] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        unique = (field.unique or field.name in alone) and not field.is_relation and value is not None
        if not field.primary_key:
            given[field.attname] = _anew(field) if unique else value
    given |= changes
    made = [
        model(**{name: value(number) if callable(value) else value for name, value in given.items()})
        for number in range(times)
    ]
    kept: list[Any] = model.objects.bulk_create(made, batch_size=500)
    return kept


def _anew(field: Any) -> Callable[[int], Any]:
    if field.get_internal_type() == "UUIDField":
        return lambda _number: uuid.uuid4()
    if field.get_internal_type() == "PositiveBigIntegerField":
        return lambda number: 1_000_000 + number
    return lambda _number: uuid.uuid4().hex[: min(field.max_length, 32)]


def earlier(moment: date) -> Callable[[int], Any]:
    """Return the moment, or the day, of each copy: one after another, backwards."""
    if isinstance(moment, datetime):
        return lambda number: moment - timedelta(minutes=7 * number)
    return lambda number: moment - timedelta(days=number % 900)


def _people(sample_city: SampleCity) -> list[Party]:
    citizen, company = sample_city.cast.people["citizen"], sample_city.companies[0]
    name = {"name": lambda n: f"周{n:05}"}
    accounts = copies(sample_city.cast.accounts["citizen"], MANY, login=lambda n: f"someone-{n}", **name)
    parties = copies(citizen, MANY, account_id=None, id_digest=lambda _n: uuid.uuid4().hex, **name)
    copies(Position.objects.all()[0], MANY, account_id=lambda n: accounts[n].pk, ended_at=timezone.now())
    copies(Token.objects.get(account=sample_city.system), MANY)
    now = timezone.now()
    login_session = LoginSession(session_data="", expire_date=now + timedelta(days=1), started_at=now, seen_at=now)
    copies(login_session, MANY, session_key=lambda n: f"login_session{n:05}", account_id=lambda n: accounts[n].pk)
    late = LateForm(path="/cases/", content={}, sent_at=now, expires_at=now + timedelta(days=1))
    copies(late, MANY, account_id=lambda n: accounts[n].pk)
    copies(Preference(changed_at=now), MANY, party_id=lambda n: parties[n].pk)
    mandate = Mandate.objects.filter(principal=company)[0]
    for principal in (company, citizen):
        copies(mandate, MANY, principal_id=principal.pk, agent_id=lambda n: parties[n].pk)
    return parties


def flood_cases(sample_city: SampleCity, many: int = MANY) -> None:
    company, second = sample_city.companies
    known = {case.state: case for case in Case.objects.filter(applicant=company)}
    known["draft"] = known["submitted"]
    departments = {department.key: department.pk for department in Department.objects.all()}
    for state, firm in (
        *(("completed", company), ("accepted", company), ("draft", company)),
        *(("completed", second), ("submitted", second)),
    ):
        like, draft = known[state], state == "draft"
        made = copies(
            like,
            many,
            state=state,
            number=None if draft else _number,
            applicant_id=firm.pk,
            applicant_name=firm.name,
            area=lambda n: AREAS[n % 3],
            updated_at=earlier(like.updated_at),
            submitted_at=None if draft else earlier(like.submitted_at),
        )
        if not draft:
            _parts(made, departments)
            _tasks(sample_city, made, departments)


def _number(number: int) -> str:
    day = date(2026, 3, 1) - timedelta(days=number)
    return f"990102-{day:%Y%m%d}-{uuid.uuid4().hex[:7]}".upper()


def _parts(cases: list[Case], departments: dict[str, int]) -> None:
    parts = []
    for number, case in enumerate(cases):
        for key in ("market-regulation", "fire-rescue", *(["health"] if number % SELDOM == 0 else [])):
            part = case.participation(departments[key])
            part.first = key == "market-regulation"
            part.service = SELDOM_ASKED if number % SELDOM == 2 else part.service
            part.due_on = part.due_on and clock.today() + timedelta(days=number % 900 - 450)
            parts.append(part)
    Participation.objects.bulk_create(parts, batch_size=500)


def _tasks(sample_city: SampleCity, cases: list[Case], departments: dict[str, int]) -> None:
    state = cases[0].state
    running = {"state": "running", "ended_at": None} if state in OPEN else {}
    instances = copies(Instance.objects.order_by("pk")[0], len(cases), subject=lambda n: cases[n].subject, **running)
    for kind in OPEN.get(state, ["review"]):
        like = Task.objects.filter(kind=kind)[0]
        if state in OPEN:
            like.state, like.outcome, like.done_at, like.done_by = "open", "", None, None
        copies(
            like,
            len(cases),
            instance_id=lambda n: instances[n].pk,
            subject=lambda n: cases[n].subject,
            department_id=lambda n, desk=DESKS[kind]: departments["health" if n % SELDOM == 0 else desk],
            area=lambda n: cases[n].area,
            due_on=earlier(clock.today() + timedelta(days=450)),
            opened_at=earlier(like.opened_at),
            topic=lambda n, topic=like.topic: SELDOM_ASKED if n % SELDOM == 2 else topic,
            claimed_by_id=lambda n: sample_city.official.pk if n % SELDOM == 1 else None,
        )


def _papers(sample_city: SampleCity, parties: list[Party]) -> None:
    company, second = sample_city.companies
    blobs = copies(Blob.objects.all()[0], MANY)
    copies(Damage(how="missing", found_at=timezone.now()), MANY, blob_id=lambda n: blobs[n].pk)
    uploaded = Document.objects.filter(owner=company, origin="uploaded")[0]
    spread = {"created_at": earlier(uploaded.created_at), "blob_id": lambda n: blobs[n].pk}
    for owner, account in ((company, "agent"), (second, "agent"), (second, "stranger")):
        copies(uploaded, MANY, owner_id=owner.pk, created_by=sample_city.cast.accounts[account].pk, **spread)
    issued = copies(Document.objects.filter(origin="issued")[0], MANY, **spread)
    licence = Licence.objects.filter(subject__startswith="case:")[0]
    for firm in (company, second):
        copies(
            licence,
            MANY,
            holder_id=firm.pk,
            number=lambda _n: f"JY{uuid.uuid4().hex[:14]}".upper(),
            subject=lambda _n: f"case:{uuid.uuid4().hex[:12]}",
            document_id=lambda n: issued[n].pk,
            issued_on=earlier(licence.issued_on),
            area=lambda n: AREAS[n % 3],
        )
    paper = WaitingPaper(kind="acceptance", title="受理通知书", characters="㛃", since=timezone.now())
    copies(paper, MANY, subject=lambda n: f"case:{n}")
    case = Case.objects.filter(state="completed", applicant=company).order_by("pk")[0]
    actions = copies(Action.objects.of(case)[0], MANY, case_id=case.pk, kind="note")
    copies(Supplement(), MANY, action_id=lambda n: actions[n].pk)
    letter = {"subject": case.subject, "occasion": lambda n: actions[n].occasion}
    copies(Letter.objects.all()[0], MANY, **letter, document_id=lambda n: issued[n].pk)
    copies(Material.objects.all()[0], MANY, document_id=lambda n: issued[n].pk, case_id=case.pk)
    now = timezone.now()
    copies(
        CheckCount(way="number", outcome="valid", kind="", began_at=now, last_at=now),
        MANY,
        key=lambda _n: uuid.uuid4().hex,
    )
    notice = Notice.objects.filter(party=company)[0]
    read = {"read": lambda n: n % 2 == 0, "read_at": lambda n: None if n % 2 else notice.created_at}
    for whose, times in (
        ({"account_id": sample_city.official.pk, "party_id": None}, MANY // 4),
        ({"party_id": company.pk}, MANY // 4),
        ({"party_id": lambda n: parties[n % MANY].pk}, 3 * MANY),
    ):
        copies(notice, times, **whose, **read, created_at=earlier(notice.created_at))


def _registers(sample_city: SampleCity, parties: list[Party]) -> None:
    company = sample_city.companies[0]
    lookup = Lookup.objects.filter(party=company)[0]
    copies(lookup, MANY, at=earlier(lookup.at))
    copies(lookup, MANY, at=earlier(lookup.at), party_id=lambda n: parties[n].pk)
    entries = copies(Entry.objects.filter(party=company)[0], MANY, party_id=lambda n: parties[n].pk)
    correction = Correction(entry=entries[0], register=entries[0].register, field="name", value="另一个")
    spread = {"entry_id": lambda n: entries[n].pk, "asked_at": earlier(lookup.at)}
    copies(correction, MANY, **spread)
    copies(correction, MANY, **spread, state="declined", decided_at=lookup.at, reason="与登记一致。")
    rating = Rating.objects.all()[0]
    keys = Case.objects.filter(state="completed").exclude(pk=rating.case_id).order_by("pk").values_list("pk", flat=True)
    rated = list(keys[: 2 * MANY])
    ratings = copies(rating, 2 * MANY, case_id=lambda n: rated[n])
    day = rating.asked_on
    low = FollowUp(department=rating.department, opened_on=day, due_on=day, rating=rating)
    copies(low, MANY, rating_id=lambda n: ratings[n].pk, due_on=lambda n: day + timedelta(days=n))
    copies(low, MANY, rating_id=lambda n: ratings[MANY + n].pk, answered_on=earlier(day))


def _house(sample_city: SampleCity, parties: list[Party]) -> None:
    journal.seal()
    batch, fact = Batch.objects.all()[0], Fact.objects.filter(name="cases.CaseSubmitted")[0]
    copies(batch, MANY)
    spread = {"at": earlier(fact.at), "batch_id": batch.pk}
    agent = f"account:{sample_city.cast.accounts['agent'].pk}"
    facts = copies(fact, MANY, **spread, subject=lambda n: f"case:{n}")
    reading = {"fact_id": lambda n: facts[n].pk, "at": earlier(fact.at)}
    copies(Reading(), MANY, **reading, party=sample_city.companies[0].pk)
    copies(Reading(), MANY, **reading, party=lambda n: parties[n].pk)
    copies(
        AddressPosition(latitude=30.5, longitude=104.1, source="测绘"), MANY, text=lambda n: f"云泽市临湖区柳岸街{n}号"
    )
    copies(fact, MANY, **spread, name="cases.CaseOpened", actor=lambda n: "陈静" if n % 2 else "吴志远")
    copies(fact, MANY, **spread, subject=agent, name=lambda n: "identity.SignedIn" if n % 2 else fact.name)
    job = Job(task="jobs.nothing", due_at=fact.at, created_at=fact.at)
    ended = {"finished_at": earlier(fact.at), "reason": "不再需要。"}
    for state in ({"state": "due"}, {"state": "dead"}, {"state": "done", **ended}, {"state": "given_up", **ended}):
        copies(job, MANY, **state, due_at=earlier(fact.at))
    copies(SealUse.objects.all()[0], MANY, at=earlier(fact.at))
    today = timezone.localdate()
    copies(FailedSearch(day=today, text=""), MANY, text=lambda n: f"没有的事{n}", times=lambda n: n % 7)

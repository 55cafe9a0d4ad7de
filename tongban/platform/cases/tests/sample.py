"""What the laws need to know of cases."""

import json
from datetime import date, timedelta
from typing import Any

from tests.cast import FLOOR_PLAN, POINTS, RULES, another_place, definition, upload
from tests.copies import copies, earlier, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Call, Door, Sample, Shown
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Action, Case, Material, Participation, Supplement, Takeover
from tongban.platform.cases.tests import publications
from tongban.platform.cases.tests.moving import COPIES, many_copies, put_files_on_lists, send_copy
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.letters.models import Letter
from tongban.platform.parties import services as parties
from tongban.platform.workflow.models import Instance, Task


def make(city: SampleCity) -> None:
    """Apply for the company in every state: by its agent, and by the official who serves it at the window."""
    cast = city.cast
    granted, refused, accepted = cast.decided(), cast.decided(granted=False), cast.accepted()
    examined = cast.examined()
    publications.deliver(granted)
    _take_over(city)
    supplement, submitted = _to_supplement(city, cast.submitted()), cast.submitted()
    served = parties.serving(identity.actor_of(city.official), city.company)
    window = {
        "window_submitted": _submitted(served),
        "window_supplement": _to_supplement(city, _submitted(served)),
    }
    answered = _to_supplement(city, cast.submitted())
    cases.supplement(actor=city.owner, case=answered, answers={})
    _by_another_company(city)
    drafts = {"draft": cast.draft(), "window_draft": _filled_in(served)}
    put_files_on_lists(city, submitted)
    for case in (accepted, granted):
        send_copy(case)
    jobs.run_all()
    known = {"granted": granted, "refused": refused, "accepted": accepted, "supplement": supplement}
    known |= {"submitted": submitted, **drafts, **window}
    city.name(
        **{name: case.uid for name, case in known.items()},
        task_accept=cast.task(submitted, "accept").uid,
        task_review=cast.task(accepted, "review").uid,
        task_inspect=cast.task(accepted, "inspect").uid,
        task_approve=cast.task(examined, "approve").uid,
        material=Material.objects.of(granted).first().document.uid,
        letter=Letter.objects.about(granted.subject).first().document.uid,
        **publications.names(granted),
        window_letter=Letter.objects.about(window["window_supplement"].subject).first().document.uid,
    )


def _take_over(city: SampleCity) -> None:
    steps = [{"step": kind, "at": "2026-02-03T10:00:00+08:00"} for kind in ("submitted", "withdrawn")]
    number = parties.shown_number(city.company)
    line = {"number": "XK-1", "service": "food-business", "applicant": number, "steps": steps}
    head = {"format": "tongban-cases", "version": 1, "system": "旧审批系统"}
    taken = list(cases.take_over(lines=[json.dumps(head), json.dumps(line)]))
    assert taken[0].outcome == "taken", taken


def _filled_in(actor: Actor) -> Case:
    case = cases.begin(actor=actor, service="food-business")
    case = cases.fill(actor=actor, case=case, answers=another_place(), revision=case.revision)
    cases.fetch(actor=actor, case=case, code="business-licence")
    cases.attach(actor=actor, case=case, code="floor-plan", file=upload(FLOOR_PLAN))
    cases.attach(actor=actor, case=case, code="safety-rules", file=upload(RULES))
    return case


def _submitted(actor: Actor) -> Case:
    return cases.submit(actor=actor, uid=_filled_in(actor).uid, declared=True)


def _to_supplement(city: SampleCity, case: Case) -> Case:
    cases.request_supplement(actor=city.cast.actor("clerk"), task=city.cast.task(case, "accept"), points=POINTS)
    return Case.objects.get(pk=case.pk)


def _by_another_company(city: SampleCity) -> None:
    second = city.companies[1]
    city.mandate(second, given=True)
    _submitted(city.acting("stranger", second))
    city.mandate(second, given=False)


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


def many(city: SampleCity, number: int) -> None:
    if not Service.objects.filter(code=SELDOM_ASKED).exists():
        another = catalogue.load(actor=SYSTEM, folder=definition(SELDOM_ASKED))
        catalogue.publish(actor=SYSTEM, version=another.version)
    many_cases(city, number)
    _papers(city, number)
    many_copies(number)


def many_cases(city: SampleCity, number: int) -> None:
    """Write so many cases of each kind, with their parts and tasks, for both companies."""
    company, second = city.companies
    departments = dict(Department.objects.values_list("key", "pk"))
    like = {name: Case.objects.get(uid=city.ids[name]) for name in ("granted", "accepted", "submitted")}
    for known, firm, state in (
        *(("granted", company, "completed"), ("accepted", company, "accepted"), ("submitted", company, "draft")),
        *(("granted", second, "completed"), ("submitted", second, "submitted")),
    ):
        row, draft = like[known], state == "draft"
        made = copies(
            row,
            number,
            state=state,
            number=None if draft else _number,
            applicant_id=firm.pk,
            applicant_name=firm.name,
            key=None,
            about=(lambda n, about=row.about: f"{about[:-8]}{n:08}") if row.about else "",
            area=lambda n: AREAS[n % 3],
            updated_at=earlier(row.updated_at),
            submitted_at=None if draft else earlier(row.submitted_at),
        )
        if known == "granted":
            _taken_over(made)
        if not draft:
            _parts(made, departments)
            _tasks(city, made, departments)


def _taken_over(made: list[Case]) -> None:
    named: dict[str, Any] = {"case_id": lambda n: made[n].pk, "number": lambda n: f"XK-{made[n].pk}"}
    copies(Takeover.objects.all()[0], len(made), **named)


def _number(number: int) -> str:
    day = date(2026, 3, 1) - timedelta(days=number)
    return f"990102-{day:%Y%m%d}-{token(7)}".upper()


def _parts(made: list[Case], departments: dict[str, int]) -> None:
    parts = []
    for number, case in enumerate(made):
        for key in ("market-regulation", "fire-rescue", *(["health"] if number % SELDOM == 0 else [])):
            part = case.participation(departments[key])
            part.first = key == "market-regulation"
            part.service = SELDOM_ASKED if number % SELDOM == 2 else part.service
            part.due_on = part.due_on and clock.today() + timedelta(days=number % 900 - 450)
            parts.append(part)
    Participation.objects.bulk_create(parts, batch_size=500)


def _tasks(city: SampleCity, made: list[Case], departments: dict[str, int]) -> None:
    state = made[0].state
    running = {"state": "running", "ended_at": None} if state in OPEN else {}
    instance = Instance.objects.of(Case.objects.get(uid=city.ids["granted"]).subject)[0]
    instances = copies(instance, len(made), subject=lambda n: made[n].subject, **running)
    for kind in OPEN.get(state, ["review"]):
        like = Task.objects.filter(subject=instance.subject, kind=kind)[0]
        if state in OPEN:
            like.state, like.outcome, like.done_at, like.done_by = "open", "", None, None
        copies(
            like,
            len(made),
            instance_id=lambda n: instances[n].pk,
            subject=lambda n: made[n].subject,
            department_id=lambda n, desk=DESKS[kind]: departments["health" if n % SELDOM == 0 else desk],
            area=lambda n: made[n].area,
            due_on=earlier(clock.today() + timedelta(days=450)),
            opened_at=earlier(like.opened_at),
            topic=lambda n, topic=like.topic: SELDOM_ASKED if n % SELDOM == 2 else topic,
            claimed_by_id=lambda n: city.official.pk if n % SELDOM == 1 else None,
        )


def _papers(city: SampleCity, number: int) -> None:
    case = Case.objects.get(uid=city.ids["granted"])
    actions = copies(Action.objects.of(case)[0], number, kind="note")
    copies(Supplement(), number, action_id=lambda n: actions[n].pk)
    letter = Letter.objects.about(case.subject)[0]
    issued = copies(Document.objects.get(pk=letter.document_id), number, key=None, created_at=earlier(letter.issued_at))
    written: dict[str, Any] = {"document_id": lambda n: issued[n].pk}
    copies(letter, number, **written, occasion=lambda n: actions[n].occasion)
    copies(Material.objects.of(case)[0], number, **written)
    publications.many(case, number)


WINDOW = {
    "": "window_submitted",
    "fill/<slug:step>/": "window_draft applicant",
    "confirm/<slug:step>/": "window_draft applicant",
    "materials/": "window_draft",
    "review/": "window_draft",
    "submitted/": "window_submitted",
    "receipt.pdf": "window_submitted",
    "supplement/": "window_supplement",
    "deferred/": "window_submitted",
    "hearing/": "window_submitted",
    "annulment/": "window_submitted",
    "withdraw/": "window_submitted",
    "discard/": "window_draft",
    "move-on/": "window_draft",
    "files/<uuid:document>/": "window_supplement window_letter",
}
AFTERWARDS = ("concern-answer", "annul-tell", "annul", "annul-drop", "objection", "objection-result")
PORTALS = ("desk", "counter", "crew")


def to_do(city: SampleCity) -> list[str]:
    """Return the lists of tasks, narrowed and ordered in every way."""
    topic = f"topic={SELDOM_ASKED}"
    narrowed = (
        *("late=over", "late=today", "late=soon", "order=arrival", "topic=food-business"),
        *("topic=food-business&order=arrival", topic, f"{topic}&late=over", f"{topic}&order=arrival"),
        "department=health&late=over",
    )
    return ["/desk/workflow/?mine=1", *(f"/{portal}/workflow/?{query}" for portal in PORTALS for query in narrowed)]


def all_cases(city: SampleCity) -> list[str]:
    """Return the list of all cases, narrowed, ordered and searched in every way."""
    service = f"service={SELDOM_ASKED}"
    known = str(Case.objects.exclude(number=None).order_by("-pk")[0].number)
    narrowed = (
        *("state=accepted", "state=withdrawn", "late=over", "late=today", "late=soon", "late=still", "order=day"),
        *("state=submitted&order=day", "service=food-business", service, f"{service}&state=accepted"),
        *("service=food-business&state=withdrawn", f"{service}&late=over", "late=over&state=accepted"),
        *("department=health", "department=health&order=day", "department=fire-rescue&service=food-business"),
        *(f"q={text}" for text in (known, known[:16], city.cast.people["citizen"].name, "没有")),
    )
    return [f"/desk/cases/all/?{query}" for query in narrowed]


FURTHER = ("offer", "call", "record", "terminate", "forward")
AT_THE_WINDOW = ("accept", "supplement", "not-accept", "decide", "transfer")
AT_COUNTERS = ("cases.accept", "cases.read")


def reaches(actor: Actor, case: Case) -> bool:
    grants = [grant for grant in actor.grants if grant.duty in READING]
    parts = list(Participation.objects.filter(case=case))
    return any(grant.covers(part.department_id, part.area) for grant in grants for part in parts)


def found_by(case: Case) -> tuple[str, ...]:
    number = case.number or case.uid
    return number, number[:-1], case.applicant_name


MOVES = ("", "back/", "hand/", "pass/", "sign/", "no-longer/", "copy/", "second/", "confirm/", "take-back/")
sample = Sample(
    make=make,
    many=many,
    owned={
        "cases/<slug:uid>/": "granted",
        "cases/<slug:uid>/fill/<slug:step>/": "draft applicant",
        "cases/<slug:uid>/confirm/<slug:step>/": "draft applicant",
        "cases/<slug:uid>/materials/": "draft",
        "cases/<slug:uid>/review/": "draft",
        "cases/<slug:uid>/submitted/": "submitted",
        "cases/<slug:uid>/receipt.pdf": "submitted",
        "cases/<slug:uid>/supplement/": "supplement",
        "cases/<slug:uid>/deferred/": "accepted",
        "cases/<slug:uid>/hearing/": "accepted",
        "cases/<slug:uid>/annulment/": "granted",
        "cases/<slug:uid>/visit/": "accepted",
        "cases/<slug:uid>/again/": "granted",
        "cases/<slug:uid>/posting/": "draft",
        "cases/<slug:uid>/sent/": "accepted",
        "cases/<slug:uid>/person/": "granted",
        "cases/<slug:uid>/withdraw/": "accepted",
        "cases/<slug:uid>/discard/": "draft",
        "cases/<slug:uid>/move-on/": "draft",
        "cases/<slug:uid>/files/<uuid:document>/": "granted letter",
    },
    posted=("cases/<slug:uid>/again/", "cases/<slug:uid>/posting/"),
    office={
        "counter/cases/<slug:uid>/": "submitted",
        "counter/cases/<slug:uid>/files/<uuid:document>/": "granted material",
        "counter/cases/<slug:uid>/deliver/": "granted",
        "counter/cases/tasks/<uuid:uid>/": "task_accept",
        **{f"counter/cases/tasks/<uuid:uid>/{step}/": "task_accept" for step in AT_THE_WINDOW},
        **{f"counter/cases/tasks/<uuid:uid>/{step}/": f"task_{step}" for step in ("send", "sign")},
        "crew/cases/<slug:uid>/files/<uuid:document>/": "granted material",
        "crew/cases/tasks/<uuid:uid>/": "task_inspect",
        "crew/cases/tasks/<uuid:uid>/visit/": "task_inspect",
        "desk/cases/<slug:uid>/": "accepted",
        "desk/cases/<slug:uid>/files/<uuid:document>/": "granted material",
        "desk/cases/<slug:uid>/package/": "accepted",
        "desk/cases/<slug:uid>/further/": "accepted",
        **{f"desk/cases/<slug:uid>/further/{step}/": "accepted" for step in FURTHER},
        **{f"desk/cases/<slug:uid>/further/{step}/": "granted" for step in AFTERWARDS},
        "desk/cases/follow-ups/<slug:uid>/": "follow_up",
        "desk/cases/copies/<slug:uid>/": "accepted",
        "desk/cases/copies/<slug:uid>/files/<uuid:document>/": "granted material",
        "desk/cases/<slug:uid>/limits/": "accepted",
        **{f"desk/cases/<slug:uid>/limits/{step}/": "accepted" for step in ("extend", "begin", "end")},
        "desk/cases/tasks/<uuid:uid>/": "task_review",
        "desk/cases/tasks/<uuid:uid>/opinion/": "task_review",
        "desk/cases/tasks/<uuid:uid>/recuse/": "task_review",
        "desk/cases/tasks/<uuid:uid>/decide/": "task_approve",
        **{f"desk/cases/tasks/<uuid:uid>/{way}/": "task_review" for way in ("claim", "recuse")},
        **{f"desk/cases/tasks/<uuid:uid>/moves/{way}": "task_review" for way in MOVES},
        **{f"counter/cases/window/<slug:uid>/{route}": words for route, words in WINDOW.items()},
    },
    common={
        "cases/public/<slug:uid>/": "published",
        "cases/begin/<slug:code>/": "food-business",
        "counter/cases/window/begin/<slug:code>/": "food-business",
    },
    calls={
        "GET /api/v1/cases/<ref>": Call("granted"),
        "PATCH /api/v1/cases/<ref>": Call("draft", {"answers": {"seats": 1}}),
        "POST /api/v1/cases/<ref>/submit": Call("draft", {"declared": True}),
        "POST /api/v1/cases/<ref>/materials/<code>": Call("draft floor-plan", file=FLOOR_PLAN),
        "POST /api/v1/cases/<ref>/materials/<code>/fetch": Call("draft business-licence", {}),
        "GET /api/v1/cases/<ref>/papers/<document>": Call("granted letter"),
    },
    unlinked=("/cases/begin/food-business/",),
    lists={
        "official": lambda city: [*to_do(city), *all_cases(city)],
        "system": lambda city: ["/api/v1/cases/", "/api/v1/cases/?state=accepted"],
    },
    # They count a period, or hand out everything.
    whole=(
        *(f"/desk/cases/figures/{page}" for page in ("", "figures.csv", "cases/")),
        "/desk/cases/all/export/",
    ),
    shown=(
        publications.FOLLOW_UPS,
        Shown(
            Case,
            duties=READING,
            spread=(Participation,),
            reaches=reaches,
            owns=lambda actor, party, services: Case.objects.filter(
                applicant=party, **({"version__service__code__in": services} if services else {})
            ),
            doors=(
                Door("official", ("/desk/cases/all/",), r"/desk/cases/(\w{16})/"),
                Door("official", ("/desk/cases/{}/",)),
                Door("official", ("/desk/cases/all/?q={}",), r"/desk/cases/(\w{16})/", found_by=found_by),
                Door(
                    "official",
                    ("/desk/cases/all/export/",),
                    r"\b(\d{6}-\d{8}-\w+)",
                    key="number",
                    sent={"purpose": "核对"},
                    duties=("cases.read",),
                    only=lambda rows, reader: rows & Case.objects.visible_to(reader.holding("cases.read")),
                ),
                Door("official", ("/cases/{}/",), only=lambda rows, reader: rows.none()),
                Door("official", ("/counter/cases/all/",), r"/counter/cases/(\w{16})/", duties=AT_COUNTERS),
                Door("official", ("/counter/cases/{}/",), duties=AT_COUNTERS),
                Door("system", ("/api/v1/cases/",), item="uid"),
                Door("system", ("/api/v1/cases/{}",)),
                Door("system", ("/api/v1/cases/{}",), key="number"),
                Door("person", ("/cases/",), r"/cases/(\w{16})/", everyones=True),
                Door("person", ("/cases/{}/",), everyones=True),
            ),
        ),
        COPIES,
        Shown(
            Task,
            duties=READING,
            spread=(Task,),
            only=lambda rows: rows.open().for_duties(*READING),
            reaches=lambda actor, task: any(
                grant.duty == task.duty and grant.covers(task.department_id, task.area) for grant in actor.grants
            ),
            doors=(
                Door(
                    "official",
                    tuple(f"/{portal}/workflow/" for portal in PORTALS),
                    r"/cases/tasks/([0-9a-f-]{36})/",
                ),
                Door("official", tuple(f"/{portal}/cases/tasks/{{}}/" for portal in PORTALS)),
            ),
        ),
    ),
)

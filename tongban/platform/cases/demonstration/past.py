"""What happened in the demonstration's city before it is opened: matters of invented people, through the real verbs.

Every matter is a story that stops wherever it has to wait.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils import timezone

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story, dice
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal, turns
from tongban.platform.cases.demonstration.applicants import Applicants
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import again, offices
from tongban.platform.catalogue.demonstration import definition_folders
from tongban.platform.catalogue.models import Service
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.workflow.models import Task

DATA = Path(__file__).parent / "stories.toml"
# Stories that still wait for something began so many days ago.
FRESH = 9
WAITING = frozenset({"draft", "waiting", "asked", "fresh"})
# Courses that are told by the examples with another event, before which they stop.
EVENTS = {"owing": "pay"}
FOR_ANOTHER = frozenset({"guardian_relation", "guardian_name"})


def stories(city: Demonstration, number: int) -> Iterator[Story]:
    """Tell of so many matters of the city's residents, from the day after the founding on."""
    return Past(city).stories(number)


class Past:
    """Who works in the city, and what the services' examples offer to tell of."""

    def __init__(self, city: Demonstration) -> None:
        self.city = city
        self.data = tomllib.loads(DATA.read_text())
        self.dice = dice("cases")
        self.applicants = Applicants(city)
        self.folders = {folder.name: folder for folder in definition_folders()}
        begun = [service for service in Service.objects.begun().order_by("code") if service.code in self.folders]
        # What acts on a licence needs somebody who holds one.
        self.services = [one for one in begun if one.current and not cases.plan_of(one.current).acts_on]

    def stories(self, number: int) -> Iterator[Story]:
        """Return so many stories: every service in turn, as the courses' shares say."""
        shares = self.data["courses"]
        wheel = [course for course, share in shares.items() for _time in range(share)]
        self.dice.shuffle(wheel)
        for course in self.data["seldom"]:
            wheel[wheel.index("granted")] = course
        # The rarest stands first: however few stories are told, one of them has clocks that stand still.
        wheel.insert(0, wheel.pop(wheel.index("paused")))
        first = self.city.founded.date() + timedelta(days=1)
        for index in range(number):
            course = wheel[index % len(wheel)]
            able = {"paused": self.pausable, "committed": self.committable}.get(course) or self.telling(course)
            yield Course(self, able[index % len(able)], course, self._day(first, course, index)).run()

    @cached_property
    def pausable(self) -> list[Service]:
        """The services that know a special procedure."""
        versions = {service: service.current for service in self.services}
        return [service for service, version in versions.items() if version and cases.plan_of(version).procedures]

    @cached_property
    def committable(self) -> list[Service]:
        """The services that are granted at once on a written commitment."""
        versions = {service: service.current for service in self.services}
        found = [service for service, version in versions.items() if version and cases.plan_of(version).commitment]
        return found or self.services

    def telling(self, course: str) -> list[Service]:
        """The services with an example of what is called like the course (terminate, hearing …); all where none is."""
        return [service for service in self.services if _telling(service, course)] or self.services

    def _day(self, first: date, course: str, index: int) -> datetime:
        today = clock.today()
        if course in {"paused", "owing"}:
            day = today - timedelta(days=self.dice.randint(FRESH - 3, FRESH))
        elif course == "post":
            day = today - timedelta(days=FRESH)  # what was posted is on its way
        elif course in WAITING or index % 9 == 0:
            day = today - timedelta(days=self.dice.randint(1, FRESH))
        elif course == "late":
            day = today - timedelta(days=self.dice.randint(25, 45))
        else:
            day = first + timedelta(days=self.dice.randint(0, max((today - first).days - 12, 1)))
        workday = codes.calendar().next_workday(day)
        return _at(min(workday, today - timedelta(days=1)), 9 + self.dice.randint(0, 7), self.dice.randint(0, 59))

    @cached_property
    def officials(self) -> list[Actor]:
        return [identity.actor_of(Account.objects.get(login=row["login"])) for row in self.city.plan["official"]]

    def official(self, task: Task) -> Actor:
        """Return an official of the task's department who holds its duty. Raises NobodyThere."""
        duty = rehearsal.DUTIES[task.kind][0]
        for actor in self.officials:
            grants = [grant for grant in actor.grants if grant.duty == duty]
            if any(task.department_id in (grant.departments or ()) for grant in grants):
                return actor
        raise NobodyThere(duty=duty, office=task.department.name)


class NobodyThere(Refusal):
    message = "nobody of %(office)s holds the duty %(duty)s"


class Course:
    """One matter, from the draft as far as its course goes. begun: its first moment."""

    def __init__(self, past: Past, service: Service, course: str, begun: datetime) -> None:
        self.past, self.service, self.begun = past, service, begun
        self.course = course
        self.dice = dice(f"{service.code} {begun}")
        assert service.current
        self.version = service.current
        self.folder = past.folders[service.code]
        self.example = self._example()
        self.applicant, self.actor, self.answers = past.applicants.next_for(self.example, service.code)

    def _example(self) -> Mapping[str, Any]:
        wanted = "no" if self.course == "refused" else "yes"
        ends = {"granted", "refused", "not_accepted"}
        if committed := [one for one in self.version.examples if one.get("commitment") and self.course == "committed"]:
            return committed[0]
        if told := _telling(self.service, self.course):
            return self.dice.choice(told)
        found = [one for one in self.version.examples if one["kind"] == wanted and one["expect"]["outcome"] in ends]
        # Whoever acts for a parent or a child has a number of their own that fits nobody else's age.
        found = [one for one in found if not FOR_ANOTHER & one["answers"].keys()] or found
        usual = [
            one for one in found if one["steps"] and one["steps"][0].get("outcome") not in {"supplement", "not_accept"}
        ]
        if self.course not in {"granted", "refused"}:
            usual = [one for one in usual if not rehearsal.is_deferred(one)]
        asked = [one for one in found if one["steps"] and one["steps"][0].get("outcome") == "supplement"]
        return self.dice.choice((asked if self.course == "supplemented" else usual) or usual or found)

    def run(self) -> Iterator[datetime]:
        """Tell the story; wait for each moment that is returned."""
        yield self.begun
        # Whoever is asked to look at something again says that it is so.
        confirmed = [again.ID, *(check["id"] for check in self.version.form.get("checks", ()))]
        rehearsal.assure(self.service, self.actor)
        case = cases.begin(actor=self.actor, service=self.service.code, confirmed=confirmed, area=self._area())
        case = cases.fill(actor=self.actor, case=case, answers=self.answers, revision=case.revision)
        case = cases.confirm(actor=self.actor, case=case, checks=confirmed)
        if self.course == "draft":
            return
        rehearsal.hand_in(self.actor, case, self.folder, self.example["materials"])
        yield self._later(minutes=25)
        deferred = rehearsal.is_deferred(self.example)
        committed = self.course == "committed" and cases.may_commit(case)
        case = cases.submit(actor=self.actor, uid=case.uid, declared=True, deferred=deferred, committed=committed)
        if self.course == "waiting":
            return
        if self.course == "committed" and not committed:
            return
        instant = cases.plan_of(case.version).instant
        yield from getattr(self, f"_{self.course}", self._handled)(case) if not instant else self._handled(case)

    def _area(self) -> str:
        """Return where it is applied for: of a service that several cities handle, in each of them in turn."""
        found = [department.area for department in offices.choices(self.version)]
        return found[self.begun.toordinal() % len(found)] if found else ""

    def _withdrawn(self, case: Case) -> Iterator[datetime]:
        yield self._later(days=1)
        reason = self.dice.choice(self.past.data["words"]["withdrawn"])
        cases.withdraw(actor=self.actor, case=Case.objects.get(pk=case.pk), reason=reason)

    def _not_accepted(self, case: Case) -> Iterator[datetime]:
        yield self._later(days=2)
        task = self._task(case, "accept")
        reason = self.dice.choice(self.past.data["words"]["not_accepted"])
        cases.not_accept(actor=self.past.official(task), task=task, reason=reason)

    def _asked(self, case: Case) -> Iterator[datetime]:
        yield self._later(days=1)
        self._ask(case)

    def _lapsed(self, case: Case) -> Iterator[datetime]:
        """Something is missing, and nothing comes: after its day the case is closed."""
        yield self._later(days=1)
        if self._ask(case):
            last = Case.objects.get(pk=case.pk).applicant_due_on
            yield _at(codes.calendar().add(last or clock.today(), 1), 8)
            cases.lapse(case=Case.objects.get(pk=case.pk))

    def _committed(self, case: Case) -> Iterator[datetime]:
        """What was committed to is checked some days after the grant, and kept."""
        yield self._later(days=8)
        task = Task.objects.of(case.subject).open().select_related("department").get(key=cases.CHECK)
        finding = self.past.data["words"]["checked"]
        cases.check_commitment(actor=self.past.official(task), task=task, kept=True, finding=finding)

    def _deemed(self, case: Case) -> Iterator[datetime]:
        """Nobody answers in time: the law holds the application accepted."""
        yield _at(codes.calendar().add(clock.today(), 6), 8)
        cases.deem_accepted(case=Case.objects.get(pk=case.pk))
        yield from self._steps(case, [step for step in self.example["steps"] if step.get("task") != "accept"])

    def _late(self, case: Case) -> Iterator[datetime]:
        """It is accepted and lies there; some of them are extended, some wait for a special procedure."""
        yield self._later(days=1)
        task = self._task(case, "accept")
        cases.accept(actor=self.past.official(task), task=task)
        plan = cases.plan_of(case.version)
        if not plan.limits.extension_days:
            return
        yield self._later(days=1)
        approver = self._approver(case)
        words = self.past.data["words"]
        if plan.procedures and self.dice.random() < 0.5:
            name = sorted(plan.procedures)[0]
            cases.begin_procedure(actor=approver, uid=case.uid, procedure=name, days=30, reason=words["paused"])
        else:
            cases.extend(actor=approver, uid=case.uid, reason=words["extended"])

    def _paused(self, case: Case) -> Iterator[datetime]:
        """A special procedure is begun, and lasts: both clocks stand still."""
        yield self._later(days=1)
        task = self._task(case, "accept")
        cases.accept(actor=self.past.official(task), task=task)
        yield self._later(days=1)
        name, days = next(iter(cases.plan_of(case.version).procedures.items()))
        reason = self.past.data["words"]["paused"]
        cases.begin_procedure(actor=self._approver(case), uid=case.uid, procedure=name, days=days, reason=reason)

    def _handled(self, case: Case) -> Iterator[datetime]:
        if self.course == "supplemented" and self.example["steps"][0].get("outcome") != "supplement":
            yield self._later(days=1)
            if self._ask(case):
                yield self._later(days=2)
                cases.supplement(actor=self.actor, case=Case.objects.get(pk=case.pk), answers={})
        yield from self._steps(case, self.example["steps"])

    def _steps(self, case: Case, steps: list[Mapping[str, Any]]) -> Iterator[datetime]:
        for step in steps:
            if self.course == "owing" and step.get("event") == EVENTS["owing"]:
                return
            yield self._later(days=0 if self.course == "owing" else self.dice.choice((0, 1, 1, 2)))
            case = Case.objects.get_with_related(case.pk)
            if "event" in step:
                yield from turns.take(self.actor, case, step, self._whoever(step, case))
            else:
                rehearsal.do(self.actor, case, self.folder, step, who=self.past.official)

    def _ask(self, case: Case) -> bool:
        """Ask for one paper again, where the service has papers that a person hands in."""
        handed_in = [code for code, file in self.example["materials"].items() if file != "fetch"]
        task = Task.objects.of(case.subject).open().kind("accept").first()
        if not handed_in or task is None:
            return False
        text = self.dice.choice(self.past.data["words"]["asked"])
        points = [{"material": handed_in[0], "text": text}]
        cases.request_supplement(actor=self.past.official(task), task=task, points=points)
        return True

    def _task(self, case: Case, kind: str) -> Task:
        task: Task = Task.objects.of(case.subject).open().get(kind=kind)
        return task

    def _approver(self, case: Case) -> Actor:
        for actor in self.past.officials:
            if actor.holds("cases.approve", department=case.department_id, area=case.area):
                return actor
        raise NobodyThere(duty="cases.approve", office=case.department.name)

    def _whoever(self, step: Mapping[str, Any], case: Case) -> Actor:
        """Who takes a turn of a case: papers are handed over at the window, the rest is the approver's."""
        if step["event"] != "deliver":
            return self._approver(case)
        return next(actor for actor in self.past.officials if actor.holds("cases.accept"))

    def _later(self, *, days: int = 0, minutes: int = 0) -> datetime:
        """Return a moment of a working day so much later."""
        now = clock.now()
        if minutes or not days:
            return now + timedelta(minutes=minutes or 40)
        return _at(codes.calendar().add(clock.today(), days), 9 + self.dice.randint(0, 7), self.dice.randint(0, 59))


def _telling(service: Service, course: str) -> list[Mapping[str, Any]]:
    """Return the examples of a service that tell of an event."""
    examples, event = service.current.examples if service.current else [], EVENTS.get(course, course)
    return [one for one in examples if any(step.get("event") == event for step in one["steps"])]


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))

"""Cases of an older system come with their own past: the same record as if they had been handled here, and no word of
it to anybody."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import COMPANY, another_place
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import STATUS_COLUMNS, Action, Case, Participation, Takeover
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.workflow.models import Instance, Task

HEAD = {"format": "tongban-cases", "version": 1, "system": "旧审批系统"}
FIRST = datetime(2026, 2, 3, 2, tzinfo=UTC)


def step(kind, days, **said):
    return {"step": kind, "at": (FIRST + timedelta(days=days)).isoformat(), "actor": "李明", "office": "窗口", **said}


RECEIVED = [step("submitted", 0), step("accepted", 1)]
EXAMINED = [
    *RECEIVED,
    step("opinion_given", 2, task="review", outcome="pass", opinion="齐全。"),
    step("opinion_given", 3, task="inspect", outcome="pass", opinion="一致。"),
]
GRANTED = [*EXAMINED, step("granted", 4, opinion="准予。"), step("completed", 5)]


def line(number="XK-1", steps=RECEIVED, **more):
    return {"number": number, "service": "food-business", "applicant": COMPANY, "steps": steps, **more}


def taken(*lines, dry_run=False, head=HEAD):
    texts = [json.dumps(one, ensure_ascii=False) if isinstance(one, dict) else one for one in (head, *lines)]
    return list(cases.take_over(lines=texts, dry_run=dry_run))


def the(number="XK-1"):
    return Takeover.objects.get(number=number).case


def test_a_running_case_goes_on_at_the_right_task(cast):
    assert [found.outcome for found in taken(line(steps=EXAMINED, answers=another_place()))] == ["taken"]
    case = the()

    assert (case.state, case.accepted_on.isoformat()) == ("accepted", "2026-02-04")
    assert [task.key for task in Task.objects.of(case.subject).open()] == ["approve"]
    case = cases.decide(
        actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=True, reason="符合条件。"
    )
    jobs.run_all()

    assert Case.objects.get(pk=case.pk).state == "completed"
    assert [letter.kind for letter in Letter.objects.about(case.subject)] == ["grant"], "the past is not written anew"
    assert Licence.objects.of_subject(case.subject).exists()
    assert cases.projection_differences(case.pk) == []


def test_of_the_past_nothing_is_sent_and_it_is_marked(cast):
    before = Notice.objects.count(), Letter.objects.count(), Licence.objects.count()
    taken(line("XK-1", GRANTED), line("XK-2", [*EXAMINED, step("refused", 4, opinion="不符。"), step("completed", 5)]))
    jobs.run_all()

    assert (Notice.objects.count(), Letter.objects.count(), Licence.objects.count()) == before
    case = the()
    assert (case.state, case.outcome, case.number[7:15]) == ("completed", "granted", "20260203")
    assert all(action.is_taken_over for action in Action.objects.of(case))
    fact = Fact.objects.named("cases.CaseTakenOver").get(subject=case.subject)
    assert (fact.data["system"], fact.data["foreign"], fact.data["steps"]) == ("旧审批系统", "XK-1", 6)
    with clock.at(FIRST + timedelta(days=400)):
        assert case.pk not in cases.to_archive()


def test_its_pages_say_where_it_comes_from(cast):
    taken(line("XK-1", GRANTED), line("XK-2", [*EXAMINED, step("refused", 4, opinion="不符。"), step("completed", 5)]))
    for number in ("XK-1", "XK-2"):
        case = the(number)
        for browser, page in (
            (cast.browser("agent"), f"/cases/{case.uid}/"),
            (cast.browser("approver"), f"/desk/cases/{case.uid}/"),
        ):
            answer = browser.get(page)
            assert answer.status_code == 200, page
            assert f"旧审批系统（原编号{number}）" in answer.content.decode()


def test_a_second_time_nothing_is_taken_over_twice(cast):
    assert [one.outcome for one in taken(line("XK-1"), line("XK-2"))] == ["taken", "taken"]
    assert [one.outcome for one in taken(line("XK-1"), line("XK-2"), line("XK-3"))] == ["known", "known", "taken"]
    other = {**HEAD, "system": "另一系统"}

    assert [one.outcome for one in taken(line("XK-1"), head=other)] == ["taken"], "another system counts for itself"
    assert Case.objects.submitted_by_people().count() == 4


def test_a_dry_run_says_the_same_and_changes_nothing(cast):
    lines = [line("XK-1", GRANTED), line("XK-2", service="none"), line("XK-1", GRANTED), line("XK-1")]
    facts = Fact.objects.count()
    tried = taken(*lines, dry_run=True)

    assert [one.outcome for one in tried] == ["taken", "wrong", "known", "wrong"]
    assert (Case.objects.count(), Fact.objects.count(), Task.objects.count()) == (0, facts, 0)
    assert taken(*lines) == tried


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (line(service="none"), "没有“none”这一事项。"),
        (line(applicant="91990102MA99X99999"), "没有登记"),
        (line(answers={"colour": "red"}), "“colour”"),
        (line(steps=[*RECEIVED, step("submitted", 2)]), "第3步“submitted”"),
        (line(steps=[*RECEIVED, step("supplemented", 2)]), "第3步“supplemented”"),
        (line(steps=[*RECEIVED, step("granted", 2), step("completed", 3)]), "第3步"),
        (line(steps=[*RECEIVED, step("opinion_given", 2, task="approve", outcome="pass")]), "“approve”"),
        (line(steps=[*RECEIVED, step("opinion_given", 2, task="review", outcome="maybe")]), "“maybe”"),
        (line(steps=[step("submitted", 1), step("accepted", 0)]), "早于"),
        (line(steps=[*RECEIVED, step("withdrawn", 4000)]), "尚未到来"),
        (line(steps=[*RECEIVED, step("procedure_ended", 2)]), "特别程序"),
        (line(steps=[*RECEIVED, step("withdrawn", 2, login="nobody")]), "“nobody”"),
        ("{", "JSON"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line_and_leaves_nothing(cast, wrong, sentence):
    facts = Fact.objects.count()
    good, bad = taken(line("XK-0"), wrong)
    with_good = Fact.objects.count()

    assert (good.outcome, bad.outcome, bad.line) == ("taken", "wrong", 3)
    assert sentence in bad.reason
    assert Case.objects.count() == Takeover.objects.count() == Instance.objects.count() == 1
    assert with_good > facts


def test_a_number_with_another_past_is_told(cast):
    taken(line("XK-1"))

    assert "XK-1" in taken(line("XK-1", EXAMINED))[0].reason
    with pytest.raises(cases.DoesNotFit):
        taken(line(), head={"format": "x"})


def test_the_command_reports_and_goes_on_where_it_was(cast, tmp_path):
    file, out = tmp_path / "old.jsonl", StringIO()
    file.write_text(
        "\n".join(json.dumps(one, ensure_ascii=False) for one in (HEAD, line("XK-1"), line("XK-2", service="none")))
    )
    with pytest.raises(CommandError):
        call_command("cases", "import", str(file), "--dry-run", stdout=out)
    assert Case.objects.count() == 0
    with pytest.raises(CommandError):
        call_command("cases", "import", str(file), stdout=out)
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in (HEAD, line("XK-1"), line("XK-2"))))
    call_command("cases", "import", str(file), stdout=out)

    said = out.getvalue().splitlines()
    assert said[0].startswith("line 3 (XK-2): ")
    assert said[1] == "1 would be taken over, 0 already there, 1 do not fit"
    assert said[-1] == "1 taken over, 1 already there, 0 do not fit"
    call_command("cases", "rebuild", stdout=out)
    assert out.getvalue().endswith("0 differences\n")


COURSES = st.sampled_from(["submitted", "supplement", "supplemented", "withdrawn", "not_accepted", "accepted", "deemed",
                           "paused", "resumed", "extended", "review", "both", "granted", "refused"])  # fmt: skip


class Player:
    """Lets a case go its way by the verbs of the house, with days between the steps."""

    def __init__(self, cast, gaps):
        self.cast, self.gaps, self.moment = cast, iter(gaps), FIRST
        with clock.at(FIRST):
            self.case = cast.submitted()

    def later(self, verb, **words):
        self.moment += timedelta(days=next(self.gaps), hours=1)
        with clock.at(self.moment):
            return verb(**words)

    def official(self, verb, key, **words):
        name = {"accept": "clerk", "review": "reviewer", "approve": "approver"}[key]
        self.later(verb, actor=self.cast.actor(name), task=self.cast.task(self.case, key), **words)

    def approver(self, verb, **words):
        self.later(verb, actor=self.cast.actor("approver"), uid=self.case.uid, **words)

    def play(self, course):
        """Walk as far as the course goes: those of the window, or acceptance and what follows."""
        before = getattr(self, f"_{course}", None)
        if course not in {"submitted", "deemed"} and before is None:
            self.official(cases.accept, "accept")
            self._go_on(course)
        elif before:
            before()
        return self.case

    def _go_on(self, course):
        passed = course != "refused"
        if course in {"paused", "resumed"}:
            name = next(iter(cases.plan_of(self.case.version).procedures))
            self.approver(cases.begin_procedure, procedure=name, days=5, reason="检验。")
        if course == "resumed":
            self.approver(cases.end_procedure, result="合格。")
        if course == "extended":
            self.approver(cases.extend, reason="情况复杂。")
        if course in {"review", "both", "granted", "refused"}:
            self.official(cases.give_opinion, "review", passed=passed, opinion="已审。")
        if course in {"both", "granted", "refused"}:
            self.later(self.cast.inspected, case=self.case, passed=passed)
        if course in {"granted", "refused"}:
            self.official(cases.decide, "approve", granted=passed, reason="如上。")
            self.later(cases.complete, case=self.case)

    def _withdrawn(self):
        self.later(cases.withdraw, actor=self.cast.actor("agent"), case=self.case, reason="不办了。")

    def _not_accepted(self):
        self.official(cases.not_accept, "accept", reason="不属于本机关。")

    def _supplement(self):
        self.official(cases.request_supplement, "accept", points=[{"material": "", "text": "请补充。"}])

    def _supplemented(self):
        self._supplement()
        self.later(cases.supplement, actor=self.cast.actor("agent"), case=self.case, answers={})

    def _deemed(self):
        self.later(cases.deem_accepted, case=self.case)


def exported(case, number):
    """Write a case as an older system would."""
    steps = []
    for action in Action.objects.of(case):
        said = {"opinion": action.opinion, "office": action.department, "actor": action.actor}
        said |= {name: action.data[name] for name in ("task", "outcome", "procedure") if name in action.data}
        said |= {"days": action.data["days"]} if action.kind == "procedure_begun" else {}
        said |= {"points": [point["text"] for point in action.data["points"]]} if "points" in action.data else {}
        steps.append({"step": action.kind, "at": action.at.isoformat(), **said})
    return line(number, steps, answers={**case.answers, **another_place()})


def standing(case):
    """Return all that follows from what was done to a case."""
    case = Case.objects.get(pk=case.pk)
    tasks = Task.objects.of(case.subject)
    return {
        **{name: getattr(case, name) for name in STATUS_COLUMNS},
        "area": case.area,
        "about": bool(case.about),
        "submitted_at": case.submitted_at,
        "actions": [
            (one.kind, one.at, one.on, one.actor, one.department, one.opinion) for one in Action.objects.of(case)
        ],
        "tasks": [(task.key, task.state, task.outcome, task.due_on, task.opened_at, task.done_at) for task in tasks],
        "parts": sorted(
            Participation.objects.filter(case=case).values_list(
                "department", "first", "state", "due_on", "submitted_at"
            )
        ),
        "process": Instance.objects.of(case.subject).values_list("state", "outcome", "marking", "data").get(),
    }


@settings(max_examples=14, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=COURSES, gaps=st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_what_is_taken_over_stands_where_it_would_stand_had_it_been_handled_here(cast, course, gaps):
    case = Player(cast, gaps).play(course)
    number = f"XK-{case.pk}"
    assert [(one.outcome, one.reason) for one in taken(exported(case, number))] == [("taken", "")]

    assert standing(the(number)) == standing(case)
    assert cases.projection_differences(the(number).pk) == []

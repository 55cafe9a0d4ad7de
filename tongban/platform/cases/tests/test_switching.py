"""A case goes on by another version of its service: its steps, answers and days have their place there, or it stays."""

import re
import shutil
from datetime import UTC, datetime, time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.test import Client

from tests.cast import definition
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import switching
from tongban.platform.cases.services.mining import mined
from tongban.platform.cases.tests.three import decide, opinion
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Version
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(three, tmp_path):
    """Publish the service again, with texts of its files replaced: published(file, (pattern, text)…)."""

    def publish(**files):
        folder = tmp_path / "food-business"
        shutil.copytree(definition("food-business"), folder)
        for name, pairs in files.items():
            path = folder / name.replace("_", ".")
            text = path.read_text()
            for pattern, other in pairs:
                text, count = re.subn(pattern, other, text)
                assert count, pattern
            path.write_text(text)
        draft = catalogue.load(actor=SYSTEM, folder=folder).version
        return catalogue.publish(actor=SYSTEM, version=draft)

    return publish


PROMISE = {"service_toml": [(r"promised_days = \d+", "promised_days = 9")]}
# The file review is called otherwise.
VETTED = {
    "process_bpmn": [(r'(id|sourceRef|targetRef|bpmnElement)="review"', r'\1="vetting"')],
    "service_toml": [(r'(\[\[stage\]\]\n)key = "review"', r'\1key = "vetting"')],
    "examples_json": [(r'"task": "review"', '"task": "vetting"')],
}


def newest():
    return Version.objects.filter(service__code="food-business").order_by("-number").first()


def switch(three, name="accepted", **more):
    return cases.switch_version(actor=SYSTEM, pk=three.keys[name], version=newest(), **more)


def the_differences(pk):
    return list(cases.projection_differences(pk))


def moved(*words):
    out = StringIO()
    try:
        call_command("cases", "move", "food-business", "--to", str(newest().number), *words, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


@pytest.mark.requirement("APP-S-22", "APP-S-23")
def test_a_flow_made_anew_is_published_with_its_guide_and_runs_from_then_on(cast, tmp_path):
    """The guide shows the new step, new cases go by it, running ones keep to theirs; what came of both is compared."""
    running = cast.accepted()
    folder = shutil.copytree(definition("food-business"), tmp_path / "food-business")
    for name, pairs in VETTED.items():
        file = folder / name.replace("_", ".")
        text = file.read_text()
        for pattern, other in pairs:
            text = re.sub(pattern, other, text)
        file.write_text(text)
    guide = folder / "service.toml"
    guide.write_text(guide.read_text().replace('name = "资料审查"', 'name = "容缺预审"', 1))
    assert "容缺预审" not in Client().get("/catalogue/guide/food-business/").content.decode()

    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version, basis="流程再造方案")
    new = cast.submitted()
    cases.accept(actor=cast.actor("clerk"), task=cast.task(new, "accept"))

    assert "容缺预审" in Client().get("/catalogue/guide/food-business/").content.decode()
    assert "流程再造方案" in Client().get("/catalogue/changes/").content.decode()
    assert {task.key for task in Task.objects.of(new.subject).open()} == {"vetting", "inspect"}
    assert {task.key for task in Task.objects.of(running.subject).open()} == {"review", "inspect"}
    today = clock.today()
    outcomes = mined(service="food-business", first=today, last=today, reach=Q()).versions
    assert [(one.number, one.cases) for one in outcomes] == [(2, 1), (1, 1)]


def test_a_case_goes_on_by_the_other_version_and_its_days_with_it(three, published):
    before = three.case("accepted")
    published(**PROMISE)

    switch(three)

    case = three.case("accepted")
    assert case.version.number == before.version.number + 1
    assert case.promised_due_on > before.promised_due_on
    assert case.statutory_due_on == before.statutory_due_on
    assert the_differences(case.pk) == []
    action = Action.objects.of(case).last()
    assert (action.kind, action.data, action.public) == ("version_switched", {"before": 1, "after": 2}, False)
    assert Fact.objects.about(case.subject).get(name="cases.CaseSwitched").data["after"] == 2


def test_it_is_decided_there(three, published):
    published(**VETTED)
    switch(three, mapping={"review": "vetting"})

    opinion(three, "vetting")
    three.cast.inspected(three.case("accepted"))

    assert decide(three).state == "granted"


def test_a_step_that_is_called_otherwise_has_to_be_named(three, published):
    published(**VETTED)

    with pytest.raises(workflow.NoPlaceThere, match="review"):
        switch(three)

    assert three.case("accepted").version.number == 1
    assert Task.objects.of(three.case("accepted").subject).open().filter(key="review").exists()


def test_answers_that_cannot_stand_there_keep_it(three, published):
    published(**PROMISE)
    case = three.case("accepted")
    case.answers = {**case.answers, "district": "990199"}
    case.save()

    with pytest.raises(switching.AnswersDoNotFit):
        switch(three)

    assert three.case("accepted").version.number == 1


def test_a_promise_that_would_be_over_keeps_it(three, published):
    published(**PROMISE)
    switch(three)
    first = Version.objects.filter(service__code="food-business").order_by("number").first()
    last = datetime.combine(three.case("accepted").promised_due_on, time(12), UTC)

    with clock.at(last), pytest.raises(switching.LimitsOver):
        cases.switch_version(actor=SYSTEM, pk=three.keys["accepted"], version=first)

    assert three.case("accepted").version.number == 2


def test_twice_is_once(three, published):
    published(**PROMISE)
    switch(three)
    switch(three)

    assert Action.objects.of(three.case("accepted")).filter(kind="version_switched").count() == 1


def test_only_whoever_publishes_the_service_may(three, published):
    version = published(**PROMISE)

    with pytest.raises(NotAllowed):
        cases.switch_version(actor=three.actor("approver"), pk=three.keys["accepted"], version=version)


def test_what_is_decided_stays(three, published):
    published(**PROMISE)

    with pytest.raises(cases.WrongCaseState):
        switch(three, "granted")


def test_a_draft_of_a_version_is_no_version(three, published, tmp_path):
    version = published(**PROMISE)
    Version.objects.filter(pk=version.pk).update(state="draft")

    with pytest.raises(switching.AnotherService):
        switch(three)


def test_what_would_happen_is_said_and_nothing_changed(three, published):
    published(**PROMISE)
    number = three.case("accepted").number

    lines, error = moved("--dry-run")

    assert f"{number}: fits" in lines
    assert lines[-1] == "2 would be taken over, 0 stay"
    assert error == ""
    assert three.case("accepted").version.number == 1
    assert not Action.objects.filter(kind="version_switched").exists()


def test_the_command_takes_chosen_cases_over(three, published):
    published(**PROMISE)
    number = str(three.case("accepted").number)

    lines, _error = moved("--only", number)

    assert lines == [f"{number}: taken over", "1 taken over, 0 stay"]
    assert three.case("accepted").version.number == 2
    assert three.case("submitted").version.number == 1
    assert the_differences(three.keys["accepted"]) == []


def test_the_command_says_which_cases_stay_and_goes_on(three, published):
    published(**VETTED)

    lines, error = moved()

    assert error
    assert [line.rpartition(": ")[2] for line in lines[:-1]].count("taken over") == 1
    assert lines[-1] == "1 taken over, 1 stay"
    assert three.case("submitted").version.number == 2
    assert three.case("accepted").version.number == 1


def test_the_command_takes_the_steps_that_are_replaced(three, published):
    published(**VETTED)

    lines, error = moved("--map", "review=vetting")

    assert (lines[-1], error) == ("2 taken over, 0 stay", "")


@pytest.mark.parametrize("words", [("--map", "review"), ("--map", "a=b=c")])
def test_a_mapping_that_is_none_is_refused(three, published, words):
    published(**PROMISE)

    assert "--map OLD=NEW" in moved(*words)[1]


def test_a_version_that_is_not_there_is_refused(three):
    with pytest.raises(CommandError, match="no version 9"):
        call_command("cases", "move", "food-business", "--to", "9")
    assert Case.objects.filter(version__number=1).count() == Case.objects.count()


def test_the_day_in_the_lists_of_departments_moves_with_it(three, published):
    published(**PROMISE)

    case = switch(three)

    assert set(Participation.objects.filter(case=case).values_list("due_on", flat=True)) == {case.promised_due_on}

"""The demonstration's city was at work before it is opened: matters in every state, told by the real verbs."""

import tomllib
from collections import Counter
from importlib.util import find_spec
from itertools import pairwise

import pytest

from tongban.city import history
from tongban.city import services as city
from tongban.city.population import uscc_of
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.infrastructure.kernel.module import Module, rooms
from tongban.platform.cases.demonstration import past, rehearsal
from tongban.platform.cases.models import Action, Case
from tongban.platform.catalogue.demonstration import definition_folders
from tongban.platform.workflow import services as workflow

pytestmark = pytest.mark.found("B19")

SOME = 46


def shows_a_past(room: Module) -> bool:
    """Say whether a room is a city system that shows something in the city and writes facts of its own."""
    return room.name.startswith("tongban.applications.") and all(
        find_spec(f"{room.name}.{file}") for file in ("demonstration", "events")
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_matters_of_every_service_went_their_ways_in_the_order_of_their_days():
    with clock.at(history.beginning()):
        city.load_data()
        founded = city.found_demo_city(residents=True)
        city.offer(founded)

    refused = city.live(founded, SOME)

    assert "\n".join(refused) == ""
    assert Case.objects.count() >= SOME  # a joint application is several
    states = Counter(Case.objects.values_list("state", flat=True))
    assert states["completed"] >= SOME / 2, states
    assert len(states) >= 4
    assert set(Case.objects.filter(state="completed").values_list("outcome", flat=True)) == {"granted", "refused"}
    assert len({case.received_on.month for case in Case.objects.exclude(received_on=None)}) >= 3
    assert len(set(Case.objects.values_list("department", flat=True))) >= 6
    told = {name.partition(".")[0] for name in Fact.objects.values_list("name", flat=True)}
    assert {room.label for room in rooms() if shows_a_past(room)} <= told
    assert Case.objects.exclude(paused_on=None).exists(), "somewhere clocks stand still"
    assert "supplement" in states
    facts = Fact.objects.order_by("pk").values_list("at", "name")
    earlier = [(before[1], after[1]) for before, after in pairwise(facts) if after[0] < before[0]]
    assert not earlier, "the journal's facts stand in the order in which they happened"
    assert max(moment for moment, _name in facts) <= clock.now()
    assert not Action.objects.filter(at__gt=clock.now()).exists()
    assert not Job.objects.filter(state="dead").exists()


def test_every_course_of_the_data_is_one_that_a_story_can_take():
    courses = set(tomllib.loads(past.DATA.read_text())["courses"])
    told = {name.removeprefix("_") for name in vars(past.Course)} | past.WAITING

    assert courses <= told | {"granted", "refused", "supplemented"}


def test_nobody_has_a_past_where_none_is_wanted():
    assert city.live(Demonstration({}, history.beginning(), clock.today()), 0) == []


def test_the_codes_of_invented_companies_pass_their_checks():
    assert uscc_of("91990102MA99H001") == "91990102MA99H00124"


def test_every_task_of_every_service_has_an_official_in_the_city():
    """Else a matter of the demonstration waits for ever."""
    plan = city.plan_of_city()
    duties = {role["key"]: role["duties"] for role in plan["role"]}
    posts = [post for official in plan["official"] for post in official["positions"]]
    there = {(post["department"], duty) for post in posts for duty in duties[post["role"]]}
    nobody = []
    for folder in definition_folders():
        guide = tomllib.loads((folder / "service.toml").read_text())
        offices = {role["key"]: role["department"] for role in guide["role"]} | {"": guide["department"]}
        for task in workflow.steps((folder / "process.bpmn").read_text()):
            duty = rehearsal.DUTIES[task.kind][0]
            signers = task.repetition.signers if task.repetition else ()
            for role in [signer.role for signer in signers] or [task.role]:
                if (offices[role], duty) not in there:
                    nobody.append(f"{folder.name}: {task.id} in {offices[role]} needs {duty}")

    assert nobody == []

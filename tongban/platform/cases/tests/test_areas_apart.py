"""Two cities on one installation: whoever is of one sees nothing of the other, at no door and with no duty."""

import random

import pytest
from django.test import Client

from tests.cast import Cast
from tests.snapshots import snapshot
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case
from tongban.platform.cases.services import figures, lights
from tongban.platform.cases.tests.test_areas import THERE, filled_in, sent, signed_for, taken_in, two_cities
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role

pytestmark = pytest.mark.django_db
HERE = "990100"
WINDOW, POLICE = ("government-services", HERE), ("public-security", HERE)
WINDOW_THERE, POLICE_THERE = ("there-window", THERE), ("there-police", THERE)
# Who should see what, as the law of the house says it: name of a case -> departments, each where it takes part.
SEEN_BY = {
    "taken_in": {WINDOW},
    "sent": {WINDOW, WINDOW_THERE},
    "accepted": {WINDOW, WINDOW_THERE, POLICE_THERE},
    "online_there": {WINDOW_THERE},
    "online_here": {WINDOW},
    "accepted_here": {WINDOW, POLICE},
}


def furnished() -> Cast:
    cast = two_cities()
    citizen = cast.actor("citizen")
    found = {"taken_in": taken_in(cast), "sent": sent(cast), "accepted": signed_for(cast)}
    cases.accept(actor=cast.actor("clerk-there"), task=cast.task(found["accepted"], "accept"))
    found["online_there"] = cases.submit(actor=citizen, uid=filled_in(citizen, THERE).uid, declared=True)
    for name in ("online_here", "accepted_here"):
        found[name] = cases.submit(actor=citizen, uid=filled_in(citizen, HERE).uid, declared=True)
    cases.accept(actor=cast.actor("clerk"), task=cast.task(found["accepted_here"], "accept"))
    for name, case in found.items():
        Case.objects.filter(pk=case.pk).update(key=name)
    return cast


@pytest.fixture
def cities(db) -> Cast:
    return snapshot("two-cities-at-work", furnished)


def names(found) -> set[str]:
    return set(found.values_list("key", flat=True))


def test_over_random_grants_and_areas_one_sees_what_ones_departments_take_part_in(cities):
    """Compare with a table written down by hand, not with the rows by which the house decides."""
    dice = random.Random(19)
    departments = dict(Department.objects.values_list("key", "pk"))
    duties = (*READING, "cases.file", "journal.read")
    for _round in range(400):
        grants = tuple(
            Grant(
                dice.choice(duties),
                frozenset(dice.sample(sorted(departments.values()), dice.randint(1, 3))),
                dice.choice(("", "99", "9901", "9902", "990102", "990221")),
            )
            for _grant in range(dice.randint(0, 3))
        )
        actor = Actor("staff", 10**6, "某人", grants=grants)

        expected = {
            name
            for name, places in SEEN_BY.items()
            for key, area in places
            for grant in grants
            if grant.duty in READING and departments[key] in (grant.departments or ()) and area.startswith(grant.area)
        }

        assert names(Case.objects.visible_to(actor)) == expected, grants


def everything_of(cast: Cast, root: str) -> Account:
    """Make an official with every duty of cases in a whole city."""
    account = identity.open_account(actor=SYSTEM, login=f"all.{root}", name="岑二", kind="staff")
    role: Role = identity.define_role(actor=SYSTEM, key=f"all-{root}", name="全部", duties=(*READING, "cases.file"))
    place = Department.objects.get(key=root)
    identity.appoint(actor=SYSTEM, account=account, department=place, role=role, subtree=True)
    cast.accounts[f"all.{root}"] = account
    return account


@pytest.mark.parametrize(("root", "area"), [("city", HERE), ("there", THERE)])
def test_at_every_door_an_official_of_one_city_finds_its_cases_alone(cities, root, area):
    everything_of(cities, root)
    browser, actor = cities.browser(f"all.{root}"), cities.actor(f"all.{root}")
    own = {name for name, places in SEEN_BY.items() if any(where == area for _key, where in places)}
    known = {case.key: case for case in Case.objects.exclude(number=None)}

    listed = browser.get("/desk/cases/all/").content.decode()
    assert {name for name, case in known.items() if case.number in listed} == own
    for name, case in known.items():
        found = browser.get(f"/desk/cases/all/?q={case.number}").content.decode()
        assert (f"/desk/cases/{case.uid}/" in found) is (name in own)
        assert browser.get(f"/desk/cases/{case.uid}/").status_code == (200 if name in own else 404)
    copied = b"".join(browser.post("/desk/cases/all/export/", {"purpose": "核对"}))
    assert {name for name, case in known.items() if case.number.encode() in copied} == own
    today = next(iter(known.values())).received_on
    wanted = figures.FigureFilters(today.replace(day=1), today.replace(year=today.year + 1))
    assert sum(row.received for row in figures.figures(actor=actor, wanted=wanted, by="department")) == len(own)
    assert sum(sum(counts.values()) for counts in lights.lights(actor=actor).values()) == len(own)


@pytest.mark.parametrize(("root", "area"), [("city", HERE), ("there", THERE)])
def test_another_system_of_one_city_finds_its_cases_alone(cities, root, area):
    system = identity.open_account(actor=SYSTEM, login=f"system.{root}", name="部门系统", kind="client")
    role = identity.define_role(actor=SYSTEM, key=f"system-{root}", name="系统", duties=READING)
    place = Department.objects.get(key=root)
    identity.appoint(actor=SYSTEM, account=system, department=place, role=role, subtree=True)
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="接口", duties=list(READING))
    caller = Client(headers={"authorization": f"Bearer {key}"})
    own = {name for name, places in SEEN_BY.items() if any(where == area for _key, where in places)}

    told = caller.get("/api/v1/cases/").json()["items"]
    assert names(Case.objects.filter(uid__in=[item["uid"] for item in told])) == own
    for case in Case.objects.exclude(number=None):
        assert caller.get(f"/api/v1/cases/{case.number}").status_code == (200 if case.key in own else 404)

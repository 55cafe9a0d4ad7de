"""Law 8, second half: for random grants every channel returns the same set, and it is the right one."""

import re
from collections.abc import Iterable

import pytest
from django.db.models import QuerySet
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.cast import DEPARTMENTS
from tests.laws.sample_city import ANOTHER_SERVICE, API_DUTIES, AREAS, Post, SampleCity
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.models import READING, Case, Participation
from tongban.platform.documents.models import Document
from tongban.platform.licences.models import Licence
from tongban.platform.notices import services as notices
from tongban.platform.notices.models import Notice
from tongban.platform.registers.models import Entry, Lookup
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db

POSTS = st.lists(
    st.builds(
        Post,
        department=st.sampled_from(DEPARTMENTS),
        duties=st.lists(st.sampled_from(API_DUTIES), min_size=1, max_size=3, unique=True).map(sorted).map(tuple),
        area=st.sampled_from(("", *AREAS)),
        subtree=st.booleans(),
    ),
    max_size=3,
)
EVERYTHING = [Post("city", API_DUTIES, "", True)]
SOME = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def listed(client: Client, address: str, pattern: str) -> set[str]:
    """Return what a list names, on all its pages; nothing where the door stays shut."""
    found: set[str] = set()
    while address:
        answer = client.get(address)
        if answer.status_code in {403, 404}:
            return set()
        text = answer.content.decode()
        found |= set(re.findall(pattern, text))
        further = re.search(r'rel="next" href="(\?[^"]+)"', text)
        address = address.partition("?")[0] + further[1].replace("&amp;", "&") if further else ""
    return found


def items_of(client: Client, address: str, name: str) -> set[str]:
    """Return the items of an endpoint's list, on all its pages."""
    found: set[str] = set()
    query = ""
    while True:
        answer = client.get(f"{address}?{query}" if query else address)
        assert answer.status_code == 200, answer.content
        found |= {item[name] for item in answer.json()["items"]}
        query = answer.json()["next"]
        if not query:
            return found


def opened(client: Client, addresses: dict[str, str]) -> set[str]:
    """Return the names whose address answers."""
    return {name for name, address in addresses.items() if client.get(address).status_code == 200}


def uids(rows: Iterable[object]) -> set[str]:
    return {str(row.uid) for row in rows}  # type: ignore[attr-defined]


@given(posts=POSTS)
@example(posts=EVERYTHING)
@SOME
@pytest.mark.requirement("QUA-05", "INF-17")
def test_an_officials_cases_are_the_same_through_every_door(sample_city: SampleCity, posts):
    actor = sample_city.appoint(posts)
    every = Case.objects.exclude(state="draft")
    expected = uids(Case.objects.visible_to(actor).submitted_by_people())
    desk, other = sample_city.browser(sample_city.official), sample_city.caller()
    reading = any(actor.holds(duty) for duty in READING)

    assert expected == {case.uid for case in every if reached(actor, case)}
    assert listed(desk, "/desk/cases/all/", r"/desk/cases/(\w{16})/") == expected
    assert opened(desk, {case.uid: f"/desk/cases/{case.uid}/" for case in every}) == expected
    assert opened(desk, {case.uid: f"/cases/{case.uid}/" for case in every}) == set()
    assert Case.objects.visible_to(actor).submitted_by_people().count() == len(expected)
    for text in (str(every[0].number)[:-1], str(every[1].number), every.last().applicant_name):
        fitting = {
            case.uid for case in every if str(case.number).startswith(text) or case.applicant_name.startswith(text)
        }
        assert listed(desk, f"/desk/cases/all/?q={text}", r"/desk/cases/(\w{16})/") == expected & fitting
    if actor.holds("cases.accept") or actor.holds("cases.read"):
        assert listed(desk, "/counter/cases/all/", r"/counter/cases/(\w{16})/") == expected
        assert opened(desk, {case.uid: f"/counter/cases/{case.uid}/" for case in every}) == expected
    assert items_of(other, "/api/v1/cases/", "uid") == expected
    assert opened(other, {case.uid: f"/api/v1/cases/{case.uid}" for case in every}) == expected
    assert opened(other, {case.uid: f"/api/v1/cases/{case.number}" for case in every}) == expected
    assert reading or not expected


def reached(actor: Actor, case: Case) -> bool:
    """Say once more, plainly, whether a reading duty reaches one of the case's departments."""
    grants = [grant for grant in actor.grants if grant.duty in READING]
    return any(
        grant.covers(part.department_id, part.area)
        for grant in grants
        for part in Participation.objects.filter(case=case)
    )


@given(posts=POSTS)
@example(posts=EVERYTHING)
@SOME
def test_an_officials_tasks_are_the_same_through_every_door(sample_city: SampleCity, posts):
    actor = sample_city.appoint(posts)
    every = Task.objects.open()
    expected = uids(Task.objects.visible_to(actor).open())
    desk = sample_city.browser(sample_city.official)

    assert expected == {
        str(task.uid)
        for task in every
        if any(grant.duty == task.duty and grant.covers(task.department_id, task.area) for grant in actor.grants)
    }
    lists = [
        listed(desk, f"/{portal}/cases/", rf"/{portal}/cases/tasks/([0-9a-f-]{{36}})/")
        for portal in ("desk", "counter", "crew")
    ]
    doors = [
        opened(desk, {str(task.uid): f"/{portal}/cases/tasks/{task.uid}/" for task in every})
        for portal in ("desk", "counter", "crew")
    ]
    assert set().union(*lists) == expected
    assert set().union(*doors) == expected
    assert Task.objects.visible_to(actor).open().count() == len(expected)


@given(posts=POSTS)
@example(posts=EVERYTHING)
@SOME
def test_an_officials_licences_are_the_same_through_every_door(sample_city: SampleCity, posts):
    actor = sample_city.appoint(posts)
    every = Licence.objects.issued()
    expected = {licence.token for licence in Licence.objects.visible_to(actor)}
    desk, other = sample_city.browser(sample_city.official), sample_city.caller()
    grants = [grant for grant in actor.grants if grant.duty == "licences.read"]
    why = "purpose=办件核验"

    assert expected == {
        licence.token for licence in every if any(grant.covers(licence.issuer_id, licence.area) for grant in grants)
    }
    assert listed(desk, "/desk/licences/", r"/desk/licences/(\w+)/") == expected
    assert opened(desk, {licence.token: f"/desk/licences/{licence.token}/" for licence in every}) == expected
    for licence in every:
        found = listed(desk, f"/desk/licences/?q={licence.number}", r"/desk/licences/(\w+)/")
        assert found == expected & {other.token for other in every if other.number == licence.number}
    assert Licence.objects.visible_to(actor).count() == len(expected)
    assert opened(other, {licence.token: f"/api/v1/licences/{licence.token}?{why}" for licence in every}) == expected
    if grants:
        answer = other.get(f"/api/v1/licences/?{why}").json()
        assert {item["token"] for item in answer["items"]} == expected


@given(
    given_=st.lists(st.sampled_from((0, 1)), unique=True),
    chosen=st.sampled_from((None, 0, 1)),
    limits=st.lists(st.sampled_from(("food-business", ANOTHER_SERVICE, "nothing-of-this")), unique=True).map(tuple),
)
@example(given_=[0, 1], chosen=0, limits=())
@example(given_=[1], chosen=0, limits=())
@example(given_=[0], chosen=0, limits=("food-business",))
@example(given_=[0], chosen=0, limits=(ANOTHER_SERVICE,))
@SOME
def test_what_one_sees_of_oneself_and_others_is_the_same_through_every_door(
    sample_city: SampleCity, given_, chosen, limits
):
    for number, company in enumerate(sample_city.companies):
        sample_city.mandate(company, given=number in given_, services=limits)
    company = sample_city.companies[chosen] if chosen is not None else None
    actor = sample_city.acting("stranger", company)
    hall = sample_city.browser(sample_city.cast.accounts["stranger"], company)
    own = sample_city.cast.people["stranger"]
    whose = company if chosen in given_ else own
    # One list shows the cases of oneself and of all for whom one may act, whoever one acts for at the moment.
    everyones = uids(Case.objects.filter(applicant=own)).union(
        *(
            uids(within(limits, Case.objects.filter(applicant=sample_city.companies[number]), "version__service__code"))
            for number in given_
        )
    )
    limits = limits if chosen in given_ else ()

    assert actor.represents == whose.pk
    assert actor.services == tuple(sorted(limits))

    theirs = within(limits, Case.objects.filter(applicant=whose), "version__service__code")
    assert uids(Case.objects.visible_to(actor)) == uids(theirs)
    assert uids(Case.objects.spoken_for_by(actor)) == uids(theirs)
    # What is asked of one case that was read already is the same question.
    spoken_for = [case for case in Case.objects.with_related() if case.is_spoken_for_by(actor)]
    assert {case.uid for case in spoken_for} == uids(theirs)
    assert listed(hall, "/cases/", r"/cases/(\w{16})/") == everyones
    for case in Case.objects.exclude(state="draft"):
        # Each with a new browser: opening a case of somebody else for whom one may act means to act for them.
        browser = sample_city.browser(sample_city.cast.accounts["stranger"], company)
        assert opened(browser, {case.uid: f"/cases/{case.uid}/"}) == {case.uid} & everyones

    # What an agent once brought for somebody is that somebody's, and not to be seen after the mandate has ended.
    papers = within(limits, Document.objects.filter(owner=whose)) | Document.objects.filter(
        created_by=actor.account, origin__in=["uploaded", "field"], owner=None
    )
    assert uids(Document.objects.visible_to(actor)) == uids(papers)
    assert listed(hall, "/documents/", r"/documents/([0-9a-f-]{36})/") == uids(papers)
    assert opened(hall, {str(row.uid): f"/documents/{row.uid}/" for row in Document.objects.all()}) == uids(papers)

    held = {licence.token for licence in within(limits, Licence.objects.filter(holder=whose).issued())}
    assert {licence.token for licence in Licence.objects.visible_to(actor)} == held
    assert listed(hall, "/licences/", r'href="/licences/([A-Z0-9]+)/"') == held
    addresses = {licence.token: f"/licences/{licence.token}/" for licence in Licence.objects.issued()}
    assert opened(hall, addresses) == held

    assert notices.unread(actor) == Notice.objects.visible_to(actor).unread().count()
    inbox = uids(within(limits, Notice.objects.filter(party=whose)))
    assert uids(Notice.objects.visible_to(actor)) == inbox
    assert listed(hall, "/notices/", r"/notices/([0-9a-f-]{36})/") == inbox
    assert opened(hall, {str(row.uid): f"/notices/{row.uid}/" for row in Notice.objects.all()}) == inbox


def within(services: tuple[str, ...], rows: QuerySet, column: str = "service") -> QuerySet:
    """Say once more, plainly, what a mandate for these services reaches; for none named, everything."""
    return rows.filter(**{f"{column}__in": services}) if services else rows


def test_every_channel_of_a_limited_mandate_would_show_more_without_limits(sample_city: SampleCity):
    """The checks compare something: with limits there is less to see, through every door, and some of each is left."""
    company = sample_city.companies[0]
    seen = []
    for limits in ((), ("food-business",)):
        sample_city.mandate(company, given=True, services=limits)
        actor = sample_city.acting("stranger", company)
        rows = (Notice, Document, Licence, Entry, Lookup)
        seen.append([model.objects.visible_to(actor).count() for model in rows])

    whole, limited = seen
    assert all(less < more for less, more in zip(limited, whole, strict=True)), seen
    assert all(limited[:3])
    assert limited[3:] == [0, 0]


def test_a_door_with_a_rule_of_its_own_would_be_seen(sample_city: SampleCity):
    """The checks compare: a list that forgets the area of a duty shows more than the predicate."""
    actor = sample_city.appoint([Post("city", ("cases.read",), "990102", True)])
    forgetful = Case.objects.exclude(state="draft").filter(
        participations__department__in={pk for grant in actor.grants for pk in grant.departments or ()}
    )

    assert uids(forgetful) != uids(Case.objects.visible_to(actor).submitted_by_people())

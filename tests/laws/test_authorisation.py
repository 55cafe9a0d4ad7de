"""Law 8, second half: for random grants every door shows the same rows, and they are the right ones.

Which tables somebody may see, and at which doors, is told by the samples of the rooms; see `tests/samples.py`.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.cast import DEPARTMENTS
from tests.laws.house import parsed, sources
from tests.sample_city import AREAS, Post, SampleCity, every_duty
from tests.samples import Door, Shown, samples
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.models import Case
from tongban.platform.documents.models import Document
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.parties.models import Party

pytestmark = pytest.mark.django_db

ANOTHER_SERVICE = "senior-allowance"
MOST_OPENED = 4  # of the rows that are visible, and as many of the others
FEW, SOME = (
    settings(max_examples=most, suppress_health_check=[HealthCheck.function_scoped_fixture]) for most in (6, 12)
)
SHOWN = [shown for sample in samples() for shown in sample.shown]
TO_OFFICIALS = [shown for shown in SHOWN if any(door.reader != "person" for door in shown.doors)]
TO_PEOPLE = [shown for shown in SHOWN if any(door.reader == "person" for door in shown.doors)]


def posts(duties: Sequence[str]) -> st.SearchStrategy[list[Post]]:
    """Draw positions that give some of these duties."""
    some = st.lists(st.sampled_from(sorted(duties)), min_size=1, max_size=3, unique=True)
    return st.lists(
        st.builds(
            Post,
            department=st.sampled_from(DEPARTMENTS),
            duties=some.map(sorted).map(tuple),
            area=st.sampled_from(("", *AREAS)),
            subtree=st.booleans(),
        ),
        max_size=3,
        # One that differs in its reach alone is another position only once the first has ended.
        unique_by=lambda post: (post.department, post.duties, post.area),
    )


@pytest.fixture
def spread(sample_city: SampleCity) -> SampleCity:
    """The city, with its rows spread over areas and services."""
    for model in {model for shown in SHOWN for model in shown.spread}:
        names = {field.name for field in model._meta.concrete_fields}
        for number, row in enumerate(model.objects.order_by("pk")):
            if "area" in names:
                model.objects.filter(pk=row.pk).update(area=AREAS[number % len(AREAS)])
            if "service" in names and not model._meta.get_field("service").is_relation and number % 3 == 0:
                model.objects.filter(pk=row.pk).update(service=ANOTHER_SERVICE)
    return sample_city


class Reading:
    """How one reader sees the rows of one table.

    actor     whom the predicate is asked for; others: whom else they may act for, themself among them
    browser   makes a way of asking; a new one where opening a page changes for whom one acts
    """

    def __init__(self, shown: Shown, actor: Actor, browser: Callable[[], Client], others: Sequence[Actor] = ()) -> None:
        self.shown, self.actor, self.browser, self.others = shown, actor, browser, others
        self.client = browser()
        self.every = list(shown.only(shown.model.objects.order_by("pk")))
        self.visible = self.seen_by(actor)

    def seen_by(self, *actors: Actor) -> list[Any]:
        found = {row.pk: row for actor in actors for row in self.shown.only(self.shown.model.objects.visible_to(actor))}
        return list(found.values())

    def expected(self, door: Door) -> list[Any]:
        """Return the rows that this door must show."""
        if door.duties and not any(self.actor.holds(duty) for duty in door.duties):
            return []
        if door.everyones:
            return self.seen_by(*self.others)
        rows = door.only(self.shown.only(self.shown.model.objects.visible_to(self.actor)), self.actor)
        return list(rows)

    def name(self, door: Door, row: Any) -> str:
        key = door.key or self.shown.key
        return str(key(row) if callable(key) else attrgetter(key)(row))

    def compare(self, door: Door) -> None:
        """Assert that a door shows what it must show, and nothing else."""
        rows, where = self.expected(door), f"{self.shown.model._meta.label} {door.reader} {door.addresses}"
        must = {self.name(door, row) for row in rows}
        if door.counted:
            assert door.counted(self.actor) == len(rows), where
        elif door.found_by:
            for text in self.texts(door.found_by):
                fitting = {self.name(door, row) for row in self.every if text in door.found_by(row)}
                assert self.listed(door, text) == must & fitting, f"{where} {text}"
        elif door.item:
            assert self.handed_out(door) == must, where
        elif not door.names:
            tried = self.some(rows)
            assert self.opened(door, tried) == {self.name(door, row) for row in tried} & must, where
        elif re.compile(door.names).groups:
            assert self.listed(door) == must, where
        else:
            assert len(list(self.matches(door))) == len(rows), where

    def some(self, visible: list[Any]) -> list[Any]:
        """Return some rows to open: visible ones, and others."""
        keys = {row.pk for row in visible}
        return [*visible[-MOST_OPENED:], *[row for row in self.every if row.pk not in keys][-MOST_OPENED:]]

    def texts(self, found_by: Callable[[Any], Sequence[str]]) -> list[str]:
        chosen = [self.every[0], self.every[len(self.every) // 2], self.every[-1]]
        return list(dict.fromkeys(text for row in chosen for text in found_by(row)))

    def ask(self, door: Door, address: str, word: str = "", client: Client | None = None) -> Any:
        client, address = client or self.client, address.replace("{}", word)
        if door.sent is None:
            return client.get(address)
        return client.post(address, {name: text.replace("{}", word) for name, text in door.sent.items()})

    def matches(self, door: Door, word: str = "") -> Iterator[re.Match[str]]:
        """Yield what a list names, on all its pages; nothing where the door stays shut."""
        for first in door.addresses:
            address = first
            while address:
                answer = self.ask(door, address, word)
                if answer.status_code not in {200, 422}:
                    break
                text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
                yield from re.finditer(door.names, text)
                further = re.search(r'rel="next" href="(\?[^"]+)"', text)
                address = address.partition("?")[0] + further[1].replace("&amp;", "&") if further else ""

    def listed(self, door: Door, word: str = "") -> set[str]:
        return {found[1] for found in self.matches(door, word)}

    def handed_out(self, door: Door) -> set[str]:
        """Return the items of an endpoint's list, on all its pages."""
        (address,), found = door.addresses, set()
        while True:
            answer = self.ask(door, address)
            if answer.status_code != 200:
                return set()
            answered = answer.json()
            found |= {str(item[door.item]) for item in answered["items"]}
            if not answered.get("next"):
                return found
            address = f"{door.addresses[0].partition('?')[0]}?{answered['next']}"

    def opened(self, door: Door, rows: Iterable[Any]) -> set[str]:
        """Return the names whose address answers."""
        found = set()
        for row in rows:
            client = self.browser() if door.everyones else self.client
            name = self.name(door, row)
            if any(is_open(self.ask(door, address, name, client)) for address in door.addresses):
                found.add(name)
        return found


def is_open(answer: Any) -> bool:
    """Say whether an address lets somebody in: it shows a page, or leads to one below it."""
    further = answer.headers.get("Location", "").startswith(answer.request["PATH_INFO"])
    return answer.status_code == 200 or (answer.status_code == 302 and further)


def official_sees(city: SampleCity, shown: Shown, drawn: list[Post]) -> list[Any]:
    """Compare all doors for an official with these positions, and for a system with the same; return what is seen."""
    actor = city.appoint(drawn)
    readings = {
        "official": Reading(shown, actor, lambda: city.signed_in(city.official)),
        "system": Reading(shown, city.as_system(), city.caller),
    }
    for reading in readings.values():
        if shown.reaches:
            plainly = {row.pk for row in reading.every if shown.reaches(reading.actor, row)}
            assert {row.pk for row in reading.visible} == plainly
        assert shown.only(shown.model.objects.visible_to(reading.actor)).count() == len(reading.visible)
    for door in shown.doors:
        if door.reader in readings:
            readings[door.reader].compare(door)
    return readings["official"].visible


def label(shown: Shown) -> str:
    return shown.model._meta.label


@pytest.mark.parametrize("shown", TO_OFFICIALS, ids=label)
def test_an_official_of_everything_sees_something_and_the_same_through_every_door(spread: SampleCity, shown):
    assert official_sees(spread, shown, [Post("city", every_duty(), "", True)])


@pytest.mark.parametrize("shown", TO_OFFICIALS, ids=label)
@given(data=st.data())
@FEW
@pytest.mark.requirement("QUA-05", "INF-17")
def test_an_official_sees_the_same_through_every_door(spread: SampleCity, shown, data):
    official_sees(spread, shown, data.draw(posts(shown.duties or every_duty())))


def person_sees(city: SampleCity, shown: Shown, company: Party | None, given_: list[Party], services: tuple) -> int:
    """Compare all doors for a person who acts for a company or themself; return how many rows are seen."""
    stranger, own = city.cast.accounts["stranger"], city.cast.people["stranger"]
    actor = city.acting("stranger", company)
    others = [city.acting("stranger", other) for other in (None, *given_)]
    reading = Reading(shown, actor, lambda: city.acting_in(stranger, company), others)
    if shown.owns:
        whose, limits = (company, services) if company in given_ else (own, ())
        theirs = {row.pk for row in shown.only(shown.owns(actor, whose, limits))}
        assert {row.pk for row in reading.visible} == theirs, label(shown)
    for door in shown.doors:
        if door.reader == "person":
            reading.compare(door)
    return len(reading.visible)


@given(
    mandates=st.lists(st.sampled_from((0, 1)), unique=True),
    chosen=st.sampled_from((None, 0, 1)),
    limits=st.lists(st.sampled_from(("food-business", ANOTHER_SERVICE, "nothing-of-this")), unique=True).map(tuple),
)
@example(mandates=[0, 1], chosen=0, limits=())
@example(mandates=[1], chosen=0, limits=())
@example(mandates=[0], chosen=0, limits=("food-business",))
@example(mandates=[0], chosen=0, limits=(ANOTHER_SERVICE,))
@SOME
def test_what_one_sees_of_oneself_and_others_is_the_same_through_every_door(
    spread: SampleCity, mandates, chosen, limits
):
    for number, company in enumerate(spread.companies):
        spread.mandate(company, given=number in mandates, services=limits)
    company = spread.companies[chosen] if chosen is not None else None

    for shown in TO_PEOPLE:
        person_sees(spread, shown, company, [spread.companies[number] for number in mandates], limits)


def test_whoever_acts_for_a_company_sees_something_of_every_table(spread: SampleCity):
    spread.mandate(spread.company, given=True)

    seen = {label(shown): person_sees(spread, shown, spread.company, [spread.company], ()) for shown in TO_PEOPLE}

    assert not [name for name, count in seen.items() if not count], seen


def test_every_channel_of_a_limited_mandate_would_show_more_without_limits(spread: SampleCity):
    """The checks compare something: with limits there is less to see, through every door, and some of each is left."""
    seen = []
    for limits in ((), ("food-business",)):
        spread.mandate(spread.company, given=True, services=limits)
        actor = spread.acting("stranger", spread.company)
        seen.append([model.objects.visible_to(actor).count() for model in (Notice, Document, Licence)])

    whole, limited = seen
    assert all(less < more for less, more in zip(limited, whole, strict=True)), seen
    assert all(limited)


def unseen(models: Iterable[type[Model]], shown: Iterable[Shown]) -> set[str]:
    """Return the tables with a predicate that no sample shows at any door."""
    known = {one.model for one in shown if one.doors}
    asked = {model for model in models if hasattr(model._default_manager.all(), "visible_to")}
    return {model._meta.label for model in asked - known}


def test_every_table_that_somebody_may_see_is_compared():
    assert not unseen(apps.get_models(), SHOWN)


def test_a_table_that_nobody_compares_is_seen():
    assert unseen([Case, Document], [Shown(Document, doors=(Door("person", ("/documents/",)),)), Shown(Case)]) == {
        "cases.Case"
    }


def predicates_of_their_own(source: str) -> list[str]:
    """Return what says once more who sees a table that is read in parts; `parts_seen_by` says it for both ways."""
    found = []
    for made in [node for node in ast.walk(parsed(source)) if isinstance(node, ast.ClassDef)]:
        parted = any("PartedQuerySet" in ast.unparse(base) for base in made.bases)
        verbs = {"parts_for", "visible_to"} if parted else {"parts_for"}
        found += [f"{made.name}.{node.name}" for node in made.body if getattr(node, "name", "") in verbs]
    return found


def test_what_is_read_in_parts_has_one_predicate():
    found = {file.name: predicates_of_their_own(file.read_text()) for file in sources() if file.name != "parts.py"}

    assert len(PartedQuerySet.__subclasses__()) >= 3
    assert not {name: twice for name, twice in found.items() if twice}


def test_a_second_predicate_is_seen():
    parted = 'class NoteQuerySet(PartedQuerySet["Note"]):\n    def visible_to(self, actor):\n        return self\n'
    plain = 'class NoteQuerySet(QuerySet["Note"]):\n    def parts_for(self, actor):\n        return [self]\n'

    assert predicates_of_their_own(parted) == ["NoteQuerySet.visible_to"]
    assert predicates_of_their_own(plain) == ["NoteQuerySet.parts_for"]


def test_a_door_with_a_rule_of_its_own_is_seen(spread: SampleCity):
    """The checks compare: a list that shows more than the predicate, an area forgotten in the predicate."""
    shown = next(shown for shown in SHOWN if shown.model is Case)
    drawn = [Post("city", ("cases.read",), "990102", True)]
    hiding = replace(shown, doors=[replace(shown.doors[0], only=lambda rows, reader: rows[:0])])
    forgetful = replace(shown, reaches=lambda actor, case: actor.holds("cases.read"))

    assert official_sees(spread, shown, drawn)
    for planted in (hiding, forgetful):
        with pytest.raises(AssertionError):
            official_sees(spread, planted, drawn)

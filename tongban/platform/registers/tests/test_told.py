"""Among several people and registers: what is kept of each, who decides what, and what the journal says."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.registers import services as registers
from tongban.platform.registers.models import Correction, Entry, Lookup, Register
from tongban.platform.registers.tests.conftest import DATA, FIELDS

pytestmark = pytest.mark.django_db
MOMENT = datetime(2126, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def several(entry, departments, person, stranger):
    """Two people in the population's register, one of them in the health register too."""
    registers.declare(
        actor=SYSTEM, key="health", title="健康档案", department=departments["health"], holder="person", fields=FIELDS
    )
    return {
        "lin": entry,
        "zhou": put(stranger, name="周文博", district="云山县"),
        "lin health": put(person, register="health", district="青石区"),
    }


def put(account, actor=SYSTEM, register="population", as_of=date(2026, 10, 31), **data):
    return registers.put(
        actor=actor, register=register, party=account.party, data=DATA | data, as_of=as_of, source="人口库"
    )


def asked(actor, register="population", field="district", value=" 青石区 "):
    return registers.report_error(actor=actor, register=register, field=field, value=value, explanation=" 去年搬家了 ")


def the_fact(name):
    return Fact.objects.filter(name=f"registers.{name}").order_by("pk").last()


def test_what_a_register_says_of_one_person_is_kept_for_them_alone(several, person, stranger):
    put(person, as_of=date(2026, 11, 30), district="新区")

    assert {name: Entry.objects.get(pk=entry.pk).data["district"] for name, entry in several.items()} == {
        "lin": "新区",
        "zhou": "云山县",
        "lin health": "青石区",
    }
    population = Register.objects.with_key("population")
    assert Entry.objects.of_party(population, stranger.party) == several["zhou"]
    assert Entry.objects.of_party(Register.objects.with_key("health"), stranger.party) is None


def test_an_entry_keeps_its_day_its_source_and_when_it_came(several, person):
    with clock.at(MOMENT):
        put(person, as_of=date(2026, 11, 30), district="新区")

    kept = Entry.objects.get(pk=several["lin"].pk)
    assert (kept.as_of, kept.source, kept.updated_at) == (date(2026, 11, 30), "人口库", MOMENT)


@pytest.mark.parametrize("duty", ["registers.look_up", "registers.look_up_sensitive", "registers.steward"])
def test_only_whoever_declares_a_register_fills_it(several, person, staff, as_actor, duty):
    official = as_actor(staff("someone", "某人", "public-security", duty))
    elsewhere = as_actor(staff("elsewhere", "别处", "health", "registers.declare"))

    for actor in (official, elsewhere, as_actor(person)):
        with pytest.raises(NotAllowed):
            put(person, actor=actor, as_of=date(2026, 11, 30), district="改")

    assert Entry.objects.get(pk=several["lin"].pk).data["district"] == "临湖区"


def test_declaring_is_told_with_the_names_of_the_fields(several):
    fact = the_fact("RegisterDeclared")

    assert fact.data == {"key": "health", "fields": [field["name"] for field in FIELDS]}
    assert fact.subject == "register:health"


def test_changing_one_register_changes_no_other(several, departments):
    registers.declare(
        actor=SYSTEM,
        key="health",
        title="健康信息",
        department=departments["health"],
        holder="person",
        fields=FIELDS[:2],
    )

    assert Register.objects.with_key("health").title == "健康信息"
    assert Register.objects.with_key("population").title == "人口基本信息"
    assert Register.objects.count() == 2


def test_a_look_up_says_only_what_the_register_knows(register, person, as_actor):
    registers.put(
        actor=SYSTEM,
        register="population",
        party=person.party,
        data={"name": "林晓云"},
        as_of=date(2026, 10, 31),
        source="人口库",
    )

    result = registers.look_up(
        actor=as_actor(person), register="population", party=person.party, purpose="核对", subject="case:1"
    )

    assert result.data == {"name": "林晓云"}
    assert result.rows == [("姓名", "林晓云")]
    assert Lookup.objects.get().fields == ["name"]


def test_an_officials_look_up_is_told_with_its_purpose_under_its_matter(several, person, reviewer, as_actor):
    registers.look_up(
        actor=as_actor(reviewer), register="population", party=person.party, purpose=" 核对申请 ", subject=" case:12 "
    )

    fact = the_fact("RegisterLookedUp")
    assert fact.data == {
        "register": "population",
        "party": person.party.pk,
        "purpose": "核对申请",
        "fields": ["name", "born_on", "district"],
        "found": True,
    }
    assert (fact.subject, fact.reason, fact.account) == ("case:12", "核对申请", reviewer.pk)


def test_what_one_reads_of_oneself_is_kept_and_told_to_nobody_else(several, person, as_actor):
    registers.look_up(
        actor=as_actor(person), register="population", party=person.party, purpose="查看", subject="self:1"
    )

    assert Lookup.objects.get().own
    assert the_fact("RegisterLookedUp") is None


def test_a_reported_error_is_kept_and_told(several, person, as_actor):
    with clock.at(MOMENT):
        correction = asked(as_actor(person))

    kept = Correction.objects.get(pk=correction.pk)
    assert (kept.entry, kept.register, kept.field) == (several["lin"], several["lin"].register, "district")
    assert (kept.value, kept.explanation) == ("青石区", "去年搬家了")
    assert (kept.asked_by, kept.asked_at, kept.state) == (person.pk, MOMENT, "open")
    fact = the_fact("CorrectionAsked")
    assert fact.data == {
        "correction": kept.pk,
        "register": "population",
        "party": person.party.pk,
        "field": "district",
    }
    assert (fact.subject, fact.account) == (f"correction:{kept.pk}", person.pk)
    assert "青石区" not in str(fact.data)


def test_an_error_is_reported_in_the_register_that_was_named(several, person, as_actor):
    assert asked(as_actor(person), register="health", value="新区").entry == several["lin health"]


@pytest.mark.parametrize("field", ["no_such_field", "", "id"])
def test_an_error_in_a_field_that_is_none_is_refused(several, person, as_actor, field):
    with pytest.raises(Invalid):
        asked(as_actor(person), field=field)

    assert not Correction.objects.exists()


def test_an_accepted_correction_changes_that_entry_alone_and_says_where_it_came_from(
    several, person, steward, as_actor
):
    correction = asked(as_actor(person))

    with clock.at(MOMENT), translation.override("en"):  # records are in Chinese whoever decides
        registers.accept(actor=as_actor(steward), correction=correction, reason=" 经核实 ")

    kept = Entry.objects.get(pk=several["lin"].pk)
    assert kept.data == DATA | {"district": "青石区"}
    assert (kept.as_of, kept.updated_at, kept.source) == (MOMENT.date(), MOMENT, "依当事人申请更正")
    assert Entry.objects.get(pk=several["zhou"].pk).data["district"] == "云山县"
    decided = Correction.objects.get(pk=correction.pk)
    assert (decided.state, decided.was, decided.reason) == ("accepted", "临湖区", "经核实")
    assert (decided.decided_by, decided.decider_name, decided.decided_at) == (steward.pk, "孙悦", MOMENT)


@pytest.mark.parametrize(("verb", "accepted"), [("accept", True), ("decline", False)])
def test_a_decision_is_told_to_whom_it_is_about(several, person, steward, as_actor, verb, accepted):
    correction = asked(as_actor(person))

    getattr(registers, verb)(actor=as_actor(steward), correction=correction, reason=" 经核实 ")

    fact = the_fact("CorrectionDecided")
    assert fact.data == {
        "correction": correction.pk,
        "register": "population",
        "register_title": "人口基本信息",
        "field_title": "所在区",
        "party": person.party.pk,
        "accepted": accepted,
        "reason": "经核实",
    }
    assert (fact.subject, fact.reason, fact.account) == (f"correction:{correction.pk}", "经核实", steward.pk)


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_nobody_decides_about_their_own_data(several, person, steward, as_actor, verb):
    """A steward is a person of the city too, and may have asked under the same account."""
    correction = asked(as_actor(person))
    Correction.objects.filter(pk=correction.pk).update(asked_by=steward.pk)

    with pytest.raises(registers.OwnCorrection):
        getattr(registers, verb)(actor=as_actor(steward), correction=correction, reason="好")

    assert Correction.objects.get(pk=correction.pk).state == "open"


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_nobody_decides_without_the_duty_there(several, person, staff, as_actor, verb):
    correction = asked(as_actor(person))
    others = [
        as_actor(person),
        as_actor(staff("a", "甲", "health", "registers.steward")),
        as_actor(staff("b", "乙", "public-security", "registers.declare", "registers.look_up")),
    ]

    for actor in others:
        with pytest.raises(NotAllowed):
            getattr(registers, verb)(actor=actor, correction=correction, reason="好")
    assert Entry.objects.get(pk=several["lin"].pk).data["district"] == "临湖区"


def test_stewards_see_the_corrections_of_their_register_and_which_are_decided(several, person, staff, as_actor):
    one, two = asked(as_actor(person)), asked(as_actor(person), register="health", value="新区")
    police = as_actor(staff("p", "甲", "public-security", "registers.steward"))
    health = as_actor(staff("h", "乙", "health", "registers.steward"))
    registers.decline(actor=health, correction=two, reason="无误")

    assert list(Correction.objects.visible_to(police)) == [one]
    assert list(Correction.objects.visible_to(health)) == [two]
    assert list(Correction.objects.open()) == [one]
    assert list(Correction.objects.decided()) == [two]


def test_one_sees_what_is_kept_of_oneself_and_not_under_a_mandate_for_some_services(several, person, as_actor):
    whole = as_actor(person)
    agent = replace(whole, acting_for=whole.party, services=("food-business",))

    assert set(Entry.objects.visible_to(whole)) == {several["lin"], several["lin health"]}
    assert not Entry.objects.visible_to(agent).exists()
    assert not Lookup.objects.visible_to(agent).exists()


@pytest.mark.parametrize(
    ("names", "changed"), [(["population"], True), (["health"], False), ([], False), (["population", "health"], True)]
)
def test_whether_a_register_said_something_newer_is_known_without_reading_it(several, person, stranger, names, changed):
    since = clock.now()
    with clock.at(MOMENT):
        put(person, as_of=date(2026, 11, 30), district="新区")

    assert Entry.objects.changed_since(person.party.pk, names, since) is changed
    assert not Entry.objects.changed_since(stranger.party.pk, names, since)
    assert not Entry.objects.changed_since(person.party.pk, names, MOMENT)

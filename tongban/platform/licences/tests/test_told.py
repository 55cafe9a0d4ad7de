"""Of several licences: who reads which, and what the journal says of each reading, listing and step."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.licences.tests.conftest import KIND_CODE, an_official, standing_for

pytestmark = pytest.mark.django_db
FOR = "核实经营资格"


@pytest.fixture
def two(give, health, lin):
    """A food licence of the company, and a sanitary one of a person, of another office and kind."""
    return give(), give(
        kind="sanitary-licence",
        kind_name="公共场所卫生许可证",
        kind_code="11100000MB03271699002",
        number="WS{serial:06}",
        holder=lin,
        issuer=health,
        subject="case:2",
        service="venue-sanitary",
    )


def facts(name: str) -> list[Fact]:
    return list(Fact.objects.filter(name=f"licences.{name}").order_by("pk"))


def test_a_holder_reads_their_own_without_a_word_and_leaves_no_trace(two, hexiang):
    food, _sanitary = two

    assert licences.read(actor=standing_for(hexiang), token=food.token) == food
    assert licences.own(actor=standing_for(hexiang), token=food.token) == food
    assert facts("LicenceRead") == []


def test_a_licence_of_somebody_else_is_not_there(two, hexiang):
    _food, sanitary = two

    for verb in (licences.read, licences.own, licences.visible):
        with pytest.raises(NotFound):
            verb(actor=standing_for(hexiang), token=sanitary.token)


def test_what_one_may_read_by_duty_is_not_ones_own(two, market):
    food, _sanitary = two
    official = an_official(market, "licences.read")

    assert licences.read(actor=official, token=food.token, purpose=FOR) == food
    with pytest.raises(NotFound):
        licences.own(actor=official, token=food.token)


@pytest.mark.parametrize(("way", "told"), [("page", "page"), ("rest", "rest")])
def test_reading_by_duty_is_told_with_its_purpose(two, market, hexiang, way, told):
    food, _sanitary = two
    licences.read(actor=an_official(market, "licences.read"), token=food.token, purpose=f" {FOR} ", way=way)

    (fact,) = facts("LicenceRead")
    assert fact.data == {"identifier": food.identifier, "holder_id": hexiang.pk, "way": told}
    assert (fact.subject, fact.reason, fact.account) == (f"licence:{food.identifier}", FOR, 900)


@pytest.mark.parametrize("purpose", ["", "  ", "用" * 201])
def test_without_a_purpose_nobody_reads_or_lists(two, market, purpose):
    food, _sanitary = two
    official = an_official(market, "licences.read")

    with pytest.raises(licences.NoLicencePurpose):
        licences.read(actor=official, token=food.token, purpose=purpose)
    with pytest.raises(licences.NoLicencePurpose):
        licences.record_search(actor=official, found=[food], purpose=purpose)
    assert facts("LicenceRead") == facts("LicencesSearched") == []


def test_the_file_is_read_under_the_same_rules_and_told_as_a_file(two, market):
    food, sanitary = two
    official = an_official(market, "licences.read")

    assert licences.file_of(actor=official, token=food.token, purpose=FOR) == food.document
    assert facts("LicenceRead")[0].data["way"] == "file"
    with pytest.raises(NotFound):
        licences.file_of(actor=official, token=sanitary.token, purpose=FOR)


def test_listing_others_licences_is_told_and_ones_own_is_not(two, market, hexiang):
    food, sanitary = two
    licences.record_search(actor=standing_for(hexiang), found=[food])
    assert facts("LicencesSearched") == []

    licences.record_search(
        actor=an_official(market, "licences.read"), found=[food, sanitary], kind="food-business-licence", purpose=FOR
    )

    (fact,) = facts("LicencesSearched")
    assert fact.data == {"kind": "food-business-licence", "found": 2}
    assert (fact.subject, fact.reason, fact.account) == ("licences", FOR, 900)


def test_readers_are_told_of_this_licence_only_and_steps_are_no_readers(two, market, health):
    food, sanitary = two
    licences.read(actor=an_official(market, "licences.read"), token=food.token, purpose=FOR)
    licences.read(actor=an_official(health, "licences.read"), token=sanitary.token, purpose="另一件")
    licences.suspend(actor=SYSTEM, licence=food, reason="抽检不合格")

    assert [fact.reason for fact in licences.recent_readers(food)] == [FOR]
    assert [fact.reason for fact in licences.recent_readers(sanitary)] == ["另一件"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("company", {"food"}),
        ("person", {"sanitary"}),
        ("market", {"food"}),
        ("health", {"sanitary"}),
        ("nobody", set()),
    ],
)
def test_everybody_sees_their_own_and_what_their_duty_reaches(two, hexiang, lin, market, health, who, seen):
    actor = {
        "company": standing_for(hexiang),
        "person": standing_for(lin),
        "market": an_official(market, "licences.read"),
        "health": an_official(health, "licences.read"),
        "nobody": ANONYMOUS,
    }[who]
    names = {two[0].pk: "food", two[1].pk: "sanitary"}

    assert {names[licence.pk] for licence in Licence.objects.visible_to(actor)} == seen
    parts = [licence for part in Licence.objects.parts_for(actor) for licence in part]
    assert {names[licence.pk] for licence in parts} == seen


@pytest.mark.parametrize(("services", "seen"), [(("venue-sanitary",), 1), (("food-business",), 0), ((), 1)])
def test_a_mandate_for_some_services_shows_what_came_out_of_them(two, lin, services, seen):
    actor = Actor("person", account=901, name="代办", acting_for=lin.pk, services=services)

    assert Licence.objects.visible_to(actor).count() == seen


def test_licences_are_found_by_holder_kind_number_and_matter(two, hexiang, lin):
    food, sanitary = two

    assert list(Licence.objects.of_party(lin.pk)) == list(Licence.objects.held_by(lin)) == [sanitary]
    assert list(Licence.objects.held_by(hexiang, "sanitary-licence")) == []
    assert list(Licence.objects.of_kind("sanitary-licence")) == [sanitary]
    assert Licence.objects.of_kind("").count() == 2
    assert list(Licence.objects.found_by(food.number)) == list(Licence.objects.found_by(food.identifier)) == [food]
    assert list(Licence.objects.found_by("no such")) == []
    assert list(Licence.objects.of_subject("case:2")) == [sanitary]
    assert Licence.objects.with_token(food.token) == Licence.objects.with_identifier(food.identifier) == food
    assert list(Licence.objects.with_number(sanitary.number, "no such")) == [sanitary]
    assert Licence.objects.with_file(food.file_digest) == food
    assert list(Licence.objects.other_than(food)) == [sanitary]
    assert Licence.objects.with_token("") is Licence.objects.with_identifier("x") is None


@pytest.mark.parametrize("verb", ["issue", "record"])
def test_nobody_issues_or_records_without_the_duty_there(give, market, health, hexiang, verb):
    order = licences.Order(
        kind="x",
        kind_name="证",
        kind_code=KIND_CODE,
        number="N{serial:06}",
        holder=hexiang,
        issuer=market,
        subject="case:9",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        face={},
    )

    for actor in (an_official(health, f"licences.{verb}"), an_official(market, "licences.read"), ANONYMOUS):
        with pytest.raises(NotAllowed):
            getattr(licences, verb)(actor=actor, order=order)
    assert not Licence.objects.exists()
    for wrong, refusal in (
        ({"kind_code": "short"}, licences.KindCodeBroken),
        ({"kind_code": "1" * 20 + "a"}, licences.KindCodeBroken),
        ({"number": "{nothing}"}, licences.NumberBroken),
    ):
        with pytest.raises(refusal):
            getattr(licences, verb)(actor=SYSTEM, order=replace(order, **wrong))
    assert not Licence.objects.exists()


@pytest.mark.parametrize("verb", ["suspend", "revoke", "cancel"])
def test_a_step_is_kept_told_and_reaches_no_other_licence(two, market, verb):
    food, sanitary = two
    official = an_official(market, "licences.manage")
    with pytest.raises(licences.NoStepReason):
        getattr(licences, verb)(actor=official, licence=food, reason="  ")
    with pytest.raises(NotAllowed):
        getattr(licences, verb)(actor=official, licence=sanitary, reason="抽检不合格")

    getattr(licences, verb)(actor=official, licence=food, reason=" 抽检不合格 ")

    kept = Licence.objects.get(pk=food.pk)
    assert kept.state == {"suspend": "suspended", "revoke": "revoked", "cancel": "cancelled"}[verb]
    assert (kept.state_reason, kept.state_changed_at > food.state_changed_at) == ("抽检不合格", True)
    assert Licence.objects.get(pk=sanitary.pk).state == "valid"
    fact = Fact.objects.about(f"licence:{food.identifier}").order_by("pk").last()
    assert (fact.data["licence_id"], fact.data["record"]) == (food.pk, kept.code())
    assert (fact.reason, fact.account) == ("抽检不合格", 900)


def test_what_took_a_licences_place_is_recorded_in_chinese_whoever_saw_to_it(two, give):
    food, _sanitary = two
    newer = give(subject="case:3")

    with translation.override("en"):
        licences.supersede(actor=SYSTEM, licence=food, by=newer)

    kept = Licence.objects.get(pk=food.pk)
    assert kept.state == "superseded"
    assert newer.number in kept.state_reason
    assert "Replaced" not in kept.state_reason

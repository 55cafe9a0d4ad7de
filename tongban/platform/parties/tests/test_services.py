"""Who is known, and who may act for whom."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, NotFound
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Mandate, Party
from tongban.platform.parties.tests.conftest import HEXIANG, LAW, LIN, OTHER, ZHOU, actor_of, registered


def test_registering_again_gives_the_person_who_is_there(lin, facts):
    again = parties.register_person(actor=SYSTEM, name="林 晓云", id_number=LIN.lower())

    assert again.pk == lin.pk
    assert facts("parties.PartyRegistered") == [{"party": lin.pk, "kind": "person"}]


def test_a_number_is_not_given_to_another_name(lin):
    with pytest.raises(parties.OtherName):
        parties.register_person(actor=SYSTEM, name="林小芸", id_number=LIN)


def test_a_person_known_without_an_account_is_joined_to_one(db):
    known = parties.register_person(actor=SYSTEM, name="林晓云", id_number=LIN)

    joined = registered("lin.xiaoyun", "林晓云", LIN)

    assert joined.pk == known.pk
    assert joined.account.login == "lin.xiaoyun"


def test_a_person_has_one_account_only(lin):
    other = identity.open_account(actor=SYSTEM, login="lin2", name="林晓云", kind="person")

    with pytest.raises(parties.OtherAccount):
        parties.register_person(actor=SYSTEM, name="林晓云", id_number=LIN, account=other)


@pytest.mark.parametrize("number", ["", "11010519491231002", "110105194912310021", "420106190002290012"])
def test_a_wrong_id_number_is_refused_at_its_field(db, number):
    with pytest.raises(Invalid) as refusal:
        parties.register_person(actor=SYSTEM, name="林晓云", id_number=number)

    assert list(refusal.value.errors) == ["id_number"]


def test_a_wrong_credit_code_is_refused_at_its_field(db):
    with pytest.raises(Invalid) as refusal:
        parties.register_organisation(actor=SYSTEM, name="公司", uscc="91110000MA001AAA55")

    assert list(refusal.value.errors) == ["id_number"]


def test_a_phone_number_is_kept_in_one_way_whoever_bears_it(db):
    person = parties.register_person(actor=SYSTEM, name="林晓云", id_number=LIN, phone="+86 138-1234-5678")
    company = parties.register_organisation(
        actor=SYSTEM, name="云泽市禾香餐饮有限公司", uscc=HEXIANG, phone="+86 138-1234-5678"
    )

    assert (person.phone, company.phone) == ("13812345678", "13812345678")


def test_nobody_registers_without_the_duty(lin):
    for actor in (ANONYMOUS, actor_of(lin)):
        with pytest.raises(NotAllowed):
            parties.register_person(actor=actor, name="周文博", id_number=ZHOU)


def test_numbers_and_addresses_are_unreadable_where_they_rest(lin):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, id_digest, phone, address FROM parties_party")
        row = " ".join(cursor.fetchone())

    assert not any(value in row for value in (LIN, "13812345678", "荷塘路"))
    assert Party.objects.get(pk=lin.pk).id_number == LIN


def test_a_legal_representative_acts_without_a_mandate(owner, company, lin):
    assert list(Party.objects.acted_for_by(owner)) == [company]
    assert list(Party.objects.acted_for_by(lin)) == []
    assert actor_of(owner, company).represents == company.pk
    assert actor_of(owner, company).acting_name == company.name
    assert actor_of(lin, company).represents == lin.pk


def test_an_agent_acts_while_the_mandate_lasts(owner, company, zhou):
    today = clock.today()
    parties.give_mandate(
        actor=actor_of(owner),
        principal=company,
        agent=zhou,
        valid_from=today + timedelta(days=1),
        valid_until=today + timedelta(days=2),
    )

    acts = []
    for days in range(4):
        with clock.at(clock.now() + timedelta(days=days)):
            acts.append(actor_of(zhou, company).acting_for == company.pk)

    assert acts == [False, True, True, False]


def test_a_revoked_mandate_counts_no_more(owner, company, zhou, facts):
    mandate = parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou)
    assert actor_of(zhou, company).acting_for == company.pk

    parties.revoke_mandate(actor=actor_of(owner), uid=mandate.uid, reason="离职")
    parties.revoke_mandate(actor=actor_of(owner), uid=mandate.uid)

    assert actor_of(zhou, company).acting_for is None
    assert len(facts("parties.MandateRevoked")) == 1


def test_an_agent_may_lay_a_mandate_down(owner, company, zhou):
    mandate = parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou)

    parties.revoke_mandate(actor=actor_of(zhou), uid=mandate.uid)

    assert actor_of(zhou, company).acting_for is None


def test_giving_the_same_mandate_again_gives_the_one_that_is_there(owner, company, zhou, facts):
    given = {"actor": actor_of(owner), "principal": company, "agent": zhou, "services": ["b", "a"]}
    first = parties.give_mandate(**given)

    assert parties.give_mandate(**given).pk == first.pk
    assert parties.give_mandate(**{**given, "services": ["a"]}).pk != first.pk
    assert len(facts("parties.MandateGiven")) == 2


def test_a_mandate_cannot_be_handed_on(owner, company, zhou, lin):
    parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou)

    with pytest.raises(NotAllowed):
        parties.give_mandate(actor=actor_of(zhou, company), principal=company, agent=lin)


def test_a_stranger_neither_gives_nor_revokes(owner, company, zhou, lin, facts):
    mandate = parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou)

    with pytest.raises(NotAllowed):
        parties.give_mandate(actor=actor_of(lin), principal=company, agent=lin)
    with pytest.raises(NotFound), identity.collecting_denied():
        parties.revoke_mandate(actor=actor_of(lin), uid=mandate.uid)

    assert facts("identity.AccessDenied") == [{"what": "mandate", "key": str(mandate.uid)}]
    assert mandate not in Mandate.objects.visible_to(actor_of(lin))
    assert mandate in Mandate.objects.visible_to(actor_of(zhou))
    assert mandate in Mandate.objects.visible_to(actor_of(owner))


def test_a_person_lets_a_relative_act(lin, zhou):
    parties.give_mandate(actor=actor_of(lin), principal=lin, agent=zhou)

    assert actor_of(zhou, lin).represents == lin.pk


@pytest.mark.parametrize(
    ("valid_from", "valid_until"),
    [(date(2026, 3, 2), date(2026, 3, 1)), (date(2001, 1, 1), date(2001, 12, 31))],
)
def test_a_mandate_that_ends_before_it_begins_is_refused(lin, zhou, valid_from, valid_until):
    with pytest.raises(Invalid) as refusal:
        parties.give_mandate(
            actor=actor_of(lin), principal=lin, agent=zhou, valid_from=valid_from, valid_until=valid_until
        )

    assert list(refusal.value.errors) == ["valid_until"]


def test_nobody_gives_a_mandate_to_themself(lin):
    with pytest.raises(Invalid):
        parties.give_mandate(actor=actor_of(lin), principal=lin, agent=lin)


def test_a_mandate_for_some_services_covers_no_other(owner, company, zhou):
    parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou, services=["food-business"])
    acting = actor_of(zhou, company)

    parties.must_cover(actor=acting, service="food-business")
    with pytest.raises(parties.MandateTooNarrow):
        parties.must_cover(actor=acting, service="public-place-hygiene")


def test_for_themself_and_as_legal_representative_everything_is_covered(owner, company, lin):
    parties.must_cover(actor=actor_of(lin), service="food-business")
    parties.must_cover(actor=actor_of(owner, company), service="food-business")


def test_an_agent_is_found_by_number_and_name_together(zhou, lin, facts):
    assert parties.find_agent(actor=actor_of(lin), number=f" {ZHOU} ", name="周 文博") == zhou
    for number, name in ((ZHOU, "周文"), (LAW, "周文博")):
        with pytest.raises(parties.NoSuchParty):
            parties.find_agent(actor=actor_of(lin), number=number, name=name)

    assert len(facts("identity.AccessDenied")) == 2


def test_knowing_one_number_does_not_help_to_guess_another(zhou, lin, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 3
    guesser = actor_of(lin)
    with clock.at(clock.now()):
        for number in range(4):
            elsewhere = replace(guesser, address=f"203.0.113.{number}")
            assert parties.find_agent(actor=elsewhere, number=ZHOU, name="周文博") == zhou
            with pytest.raises(parties.NoSuchParty):
                parties.find_agent(actor=elsewhere, number=LAW, name="周文博")

        with pytest.raises(identity.TooManyAttempts):
            parties.find_agent(actor=guesser, number=OTHER, name="周文博")


def test_the_counter_finds_a_party_and_leaves_a_trace(clerk, lin, facts):
    actor = identity.actor_of(clerk)

    assert parties.find(actor=actor, number=LIN, purpose="窗口受理") == [lin]
    assert parties.find(actor=actor, number=OTHER, purpose="窗口受理") == []

    assert facts("parties.PartyLookedUp") == [{"party": lin.pk}, {"party": None}]
    with pytest.raises(NotAllowed):
        parties.find(actor=actor_of(lin), number=LIN, purpose="好奇")


def test_one_sees_oneself_and_whom_one_acts_for(owner, company, zhou, lin, clerk):
    parties.give_mandate(actor=actor_of(owner), principal=company, agent=zhou)

    assert set(Party.objects.visible_to(actor_of(zhou))) == {zhou, company}
    assert set(Party.objects.visible_to(actor_of(lin))) == {lin}
    assert set(Party.objects.visible_to(ANONYMOUS)) == set()
    assert set(Party.objects.visible_to(identity.actor_of(clerk))) == {owner, company, zhou, lin}


def test_a_company_shows_its_number_and_a_person_hides_it(lin, company):
    assert parties.shown_number(lin) == "110105********002X"
    assert parties.shown_number(company) == HEXIANG


@pytest.mark.parametrize(
    ("number", "right"), [(LIN, True), (HEXIANG, True), ("123", False), ("91110000MA001AAA55", False)]
)
def test_a_number_of_either_kind_is_taken(number, right):
    assert (parties.number_problem(number) is None) == right


def test_a_mandate_for_some_services_says_so_in_the_actor(zhou, company):
    parties.give_mandate(actor=SYSTEM, principal=company, agent=zhou, services=["food-business"])

    assert actor_of(zhou, company).services == ("food-business",)


def test_a_mandate_without_limits_beside_a_limited_one_is_for_all(zhou, company):
    parties.give_mandate(actor=SYSTEM, principal=company, agent=zhou, services=["food-business"])
    parties.give_mandate(actor=SYSTEM, principal=company, agent=zhou)

    assert actor_of(zhou, company).services == ()


def test_the_legal_representative_is_limited_by_no_mandate(owner, company):
    parties.give_mandate(actor=SYSTEM, principal=company, agent=owner, services=["food-business"])

    assert actor_of(owner, company).services == ()

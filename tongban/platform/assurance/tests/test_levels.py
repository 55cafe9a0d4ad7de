"""How sure the city is of somebody, and how they get further."""

from datetime import timedelta

import pytest

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.assurance import rules
from tongban.platform.assurance import services as assurance
from tongban.platform.assurance.models import Evidence
from tongban.platform.assurance.services import levels
from tongban.platform.assurance.tests.conftest import NAME, NUMBER, actor_of, browser
from tongban.platform.identity import services as identity
from tongban.platform.registers.models import Lookup


@pytest.mark.parametrize(
    ("has_party", "evidence", "level"),
    [(False, [], 1), (True, [], 2), (True, [3], 3), (True, [3, 4], 4), (False, [2], 2)],
)
def test_the_best_evidence_counts(has_party, evidence, level):
    assert rules.level(has_party=has_party, evidence=evidence) == level


def test_whoever_registered_alone_is_on_level_one(account):
    assert assurance.level_of(actor_of(account)) == 1


def test_name_and_number_of_the_register_make_level_two(account, population, facts):
    assurance.match_identity(actor=actor_of(account), name=NAME, id_number=NUMBER)

    assert assurance.level_of(actor_of(account)) == 2
    assert facts("AssuranceRaised") == [{"account": account.pk, "kind": "register", "level": 2}]


def test_the_person_sees_that_the_register_was_asked(account, population):
    assurance.match_identity(actor=actor_of(account), name=NAME, id_number=NUMBER)

    assert Lookup.objects.get(party=population).subject == f"account:{account.pk}"


@pytest.mark.parametrize(("name", "number"), [("林晓雨", NUMBER), (NAME, "990102198506140013")])
def test_what_the_register_does_not_say_matches_nobody(account, population, name, number):
    with pytest.raises((assurance.DoesNotMatch, identity.TooManyAttempts)):
        assurance.match_identity(actor=actor_of(account), name=name, id_number=number)

    assert assurance.level_of(actor_of(account)) == 1


def test_nobody_takes_over_a_person_who_has_an_account(owner):
    thief = identity.open_account(actor=SYSTEM, login="thief", name=NAME, kind="person")

    with pytest.raises(assurance.DoesNotMatch):
        assurance.match_identity(actor=actor_of(thief), name=NAME, id_number=NUMBER)

    assert assurance.level_of(actor_of(thief)) == 1


def test_the_window_gives_level_four(owner, facts):
    assurance.confirm_in_person(actor=SYSTEM, login=owner.login, purpose="出示身份证原件")

    assert assurance.level_of(actor_of(owner)) == 4


def test_nobody_without_the_duty_confirms_anybody(owner):
    stranger = identity.open_account(actor=SYSTEM, login="wu.zhiyuan", name="吴志远", kind="staff")

    with pytest.raises(NotAllowed):
        assurance.confirm_in_person(actor=identity.actor_of(stranger), login=owner.login, purpose="帮忙")


def test_an_unidentified_account_is_not_confirmed_at_the_window(account):
    with pytest.raises(assurance.NoIdentifiedPerson):
        assurance.confirm_in_person(actor=SYSTEM, login=account.login, purpose="出示身份证原件")


def test_evidence_ends_on_its_day(owner):
    levels.add(owner, "real-person", source="核验", by=SYSTEM, valid_until=clock.today())
    assert assurance.level_of(actor_of(owner)) == 3

    with clock.at(clock.now() + timedelta(days=1)):
        assert assurance.level_of(actor_of(owner)) == 2


def test_withdrawn_evidence_counts_no_more(owner):
    made = levels.add(owner, "window", source="窗口", by=SYSTEM)

    assurance.withdraw_evidence(actor=actor_of(owner), uid=str(made.uid))

    assert assurance.level_of(actor_of(owner)) == 2


def test_a_page_leads_up_one_step_after_the_other_and_back(account, population):
    client = browser(account)
    wanted = "/assurance/step-up/?level=2&next=%2Flicences%2F"
    assert "核对姓名和号码" in client.get(wanted).content.decode()

    answer = client.post("/assurance/match/", {"name": NAME, "id_number": NUMBER, "next": wanted})

    assert answer.url == wanted
    assert client.get(wanted).url == "/licences/"


def test_nobody_is_led_out_of_the_house(owner):
    assert browser(owner).get("/assurance/step-up/?level=2&next=https://evil.example/").url == "/assurance/"


def test_the_own_page_says_on_what_the_level_rests(owner):
    levels.add(owner, "window", source="政务服务大厅", by=SYSTEM)

    page = browser(owner).get("/assurance/").content.decode()

    assert "经窗口核对原件确认" in page
    assert "政务服务大厅" in page
    assert Evidence.objects.owned_by(actor_of(owner)).count() == 1

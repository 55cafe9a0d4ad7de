import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.licences.tests.conftest import an_official, standing_for

pytestmark = pytest.mark.django_db


def test_a_licence_rests_comes_back_and_ends_with_reasons(give, market):
    official = an_official(market, "licences.manage")
    licence = give()

    licences.suspend(actor=official, licence=licence, reason="停业整顿")
    licences.resume(actor=official, licence=licence, reason="整改合格")
    licences.revoke(actor=official, licence=licence, reason="吊销处罚决定")

    with pytest.raises(licences.WrongLicenceState):
        licences.resume(actor=official, licence=licence, reason="求情")
    facts = Fact.objects.filter(subject=f"licence:{licence.identifier}").order_by("pk")
    assert [(fact.name, fact.reason) for fact in facts][1:] == [
        ("licences.LicenceSuspended", "停业整顿"),
        ("licences.LicenceResumed", "整改合格"),
        ("licences.LicenceRevoked", "吊销处罚决定"),
    ]


def test_a_step_needs_a_reason_and_the_duty_for_this_issuer(give, market, health):
    licence = give()

    with pytest.raises(licences.NoStepReason):
        licences.revoke(actor=an_official(market, "licences.manage"), licence=licence, reason="  ")
    with pytest.raises(NotAllowed):
        licences.revoke(actor=an_official(health, "licences.manage"), licence=licence, reason="越权")

    licence.refresh_from_db()
    assert licence.state == "valid"


def test_the_holder_reads_at_will_and_others_say_what_for(give, market, health, hexiang):
    licence = give()

    licences.read(actor=standing_for(hexiang), token=licence.token)
    assert not Fact.objects.filter(name="licences.LicenceRead").exists()

    official = an_official(market, "licences.read")
    with pytest.raises(licences.NoLicencePurpose):
        licences.read(actor=official, token=licence.token, purpose=" ")
    with pytest.raises(licences.NoLicencePurpose):
        licences.read(actor=official, token=licence.token, purpose="长" * 201)
    licences.read(actor=official, token=licence.token, purpose="办件 7K3M 核验")
    fact = Fact.objects.get(name="licences.LicenceRead")
    assert (fact.account, fact.reason, fact.data["holder_id"]) == (900, "办件 7K3M 核验", hexiang.pk)

    with pytest.raises(NotFound):
        licences.read(actor=an_official(health, "licences.read"), token=licence.token, purpose="好奇")


def test_a_strangers_guess_is_not_found_and_leaves_a_trace(give, lin):
    licence = give()

    with pytest.raises(NotFound):
        licences.own(actor=standing_for(lin), token=licence.token)

    assert Fact.objects.filter(name="identity.AccessDenied", data__key=licence.token).exists()


def test_one_sees_ones_own_and_what_the_duty_reaches(give, market, health, hexiang, lin):
    food = give()
    hygiene = give(kind="hygiene", number="W{serial}", kind_code="11100000MB03271699002", issuer=health, holder=lin)

    def seen(actor):
        return set(Licence.objects.visible_to(actor))

    assert seen(standing_for(hexiang)) == {food}
    assert seen(standing_for(lin)) == {hygiene}
    assert seen(an_official(market, "licences.read")) == {food}
    assert seen(an_official(health, "licences.read")) == {hygiene}
    assert seen(an_official(health)) == set()

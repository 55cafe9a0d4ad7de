"""变更、延续、补领 at the desk: the next version takes the place of a licence, with reason and fact."""

from datetime import date

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.licences.tests.conftest import an_official
from tongban.platform.licences.tests.test_doors import browser_of, official  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(market):
    return an_official(market, "licences.manage")


def test_a_changed_licence_keeps_its_number_and_the_old_one_says_so(give, clerk):
    old = give(subject="register:1")

    licences.change(actor=clerk, licence=old, face={"经营项目": "冷食类食品制售"}, reason="增加经营项目")
    assert licences.verify_token(old.token).validity == "valid"
    jobs.run_all()

    new = Licence.objects.get(follows=old)
    assert (new.number, new.version, new.state, new.how) == (old.number, 2, "valid", "change")
    assert new.face["经营项目"] == "冷食类食品制售"
    assert new.face["经营者名称"] == old.face["经营者名称"]
    assert licences.verify_token(old.token).validity == "superseded"
    assert licences.verify_token(new.token).reliable
    assert Fact.objects.get(name="licences.LicenceVersionOrdered").reason == "增加经营项目"


def test_an_extended_licence_ends_later(give, clerk):
    old = give(subject="register:1", valid_until=date(2098, 1, 1))

    with pytest.raises(licences.NoLaterEnd):
        licences.extend(actor=clerk, licence=old, valid_until=date(2097, 1, 1), reason="延续")
    licences.extend(actor=clerk, licence=old, valid_until=date(2099, 1, 1), reason="延续")
    jobs.run_all()

    assert Licence.objects.get(follows=old).valid_until == date(2099, 1, 1)


def test_a_replaced_licence_keeps_its_days(give, clerk):
    old = give(subject="register:1")

    licences.replace(actor=clerk, licence=old, reason="遗失补领")
    jobs.run_all()

    new = Licence.objects.get(follows=old)
    assert (new.issued_on, new.valid_from, new.valid_until) == (old.issued_on, old.valid_from, old.valid_until)


def test_what_cannot_be_ordered_is_refused(give, clerk, health):
    licence = give(subject="register:1")

    with pytest.raises(licences.NothingChanged):
        licences.change(actor=clerk, licence=licence, face={}, reason="无")
    with pytest.raises(licences.NoStepReason):
        licences.replace(actor=clerk, licence=licence, reason=" ")
    with pytest.raises(NotAllowed):
        licences.replace(actor=an_official(health, "licences.manage"), licence=licence, reason="越权")
    licences.replace(actor=clerk, licence=licence, reason="遗失")
    with pytest.raises(licences.WrongLicenceState):
        licences.replace(actor=clerk, licence=licence, reason="再补一次")
    licences.suspend(actor=clerk, licence=licence, reason="停业整顿")


def test_a_licence_that_is_not_valid_has_no_next_version(give, clerk):
    licence = give(subject="register:1")
    licences.cancel(actor=clerk, licence=licence, reason="歇业")

    with pytest.raises(licences.WrongLicenceState):
        licences.replace(actor=clerk, licence=licence, reason="补领")


def test_the_desk_orders_the_next_version(official, give):  # noqa: F811
    licence = give(subject="register:1")
    assert "经营项目" in official.get(f"/desk/licences/{licence.token}/version/").content.decode()

    refused = official.post(f"/desk/licences/{licence.token}/version/", {"how": "replace"})
    done = official.post(f"/desk/licences/{licence.token}/version/", {"how": "replace", "reason": "遗失"})
    jobs.run_all()

    assert (refused.status_code, done.status_code) == (422, 302)
    assert Licence.objects.get(follows=licence).how == "replace"


def test_the_holder_sees_the_next_version_in_the_history(give, lin):
    licence = give(holder=lin, subject="register:1")
    assert browser_of("lin.xiaoyun").get(f"/licences/{licence.token}/").status_code == 200


@pytest.mark.parametrize("written", [lambda text: text.lower(), lambda text: text.removeprefix("1.2.156.3005.2.")])
def test_an_identifier_is_found_however_it_is_written(give, written):
    licence = give(subject="register:1")

    assert licences.verify_identifier(written(licence.identifier)).genuine


def test_a_foreign_identifier_with_another_check_character_is_found_with_a_warning(market, hexiang):
    foreign = "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.M"
    licences.record(
        actor=SYSTEM,
        order=licences.Order(
            kind="property",
            kind_name="不动产登记证明",
            kind_code="11100000MB03271699022",
            number="皖2026第16号",
            holder=hexiang,
            issuer=market,
            subject="register:1",
            valid_from=date(2026, 1, 1),
            valid_until=None,
            face={"权利人": hexiang.name},
            identifier=foreign.lower(),
        ),
    )

    verdict = licences.verify_identifier(foreign)

    assert verdict.genuine
    assert len(verdict.warnings) == 2
    assert licences.verify_identifier(foreign[:-1] + "N").outcome == "mistyped"

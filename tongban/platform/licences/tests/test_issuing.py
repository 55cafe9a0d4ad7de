import io
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from pypdf import PdfReader

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.licences import rules
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence, Serial
from tongban.platform.licences.services import issuing
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import SealUse

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("PLT-A-03", "PLT-A-14")
def test_a_licence_has_its_identifier_its_number_and_a_sealed_file(give, market):
    licence = give()

    year = clock.today().year
    assert licence.identifier.startswith(f"{rules.ROOT_OID}.11100000MB03271699001.{market.uscc}.{year}000001.001.")
    assert rules.read_identifier(licence.identifier) == (licence.identifier, ())
    assert licence.number == rules.number("JY2{area}{serial:06}{check}", area="990100", year=year, serial=1)
    assert licence.state == "valid"
    pdf = storage.read(licence.document.blob)
    assert storage.digest_of(pdf) == licence.file_digest
    assert seals.examine(pdf).good
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert licence.number in text
    assert "热食类食品制售" in text
    assert Fact.objects.get(name="licences.LicenceIssued").data["origin"] == "case:1"


def test_the_same_subject_gets_the_same_licence(give):
    first, second = give(), give(number="something else")

    assert (first.pk, first.identifier, first.number) == (second.pk, second.identifier, second.number)
    assert Document.objects.count() == SealUse.objects.count() == 1
    assert Fact.objects.filter(name="licences.LicenceIssued").count() == 1


@pytest.mark.parametrize("place", ["compose", "keep_issued"])
def test_an_issue_that_was_killed_goes_on_with_the_same_number(give, monkeypatch, place):
    class Killed(BaseException):
        pass

    def killed(*args, **options):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(documents, place, killed)
        with pytest.raises(Killed):
            give()
    reserved = Licence.objects.get()

    licence = give()

    assert (licence.pk, licence.identifier, licence.token) == (reserved.pk, reserved.identifier, reserved.token)
    assert licence.state == "valid"
    assert Serial.objects.get(year=licence.issued_on.year).last == 1


def test_a_file_that_was_made_before_the_kill_is_not_made_again(give, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*args, **options):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(issuing, "_finish", killed)
        with pytest.raises(Killed):
            give()

    licence = give()

    assert SealUse.objects.count() == Document.objects.count() == 1
    assert licence.file_digest == Document.objects.get().blob.digest


def test_a_reserved_licence_is_not_there_for_the_world(give, hexiang, monkeypatch):
    monkeypatch.setattr(documents, "compose", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        give()

    assert not Licence.objects.held_by(hexiang)
    assert not Licence.objects.visible_to(SYSTEM)
    assert not Licence.objects.of_subject("case:1")
    assert not licences.verify_token(Licence.objects.get().token).genuine


def test_numbers_follow_each_other_without_gaps(give):
    with clock.at(datetime(2021, 12, 22, 3, tzinfo=UTC)):
        for number in (1, 2):
            give(subject=f"case:{number}")
        with pytest.raises(licences.NumberBroken):
            give(subject="case:3", number="{serial}{nonsense}")
        third = give(subject="case:3")
    with clock.at(datetime(2022, 1, 4, 3, tzinfo=UTC)):
        fourth = give(subject="case:4")

    assert ".2021000003." in third.identifier
    # A new year begins a new series of identifiers; a number without a year in it goes on.
    assert ".2022000001." in fourth.identifier
    assert fourth.number[9:15] == "000004"


def test_a_series_with_the_year_in_it_starts_over(give):
    pattern = "云市监〔{year}〕{serial:03}号"
    with clock.at(datetime(2021, 12, 22, 3, tzinfo=UTC)):
        assert give(number=pattern).number == "云市监〔2021〕001号"
    with clock.at(datetime(2022, 1, 4, 3, tzinfo=UTC)):
        assert give(number=pattern, subject="case:2").number == "云市监〔2022〕001号"


def test_a_number_is_given_once(give):
    give(number="A-1")

    with pytest.raises(licences.NumberTaken):
        give(number="A-1", subject="case:2")

    assert Licence.objects.count() == 1


def test_an_issuer_without_a_code_is_told(give):
    nameless = identity.put_department(actor=SYSTEM, key="nameless", name="新设机构")

    with pytest.raises(licences.IssuerWithoutCode):
        give(issuer=nameless)


def test_who_does_not_hold_the_duty_issues_nothing(give):
    with pytest.raises(NotAllowed):
        give(actor=Actor("staff", account=5))

    assert not Licence.objects.exists()


def test_a_face_with_hostile_text_is_only_text(give):
    licence = give(face={"名称": "**甲** | 乙\n# 丙 {{ number }} <b>丁</b>"})

    text = PdfReader(io.BytesIO(storage.read(licence.document.blob))).pages[0].extract_text()
    assert "**甲** | 乙" in text
    assert "{{ number }} <b>丁</b>" in text.replace("\n", "")


def test_a_licence_of_another_issuer_is_recorded_with_what_it_has(market, hexiang):
    given = "1.2.156.3005.2.11100000MB03271699001.11110000000012343B.2026000001.001.0"
    order = licences.Order(
        kind="business-licence",
        kind_name="营业执照",
        kind_code="11100000MB03271699001",
        number="91110000MA001AAA54",
        holder=hexiang,
        issuer=market,
        subject="party:1",
        valid_from=date(2020, 1, 1),
        valid_until=None,
        face={"名称": "云泽市禾香餐饮有限公司"},
        identifier=given,
        issued_on=date(2020, 1, 2),
    )

    licence = licences.record(actor=SYSTEM, order=order)

    assert (licence.identifier, licence.issued_on) == (given, date(2020, 1, 2))
    assert Licence.objects.held_by(hexiang, "business-licence").get() == licence
    with pytest.raises(licences.IdentifierBroken):
        licences.record(actor=SYSTEM, order=replace(order, subject="party:2", identifier="12345"))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' database in memory takes one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_one_number_each_and_none_is_lost(give):
    problems = []

    def issue(subject):
        try:
            give(subject=subject)
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    give(subject="case:0")
    threads = [threading.Thread(target=issue, args=(f"case:{number // 2}",)) for number in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert sorted(Licence.objects.values_list("number", flat=True)) == sorted(
        rules.number("JY2{area}{serial:06}{check}", area="990100", year=2026, serial=serial) for serial in range(1, 6)
    )
    assert set(Licence.objects.values_list("state", flat=True)) == {"valid"}

"""加注件: for one purpose, until a day, watermarked, sealed and verifiable by itself."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import AnnotatedCopy
from tongban.platform.licences.tests.conftest import an_official, standing_for
from tongban.platform.licences.tests.test_doors import browser_of, key_for

pytestmark = pytest.mark.django_db
WHY = "与和平物业签订租赁合同"


@pytest.fixture
def her(give, lin):
    return give(holder=lin, subject="register:1", face={"经营者名称": "林晓云"})


def copied(licence, actor, days=30):
    until = clock.today() + timedelta(days=days)
    order = licences.annotate(actor=actor, token=licence.token, purpose=WHY, valid_until=until)
    jobs.run_all()
    return AnnotatedCopy.objects.made().get(pk=order.pk)


def test_a_copy_says_on_its_face_what_it_is_for(her, lin):
    copy = copied(her, standing_for(lin))

    said = PdfReader(BytesIO(storage.read(copy.document.blob))).pages[0].extract_text()
    assert WHY in said
    assert copy.valid_until.isoformat() in said
    assert copy.token in said


def test_a_copy_is_verified_by_its_code_and_by_its_file(her, lin):
    copy = copied(her, standing_for(lin))

    by_code = licences.verify_token(copy.token)
    by_file = licences.verify_file(storage.read(copy.document.blob))
    for verdict in (by_code, by_file):
        assert verdict.reliable
        assert verdict.copy == copy
        assert verdict.licence == her
    assert licences.verify_token(her.token).copy is None


def test_a_copy_that_is_over_is_genuine_and_may_not_be_used(her, lin):
    copy = copied(her, standing_for(lin), days=1)

    with clock.at(clock.now() + timedelta(days=3)):
        verdict = licences.verify_token(copy.token)
        file = licences.verify_file(storage.read(copy.document.blob))

    assert (verdict.outcome, verdict.validity) == ("not_valid", "valid")
    assert copy.valid_until.isoformat() in verdict.problems[0]
    assert file.outcome == "not_valid"


def test_a_copy_falls_with_its_licence(her, lin, market):
    copy = copied(her, standing_for(lin))
    licences.suspend(actor=an_official(market, "licences.manage"), licence=her, reason="停业整顿")

    assert licences.verify_token(copy.token).validity == "suspended"


def test_a_changed_copy_is_not_genuine(her, lin):
    pdf = storage.read(copied(her, standing_for(lin)).document.blob)

    verdict = licences.verify_file(pdf.replace(b"/Type", b"/Typf", 1))

    assert not verdict.genuine


def test_a_copy_needs_a_purpose_a_day_and_a_licence_that_is_valid(her, lin, zhou, market):
    tomorrow = clock.today() + timedelta(days=1)
    order = {"token": her.token, "purpose": WHY, "valid_until": tomorrow}

    with pytest.raises(licences.NoLicencePurpose):
        licences.annotate(actor=standing_for(lin), **(order | {"purpose": " "}))
    with pytest.raises(licences.CopyEndsWrong):
        licences.annotate(actor=standing_for(lin), **(order | {"valid_until": tomorrow - timedelta(days=2)}))
    with pytest.raises(licences.CopyEndsWrong):
        licences.annotate(actor=standing_for(lin), **(order | {"valid_until": tomorrow + timedelta(days=400)}))
    with pytest.raises(NotFound):
        licences.annotate(actor=standing_for(zhou), **order)
    with pytest.raises(documents.GlyphMissing):
        licences.annotate(actor=standing_for(lin), **(order | {"purpose": "\U00030302"}))
    licences.suspend(actor=an_official(market, "licences.manage"), licence=her, reason="停业整顿")
    with pytest.raises(licences.WrongLicenceState):
        licences.annotate(actor=standing_for(lin), **order)
    assert not AnnotatedCopy.objects.exists()


def test_nobody_else_fetches_a_copy(her, lin, market):
    copy = copied(her, standing_for(lin))

    with pytest.raises(NotFound):
        licences.copy_file(actor=an_official(market, "licences.read"), token=her.token, copy=copy.token)
    assert licences.copy_file(actor=standing_for(lin), token=her.token, copy=copy.token) == copy.document


def test_making_a_copy_twice_makes_one_file(her, lin):
    copy = copied(her, standing_for(lin))

    assert licences.make_copy(copy.pk).file_digest == copy.file_digest


def test_the_holder_makes_a_copy_on_the_page(her):
    client = browser_of("lin.xiaoyun")
    until = (clock.today() + timedelta(days=9)).isoformat()

    assert client.post(f"/licences/{her.token}/copies/", {"purpose": WHY}).status_code == 422
    assert client.post(f"/licences/{her.token}/copies/", {"purpose": WHY, "valid_until": until}).status_code == 302
    jobs.run_all()

    copy = AnnotatedCopy.objects.get()
    assert WHY in client.get(f"/licences/{her.token}/").content.decode()
    assert client.get(f"/licences/{her.token}/copies/{copy.token}/").status_code == 200
    assert WHY in Client().get(f"/licences/v/{copy.token}/").content.decode()


@pytest.fixture
def bank(market):
    return key_for(duties=["licences.read"], department=market)


ASKED = {"code": "11010519491231002X", "code_type": "111", "purpose": "贷款审核", "matter": "公积金提取 7K3M"}


def test_another_system_finds_a_holders_licences_and_the_holder_reads_of_it(her, bank):
    found = Client().get("/api/v1/licences/holder", ASKED, headers=bank).json()["items"]

    assert [line["number"] for line in found] == [her.number]
    assert Fact.objects.get(name="licences.HolderLicencesListed").data["matter"] == "公积金提取 7K3M"
    log = browser_of("lin.xiaoyun").get("/licences/uses/").content.decode()
    assert "贷款审核" in log
    assert "云泽银行" in log


@pytest.mark.parametrize("lacking", [{"purpose": ""}, {"matter": ""}, {"code_type": "000"}, {"code": ""}])
def test_whoever_does_not_say_what_for_is_told_nothing(her, bank, lacking):
    assert Client().get("/api/v1/licences/holder", ASKED | lacking, headers=bank).status_code == 422


@pytest.mark.parametrize(
    "other", [{"code": "440524188001010014"}, {"code_type": "001"}, {"kind": "x"}, {"number": "x"}]
)
def test_what_does_not_fit_is_not_found(her, bank, other):
    assert Client().get("/api/v1/licences/holder", ASKED | other, headers=bank).json()["items"] == []


def test_another_system_orders_and_fetches_a_copy(her, bank):
    until = (clock.today() + timedelta(days=9)).isoformat()
    ordered = Client().post(
        f"/api/v1/licences/{her.token}/copies",
        {"purpose": "贷款审核", "valid_until": until},
        content_type="application/json",
        headers=bank,
    )
    token = ordered.json()["token"]
    waiting = Client().get(f"/api/v1/licences/{her.token}/copies/{token}/file", headers=bank)
    jobs.run_all()

    made = Client().get(f"/api/v1/licences/{her.token}/copies/{token}/file", headers=bank)
    said = Client().get(f"/api/v1/licences/verify/code/{token}").json()
    assert (ordered.status_code, waiting.status_code, made.status_code) == (202, 404, 200)
    assert (said["copy_for"], said["copy_until"]) == ("贷款审核", until)
    assert "贷款审核" in browser_of("lin.xiaoyun").get("/licences/uses/").content.decode()

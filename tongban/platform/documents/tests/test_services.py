import io
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader, PdfWriter

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.registers.services import LookupResult

pytestmark = pytest.mark.django_db
PASSWORD = "hetang-yuese-37"


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.VAR = tmp_path


def a_pdf():
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def registered(login, name, number):
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="person", password=PASSWORD)
    return parties.register_person(actor=SYSTEM, name=name, id_number=number, account=account)


@pytest.fixture
def lin():
    return registered("lin.xiaoyun", "林晓云", "11010519491231002X")


@pytest.fixture
def zhou():
    return registered("zhou.wenbo", "周文博", "440524188001010014")


@pytest.fixture
def hexiang():
    return parties.register_organisation(actor=SYSTEM, name="云泽市禾香餐饮有限公司", uscc="91110000MA001AAA54")


def being(party, acting_for=None):
    return Actor("person", account=party.account_id, name=party.name, party=party.pk, acting_for=acting_for)


def attached(actor, owner, **changes):
    file = SimpleUploadedFile("../平面图.PDF", a_pdf(), content_type="text/html")
    order = {"kind": "floor-plan", "title": "平面图", "file": file, "max_bytes": 1_000_000}
    return documents.attach(actor=actor, owner=owner, **(order | changes))


def test_an_upload_is_kept_with_whose_it_is_and_how_far_it_is_trusted(lin):
    document = attached(being(lin), lin)

    assert (document.name, document.origin, document.trust) == ("平面图.pdf", "uploaded", "C")
    assert document.blob.media_type == "application/pdf"
    assert Fact.objects.get(name="documents.DocumentAttached").data["digest"] == document.blob.digest


def test_a_refused_file_leaves_no_document(lin):
    with pytest.raises(storage.WrongType):
        attached(being(lin), lin, file=SimpleUploadedFile("a.pdf", b"MZ program"))

    assert not Document.objects.exists()


def test_one_sees_ones_own_documents_and_those_of_whom_one_acts_for(lin, zhou, hexiang):
    own = attached(being(lin), lin)
    company = attached(being(zhou, hexiang.pk), hexiang)
    fetched = documents.keep_fetched(
        actor=being(zhou, hexiang.pk),
        owner=hexiang,
        kind="business-licence",
        title="营业执照",
        content=a_pdf(),
        media_type="application/pdf",
        source="市场监督管理局",
        as_of=datetime(2026, 11, 1, tzinfo=UTC),
    )

    def seen(actor):
        return set(Document.objects.visible_to(actor))

    assert seen(being(lin)) == {own}
    assert seen(being(zhou, hexiang.pk)) == {company, fetched}
    # What an agent uploaded for a company is the company's.
    assert seen(being(zhou)) == set()
    assert seen(Actor("anonymous")) == set()


def test_what_a_register_answered_becomes_a_readable_extract(lin):
    answer = LookupResult(
        register="enterprise",
        title="市场主体登记簿",
        source="云泽市市场监督管理局",
        data={"name": "云泽市禾香餐饮有限公司", "active": True},
        titles={"name": "名称", "active": "存续"},
        as_of=date(2026, 11, 20),
        answered_at=datetime(2026, 11, 22, 1, 0, tzinfo=UTC),
    )

    document = documents.keep_extract(actor=being(lin), owner=lin, kind="licence", title="营业执照", answer=answer)

    text = PdfReader(io.BytesIO(storage.read(document.blob))).pages[0].extract_text()
    assert "云泽市市场监督管理局" in text
    assert "2026年11月20日" in text
    assert (document.origin, document.as_of) == ("fetched", answer.answered_at)


def test_an_issued_document_is_found_by_its_content_and_kept_once(lin):
    pdf = documents.compose("# 决定书", {}, title="决定书")
    order = {"owner": lin, "kind": "grant", "title": "决定书", "pdf": pdf, "source": "某局", "key": "case:1:grant"}

    first = documents.keep_issued(**order)
    second = documents.keep_issued(**order | {"pdf": a_pdf()})

    assert first == second
    assert Document.objects.issued_with(storage.digest_of(pdf)) == first
    assert Document.objects.issued_with(storage.digest_of(a_pdf())) is None


def test_an_upload_with_the_same_content_is_not_an_issued_document(lin):
    attached(being(lin), lin)

    assert Document.objects.issued_with(storage.digest_of(a_pdf())) is None


@pytest.mark.parametrize("inline", [True, False])
def test_a_file_is_sent_so_that_nothing_in_it_runs(lin, inline):
    answer = documents.response(attached(being(lin), lin), inline=inline)

    assert b"".join(answer.streaming_content) == a_pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert "filename*=utf-8''%E5%B9%B3%E9%9D%A2%E5%9B%BE.pdf" in answer["Content-Disposition"]


def browser_of(login):
    client = Client()
    client.post(reverse("hall:identity:sign_in"), {"login": login, "password": PASSWORD})
    return client


def test_one_finds_and_opens_ones_documents(lin):
    document = attached(being(lin), lin)
    client = browser_of("lin.xiaoyun")

    assert "平面图" in client.get("/documents/").content.decode()
    assert b"".join(client.get(f"/documents/{document.uid}/").streaming_content) == a_pdf()


@pytest.mark.requirement("QUA-05")
def test_a_strangers_guess_is_404_and_in_the_journal(lin, zhou):
    document = attached(being(lin), lin)

    assert browser_of("zhou.wenbo").get(f"/documents/{document.uid}/").status_code == 404

    assert Fact.objects.filter(name="identity.AccessDenied", data__key=str(document.uid)).exists()

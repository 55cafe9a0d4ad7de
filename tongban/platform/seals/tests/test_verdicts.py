"""What people bring is examined once, and told where it is listed: trusted, untrusted or broken, and why."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography.hazmat.primitives import serialization
from django.utils import translation

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import FileVerdict, SealUse
from tongban.platform.seals.ofd import packing
from tongban.platform.seals.tests import strangers
from tongban.platform.seals.tests.test_ofd import changed, file, market  # noqa: F401
from tongban.platform.seals.tests.test_sealing import a_letter

pytestmark = pytest.mark.django_db


def brought(content, name="合同.pdf"):
    return documents.attach(
        actor=SYSTEM,
        owner=None,
        kind="contract",
        title="合同",
        file=content,
        name=name,
        accept=("pdf", "ofd", "png"),
        max_bytes=10**7,
    )


def work():
    while jobs.run_ready():
        pass


def note_of(document):
    return seals.notes_of([document])[document.pk]


@pytest.fixture
def sealed_pdf(market):  # noqa: F811
    return seals.apply(actor=SYSTEM, department=market, pdf=a_letter(), reason="核发", subject="case:1")


def test_a_pdf_that_the_house_sealed_is_trusted(sealed_pdf):
    document = brought(sealed_pdf)
    assert seals.notes_of([document]) == {}, "nobody has looked at it yet"
    work()

    note = note_of(document)

    assert (note.colour, str(note.word)) == ("green", "印章有效")
    assert "云泽市市场监督管理局电子印章" in note.lines[0]
    assert Fact.objects.get(name="seals.FileJudged").data["standing"] == "trusted"


def test_an_ofd_that_the_house_sealed_is_trusted(file):  # noqa: F811
    document = brought(file, "许可证.ofd")
    assert document.blob.media_type == "application/ofd"
    work()

    assert note_of(document).colour == "green"


def test_a_strangers_seal_is_not_trusted_and_the_sentence_says_whose_it_is():
    document = brought(strangers.sealed_pdf(a_letter()))
    work()

    note = note_of(document)

    assert (note.colour, str(note.word)) == ("yellow", "印章不受信任")
    assert "外地某公司" in note.lines[-1]


def test_a_strangers_seal_is_trusted_once_the_operator_names_its_root(settings, tmp_path):
    stranger = strangers.Stranger()
    document = brought(strangers.sealed_pdf(a_letter(), stranger))
    work()
    assert note_of(document).colour == "yellow"

    (tmp_path / "roots.pem").write_bytes(stranger.certificate.public_bytes(serialization.Encoding.PEM))
    settings.CRYPTO_ROOTS = str(tmp_path / "roots.pem")
    assert seals.judge_again() == 1
    assert seals.judge_again() == 0

    assert note_of(document).colour == "green"


def test_a_changed_pdf_is_broken_and_the_sentence_says_so(sealed_pdf):
    added = brought(sealed_pdf + b" \n")
    work()

    note = note_of(added)
    assert (note.colour, str(note.word)) == ("red", "印章已失效")
    with translation.override("en"):
        assert note_of(added).lines[-1] == "Something was added to the file after it was sealed."


def test_a_changed_ofd_is_broken_and_the_sentence_names_the_check(file):  # noqa: F811
    page = "Doc_0/Pages/Page_0/Content.xml"
    document = brought(changed(file, page, lambda text: text.replace(b"60", b"61")), "许可证.ofd")
    work()

    note = note_of(document)

    assert note.colour == "red"
    with translation.override("en"):
        assert note_of(document).lines[-1] == "The content was changed after it was sealed."


def test_of_a_file_without_a_seal_nothing_is_said(file):  # noqa: F811
    plain, picture = brought(a_letter(field=False)), brought(a_letter())
    bare = brought(changed(file, packing.SIGNED_VALUE, None), "无章.ofd")
    work()

    assert seals.notes_of([plain, picture, bare]) == {}
    assert FileVerdict.objects.filter(standing="unsealed").count() == 3


def test_what_nobody_can_read_stops_nobody_and_is_said_of_the_file(file):  # noqa: F811
    hostile = brought(changed(file, packing.SIGNED_VALUE, b"\x30\x84\xff\xff\xff\xff"), "坏.ofd")
    late = brought(file, "好.ofd")
    work()

    assert note_of(hostile).colour == "red"
    assert note_of(late).colour == "green"


def test_the_same_file_is_judged_once(sealed_pdf):
    first = brought(sealed_pdf)
    work()
    at = FileVerdict.objects.get().judged_at
    second = brought(sealed_pdf)
    work()

    assert FileVerdict.objects.get().judged_at == at
    assert note_of(first) == note_of(second)


def test_a_revoked_key_takes_the_trust_of_what_nobody_recorded(file):  # noqa: F811
    document = brought(file, "许可证.ofd")
    work()
    key = crypto.sm2_key_for("department:market-regulation", common_name="x")
    SealUse.objects.all().delete()
    crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="泄露")

    assert seals.judge_again() == 1

    assert note_of(document).colour == "yellow"


def zipped(**parts):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({"OFD__xml": "<a/>", "virus__exe": "MZ"}, storage.Infected),
        ({"OFD__xml": "<a><Movie/></a>"}, storage.Infected),
        ({"OFD__xml": '<a><URI URI="javascript:x()"/></a>'}, storage.Infected),
        ({"OFD__xml": "<a"}, storage.Broken),
        ({"OFD__xml": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}, storage.Broken),
        ({"../OFD__xml": "<a/>"}, storage.Broken),
    ],
)
def test_a_package_that_is_more_than_pages_is_refused_at_the_door(parts, refusal):
    with pytest.raises(refusal):
        brought(zipped(**parts), "坏.ofd")


def test_a_seal_from_years_ago_is_judged_at_the_time_it_says(file, settings):  # noqa: F811
    document = brought(file, "许可证.ofd")
    work()
    moment = clock.now() + timedelta(days=1)
    assert FileVerdict.objects.get().signed_at < moment
    assert note_of(document).lines[1].startswith("文件自述的盖章时间")

"""A licence as OFD: the same licence, sealed with SM2, and verified at the same door."""

import io
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import pytest
from django.test import Client

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.storage import services as storage
from tongban.platform.licences import services as licences
from tongban.platform.licences.tests.conftest import an_official, standing_for
from tongban.platform.licences.tests.test_doors import browser_of
from tongban.platform.seals.models import SealUse

pytestmark = pytest.mark.django_db


@pytest.fixture
def her(give, lin):
    return give(holder=lin, subject="register:1", face={"经营者名称": "林晓云", "经营项目": "热食类食品制售" * 12})


@pytest.fixture
def file(her, lin):
    return storage.read(licences.make_ofd(her).blob)


def test_it_is_verified_as_the_licence_that_it_is(her, file):
    verdict = licences.verify_file(file)

    assert verdict.reliable
    assert verdict.licence == her
    assert verdict.signer == "云泽市市场监督管理局电子印章"


def test_it_falls_with_the_licence(her, file, market):
    licences.suspend(actor=an_official(market, "licences.manage"), licence=her, reason="停业整顿")

    assert licences.verify_file(file).validity == "suspended"


def test_a_changed_one_is_not_genuine_and_says_why(file):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as package, zipfile.ZipFile(out, "w") as forged:
        for name in package.namelist():
            content = package.read(name)
            forged.writestr(name, content.replace("热食".encode(), "冷食".encode()) if "Content" in name else content)

    verdict = licences.verify_file(out.getvalue())

    assert verdict.outcome == "not_genuine"
    assert "内容" in verdict.problems[0]


def test_it_carries_the_metadata_of_the_standard(her, file):
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        root = ElementTree.fromstring(package.read("Doc_0/Attachs/metadata.xml"))

    assert root.findtext("电子证照标识") == her.identifier
    assert root.find("扩展业务信息/照面要素").get("名称") == "经营者名称"


def test_every_part_that_is_named_is_there(file):
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        names = set(package.namelist())
        for name in names:
            if name.endswith(".xml"):
                ElementTree.fromstring(package.read(name))

    assert {"OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Res/font_0.ttf"} <= names


def test_only_the_holder_gets_it_and_only_once(her, lin, zhou, file):
    with pytest.raises(NotFound):
        licences.ofd_of(actor=standing_for(zhou), token=her.token)

    assert storage.read(licences.ofd_of(actor=standing_for(lin), token=her.token).blob) == file


def test_the_worker_makes_it_when_the_holder_orders_it(her, lin, zhou):
    browser, address = browser_of("lin.xiaoyun"), f"/licences/{her.token}/ofd/"
    assert browser.get(address).status_code == 409
    assert "制作 OFD 版式文件" in browser.get(f"/licences/{her.token}/").content.decode()
    for _twice in range(2):
        assert browser.post(address).status_code == 302
    assert Job.objects.filter(task="licences.make_ofd").count() == 1
    assert not SealUse.objects.filter(reason__startswith="核发", subject=her.subject).exclude(
        file_digest=her.file_digest
    ), "no web process seals"
    assert "正在制作" in browser.get(f"/licences/{her.token}/").content.decode()
    with pytest.raises(NotFound):
        licences.order_ofd(actor=standing_for(zhou), token=her.token)
    jobs.run_all()

    assert address in browser.get(f"/licences/{her.token}/").content.decode()
    assert browser.get(address).status_code == 200


def test_of_a_licence_that_is_not_valid_none_is_ordered(her, lin, market):
    licences.suspend(actor=an_official(market, "licences.manage"), licence=her, reason="停业整顿")

    with pytest.raises(licences.WrongLicenceState):
        licences.order_ofd(actor=standing_for(lin), token=her.token)


def test_the_holder_downloads_it_and_anyone_checks_it(her, db):
    licences.make_ofd(her)
    answer = browser_of("lin.xiaoyun").get(f"/licences/{her.token}/ofd/")
    content = b"".join(answer.streaming_content)

    page = Client().post("/licences/verify/", {"file": io.BytesIO(content)}).content.decode()
    assert answer["Content-Type"] == "application/ofd"
    assert ".ofd" in answer["Content-Disposition"]
    assert 'role="status"' in page


def reader(*words, at):
    """Ask ofdkit, a reader of OFD that is not ours, in a process of its own."""
    command = [sys.executable, "-m", "ofdkit", *words]
    return subprocess.run(command, cwd=at, capture_output=True, text=True, check=True).stdout


def test_an_independent_reader_opens_it(her, file, tmp_path):
    (tmp_path / "licence.ofd").write_bytes(file)

    said = reader("text", "licence.ofd", at=tmp_path)
    told = reader("info", "licence.ofd", at=tmp_path)

    assert her.number in said
    assert "林晓云" in said
    assert "热食类食品制售" in said
    assert her.number in told

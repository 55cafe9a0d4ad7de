"""Seals made elsewhere verify here: keys, certificates and signatures of the `openssl` command, in an OFD package."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from tongban.platform.documents import services as documents
from tongban.platform.seals import services as seals
from tongban.platform.seals.ofd import packing, sealing
from tongban.platform.seals.tests.test_ofd import changed

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed"),
]
IDENTITY = "distid:1234567812345678"


def openssl(*words, given=b""):
    done = subprocess.run(["openssl", *map(str, words)], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Elsewhere:
    """An authority of another city, and an office that it vouches for."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("root", "office"):
            curve = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2")
            openssl("genpkey", *curve, "-out", folder / f"{name}.key")
        sm = ("-sm3", "-sigopt", IDENTITY)
        root = ("-key", folder / "root.key", "-subj", "/CN=外市根证书", "-utf8", "-days", "3650")
        openssl("req", "-x509", "-new", *sm, *root, "-out", folder / "root.pem")
        asked = ("-key", folder / "office.key", "-subj", "/CN=外市数据局", "-utf8")
        openssl("req", "-new", *sm, *asked, "-out", folder / "office.csr")
        given = ("-in", folder / "office.csr", "-CA", folder / "root.pem", "-CAkey", folder / "root.key")
        openssl(
            *("x509", "-req", *sm, "-vfyopt", IDENTITY, *given),
            *("-days", "365", "-set_serial", "7", "-out", folder / "o.pem"),
        )

    def sign(self, data):
        return openssl("dgst", "-sm3", "-sign", self.folder / "office.key", "-sigopt", IDENTITY, given=data)

    def sealed(self):
        signer = sealing.SignerKey((self.folder / "o.pem").read_text(), self.sign)
        now = datetime.now(UTC)
        facts = sealing.SealFacts("1", "外市数据局公章", b"", now, now - timedelta(days=1), now + timedelta(days=9))
        files = seals.ofd.document(
            [seals.ofd.PlacedLine("证明", 60, 50, 8)],
            typeface=seals.ofd.Typeface(*documents.subset("证明")),
            title="证明",
            author="外市数据局",
            day="2026-11-30",
            qr=b"",
            metadata=b"<a/>",
        )
        seal = sealing.electronic_seal(facts, maker=signer, signers=[signer.der])
        return sealing.sealed(files, seal=seal, signer=signer, at=now)


@pytest.fixture
def elsewhere(tmp_path):
    return Elsewhere(tmp_path)


def test_it_is_intact_and_its_authority_unknown_until_the_operator_names_it(elsewhere, settings):
    file = elsewhere.sealed()
    verdict = seals.examine(file)
    assert verdict.intact
    assert not verdict.trusted
    assert verdict.signer == "外市数据局"
    assert "外市数据局" in verdict.problems[0]

    settings.CRYPTO_ROOTS = str(elsewhere.folder / "root.pem")

    assert seals.examine(file).good, seals.examine(file).problems


def test_changed_it_is_broken_wherever_it_comes_from(elsewhere, settings):
    settings.CRYPTO_ROOTS = str(elsewhere.folder / "root.pem")
    file = changed(elsewhere.sealed(), "Doc_0/Attachs/metadata.xml", b"<b/>")

    assert not seals.examine(file).intact


def test_a_seal_is_found_where_the_package_says_it_lies(elsewhere):
    """Other makers have other folders; what leads there is OFD.xml."""
    file = elsewhere.sealed()
    moved = changed(file, "OFD.xml", lambda text: text.replace(b"Doc_0/Signs/Signatures.xml", b"/Doc_0/S/List.xml"))
    listed = packing.xml("Signatures", '<ofd:Signature ID="1" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/>')
    moved = changed(moved, "Doc_0/S/List.xml", listed)

    verdict = seals.examine_ofd(moved)

    assert verdict.signer == "外市数据局", "it was found"
    assert verdict.failed == "files", "and what leads to it was changed"


def test_a_package_that_leads_nowhere_has_no_seal(elsewhere):
    file = changed(elsewhere.sealed(), packing.SIGNATURES, None)

    assert seals.examine_ofd(file).failed == "sealed"

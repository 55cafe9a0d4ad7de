"""OFD with a seal by GB/T 38540: judged by ourselves, and by OpenSSL as a tool of its own; each check can fail."""

import io
import subprocess
import zipfile
from datetime import date

import pytest
from asn1crypto import pem

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import SealUse
from tongban.platform.seals.ofd import packing
from tongban.platform.seals.ofd import structures as asn1

pytestmark = pytest.mark.django_db
TEXT = "食品经营许可证"


@pytest.fixture
def market(db):
    department = identity.put_department(
        actor=SYSTEM, key="market-regulation", name="云泽市市场监督管理局", uscc="11990100MB0990016L", area="990100"
    )
    seals.make(actor=SYSTEM, department=department, name="电子证照专用章", valid_from=date(2020, 1, 1))
    return department


@pytest.fixture
def file(market):
    made = documents.subset(TEXT)
    files = seals.ofd.document(
        [seals.ofd.PlacedLine(TEXT, 60, 50, 8)],
        typeface=seals.ofd.Typeface(*made),
        title=TEXT,
        author=market.name,
        day="2026-11-30",
        qr=b"",
        metadata=b"<a/>",
    )
    return seals.apply_ofd(actor=SYSTEM, department=market, files=files, reason="核发", subject="case:1")


def changed(file, name, content):
    """Return the file with one of its parts changed; None takes it out."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    parts[name] = content(parts.get(name, b"")) if callable(content) else content
    return packing.packed({entry: part for entry, part in parts.items() if part is not None})


def part(file, name):
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return package.read(name)


def test_a_sealed_file_is_good_and_says_by_whom(file):
    verdict = seals.examine_ofd(file)

    assert verdict.good
    assert verdict.signer == "云泽市市场监督管理局电子印章"
    assert verdict.seal_name == "云泽市市场监督管理局电子证照专用章"
    assert seals.words_of(verdict) == []
    assert SealUse.objects.get().subject == "case:1"


PAGE = "Doc_0/Pages/Page_0/Content.xml"


@pytest.mark.parametrize(
    ("name", "content", "failed"),
    [
        (PAGE, lambda page: page.replace(b"8", b"9"), "files"),
        (PAGE, None, "files"),
        ("Doc_0/Attachs/metadata.xml", b"<b/>", "files"),
        (packing.SIGNATURE, lambda text: text.replace(b"Tongban", b"Other"), "digest"),
        ("Doc_0/Pages/Page_1/Content.xml", b"<c/>", "whole"),
        (packing.SIGNED_VALUE, None, "sealed"),
        (packing.SIGNED_VALUE, b"nothing", "readable"),
        ("OFD.xml", None, "readable"),
    ],
)
def test_the_verdict_names_the_check_that_failed(file, name, content, failed):
    verdict = seals.examine_ofd(changed(file, name, content))

    assert verdict.failed == failed
    assert not verdict.good
    assert len(seals.words_of(verdict)) == 1


def value_changed(file, change):
    value = asn1.SealSignature.load(part(file, packing.SIGNED_VALUE))
    native = value.copy()
    change(native)
    return changed(file, packing.SIGNED_VALUE, native.dump(force=True))


def _old_time(value):
    value["to_sign"]["time_info"] = value["to_sign"]["time_info"].native.replace(year=2001)


def _other_name(value):
    value["to_sign"]["eseal"]["info"]["property"]["name"] = "云泽市人民政府"


def _other_algorithm(value):
    value["signature_alg_id"] = "1.2.840.113549.1.1.11"


@pytest.mark.parametrize(
    ("change", "failed"),
    [(_old_time, "period"), (_other_name, "seal"), (_other_algorithm, "algorithm")],
)
def test_a_forged_value_fails_its_own_check(file, change, failed):
    assert seals.examine_ofd(value_changed(file, change)).failed == failed


def test_another_signature_does_not_fit(file):
    key = crypto.sm2_key_for("department:market-regulation", common_name="x")

    def other(value):
        value["signature"] = crypto.sm2_signed(key, b"something else")

    assert seals.examine_ofd(value_changed(file, other)).failed == "signature"


def test_a_certificate_that_is_not_the_seals_may_not_sign_with_it(file):
    other = crypto.sm2_key_for("department:other", common_name="其他单位")

    def stolen(value):
        value["cert"] = pem.unarmor(other.certificate.encode())[2]
        value["signature"] = crypto.sm2_signed(other, value["to_sign"].dump())

    assert seals.examine_ofd(value_changed(file, stolen)).failed == "signer"


def test_after_a_key_was_revoked_its_earlier_seals_stay_and_later_ones_fail(file):
    key = crypto.sm2_key_for("department:market-regulation", common_name="x")
    crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="泄露")
    assert seals.examine_ofd(file).good

    # Whoever stole the key says an earlier time; the record of uses knows nothing of it.
    SealUse.objects.all().delete()
    assert seals.examine_ofd(file).failed == "revoked"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"PK\x03\x04OFD.xml"])
def test_what_is_no_ofd_is_said_to_be_none(db, content):
    assert seals.examine_ofd(content).failed == "readable"


def test_only_who_may_seal_seals(market):
    with pytest.raises(NotAllowed):
        seals.apply_ofd(actor=Actor("person", account=9), department=market, files={}, reason="x", subject="x")


def openssl(*words, given=b""):
    return subprocess.run(["openssl", *words], input=given, capture_output=True, check=False)


def test_openssl_verifies_certificate_and_signature_of_the_file(file, tmp_path):
    value = asn1.SealSignature.load(part(file, packing.SIGNED_VALUE))
    (tmp_path / "cert.der").write_bytes(value["cert"].native)
    (tmp_path / "root.pem").write_text(crypto.sm2_roots()[0])
    (tmp_path / "signed").write_bytes(value["to_sign"].dump())
    (tmp_path / "signature").write_bytes(value["signature"].native)
    public = openssl("x509", "-inform", "DER", "-in", str(tmp_path / "cert.der"), "-pubkey", "-noout").stdout
    (tmp_path / "public.pem").write_bytes(public)
    certificate = openssl("x509", "-inform", "DER", "-in", str(tmp_path / "cert.der")).stdout
    (tmp_path / "cert.pem").write_bytes(certificate)
    identity_ = "distid:1234567812345678"

    signed = openssl(
        "dgst",
        "-sm3",
        "-verify",
        str(tmp_path / "public.pem"),
        "-sigopt",
        identity_,
        "-signature",
        str(tmp_path / "signature"),
        str(tmp_path / "signed"),
    )
    chain = openssl("verify", "-vfyopt", identity_, "-CAfile", str(tmp_path / "root.pem"), str(tmp_path / "cert.pem"))

    assert signed.stdout.strip() == b"Verified OK", signed.stderr
    assert chain.returncode == 0, chain.stderr


def test_openssl_agrees_with_the_digests_of_the_parts(file):
    made = openssl("dgst", "-sm3", "-binary", given=part(file, packing.SIGNATURE)).stdout

    value = asn1.SealSignature.load(part(file, packing.SIGNED_VALUE))
    assert value["to_sign"]["data_hash"].native == made

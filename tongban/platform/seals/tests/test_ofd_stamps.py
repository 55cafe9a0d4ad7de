"""OFD seals whose time an authority vouches for."""

import shutil
import subprocess
from datetime import timedelta

import pytest

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.documents import services as documents
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import SealUse
from tongban.platform.seals.ofd import packing
from tongban.platform.seals.ofd import structures as asn1
from tongban.platform.seals.tests.test_ofd import part, value_changed
from tongban.platform.seals.tests.test_stamping import NAME, _stamping, department, tsa

__all__ = ["_stamping", "department", "tsa"]
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")]


def sealed_ofd(department):
    files = seals.ofd.document(
        [seals.ofd.PlacedLine("决定书", 60, 50, 8)],
        typeface=seals.ofd.Typeface(*documents.subset("决定书")),
        title="决定书",
        author=department.name,
        day="2026-11-30",
        qr=b"",
        metadata=b"<a/>",
    )
    return seals.apply_ofd(actor=SYSTEM, department=department, files=files, reason="决定书", subject="case:1")


@pytest.mark.usefixtures("_stamping")
def test_an_ofd_seal_carries_such_a_time_too_and_openssl_confirms_its_token(department, tsa, tmp_path):
    file = sealed_ofd(department)

    verdict = seals.examine(file)
    assert verdict.good, verdict.problems
    assert verdict.stamped_by == NAME
    assert abs(verdict.stamped_at - clock.now()) < timedelta(minutes=1)

    value = asn1.SealSignature.load(part(file, packing.SIGNED_VALUE))
    (tmp_path / "token").write_bytes(value["time_stamp"].native)
    (tmp_path / "about").write_bytes(value["signature"].native)
    words = ("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token", "-data", tmp_path / "about")
    said = subprocess.run([*words, "-CAfile", tsa.roots], capture_output=True, check=False)
    assert b"Verification: OK" in said.stdout, said.stderr


@pytest.mark.usefixtures("_stamping")
def test_a_stamp_of_another_signature_is_the_check_that_fails(department):
    def taken(value):
        other = asn1.SealSignature.load(part(sealed_ofd(department), packing.SIGNED_VALUE))
        value["time_stamp"] = other["time_stamp"].native

    verdict = seals.examine(value_changed(sealed_ofd(department), taken))

    assert [one.name for one in verdict.findings] == ["ofd-stamp"]
    assert verdict.stamped_at is None


@pytest.mark.usefixtures("_stamping")
def test_a_stamp_that_is_none_fails_the_same_check(department):
    def spoilt(value):
        value["time_stamp"] = b"nothing"

    assert seals.examine_ofd(value_changed(sealed_ofd(department), spoilt)).failed == "stamp"


@pytest.mark.usefixtures("_stamping")
def test_a_stamp_by_nobody_we_trust_says_nothing_of_the_time(department, settings):
    file = sealed_ofd(department)
    settings.SEALS_TSA_ROOTS = ""

    verdict = seals.examine(file)
    assert verdict.good
    assert verdict.stamped_at is None


@pytest.mark.usefixtures("_stamping")
def test_a_revoked_keys_ofd_seal_stays_good_by_its_stamp_alone(department):
    file = sealed_ofd(department)
    key = crypto.sm2_key_for("department:market", common_name="x")
    SealUse.objects.all().delete()
    crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="泄露")
    Key.objects.filter(pk=key.pk).update(revoked_at=clock.now() + timedelta(seconds=2))
    assert seals.examine_ofd(file).good

    Key.objects.filter(pk=key.pk).update(revoked_at=clock.now() - timedelta(days=1))
    assert seals.examine_ofd(file).failed == "revoked"


@pytest.mark.usefixtures("_stamping")
def test_without_the_authority_no_ofd_is_sealed(department, settings):
    settings.SEALS_TSA = "http://127.0.0.1:9/"

    with pytest.raises(seals.NoStamp):
        sealed_ofd(department)
    assert not SealUse.objects.exists()

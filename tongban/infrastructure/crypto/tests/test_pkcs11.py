"""Keys in a hardware module: SoftHSM stands for one, with a token of its own for each test."""

import glob
import os
import shutil
import subprocess
import sys
import threading

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.adapters.pkcs11 import HardwareSigner, HardwareUnavailable
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel.actors import SYSTEM

MODULE = next(iter(glob.glob("/usr/lib/softhsm/libsofthsm2.so")), "")
pytestmark = pytest.mark.skipif(
    not (MODULE and shutil.which("softhsm2-util")), reason="SoftHSM (softhsm2) is not installed"
)
PIN = "4321"


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token of its own; SoftHSM reads where its tokens lie once in a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    words = ("--init-token", "--free", "--label", "tongban", "--pin", PIN, "--so-pin", "8765")
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    yield "tongban"
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def _module(token, settings):
    settings.CRYPTO_PKCS11_MODULE, settings.CRYPTO_PKCS11_TOKEN, settings.CRYPTO_PKCS11_PIN = MODULE, token, PIN
    settings.CRYPTO_SIGNER = "pkcs11"


@pytest.mark.usefixtures("_module")
def test_it_signs_what_anyone_verifies_and_the_key_stays_inside():
    signer = HardwareSigner()
    assert signer.check() == []

    handle, public = signer.make()

    assert len(handle) == 32
    public.verify(signer.sign(handle, b"letter"), b"letter", ec.ECDSA(hashes.SHA256()))
    listed = subprocess.run(["softhsm2-util", "--show-slots"], check=True, capture_output=True, text=True).stdout
    assert "tongban" in listed


@pytest.mark.usefixtures("_module")
def test_several_at_once_share_the_module():
    signer = HardwareSigner()
    handle, public = signer.make()
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(signer.sign(handle, b"x"))) for _one in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(made) == 8
    for signature in made:
        public.verify(signature, b"x", ec.ECDSA(hashes.SHA256()))


@pytest.mark.usefixtures("_module")
def test_a_key_that_it_does_not_have_signs_nothing():
    with pytest.raises(HardwareUnavailable):
        HardwareSigner().sign("00" * 16, b"x")


@pytest.mark.usefixtures("_module")
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CRYPTO_PKCS11_MODULE", "", "CRYPTO_PKCS11_MODULE"),
        ("CRYPTO_PKCS11_MODULE", "/nowhere.so", "library"),
        ("CRYPTO_PKCS11_TOKEN", "other", "other"),
    ],
)
def test_what_is_set_wrong_is_said(settings, name, value, says):
    setattr(settings, name, value)

    assert says in HardwareSigner().check()[0]


@pytest.mark.usefixtures("_module")
def test_a_wrong_pin_is_said():
    """In a process of its own: within one the session of another signer is signed in already."""
    ask = (
        "from django.conf import settings; settings.configure("
        f"CRYPTO_PKCS11_MODULE={MODULE!r}, CRYPTO_PKCS11_TOKEN='tongban', CRYPTO_PKCS11_PIN='0000'); "
        "from tongban.infrastructure.crypto.adapters.pkcs11 import HardwareSigner; print(HardwareSigner().check())"
    )
    said = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True).stdout

    assert "the PIN" in said


@pytest.mark.django_db
@pytest.mark.usefixtures("_module")
def test_departments_have_keys_apart_that_are_renewed_and_earlier_signatures_stay_good():
    health = crypto.key_for("department:health", common_name="卫健委电子印章")
    market = crypto.key_for("department:market", common_name="市场监管局电子印章")
    assert {health.signer, market.signer} == {"pkcs11"}
    assert health.handle != market.handle
    signature = crypto.signed(health, b"letter")
    assert crypto.verify(health.key_digest, b"letter", signature)
    assert not crypto.verify(market.key_digest, b"letter", signature)

    renewed = crypto.renew(actor=SYSTEM, owner="department:health")

    assert renewed.handle != health.handle
    assert crypto.verify(health.key_digest, b"letter", signature)
    assert crypto.signed(renewed, b"letter") != signature
    assert Key.objects.current("department:health").get() == renewed

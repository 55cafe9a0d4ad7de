import subprocess
from datetime import timedelta
from io import StringIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from tongban.infrastructure.crypto import rotating
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.adapters import local
from tongban.infrastructure.crypto.models import AUTHORITY, Key, Secret
from tongban.infrastructure.crypto.rules import certificates, ciphers
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_lookup_key_is_remembered():
    for key in (crypto.lookup_key, crypto.mac_key):
        key.cache_clear()
    yield
    for key in (crypto.lookup_key, crypto.mac_key):
        key.cache_clear()


def test_an_owner_keeps_one_key():
    assert crypto.key_for("journal") == crypto.key_for("journal")
    assert crypto.key_for("journal") != crypto.key_for("department:health")


def test_a_signature_is_verified_and_a_changed_text_is_not():
    key_digest, signature = crypto.sign("journal", b"what happened")

    assert crypto.verify(key_digest, b"what happened", signature)
    assert crypto.verify(key_digest, b"what happened", signature, owner="journal")
    assert not crypto.verify(key_digest, b"what happened", signature, owner="department:health")
    assert not crypto.verify(key_digest, b"what had happened", signature)
    assert not crypto.verify("0" * 64, b"what happened", signature)


def test_a_certificate_says_what_it_is_for(tmp_path):
    key = crypto.key_for("department:health", common_name="云泽市卫生健康委员会")
    certificate = certificates.read(key.certificate)

    usage = certificate.extensions.get_extension_for_oid(ExtensionOID.KEY_USAGE).value
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert certificates.DOCUMENT_SIGNING in certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert certificate.subject.rfc4514_string().startswith("CN=云泽市卫生健康委员会")
    # An outside tool agrees with the chain and the revocation list.
    (tmp_path / "ca.pem").write_text(crypto.authority())
    (tmp_path / "crl.pem").write_bytes(x509.load_der_x509_crl(crypto.revocations()).public_bytes(Encoding.PEM))
    (tmp_path / "leaf.pem").write_text(key.certificate)
    command = [
        "openssl",
        "verify",
        "-crl_check",
        "-x509_strict",
        "-CAfile",
        "ca.pem",
        "-CRLfile",
        "crl.pem",
        "leaf.pem",
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "leaf.pem: OK" in result.stdout, result.stderr


def test_a_revoked_key_is_trusted_no_more_and_a_new_one_takes_its_place():
    key_digest, signature = crypto.sign("journal", b"x")

    crypto.revoke(actor=SYSTEM, key_digest=key_digest, reason="the laptop was stolen")

    assert not crypto.verify(key_digest, b"x", signature)
    assert crypto.key_for("journal").key_digest != key_digest
    listed = x509.load_der_x509_crl(crypto.revocations())
    assert [f"{entry.serial_number:x}" for entry in listed] == [Key.objects.get(key_digest=key_digest).serial]
    with pytest.raises(NotFound):
        crypto.revoke(actor=SYSTEM, key_digest=key_digest, reason="again")


def test_a_renewed_key_leaves_old_signatures_good():
    key_digest, signature = crypto.sign("journal", b"x")

    new = crypto.renew(actor=SYSTEM, owner="journal")

    assert new == crypto.key_for("journal")
    assert new.key_digest != key_digest
    assert crypto.verify(key_digest, b"x", signature)


def test_an_expired_key_is_replaced():
    old = crypto.key_for("journal")

    with clock.at(old.valid_until + timedelta(days=1)):
        new = crypto.key_for("journal")

    assert new != old
    assert new.common_name == old.common_name


def test_a_key_slipped_into_the_database_is_not_believed():
    """Whoever can write the database can add a root and a key, but not encrypt the root's key under the data key."""
    root = crypto._root()
    key = crypto.key_for("journal")
    handle, _ = local.LocalSigner().make()
    forged_root = certificates.root(
        local.private_key(handle),
        subject=certificates.name("forged", "forged"),
        valid_from=root.valid_from,
        valid_until=root.valid_until,
    )
    forged = certificates.leaf(
        certificates.read(key.certificate).public_key(),
        subject=certificates.name("journal", "forged"),
        valid_from=root.valid_from,
        valid_until=root.valid_until,
        issuer=forged_root,
        issuer_private=local.private_key(handle),
        revocation_url="http://localhost/",
    )
    signature = crypto.signed(key, b"x")

    Key.objects.filter(pk=root.pk).update(certificate=certificates.written(forged_root))
    Key.objects.filter(pk=key.pk).update(certificate=certificates.written(forged))
    assert not crypto.verify(key.key_digest, b"x", signature)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_key SET handle = %s WHERE id = %s", [handle, root.pk])
    assert not crypto.verify(key.key_digest, b"x", signature)


def test_an_outside_certificate_takes_the_place_of_ours(tmp_path, settings):
    key = crypto.key_for("department:health")
    request = x509.load_pem_x509_csr(crypto.request("department:health").encode())
    private = ec.generate_private_key(ec.SECP256R1())
    days = {"valid_from": key.valid_from, "valid_until": key.valid_until}
    outside = certificates.root(private, subject=certificates.name("外部CA", "外部"), **days)
    leaf = certificates.leaf(
        request.public_key(),
        subject=request.subject,
        issuer=outside,
        issuer_private=private,
        revocation_url="http://localhost/",
        **days,
    )
    (tmp_path / "leaf.pem").write_text(certificates.written(leaf))

    call_command("keys", "certify", "department:health", str(tmp_path / "leaf.pem"), stdout=StringIO())

    key_digest, signature = crypto.sign("department:health", b"x")
    assert key_digest == key.key_digest
    assert not crypto.verify(key_digest, b"x", signature)
    (tmp_path / "roots.pem").write_text(certificates.written(outside))
    settings.CRYPTO_ROOTS = str(tmp_path / "roots.pem")
    assert crypto.verify(key_digest, b"x", signature)
    with pytest.raises(crypto.WrongCertificate):
        crypto.certify(actor=SYSTEM, owner="department:health", pem=certificates.written(outside))


def test_private_keys_and_values_are_encrypted_at_rest():
    crypto.key_for("journal")

    with connection.cursor() as cursor:
        cursor.execute("SELECT handle FROM crypto_key")
        assert all(handle.startswith("enc2:") for (handle,) in cursor.fetchall())


def test_an_encrypted_column_refuses_to_be_searched():
    with pytest.raises(FieldError, match="digest"):
        Key.objects.filter(handle="x").exists()


def test_rotation_encrypts_again_and_changes_no_digest(settings):
    first = settings.DATA_KEY
    key_digest, signature = crypto.sign("journal", b"x")
    digest = crypto.digest_of("990100199001011234")
    code = crypto.mac_of(b"what happened")

    settings.DATA_KEY, settings.DATA_KEYS_OLD = "the second secret", [first]
    assert rotating.stale(Key).count() == 2
    out = StringIO()
    call_command("keys", "rotate", stdout=out)

    assert out.getvalue().startswith("2 rows")
    settings.DATA_KEYS_OLD = []
    crypto.lookup_key.cache_clear()
    crypto.mac_key.cache_clear()
    assert rotating.stale(Key).count() == rotating.stale(Secret).count() == 0
    assert crypto.verify(key_digest, b"x", signature)
    assert crypto.digest_of("990100199001011234") == digest
    assert crypto.mac_of(b"what happened") == code
    settings.DATA_KEY = "a stranger's secret"
    with pytest.raises(ciphers.UnreadableCiphertext):
        assert Key.objects.get(owner=AUTHORITY).handle


def test_the_list_names_owner_state_and_id():
    key = crypto.key_for("journal", common_name="日志")
    out = StringIO()

    call_command("keys", "list", stdout=out)
    call_command("keys", "check", stdout=out)

    assert f"local  {key.key_digest}  日志" in out.getvalue()
    assert "authority  current" in out.getvalue()


@pytest.mark.found("J-LICENCE")
def test_a_certificate_that_tells_revocations_at_an_old_address_is_named_until_its_key_is_renewed(settings):
    crypto.key_for("department:health", common_name="云泽市卫生健康委员会电子印章")
    assert crypto.revoked_elsewhere() == []

    settings.PUBLIC_URL = "https://ywt.yunze.gov.cn"
    said = StringIO()
    call_command("keys", "check", stdout=StringIO(), stderr=said)
    crypto.renew(actor=SYSTEM, owner="department:health")

    assert "http://testserver/crypto/revocations.crl" in said.getvalue()
    assert "manage.py keys renew department:health" in said.getvalue()
    assert crypto.revoked_elsewhere() == []


def test_a_data_key_that_is_not_the_right_one_is_told(settings):
    crypto.key_for("journal", common_name="日志")
    settings.DATA_KEY = "another secret"

    with pytest.raises(CommandError, match="under another data key"):
        call_command("keys", "check")

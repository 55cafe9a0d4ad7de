"""`manage.py keys`, as an operator calls it."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import CommandError, call_command
from django.db import connection

from tongban.infrastructure.crypto import ports, preparation
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.adapters import local
from tongban.infrastructure.crypto.models import Key, Secret
from tongban.infrastructure.crypto.tests.authorities import an_authority
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


class Away:
    """A signing service that does not answer."""

    name = "away"

    def make(self) -> Any:
        raise ConnectionError("no answer")

    def sign(self, handle: str, data: bytes) -> bytes:
        raise ConnectionError("no answer")

    def check(self) -> list[str]:
        return ["the signing service does not answer", "its certificate has expired"]


ports.register(Away())


def said(*words: str) -> str:
    out = StringIO()
    call_command("keys", *words, stdout=out)
    return out.getvalue()


def test_the_list_says_each_keys_state_and_days_the_newest_of_an_owner_first():
    retired = crypto.key_for("journal", common_name="日志")
    revoked = crypto.renew(actor=SYSTEM, owner="journal")
    crypto.revoke(actor=SYSTEM, key_digest=revoked.key_digest, reason="丢失")
    current = crypto.key_for("journal")

    lines = [line for line in said("list").splitlines() if line.startswith("journal")]

    assert [line.split("  ")[1] for line in lines] == ["current", "revoked", "retired"]
    assert [line.split("  ")[4] for line in lines] == [key.key_digest for key in (current, revoked, retired)]
    assert f"{current.valid_from:%Y-%m-%d}/{current.valid_until:%Y-%m-%d}" in lines[0]


def test_renewing_prints_the_new_key():
    crypto.key_for("journal")

    assert said("renew", "journal").strip() == crypto.key_for("journal").key_digest


def test_revoking_says_whose_key_it_was_and_keeps_the_reason():
    key = crypto.key_for("journal")

    text = said("revoke", key.key_digest, "--reason", "笔记本被盗")

    assert "the key of journal is trusted no more" in text
    assert Fact.objects.get(name__endswith="KeyRevoked").reason == "笔记本被盗"


def test_nothing_is_revoked_without_a_reason():
    key = crypto.key_for("journal")

    with pytest.raises(CommandError, match="reason"):
        call_command("keys", "revoke", key.key_digest)

    assert Key.objects.get(pk=key.pk).revoked_at is None


def test_a_request_is_printed_as_a_file():
    text = said("request", "department:health")

    assert text.startswith("-----BEGIN CERTIFICATE REQUEST-----\n")
    assert x509.load_pem_x509_csr(text.encode()).is_signature_valid


def test_certifying_says_until_when_the_owner_signs_with_it(tmp_path):
    asked = x509.load_pem_x509_csr(crypto.request("department:health").encode())
    outside = an_authority(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 6, 30, tzinfo=UTC))
    file = tmp_path / "given.pem"
    file.write_text(crypto.certificates.written(outside.certifies(asked.public_key(), asked.subject)))

    text = said("certify", "department:health", str(file))

    assert text == "department:health signs with an outside certificate, valid until 2028-06-30\n"


def test_a_check_counts_the_keys_it_can_read():
    crypto.key_for("journal")

    assert said("check") == "the signer local is ready, 2 keys can be read\n"
    assert said("check", "--values") == "the signer local is ready, 2 keys can be read\n"


def test_a_signer_that_does_not_answer_fails_the_check_with_all_that_is_wrong(settings):
    settings.CRYPTO_SIGNER = "away"

    with pytest.raises(CommandError, match="does not answer; its certificate has expired"):
        said("check")


def test_a_changed_value_fails_the_check_and_is_named():
    secret = Secret.objects.create(name="one", value="1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crypto_secret SET value = 'enc2:x' WHERE id = %s", [secret.pk])
    out = StringIO()

    assert said("check").startswith("the signer local is ready")
    with pytest.raises(CommandError, match="1 encrypted values were changed or moved"):
        call_command("keys", "check", "--values", stdout=out)

    assert out.getvalue() == f"crypto_secret, value, row {secret.pk}\n"


def test_a_moved_private_key_fails_even_the_short_check():
    one, two = crypto.key_for("journal"), crypto.key_for("department:health")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crypto_key SET handle = (SELECT handle FROM crypto_key WHERE id = %s) WHERE id = %s",
            [one.pk, two.pk],
        )

    with pytest.raises(CommandError, match="changed or moved in the database"):
        said("check")


def test_preparing_names_certificates_with_an_old_address_except_in_a_demonstration(settings):
    crypto.key_for("journal")
    settings.DEMO = False
    assert preparation.prepare() == []

    settings.PUBLIC_URL = "https://ywt.yunze.gov.cn"
    (line,) = preparation.prepare()
    settings.DEMO = True

    assert line.startswith("journal signs with a certificate that names http://testserver")
    assert preparation.prepare() == []


def test_a_signer_is_known_by_its_name_and_given_once():
    assert ports.signer("local").name == "local"
    with pytest.raises(LookupError, match="no signer is called vault; known: away, local"):
        ports.signer("vault")
    with pytest.raises(ValueError, match="two modules register the signer local"):
        ports.register(local.LocalSigner())


def test_a_key_signs_with_the_signer_that_made_it(settings):
    key_digest, _signature = crypto.sign("journal", b"x")

    settings.CRYPTO_SIGNER = "away"

    _key_digest, signature = crypto.sign("journal", b"y")
    assert crypto.verify(key_digest, b"y", signature)
    assert Key.objects.get(key_digest=key_digest).signer == "local"
    with pytest.raises(ConnectionError):
        crypto.key_for("department:health")
    assert not Key.objects.filter(owner="department:health").exists()


def test_a_key_of_another_kind_signs_nothing():
    """A hardware module may hand over what is no key of ours: it is refused before it signs."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()

    with pytest.raises(TypeError, match="elliptic curve"):
        local.private_key(text)

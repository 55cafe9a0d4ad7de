"""What anyone fetches to check our seals by themself."""

import pytest
from cryptography import x509
from django.test import Client

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_the_authoritys_page_shows_the_fingerprint_and_leads_to_both_files():
    page = Client().get("/crypto/").content.decode()

    assert crypto.details_of(crypto.authority()).fingerprint in page
    assert "通办内置证书颁发机构" in page
    assert 'href="/crypto/ca.pem"' in page
    assert 'href="/crypto/revocations.crl"' in page


def test_the_certificate_is_a_file_without_a_private_key():
    answer = Client().get("/crypto/ca.pem")

    assert answer["Content-Type"] == "application/x-pem-file"
    assert answer["Content-Disposition"] == 'attachment; filename="tongban-ca.pem"'
    assert answer.content.decode() == crypto.authority()
    assert b"PRIVATE" not in answer.content


def test_the_list_of_revoked_certificates_is_fetched_as_readers_expect_it():
    key = crypto.key_for("department:health")
    crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="丢失")

    answer = Client().get("/crypto/revocations.crl")

    assert answer["Content-Type"] == "application/pkix-crl"
    assert [f"{entry.serial_number:x}" for entry in x509.load_der_x509_crl(answer.content)] == [key.serial]


@pytest.mark.parametrize("address", ["/crypto/", "/crypto/ca.pem", "/crypto/revocations.crl"])
def test_nobody_writes_through_these_doors(address):
    before = crypto.authority()

    Client().post(address)

    assert crypto.authority() == before

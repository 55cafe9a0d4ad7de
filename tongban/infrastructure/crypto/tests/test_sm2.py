"""Keys on the SM2 curve: made, certified, renewed; signatures fit what they were made for alone."""

from datetime import timedelta

import pytest

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.crypto.rules import sm2_certificates as certificates
from tongban.infrastructure.kernel import clock

pytestmark = pytest.mark.django_db


def public_of(key):
    return certificates.read(key.certificate).public_key.dump()


def test_an_owner_keeps_its_key(db):
    key = crypto.sm2_key_for("department:a", common_name="甲局")

    assert crypto.sm2_key_for("department:a", common_name="甲局") == key
    assert crypto.sm2_key_for("department:b", common_name="乙局") != key


def test_a_signature_fits_its_data_and_its_key_alone(db):
    key, other = (crypto.sm2_key_for(owner, common_name=owner) for owner in ("a", "b"))
    signature = crypto.sm2_signed(key, b"text")

    assert crypto.sm2_verified(public_of(key), b"text", signature)
    assert not crypto.sm2_verified(public_of(key), b"texts", signature)
    assert not crypto.sm2_verified(public_of(other), b"text", signature)
    assert not crypto.sm2_verified(public_of(key), b"text", b"nothing")
    assert not crypto.sm2_verified(b"no key", b"text", signature)


def test_its_certificate_rests_on_the_authority(db):
    key = crypto.sm2_key_for("a", common_name="甲局")
    (root,) = [certificates.read(one) for one in crypto.sm2_roots()]

    assert certificates.issued(certificates.read(key.certificate), root, crypto.sm2_verified)
    assert certificates.issued(root, root, crypto.sm2_verified)
    assert not certificates.issued(root, certificates.read(key.certificate), crypto.sm2_verified)


def test_an_expired_key_is_replaced_and_stays_on_record(db):
    key = crypto.sm2_key_for("a", common_name="甲局")

    with clock.at(key.valid_until + timedelta(days=1)):
        newer = crypto.sm2_key_for("a", common_name="甲局")

    key.refresh_from_db()
    assert newer != key
    assert key.retired_at is not None


def test_the_private_key_does_not_lie_open_in_the_database(db):
    key = crypto.sm2_key_for("a", common_name="甲局")

    assert "PRIVATE KEY" in key.handle
    assert "PRIVATE KEY" not in Key.objects.extra(select={"raw": "handle"}).values_list("raw", flat=True).get(pk=key.pk)

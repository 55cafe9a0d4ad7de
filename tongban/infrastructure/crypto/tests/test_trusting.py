"""Which signatures are good: keys come and go, and every coming and going is a fact."""

import ssl
import textwrap
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.adapters import local
from tongban.infrastructure.crypto.models import AUTHORITY, Key
from tongban.infrastructure.crypto.rules import certificates
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotFound

pytestmark = pytest.mark.django_db
OPERATOR = Actor("staff", account=7, name="高飞")


def facts(name: str) -> list[Fact]:
    return list(Fact.objects.filter(name__endswith=name).order_by("pk"))


def test_making_a_key_is_a_fact_and_so_is_making_the_authority():
    key = crypto.key_for("journal")

    made = {fact.data["owner"]: fact for fact in facts("KeyMade")}
    assert set(made) == {AUTHORITY, "journal"}
    assert made["journal"].data["key_digest"] == key.key_digest
    assert made["journal"].subject == "key:journal"
    assert made["journal"].actor_kind == "system"


def test_renewing_is_a_fact_that_names_the_old_key_and_who_renewed_it():
    old = crypto.key_for("journal", common_name="日志")

    new = crypto.renew(actor=OPERATOR, owner="journal")

    (retired,) = facts("KeyRetired")
    assert retired.data == {"key_digest": old.key_digest, "owner": "journal"}
    assert retired.actor == "高飞"
    assert facts("KeyMade")[-1].data["key_digest"] == new.key_digest
    assert facts("KeyMade")[-1].actor == "高飞"
    assert new.common_name == "日志"


def test_renewing_twice_replaces_the_key_of_today():
    first = crypto.key_for("journal")
    second = crypto.renew(actor=OPERATOR, owner="journal")
    retired_at = Key.objects.get(pk=first.pk).retired_at

    third = crypto.renew(actor=OPERATOR, owner="journal")

    assert [fact.data["key_digest"] for fact in facts("KeyRetired")] == [first.key_digest, second.key_digest]
    assert Key.objects.get(pk=first.pk).retired_at == retired_at
    assert crypto.key_for("journal") == third


@pytest.mark.parametrize("owner", ["department:nobody", "", "JOURNAL"])
def test_nobodys_key_is_not_renewed(owner):
    crypto.key_for("journal")

    with pytest.raises(NotFound):
        crypto.renew(actor=OPERATOR, owner=owner)


def test_revoking_is_a_fact_with_its_reason():
    key = crypto.key_for("journal")

    crypto.revoke(actor=OPERATOR, key_digest=key.key_digest, reason="笔记本被盗")

    (fact,) = facts("KeyRevoked")
    assert fact.data == {"key_digest": key.key_digest, "owner": "journal"}
    assert (fact.subject, fact.reason, fact.actor) == ("key:journal", "笔记本被盗", "高飞")


def test_a_key_replaced_long_ago_can_still_be_revoked_and_keeps_the_day_it_was_replaced():
    old = crypto.key_for("journal")
    crypto.renew(actor=OPERATOR, owner="journal")
    replaced_at = Key.objects.get(pk=old.pk).retired_at

    with clock.at(clock.now() + timedelta(days=30)):
        revoked = crypto.revoke(actor=OPERATOR, key_digest=old.key_digest, reason="算法被攻破")
        assert revoked.revoked_at == clock.now()

    assert Key.objects.get(pk=old.pk).retired_at == replaced_at
    assert Key.objects.current("journal").get() != old


def test_the_key_of_one_owner_signs_for_no_other():
    key_digest, signature = crypto.sign("department:health", b"x")

    assert crypto.verify(key_digest, b"x", signature)
    assert not crypto.verify(key_digest, b"x", signature, owner="department:fire-rescue")
    assert not crypto.verify(key_digest, b"x", signature, owner="")


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"0" * 10_000], ids=["empty", "zeros", "long"])
def test_what_is_no_signature_is_not_good(signature):
    assert not crypto.verify(crypto.key_for("journal").key_digest, b"x", signature)


def test_what_an_expired_key_has_signed_stays_good():
    key_digest, signature = crypto.sign("journal", b"x")

    with clock.at(Key.objects.get(key_digest=key_digest).valid_until + timedelta(days=1)):
        crypto.key_for("journal")
        assert crypto.verify(key_digest, b"x", signature, owner="journal")


def test_a_key_signs_until_its_last_moment_and_not_at_it():
    key = crypto.key_for("journal")

    with clock.at(key.valid_until - timedelta(seconds=1)):
        assert crypto.key_for("journal") == key
    with clock.at(key.valid_until):
        assert crypto.key_for("journal") != key


def test_a_certificate_does_not_outlive_the_authority(settings):
    settings.CRYPTO_AUTHORITY_DAYS, settings.CRYPTO_CERTIFICATE_DAYS = 100, 365
    key = crypto.key_for("journal")

    assert key.valid_until == key.issuer.valid_until


def test_certificates_are_valid_for_as_many_days_as_the_operator_says(settings):
    settings.CRYPTO_AUTHORITY_DAYS, settings.CRYPTO_CERTIFICATE_DAYS = 1000, 365
    moment = clock.now().replace(microsecond=0)

    with clock.at(moment):
        key = crypto.key_for("journal")

    assert key.valid_until == moment + timedelta(days=365)
    assert key.issuer.valid_until == moment + timedelta(days=1000)
    assert key.created_at == moment
    # The clock of another machine may be a little behind ours.
    assert key.valid_from == moment - timedelta(minutes=10)


def test_an_expired_authority_is_replaced_and_old_signatures_stay_good(settings):
    settings.CRYPTO_AUTHORITY_DAYS = 100
    key_digest, signature = crypto.sign("journal", b"x")
    first = crypto.authority()
    root = Key.objects.get(owner=AUTHORITY)

    with clock.at(root.valid_until):
        assert crypto.authority() != first
        assert crypto.verify(key_digest, b"x", signature)
        assert crypto.key_for("journal").issuer != root

    assert len(crypto.roots()) == 2


def test_the_authority_of_today_lasts_until_its_last_moment():
    first = crypto.authority()

    with clock.at(Key.objects.get(owner=AUTHORITY).valid_until - timedelta(seconds=1)):
        assert crypto.authority() == first


def test_the_authority_vouches_for_itself_only_with_its_own_private_key():
    key_digest, signature = crypto.sign(AUTHORITY, b"x")
    assert crypto.verify(key_digest, b"x", signature, owner=AUTHORITY)

    root = Key.objects.get(owner=AUTHORITY)
    root.handle = local.LocalSigner().make()[0]
    root.save()

    assert not crypto.verify(key_digest, b"x", signature, owner=AUTHORITY)


def test_a_certificate_that_our_root_did_not_sign_is_not_believed():
    """The row may name our root as its issuer: the certificate itself must be signed by it."""
    key = crypto.key_for("journal")
    root = Key.objects.get(owner=AUTHORITY)
    signature = crypto.signed(key, b"x")
    forger = ec.generate_private_key(ec.SECP256R1())
    own = certificates.read(root.certificate)
    forged = certificates.leaf(
        certificates.read(key.certificate).public_key(),
        subject=certificates.name("日志", "通办"),
        valid_from=key.valid_from,
        valid_until=key.valid_until,
        issuer=own,
        issuer_private=forger,
        revocation_url="http://localhost/",
    )

    Key.objects.filter(pk=key.pk).update(certificate=certificates.written(forged))

    assert not crypto.verify(key.key_digest, b"x", signature)


def test_the_list_of_revoked_certificates_says_which_and_since_when():
    moment = clock.now().replace(microsecond=0)
    kept = crypto.key_for("department:health")
    gone = [crypto.key_for(owner) for owner in ("journal", "department:fire-rescue")]
    with clock.at(moment):
        for key in gone:
            crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="丢失")

    listed = {f"{entry.serial_number:x}": entry for entry in x509.load_der_x509_crl(crypto.revocations())}

    assert set(listed) == {key.serial for key in gone}
    assert {entry.revocation_date_utc for entry in listed.values()} == {moment}
    assert kept.serial not in listed


def test_an_authority_lists_only_what_it_has_certified_itself(settings):
    settings.CRYPTO_AUTHORITY_DAYS = 100
    old = crypto.key_for("journal")
    with clock.at(old.valid_until):
        new = crypto.key_for("journal")
        crypto.revoke(actor=SYSTEM, key_digest=old.key_digest, reason="丢失")
        crypto.revoke(actor=SYSTEM, key_digest=new.key_digest, reason="丢失")

        listed = x509.load_der_x509_crl(crypto.revocations())

    assert [f"{entry.serial_number:x}" for entry in listed] == [new.serial]


def test_the_list_is_signed_by_the_authority_and_says_when_the_next_one_comes(settings):
    settings.CRYPTO_REVOCATION_LIST_DAYS = 7
    moment = clock.now().replace(minute=40)
    with clock.at(moment):
        listed = x509.load_der_x509_crl(crypto.revocations())
    root = certificates.read(crypto.authority())

    assert listed.is_signature_valid(root.public_key())
    assert listed.issuer == root.subject
    assert listed.last_update_utc == moment.replace(minute=0, second=0, microsecond=0)
    assert listed.next_update_utc - listed.last_update_utc == timedelta(days=7)


def test_a_later_list_has_a_higher_number():
    key = crypto.key_for("journal")

    def number() -> int:
        extensions = x509.load_der_x509_crl(crypto.revocations()).extensions
        return extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

    with clock.at(clock.now().replace(minute=5, second=0)):
        before = number()
    with clock.at(clock.now().replace(minute=25, second=0)):
        crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="丢失")
        at_once = number()
    with clock.at(clock.now() + timedelta(hours=1)):
        later = number()

    assert before < at_once < later


def test_old_addresses_are_named_in_order_for_keys_of_today_only(settings):
    for owner in ("journal", "department:health", "department:fire-rescue"):
        crypto.key_for(owner)
    crypto.renew(actor=SYSTEM, owner="journal")
    settings.PUBLIC_URL = "https://ywt.yunze.gov.cn"
    old = "http://testserver/crypto/revocations.crl"
    crypto.renew(actor=SYSTEM, owner="department:fire-rescue")

    assert crypto.revoked_elsewhere() == [("department:health", old), ("journal", old)]


def test_the_details_of_a_certificate_are_those_that_viewers_show():
    key = crypto.key_for("department:health", common_name="云泽市卫生健康委员会")

    details = crypto.details_of(key.certificate)

    assert details.name == "云泽市卫生健康委员会"
    digest = sha256(ssl.PEM_cert_to_DER_cert(key.certificate)).hexdigest()
    assert details.fingerprint.split() == textwrap.wrap(digest.upper(), 4)
    assert (details.valid_from, details.valid_until) == (key.valid_from, key.valid_until)


def test_keys_are_found_by_the_numbers_of_their_certificates():
    key = crypto.key_for("journal")
    crypto.key_for("department:health")

    assert list(Key.objects.of_serials([key.serial, "ff"])) == [key]
    assert not Key.objects.of_serials([]).exists()

"""A certificate from outside: put on a key by the operator, believed as far as a trusted root reaches."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.crypto.rules import certificates
from tongban.infrastructure.crypto.tests.authorities import Authority, an_authority
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotFound

pytestmark = pytest.mark.django_db
OWNER = "department:health"
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 6, 30, 16, tzinfo=UTC)
OPERATOR = Actor("staff", account=7, name="高飞")


@pytest.fixture
def outside() -> Authority:
    return an_authority(FROM, UNTIL)


@pytest.fixture
def trusted(outside, tmp_path, settings) -> Authority:
    """The operator has named this authority in CRYPTO_ROOTS."""
    (tmp_path / "roots.pem").write_text(outside.pem)
    settings.CRYPTO_ROOTS = str(tmp_path / "roots.pem")
    return outside


def requested() -> x509.CertificateSigningRequest:
    crypto.key_for(OWNER, common_name="云泽市卫生健康委员会")
    return x509.load_pem_x509_csr(crypto.request(OWNER).encode())


def certified_by(authority: Authority, *above: Authority) -> tuple[Key, x509.Certificate]:
    asked = requested()
    given = authority.certifies(asked.public_key(), asked.subject)
    pem = certificates.written(given) + "".join(one.pem for one in above)
    return crypto.certify(actor=OPERATOR, owner=OWNER, pem=pem), given


def is_believed() -> bool:
    key_digest, signature = crypto.sign(OWNER, b"x")
    return crypto.verify(key_digest, b"x", signature, owner=OWNER)


def test_a_request_names_who_signs_and_the_organisation(settings):
    settings.CRYPTO_ORGANISATION = "云泽市人民政府"
    asked = requested()

    assert asked.is_signature_valid
    assert asked.subject.rfc4514_string() == "CN=云泽市卫生健康委员会,O=云泽市人民政府,C=CN"
    assert certificates.key_digest(asked.public_key()) == crypto.key_for(OWNER).key_digest


def test_a_key_has_the_days_and_the_number_of_its_new_certificate(outside):
    key, given = certified_by(outside)

    kept = Key.objects.get(pk=key.pk)
    assert (kept.valid_from, kept.valid_until) == (FROM, UNTIL)
    assert kept.serial == f"{given.serial_number:x}"
    assert kept.certificate == certificates.written(given)
    assert kept.issuer is None


def test_the_journal_says_who_put_the_certificate_on_which_key(outside):
    key, _given = certified_by(outside)

    fact = Fact.objects.get(name__endswith="KeyCertified")
    assert fact.data == {"key_digest": key.key_digest, "owner": OWNER}
    assert fact.subject == f"key:{OWNER}"
    assert fact.actor == "高飞"


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_a_trusted_root_is_believed(outside):
    certified_by(outside)

    assert is_believed()


@pytest.mark.usefixtures("trusted")
def test_a_certificate_rests_on_a_trusted_root_through_those_between(outside):
    between = outside.below("外部CA 2")
    key, _given = certified_by(between, between)

    assert is_believed()
    assert Key.objects.get(pk=key.pk).chain == between.pem
    assert crypto.chain(key) == (between.pem,)


@pytest.mark.usefixtures("trusted")
def test_without_those_between_a_certificate_rests_on_nothing(outside):
    certified_by(outside.below("外部CA 2"))

    assert not is_believed()


@pytest.mark.usefixtures("trusted")
def test_a_chain_with_a_stranger_in_it_rests_on_nothing(outside):
    between, stranger = outside.below("外部CA 2"), an_authority(FROM, UNTIL, "外部CA 2")
    certified_by(stranger, between)

    assert not is_believed()


@pytest.mark.usefixtures("trusted")
def test_whoever_only_signs_certifies_nobody(outside):
    """Anyone may buy a certificate of a public authority; with it they must not make signers of ours."""
    buyer = outside.below("某公司", ca=False)
    certified_by(buyer, buyer)

    assert not is_believed()


def test_a_root_of_the_same_name_is_not_the_trusted_one(trusted):
    certified_by(an_authority(FROM, UNTIL))

    assert not is_believed()


def test_an_outside_root_is_trusted_no_more_once_the_operator_takes_it_out(trusted, settings):
    certified_by(trusted)
    assert is_believed()

    settings.CRYPTO_ROOTS = ""

    assert crypto.outside_roots() == []
    assert not is_believed()


def test_signatures_may_rest_on_our_root_and_those_the_operator_names(trusted):
    assert crypto.roots() == [crypto.authority(), trusted.pem]


def test_a_revoked_root_of_ours_is_rested_on_no_more():
    first = crypto.authority()
    crypto.revoke(actor=SYSTEM, key_digest=crypto.key_for("authority").key_digest, reason="读出了私钥")

    second = crypto.authority()

    assert second != first
    assert crypto.roots() == [second]


def test_a_forged_root_of_ours_is_rested_on_no_more(outside):
    """Its private key is not the one we keep, so its certificate is not ours."""
    crypto.authority()
    Key.objects.filter(owner="authority").update(certificate=outside.pem)

    assert crypto.roots() == []


def test_the_chain_of_our_own_certificates_is_our_root():
    key = crypto.key_for(OWNER)

    assert crypto.chain(key) == (crypto.authority(),)


def test_a_certificate_of_another_key_is_refused_and_nothing_changes(outside):
    key = crypto.key_for(OWNER)
    other = crypto.key_for("journal")
    given = outside.certifies(certificates.read(other.certificate).public_key(), certificates.name("日志", "外部"))

    with pytest.raises(crypto.WrongCertificate, match=OWNER):
        crypto.certify(actor=OPERATOR, owner=OWNER, pem=certificates.written(given))

    assert Key.objects.get(pk=key.pk).certificate == key.certificate
    assert not Fact.objects.filter(name__endswith="KeyCertified").exists()


def test_a_certificate_of_a_key_of_another_kind_is_refused(outside):
    crypto.key_for(OWNER)
    public = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    given = outside.certifies(public, certificates.name("卫健委", "外部"))

    with pytest.raises(crypto.WrongCertificate):
        crypto.certify(actor=OPERATOR, owner=OWNER, pem=certificates.written(given))


@pytest.mark.parametrize(
    "file",
    ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
    ids=["empty", "no PEM", "broken"],
)
def test_a_file_without_a_certificate_is_refused(file):
    crypto.key_for(OWNER)

    with pytest.raises(crypto.NoCertificate):
        crypto.certify(actor=OPERATOR, owner=OWNER, pem=file)


def test_a_private_key_beside_the_certificate_is_not_kept(outside):
    """Operators paste what their authority sent them, and some send everything in one file."""
    asked = requested()
    given = certificates.written(outside.certifies(asked.public_key(), asked.subject))
    secret = outside.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()

    key = crypto.certify(actor=OPERATOR, owner=OWNER, pem=secret + given)

    assert key.certificate == given
    assert "PRIVATE" not in key.certificate + key.chain


def test_a_certificate_for_nobody_is_refused(outside):
    with pytest.raises(NotFound):
        crypto.certify(actor=OPERATOR, owner="department:nobody", pem=outside.pem)


def test_an_expired_outside_certificate_gives_way_to_one_of_ours(outside):
    old, _given = certified_by(outside)

    with clock.at(UNTIL):
        new = crypto.key_for(OWNER)

    assert new.key_digest != old.key_digest
    assert new.issuer is not None
    assert new.common_name == "云泽市卫生健康委员会"

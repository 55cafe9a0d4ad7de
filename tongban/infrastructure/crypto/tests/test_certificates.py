"""What certificates say: RFC 5280, and RFC 9336 for signing documents."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tongban.infrastructure.crypto.rules import certificates

FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
ROOT_KEY, LEAF_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
ROOT = certificates.root(
    ROOT_KEY, subject=certificates.name("证书颁发机构", "通办"), valid_from=FROM, valid_until=UNTIL
)
LEAF = certificates.leaf(
    LEAF_KEY.public_key(),
    subject=certificates.name("云泽市卫生健康委员会", "通办"),
    valid_from=FROM,
    valid_until=UNTIL,
    issuer=ROOT,
    issuer_private=ROOT_KEY,
    revocation_url="https://ywt.yunze.gov.cn/crypto/revocations.crl",
)
USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


def extension(certificate: x509.Certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


@pytest.mark.parametrize(
    ("certificate", "uses"),
    [(ROOT, {"key_cert_sign", "crl_sign"}), (LEAF, {"digital_signature", "content_commitment"})],
    ids=["root", "leaf"],
)
def test_a_key_is_used_for_what_it_is_for_and_no_more(certificate, uses):
    usage = extension(certificate, x509.KeyUsage)

    assert usage.critical
    assert {use for use in USES if getattr(usage.value, use)} == uses


def test_only_the_root_certifies_and_nobody_below_it_does():
    root, leaf = extension(ROOT, x509.BasicConstraints), extension(LEAF, x509.BasicConstraints)

    assert (root.critical, root.value.ca, root.value.path_length) == (True, True, 0)
    assert (leaf.critical, leaf.value.ca) == (True, False)
    assert certificates.is_authority(ROOT)
    assert not certificates.is_authority(LEAF)


def test_a_certificate_without_a_word_about_it_certifies_nobody():
    bare = (
        x509.CertificateBuilder()
        .subject_name(ROOT.subject)
        .issuer_name(ROOT.subject)
        .public_key(ROOT_KEY.public_key())
        .serial_number(1)
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .sign(ROOT_KEY, ROOT.signature_hash_algorithm)
    )

    assert not certificates.is_authority(bare)
    assert certificates.revocation_urls(bare) == []


def test_a_signers_certificate_is_for_documents_and_for_readers_that_know_mail_only():
    used = extension(LEAF, x509.ExtendedKeyUsage).value

    assert [use.dotted_string for use in used] == ["1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4"]


def test_a_signers_certificate_leads_to_its_issuer_and_the_list_of_revoked_ones():
    issuer = extension(LEAF, x509.AuthorityKeyIdentifier).value.key_identifier

    assert issuer == extension(ROOT, x509.SubjectKeyIdentifier).value.digest
    assert LEAF.issuer == ROOT.subject
    assert certificates.revocation_urls(LEAF) == ["https://ywt.yunze.gov.cn/crypto/revocations.crl"]
    assert certificates.revocation_urls(ROOT) == []


@pytest.mark.parametrize("certificate", [ROOT, LEAF], ids=["root", "leaf"])
def test_days_are_those_that_were_given(certificate):
    assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (FROM, UNTIL)


def test_a_name_goes_from_the_general_to_the_particular():
    subject = certificates.name("甲", "乙")

    assert [(part.oid, part.value) for part in subject] == [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, "乙"),
        (NameOID.COMMON_NAME, "甲"),
    ]


@pytest.mark.parametrize(
    ("long", "kept"),
    [
        ("云泽市市场监督管理局（知识产权局）食品经营许可专用章", "云泽市市场监督管理局（知识产权局）食品经营"),
        ("局" * 21, "局" * 21),
        ("局" * 22, "局" * 21),
        ("A" + "局" * 21, "A" + "局" * 21),
        ("AB" + "局" * 21, "AB" + "局" * 20),
        ("a" * 65, "a" * 64),
        ("\U0002ebf9" * 17, "\U0002ebf9" * 16),
    ],
)
def test_a_long_name_is_cut_to_what_a_certificate_holds_and_never_within_a_character(long, kept):
    assert [part.value for part in certificates.name(long, long)] == ["CN", kept, kept]


def test_two_certificates_have_two_numbers():
    other = certificates.root(ROOT_KEY, subject=ROOT.subject, valid_from=FROM, valid_until=UNTIL)

    assert other.serial_number != ROOT.serial_number


def test_a_certificate_is_read_as_it_was_written():
    assert certificates.read(certificates.written(LEAF)) == LEAF


def test_a_keys_digest_is_that_of_its_public_half():
    assert certificates.key_digest(LEAF.public_key()) == certificates.key_digest(LEAF_KEY.public_key())
    assert certificates.key_digest(LEAF.public_key()) != certificates.key_digest(ROOT.public_key())
    assert len(certificates.key_digest(ROOT.public_key())) == 64


@pytest.mark.parametrize("serials", [[], [7], [7, 8, 2**158]], ids=["none", "one", "three"])
def test_a_list_of_revoked_certificates_is_signed_numbered_and_dated(serials):
    made = certificates.revocations(
        [(serial, FROM + timedelta(days=1)) for serial in serials],
        number=41,
        issuer=ROOT,
        issuer_private=ROOT_KEY,
        made_at=FROM + timedelta(days=2),
        next_at=FROM + timedelta(days=9),
    )

    assert made.is_signature_valid(ROOT_KEY.public_key())
    assert {entry.serial_number for entry in made} == set(serials)
    assert {entry.revocation_date_utc for entry in made} <= {FROM + timedelta(days=1)}
    assert made.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 41
    assert (made.last_update_utc, made.next_update_utc) == (FROM + timedelta(days=2), FROM + timedelta(days=9))

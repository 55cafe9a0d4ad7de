"""Certificates of the house's own authority: pure functions of keys, names and dates.

Profile: RFC 5280, with the extended key usage "document signing" of RFC 9336.
"""

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MAX_NAME_BYTES = 64
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


def key_digest(public: ec.EllipticCurvePublicKey) -> str:
    """Return the SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()


def name(common_name: str, organisation: str) -> x509.Name:
    # The country comes first, as RFC 5280 names are read from the general to the particular.
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, _cut(organisation))]
    parts.append((NameOID.COMMON_NAME, _cut(common_name)))
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _cut(text: str) -> str:
    """Return as much as a name may hold: RFC 5280 allows 64 characters, and the library counts bytes of UTF-8."""
    return text.encode()[:MAX_NAME_BYTES].decode(errors="ignore")


def root(
    private: ec.EllipticCurvePrivateKey, *, subject: x509.Name, valid_from: datetime, valid_until: datetime
) -> x509.Certificate:
    """Return a self-signed certificate that may sign certificates of signers and revocation lists, no more."""
    public = private.public_key()
    return (
        _begun(public, subject=subject, issuer=subject, valid_from=valid_from, valid_until=valid_until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(private, hashes.SHA256())
    )


def leaf(
    public: ec.EllipticCurvePublicKey,
    *,
    subject: x509.Name,
    valid_from: datetime,
    valid_until: datetime,
    issuer: x509.Certificate,
    issuer_private: ec.EllipticCurvePrivateKey,
    revocation_url: str,
) -> x509.Certificate:
    """Return a certificate for signing documents and records."""
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(revocation_url)], None, None, None)
    return (
        _begun(public, subject=subject, issuer=issuer.subject, valid_from=valid_from, valid_until=valid_until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        # Readers built on NSS know no document signing yet; they take certificates that may sign mail.
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .sign(issuer_private, hashes.SHA256())
    )


def revocations(
    serials: Iterable[tuple[int, datetime]],
    *,
    number: int,
    issuer: x509.Certificate,
    issuer_private: ec.EllipticCurvePrivateKey,
    made_at: datetime,
    next_at: datetime,
) -> x509.CertificateRevocationList:
    """Return the list of certificates that are no longer trusted, and since when."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(made_at)
        .next_update(next_at)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_private.public_key()), critical=False)
    )
    for serial, at in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer_private, hashes.SHA256())


def revocation_urls(certificate: x509.Certificate) -> list[str]:
    """Return where a certificate says that its revocation would be told."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [name.value for point in points for name in point.full_name or []]


def is_authority(certificate: x509.Certificate) -> bool:
    """Say whether its owner may certify others; whoever has bought a certificate for signing may not."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def read(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def written(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _begun(
    public: ec.EllipticCurvePublicKey,
    *,
    subject: x509.Name,
    issuer: x509.Name,
    valid_from: datetime,
    valid_until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )

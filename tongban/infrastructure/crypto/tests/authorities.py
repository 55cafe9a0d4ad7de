"""An authority outside the house, as an operator would go to: a root, one below it, and what they certify."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.infrastructure.crypto.rules import certificates


@dataclass(frozen=True)
class Authority:
    """Somebody who certifies keys. certificate: its own; a root has signed it itself."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    valid_from: datetime
    valid_until: datetime

    @property
    def pem(self) -> str:
        return certificates.written(self.certificate)

    def certifies(self, public, subject: x509.Name) -> x509.Certificate:
        """Give a signer a certificate."""
        return certificates.leaf(
            public,
            subject=subject,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            issuer=self.certificate,
            issuer_private=self.private,
            revocation_url="http://outside.example/crl",
        )

    def below(self, name: str, *, ca: bool = True) -> "Authority":
        """Make one below this one; without `ca` it is an ordinary signer that only behaves like an authority."""
        private = ec.generate_private_key(ec.SECP256R1())
        made = (
            x509.CertificateBuilder()
            .subject_name(certificates.name(name, "外部"))
            .issuer_name(self.certificate.subject)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.valid_from)
            .not_valid_after(self.valid_until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
            .sign(self.private, hashes.SHA256())
        )
        return Authority(private, made, self.valid_from, self.valid_until)


def an_authority(valid_from: datetime, valid_until: datetime, name: str = "外部CA") -> Authority:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = certificates.name(name, "外部")
    made = certificates.root(private, subject=subject, valid_from=valid_from, valid_until=valid_until)
    return Authority(private, made, valid_from, valid_until)

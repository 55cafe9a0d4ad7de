"""Certificates of X.509 with SM2 keys, signed with SM2 and SM3 (GM/T 0015): plain values in, plain values out."""

import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from asn1crypto import algos, core, keys, pem, x509

SM2_WITH_SM3 = "1.2.156.10197.1.501"


def made(
    public: bytes,
    *,
    common_name: str,
    organisation: str,
    issuer: x509.Name | None,
    valid_from: datetime,
    valid_until: datetime,
    sign: Callable[[bytes], bytes],
    authority: bool = False,
) -> x509.Certificate:
    """Return a certificate of this public key. issuer: None for one that signs itself."""
    name = x509.Name.build({"country_name": "CN", "organization_name": organisation, "common_name": common_name})
    info = keys.PublicKeyInfo.load(public)
    algorithm = algos.SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3})
    usage = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature", "non_repudiation"}
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(120) | 1,
            "signature": algorithm,
            "issuer": issuer or name,
            "validity": {
                "not_before": x509.Time({"utc_time": valid_from.replace(microsecond=0)}),
                "not_after": x509.Time({"utc_time": valid_until.replace(microsecond=0)}),
            },
            "subject": name,
            "subject_public_key_info": info,
            "extensions": [
                {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": authority}},
                {"extn_id": "key_usage", "critical": True, "extn_value": usage},
                {"extn_id": "key_identifier", "critical": False, "extn_value": sha256(public).digest()[:20]},
            ],
        }
    )
    signature = core.OctetBitString(sign(body.dump()))
    whole = {"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": signature}
    return x509.Certificate(whole)


def issued(
    certificate: x509.Certificate, issuer: x509.Certificate, verify: Callable[[bytes, bytes, bytes], bool]
) -> bool:
    """Say whether the issuer's key has signed a certificate. verify: public key, data, signature → whether it fits."""
    public = issuer.public_key.dump()
    data = certificate["tbs_certificate"].dump()
    return certificate.issuer == issuer.subject and verify(public, data, certificate["signature_value"].native)


def written(certificate: x509.Certificate) -> str:
    return str(pem.armor("CERTIFICATE", certificate.dump()).decode())


def read(text: str) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(text.encode())[2])

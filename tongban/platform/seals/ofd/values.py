"""What a signature value says, whichever standard it is by: GB/T 38540 and GM/T 0031 for seals, GB/T 35275 without."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from asn1crypto import cms, core, x509

from tongban.platform.seals.ofd import structures as asn1
from tongban.platform.seals.ofd.digests import sm3

# Types of a signed message, and what names SM2 alone there. Source: GB/T 35275-2017, 6 and annex A.
SIGNED_DATA, SM2 = "1.2.156.10197.6.1.4.2.2", "1.2.156.10197.1.301.1"
# Makers write the signature as two numbers of DER, as GB/T 35276 says, or bare.
BARE_BYTES = 64


@dataclass(frozen=True)
class MadeSeal:
    """The seal that was used.

    maker     who made it; body, signature: what the maker signed, and how
    may_sign  whether the certificate that signed is one of its list
    """

    name: str
    maker: x509.Certificate
    body: bytes
    signature: bytes
    algorithm: str
    created_at: datetime
    valid_from: datetime
    valid_until: datetime
    may_sign: bool


@dataclass(frozen=True)
class SignedValue:
    """A signature over the description of what it covers.

    body       what was signed; digest: of the description, which the body holds; None where the body's place has none
    about      the description's name; "" where the value does not say it
    at         when, by the signer's own words
    seal       None for a signature without one
    token      a time stamp of RFC 3161 about the signature
    """

    signer: x509.Certificate
    algorithms: frozenset[str]
    body: bytes
    signature: bytes
    digest: bytes
    about: str
    at: datetime | None
    seal: MadeSeal | None = None
    token: bytes = b""


def read(content: bytes) -> SignedValue:
    """Read a value. Raises ValueError where it is of none of these standards."""
    for reader in (_sealed, _sealed_by_older, _signed):
        try:
            return reader(content)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            continue
    raise ValueError("no signature value by a standard we know")


def _sealed(content: bytes) -> SignedValue:
    value = asn1.SealSignature.load(content, strict=True)
    value.native  # noqa: B018 (all of it is read, so that what is damaged is refused here)
    signed, signer = value["to_sign"], value["cert"].native
    seal = signed["eseal"]
    known = seal["info"]["property"]
    stamp = value["time_stamp"].native
    return SignedValue(
        signer=x509.Certificate.load(signer),
        algorithms=frozenset({value["signature_alg_id"].dotted, seal["sign_alg_id"].dotted}),
        body=signed.dump(),
        signature=_der(value["signature"].native),
        digest=signed["data_hash"].native,
        about=signed["property_info"].native,
        at=signed["time_info"].native,
        token=stamp or b"",
        seal=MadeSeal(
            name=known["name"].native,
            maker=x509.Certificate.load(seal["cert"].native),
            body=seal["info"].dump(),
            signature=_der(seal["signed_value"].native),
            algorithm=seal["sign_alg_id"].dotted,
            created_at=known["create_date"].native,
            valid_from=known["valid_start"].native,
            valid_until=known["valid_end"].native,
            may_sign=_listed(signer, known["cert_list"]),
        ),
    )


def _listed(certificate: bytes, listed: Any) -> bool:
    if isinstance(listed, core.SequenceOf) and isinstance(listed, asn1.CertificateDigests):
        return any(one["value"].native == sm3(certificate) for one in listed)
    return certificate in listed.native


def _sealed_by_older(content: bytes) -> SignedValue:
    value = asn1.OldSealSignature.load(content, strict=True)
    value.native  # noqa: B018
    signed = value["to_sign"]
    seal, signer = signed["eseal"], signed["cert"].native
    making, known = seal["making"], seal["info"]["property"]
    made = {"info": seal["info"], "cert": making["cert"], "sign_alg_id": making["sign_alg_id"]}
    return SignedValue(
        signer=x509.Certificate.load(signer),
        algorithms=frozenset({signed["signature_alg_id"].dotted, making["sign_alg_id"].dotted}),
        body=signed.dump(),
        signature=_der(value["signature"].native),
        digest=signed["data_hash"].native,
        about=signed["property_info"].native,
        at=_moment(signed["time_info"].native),
        seal=MadeSeal(
            name=known["name"].native,
            maker=x509.Certificate.load(making["cert"].native),
            body=asn1.MadeOld(made).dump(),
            signature=_der(making["signed_value"].native),
            algorithm=making["sign_alg_id"].dotted,
            created_at=known["create_date"].native,
            valid_from=known["valid_start"].native,
            valid_until=known["valid_end"].native,
            may_sign=signer in known["cert_list"].native,
        ),
    )


def _moment(content: bytes) -> datetime | None:
    """Read a time that is given as DER, or written out, as makers do. Source: GM/T 0031-2014, 6.2."""
    try:
        moment = asn1.OldTime.load(content, strict=True).native
        return moment if isinstance(moment, datetime) else None
    except (ValueError, TypeError):
        pass
    try:
        written = datetime.fromisoformat(content.decode("ascii").strip().replace("Z", "+00:00"))
    except (UnicodeDecodeError, ValueError):
        return None
    return written if written.tzinfo else written.replace(tzinfo=UTC)


def _signed(content: bytes) -> SignedValue:
    message = cms.ContentInfo.load(content, strict=True)
    if message["content_type"].dotted != SIGNED_DATA:
        raise ValueError("no signed data by GB/T 35275")
    signed = message["content"].parse(cms.SignedData)
    (info,) = signed["signer_infos"]
    signer = _signer(signed, info)
    algorithm = info["signature_algorithm"]["algorithm"].dotted
    digest_algorithm = info["digest_algorithm"]["algorithm"].dotted
    # The two together are what other standards call SM2 with SM3.
    plain = algorithm in {SM2, asn1.SM2_WITH_SM3} and digest_algorithm == asn1.SM3
    attributes = info["signed_attrs"]
    if attributes.native:
        said = {one["type"].dotted: one["values"][0] for one in attributes}
        body, digest = attributes.untag().dump(), said[_MESSAGE_DIGEST].native
        at = said[_SIGNING_TIME].native if _SIGNING_TIME in said else None
    else:
        body = digest = signed["encap_content_info"]["content"].native
        at = None
    return SignedValue(
        signer=signer,
        algorithms=frozenset({asn1.SM2_WITH_SM3 if plain else algorithm}),
        body=body,
        signature=_der(info["signature"].native),
        digest=digest,
        about="",
        at=at if isinstance(at, datetime) else None,
    )


_MESSAGE_DIGEST, _SIGNING_TIME = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"


def _signer(signed: cms.SignedData, info: cms.SignerInfo) -> x509.Certificate:
    sid = info["sid"].chosen
    named = sid["serial_number"].native, sid["issuer"].dump()
    for one in signed["certificates"]:
        certificate: x509.Certificate = one.chosen
        if (certificate.serial_number, certificate.issuer.dump()) == named:
            return certificate
    raise ValueError("the signer's certificate is not there")


def _der(signature: bytes) -> bytes:
    """Return a signature as DER."""
    if len(signature) != BARE_BYTES:
        return signature
    half = BARE_BYTES // 2
    return bytes(_Pair({"r": int.from_bytes(signature[:half]), "s": int.from_bytes(signature[half:])}).dump())


class _Pair(core.Sequence):
    _fields: ClassVar[list[Any]] = [("r", core.Integer), ("s", core.Integer)]

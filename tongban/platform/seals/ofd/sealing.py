"""Put a seal by GB/T 38540 on the files of an OFD document. Knows no database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core, pem

from tongban.platform.seals.drawing import DIAMETER_MM
from tongban.platform.seals.ofd import packing
from tongban.platform.seals.ofd import structures as asn1
from tongban.platform.seals.ofd.digests import sm3

BOX = (128, 222, DIAMETER_MM, DIAMETER_MM)


@dataclass(frozen=True)
class SignerKey:
    """Who signs, with which certificate, PEM; sign: data → SM2 signature over SM3, DER."""

    certificate: str
    sign: Callable[[bytes], bytes]

    @property
    def der(self) -> bytes:
        return bytes(pem.unarmor(self.certificate.encode())[2])


@dataclass(frozen=True)
class SealFacts:
    """What stands in the seal: its code, name and picture (PNG), and from when to when it may be used."""

    code: str
    name: str
    picture: bytes
    made_at: datetime
    valid_from: datetime
    valid_until: datetime


def electronic_seal(facts: SealFacts, *, maker: SignerKey, signers: list[bytes]) -> asn1.ElectronicSeal:
    """Return the seal (SESeal), its information signed by its maker. signers: certificates that may use it, DER."""
    info = asn1.SealInfo(
        {
            "header": {"id": "ES", "version": 4, "vid": "Tongban"},
            "es_id": facts.code,
            "property": {
                "type": 1,
                "name": facts.name,
                "cert_list_type": asn1.WHOLE,
                "cert_list": asn1.Certificates(signers),
                "create_date": _second(facts.made_at),
                "valid_start": _second(facts.valid_from),
                "valid_end": _second(facts.valid_until),
            },
            "picture": {"type": "PNG", "data": facts.picture, "width": DIAMETER_MM, "height": DIAMETER_MM},
        }
    )
    signed = maker.sign(info.dump())
    return asn1.ElectronicSeal({"info": info, "cert": maker.der, "sign_alg_id": _oid(), "signed_value": signed})


def sealed(
    files: Mapping[str, bytes],
    *,
    seal: asn1.ElectronicSeal,
    signer: SignerKey,
    at: datetime,
    stamp: Callable[[bytes], bytes] | None = None,
    place: tuple[int, float, float, float, float] | None = None,
) -> bytes:
    """Return the OFD file with the seal over all of its files.

    stamp   signature → time-stamp token about it
    place   page from 0, x, y, width, height, mm, where it is drawn; None for the usual place of a single page
    """
    page, *box = place or (0, *BOX)
    covered = {name: sm3(content) for name, content in {**files, packing.SEAL: seal.dump()}.items()}
    described = packing.signature(
        covered,
        method=asn1.SM3,
        algorithm=asn1.SM2_WITH_SM3,
        at=f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}",
        box=box,
        page=page + 1,
    )
    to_sign = asn1.ToSign(
        {
            "version": 4,
            "eseal": seal,
            "time_info": _second(at),
            "data_hash": sm3(described),
            "property_info": f"/{packing.SIGNATURE}",
        }
    )
    signature = signer.sign(to_sign.dump())
    value = asn1.SealSignature(
        {
            "to_sign": to_sign,
            "cert": signer.der,
            "signature_alg_id": _oid(),
            "signature": signature,
            **({"time_stamp": stamp(signature)} if stamp else {}),
        }
    )
    return packing.packed(
        {**files, packing.SEAL: seal.dump(), packing.SIGNATURE: described, packing.SIGNED_VALUE: value.dump()}
    )


def _oid() -> core.ObjectIdentifier:
    return core.ObjectIdentifier(asn1.SM2_WITH_SM3)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)

"""The ASN.1 of seals and their signatures, by GB/T 38540-2020 and by GM/T 0031-2014, which older seals are of."""

from typing import Any, ClassVar

from asn1crypto import core

SM3, SM2_WITH_SM3 = "1.2.156.10197.1.401", "1.2.156.10197.1.501"
# How a list of certificates is given. Source: GB/T 38540-2020, 6.1.4.
WHOLE, DIGESTS = 1, 2


class Extensions(core.SequenceOf):
    _child_spec = core.Any


class Further(core.Choice):
    """Further data of a maker's own, with the mark that the standard gives it, or as a bare sequence."""

    _alternatives: ClassVar[list[Any]] = [("bare", Extensions), ("marked", Extensions, {"explicit": 0})]


_FURTHER: tuple[Any, ...] = ("ext_datas", Further, {"optional": True})


class Header(core.Sequence):
    _fields: ClassVar[list[Any]] = [("id", core.IA5String), ("version", core.Integer), ("vid", core.IA5String)]


class Certificates(core.SequenceOf):
    _child_spec = core.OctetString


class CertificateDigest(core.Sequence):
    _fields: ClassVar[list[Any]] = [("type", core.PrintableString), ("value", core.OctetString)]


class CertificateDigests(core.SequenceOf):
    _child_spec = CertificateDigest


class Property(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("cert_list_type", core.Integer),
        ("cert_list", core.Any),
        ("create_date", core.GeneralizedTime),
        ("valid_start", core.GeneralizedTime),
        ("valid_end", core.GeneralizedTime),
    ]
    _oid_pair = ("cert_list_type", "cert_list")
    _oid_specs: ClassVar[dict[int, Any]] = {WHOLE: Certificates, DIGESTS: CertificateDigests}


class SealPicture(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("type", core.IA5String),
        ("data", core.OctetString),
        ("width", core.Integer),
        ("height", core.Integer),
    ]


class SealInfo(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("header", Header),
        ("es_id", core.IA5String),
        ("property", Property),
        ("picture", SealPicture),
        _FURTHER,
    ]


class ElectronicSeal(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("info", SealInfo),
        ("cert", core.OctetString),
        ("sign_alg_id", core.ObjectIdentifier),
        ("signed_value", core.OctetBitString),
    ]


class ToSign(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("eseal", ElectronicSeal),
        ("time_info", core.GeneralizedTime),
        ("data_hash", core.OctetBitString),
        ("property_info", core.IA5String),
        _FURTHER,
    ]


class SealSignature(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("to_sign", ToSign),
        ("cert", core.OctetString),
        ("signature_alg_id", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("time_stamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]


class OldTime(core.Choice):
    _alternatives: ClassVar[list[Any]] = [("utc", core.UTCTime), ("general", core.GeneralizedTime)]


class OldProperty(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("cert_list", Extensions),
        ("create_date", OldTime),
        ("valid_start", OldTime),
        ("valid_end", OldTime),
    ]


class OldSealInfo(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("header", Header),
        ("es_id", core.IA5String),
        ("property", OldProperty),
        ("picture", SealPicture),
        _FURTHER,
    ]


class OldMaking(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("cert", core.OctetString),
        ("sign_alg_id", core.ObjectIdentifier),
        ("signed_value", core.OctetBitString),
    ]


class OldSeal(core.Sequence):
    _fields: ClassVar[list[Any]] = [("info", OldSealInfo), ("making", OldMaking)]


class MadeOld(core.Sequence):
    """What the maker of a seal of GM/T 0031 signs."""

    _fields: ClassVar[list[Any]] = [
        ("info", OldSealInfo),
        ("cert", core.OctetString),
        ("sign_alg_id", core.ObjectIdentifier),
    ]


class OldToSign(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("eseal", OldSeal),
        ("time_info", core.OctetBitString),
        ("data_hash", core.OctetBitString),
        ("property_info", core.IA5String),
        ("cert", core.OctetString),
        ("signature_alg_id", core.ObjectIdentifier),
    ]


class OldSealSignature(core.Sequence):
    _fields: ClassVar[list[Any]] = [("to_sign", OldToSign), ("signature", core.OctetBitString)]

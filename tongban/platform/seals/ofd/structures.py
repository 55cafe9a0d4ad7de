"""The ASN.1 of seals and their signatures, by GB/T 38540-2020."""

from typing import Any, ClassVar

from asn1crypto import core

SM3, SM2_WITH_SM3 = "1.2.156.10197.1.401", "1.2.156.10197.1.501"


class Header(core.Sequence):
    _fields: ClassVar[list[Any]] = [("id", core.IA5String), ("version", core.Integer), ("vid", core.IA5String)]


class Certificates(core.SequenceOf):
    _child_spec = core.OctetString


class Property(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("cert_list_type", core.Integer),
        ("cert_list", Certificates),
        ("create_date", core.GeneralizedTime),
        ("valid_start", core.GeneralizedTime),
        ("valid_end", core.GeneralizedTime),
    ]


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
        ("ext_datas", core.Any, {"explicit": 0, "optional": True}),
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
        ("ext_datas", core.Any, {"explicit": 0, "optional": True}),
    ]


class SealSignature(core.Sequence):
    _fields: ClassVar[list[Any]] = [
        ("to_sign", ToSign),
        ("cert", core.OctetString),
        ("signature_alg_id", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("time_stamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]

"""Check the seal of an OFD file in the order of GB/T 38540, and name the check that failed. Knows no database."""

import zipfile
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from xml.etree.ElementTree import Element

from asn1crypto import core, x509
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tongban.platform.seals.certificates import common_name
from tongban.platform.seals.ofd import packing
from tongban.platform.seals.ofd import structures as asn1
from tongban.platform.seals.ofd.sealing import sm3

MAX_FILES, MAX_BYTES, MAX_SEALS = 500, 60 * 1024 * 1024, 20
NS = {"ofd": packing.NAMESPACE}
# The checks in their order; the first that fails is the verdict.
CHECKS = (
    "readable",
    "sealed",
    "algorithm",
    "period",
    "maker",
    "seal",
    "signer",
    "signature",
    "digest",
    "files",
    "whole",
)
Verify = Callable[[bytes, bytes, bytes], bool]


@dataclass(frozen=True)
class SealVerdict:
    """What is said of an OFD file.

    failed    one of CHECKS, "" where all hold
    trusted   its certificates rest on a root
    """

    failed: str = ""
    trusted: bool = False
    signer: str = ""
    serial: str = ""
    seal_name: str = ""
    signed_at: datetime | None = None

    @property
    def good(self) -> bool:
        return not self.failed and self.trusted


class _Failed(Exception):
    """A check did not hold; the text is its name."""


def is_ofd(content: bytes) -> bool:
    """Say whether a file looks like OFD: a ZIP whose names begin as the standard wants them."""
    return content[:4] == b"PK\x03\x04" and b"OFD.xml" in content


def checked(content: bytes, *, roots: Sequence[x509.Certificate], verify: Verify) -> SealVerdict:
    """Return the verdict. verify: public key, data, signature → whether it fits."""
    try:
        files = _unpacked(content)
        places = _places(files)
    except _Failed as failure:
        return SealVerdict(failed=str(failure))
    found = [_judged(files, place, places, roots, verify) for place in places]
    first, last = next((one for one in found if one.failed), found[0]), found[-1]
    return replace(
        first,
        trusted=all(one.trusted for one in found),
        signer="、".join(dict.fromkeys(one.signer for one in found if one.signer)),
        signed_at=last.signed_at,
    )


@dataclass(frozen=True)
class _Place:
    """Where a signature lies: its description, and its value."""

    description: str
    value: str


def _judged(
    files: dict[str, bytes],
    place: _Place,
    places: Sequence[_Place],
    roots: Sequence[x509.Certificate],
    verify: Verify,
) -> SealVerdict:
    """Return the verdict about one of the signatures."""
    try:
        value = _value(files, place)
        to_sign, signer = value["to_sign"], x509.Certificate.load(value["cert"].native)
        info = to_sign["eseal"]["info"]
        known = {
            "signer": common_name(signer),
            "serial": f"{signer.serial_number:x}",
            "seal_name": info["property"]["name"].native,
            "signed_at": to_sign["time_info"].native,
        }
        maker = x509.Certificate.load(to_sign["eseal"]["cert"].native)
    except _Failed as failure:
        return SealVerdict(failed=str(failure))
    except (ValueError, TypeError, KeyError):
        return SealVerdict(failed="readable")
    trusted = all(any(_issued(one, root, verify) for root in roots) for one in (signer, maker))
    return SealVerdict(failed=_failing(files, value, signer, maker, verify, places), trusted=trusted, **known)


def _failing(
    files: dict[str, bytes],
    value: asn1.SealSignature,
    signer: x509.Certificate,
    maker: x509.Certificate,
    verify: Verify,
    places: Sequence[_Place],
) -> str:
    """Return the first check that does not hold; "" where all do."""
    to_sign = value["to_sign"]
    seal, at = to_sign["eseal"], to_sign["time_info"].native
    known = seal["info"]["property"]
    described = files.get(to_sign["property_info"].native.lstrip("/"), b"")
    signs = _folder(_folder(places[0].description).rstrip("/"))
    algorithms = {value["signature_alg_id"].dotted, seal["sign_alg_id"].dotted}
    body = seal["info"].dump() + core.OctetString(seal["cert"].native).dump() + seal["sign_alg_id"].dump()
    holds: dict[str, Callable[[], bool]] = {
        "algorithm": lambda: algorithms == {asn1.SM2_WITH_SM3},
        "period": lambda: known["valid_start"].native <= at <= known["valid_end"].native,
        "maker": lambda: maker.not_valid_before <= known["create_date"].native <= maker.not_valid_after,
        "seal": lambda: verify(maker.public_key.dump(), body, seal["signed_value"].native),
        "signer": lambda: (
            value["cert"].native in known["cert_list"].native
            and signer.not_valid_before <= at <= signer.not_valid_after
        ),
        "signature": lambda: verify(signer.public_key.dump(), to_sign.dump(), value["signature"].native),
        "digest": lambda: (
            to_sign["property_info"].native.lstrip("/") in {place.description for place in places}
            and sm3(described) == to_sign["data_hash"].native
        ),
        "files": lambda: all(sm3(files.get(name, b"")) == digest for name, digest in _references(described)),
        "whole": lambda: (
            files.keys() - {name for name, _digest in _references(described)}
            <= {name for place in places for name in (place.description, place.value)}
            # Another seal that came later brought its own, and is judged itself.
            | ({name for name in files if _folder(name).startswith(signs)} if len(places) > 1 else set())
        ),
    }
    try:
        return next((name for name, check in holds.items() if not check()), "")
    except (ValueError, TypeError, KeyError, NotBase64, ElementTree.ParseError, DefusedXmlException):
        return "readable"


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
            names = [entry.filename for entry in entries]
            # Two entries of one name: whoever checks reads one, whoever shows the other.
            if len(set(names)) != len(names) or len(names) > MAX_FILES:
                raise _Failed("readable")
            if sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise _Failed("readable")
            return {entry.filename.lstrip("/"): package.read(entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _Failed("readable") from error


def _places(files: dict[str, bytes]) -> list[_Place]:
    """Return where the signatures lie, as OFD.xml leads to them. Source: GB/T 33190-2016, 18."""
    if "OFD.xml" not in files:
        raise _Failed("readable")
    listed = _named(files, "OFD.xml", ".//ofd:Signatures")
    if not listed or listed[0] not in files:
        raise _Failed("sealed")
    root = _parsed(files[listed[0]])
    described = [_joined(listed[0], one.get("BaseLoc", "")) for one in root.iterfind(".//ofd:Signature", NS)]
    places = [_Place(name, value) for name in described for value in _named(files, name, "ofd:SignedValue")[:1]]
    if not places or len(places) < len(described) or len(places) > MAX_SEALS:
        raise _Failed("sealed" if not places else "readable")
    return places


def _named(files: dict[str, bytes], file: str, path: str) -> list[str]:
    """Return the files that elements of a file name."""
    found = _parsed(files[file]).iterfind(path, NS) if file in files else ()
    return [_joined(file, one.text or "") for one in found]


def _parsed(content: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, LookupError) as error:
        raise _Failed("readable") from error
    return root


def _joined(file: str, location: str) -> str:
    """Return a location as the package knows it: one that begins with no stroke begins at the file that names it."""
    location = location.strip()
    return location.lstrip("/") if location.startswith("/") else _folder(file) + location.removeprefix("./")


def _folder(name: str) -> str:
    head, stroke, _tail = name.rpartition("/")
    return head + stroke


def _value(files: dict[str, bytes], place: _Place) -> asn1.SealSignature:
    if place.value not in files:
        raise _Failed("sealed")
    try:
        value: asn1.SealSignature = asn1.SealSignature.load(files[place.value], strict=True)
        assert value.native
    except (ValueError, TypeError, AssertionError) as error:
        raise _Failed("readable") from error
    return value


def _references(described: bytes) -> list[tuple[str, bytes]]:
    root = ElementTree.fromstring(described)
    return [
        (one.get("FileRef", "").lstrip("/"), b64decode(one.findtext("ofd:CheckValue", "", NS)))
        for one in root.iterfind(".//ofd:Reference", NS)
    ]


def _issued(certificate: x509.Certificate, root: x509.Certificate, verify: Verify) -> bool:
    body, signature = certificate["tbs_certificate"].dump(), certificate["signature_value"].native
    return certificate.issuer == root.subject and verify(root.public_key.dump(), body, signature)

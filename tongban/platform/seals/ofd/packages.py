"""Read an OFD package: its files, where its signatures lie, and what they cover (GB/T 33190-2016, 18)."""

import re
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tongban.platform.seals.ofd import structures as asn1

MAX_FILES, MAX_BYTES, MAX_SEALS = 500, 60 * 1024 * 1024, 20
ROOT = "OFD.xml"
BEIJING = "+0800"  # where nothing is said of the zone


class UnreadablePackage(Exception):
    """The package is damaged, or none."""


class Unsealed(Exception):
    """Nothing in the package leads to a signature."""


@dataclass(frozen=True)
class Place:
    """Where a signature lies: its description, its value, and the list that leads to it."""

    description: str
    value: str
    listed: str


@dataclass(frozen=True)
class Description:
    """What a signature says it covers.

    covered   file → digest; method: of these; at: when it says it was made
    """

    covered: Mapping[str, bytes] = field(default_factory=dict)
    method: str = ""
    at: datetime | None = None

    @property
    def is_sm3(self) -> bool:
        return self.method.upper() == "SM3" or f"{self.method}.".startswith(f"{asn1.SM3}.")


def is_ofd(content: bytes) -> bool:
    """Say whether a file looks like OFD: a ZIP whose names begin as the standard wants them."""
    return content[:4] == b"PK\x03\x04" and b"OFD.xml" in content


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files. Raises UnreadablePackage."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
            names = [entry.filename.lstrip("/") for entry in entries]
            # Two entries of one name: whoever checks reads one, whoever shows the other.
            if len(set(names)) != len(names) or len(names) > MAX_FILES:
                raise UnreadablePackage
            if sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise UnreadablePackage
            return {entry.filename.lstrip("/"): package.read(entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadablePackage from error


def places(files: Mapping[str, bytes]) -> list[Place]:
    """Return where the signatures lie, as OFD.xml leads to them. Raises UnreadablePackage, Unsealed."""
    if ROOT not in files:
        raise UnreadablePackage
    lists = [name for name in named(files, ROOT, "Signatures") if name in files]
    found, described = [], 0
    for listed in lists:
        for one in parsed(files[listed]).iterfind(".//{*}Signature"):
            described += 1
            description = joined(listed, one.get("BaseLoc", ""))
            found += [Place(description, value, listed) for value in named(files, description, "SignedValue")[:1]]
    if not found:
        raise Unsealed
    if len(found) < described or len(found) > MAX_SEALS:
        raise UnreadablePackage
    return found


def roots(files: Mapping[str, bytes]) -> list[str]:
    """Return the files that a reader begins to show. Raises UnreadablePackage."""
    return named(files, ROOT, "DocRoot")


def described(content: bytes) -> Description:
    """Return what the description of a signature says. Raises ValueError, ParseError, DefusedXmlException."""
    root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    references = root.find(".//{*}References")
    covered = {
        one.get("FileRef", "").lstrip("/"): b64decode(one.findtext("{*}CheckValue", ""))
        for one in root.iterfind(".//{*}Reference")
    }
    method = references.get("CheckMethod", "") if references is not None else ""
    return Description(covered, method, _moment(root.findtext(".//{*}SignatureDateTime", "")))


def _moment(text: str) -> datetime | None:
    """Read a time as makers write it: "20200620091849Z", "20221031141634", "2020-04-22 16:22:44"."""
    digits = re.sub(r"[^0-9]", "", text.partition(".")[0])
    zone = "+0000" if text.strip().endswith("Z") else BEIJING
    try:
        return datetime.strptime(f"{digits}{zone}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None


def named(files: Mapping[str, bytes], file: str, element: str) -> list[str]:
    """Return the files that elements of a file name. Raises UnreadablePackage."""
    found: Iterator[Any] = parsed(files[file]).iterfind(f".//{{*}}{element}") if file in files else iter(())
    return [joined(file, one.text or "") for one in found]


def parsed(content: bytes) -> Element:
    """Read XML; makers differ in its namespace. Raises UnreadablePackage."""
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise UnreadablePackage from error
    return root


def joined(file: str, location: str) -> str:
    """Return a location as the package knows it: one that begins with no stroke begins at the file that names it."""
    location = location.strip()
    return location.lstrip("/") if location.startswith("/") else folder(file) + location.removeprefix("./")


def folder(name: str) -> str:
    head, stroke, _tail = name.rpartition("/")
    return head + stroke

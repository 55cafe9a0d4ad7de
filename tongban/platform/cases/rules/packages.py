"""How an archive package (归档信息包) is put together: files, lists of digests, description; no database, no clock.

Sources: DA/T 46-2009 (metadata of electronic records), DA/T 48-2009 (XML packages), DA/T 70-2018 (四性检测),
《政务服务电子文件归档和电子档案管理办法》(国办发〔2023〕26 号).
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from cryptography.hazmat.primitives import hashes

SHA256, SM3 = "manifest-sha256.txt", "manifest-sm3.txt"
PASSED, FAILED, UNSUITABLE = "通过", "不通过", "不适用"


@dataclass(frozen=True)
class PackedFile:
    """One file of a package. path: ASCII, so that every tool on every machine finds it; title: what people call it."""

    path: str
    content: bytes
    title: str = ""
    number: str = ""
    media_type: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class QualityFinding:
    """One item that was examined (检测项). quality: 真实性, 完整性, 可用性 or 安全性."""

    quality: str
    item: str
    result: str
    remark: str = ""


def manifest(files: Sequence[PackedFile]) -> bytes:
    """Return the list that `sha256sum -c` reads."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in files).encode()


def manifest_sm3(files: Sequence[PackedFile]) -> bytes:
    """Return the same with SM3, as `openssl dgst -sm3 -r` writes it."""
    return "".join(f"{sm3(file.content)} *{file.path}\n" for file in files).encode()


def sm3(content: bytes) -> str:
    made = hashes.Hash(hashes.SM3())
    made.update(content)
    return made.finalize().hex()


def zipped(files: Sequence[PackedFile]) -> bytes:
    """Return the files as one ZIP, the same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for file in files:
            entry = zipfile.ZipInfo(file.path, (2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            packed = file.media_type in {"", "text/plain"}
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            package.writestr(entry, file.content)
    return out.getvalue()


def as_json(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=2, default=str).encode() + b"\n"


def as_xml(name: str, said: Mapping[str, Any]) -> bytes:
    """Return nested plain values as XML: names become elements, rows of a list elements of one name."""
    root = Element(name)
    _fill(root, said)
    indent(root)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def report(findings: Sequence[QualityFinding]) -> bytes:
    """Return the report about the four qualities for people."""
    lines = ["四性检测报告", ""]
    for quality in dict.fromkeys(one.quality for one in findings):
        lines.append(f"【{quality}】")
        lines += [
            f"  {one.item}：{one.result}{f'（{one.remark}）' if one.remark else ''}" for one in _of(findings, quality)
        ]
    verdict = FAILED if any(one.result == FAILED for one in findings) else PASSED
    return "\n".join([*lines, "", f"结论：{verdict}", ""]).encode()


def _of(findings: Sequence[QualityFinding], quality: str) -> list[QualityFinding]:
    return [one for one in findings if one.quality == quality]


def _fill(element: Element, said: Any) -> None:
    if isinstance(said, Mapping):
        for name, value in said.items():
            rows = value if isinstance(value, list | tuple) else [value]
            for row in rows:
                _fill(SubElement(element, str(name)), row)
    elif said is not None:
        element.text = "".join(one for one in str(said) if one in "\t\n" or ord(one) >= 32)

"""What the face of a licence must say, by its kind: plain values in, plain values out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tongban.platform.parties import services as parties

TYPES = ("text", "date", "number", "credit-code", "id-number")
# 持证主体代码类型 by GB/T 36903. Source: the code list of the licence catalogues in use.
HOLDER_TYPES: Mapping[str, str] = {
    "001": "统一社会信用代码",
    "099": "其他法人和其他组织",
    "111": "公民身份号码",
    "114": "军官证",
    "411": "外交护照",
    "412": "公务护照",
    "414": "普通护照",
    "511": "台湾居民来往大陆通行证",
    "516": "港澳居民来往内地通行证",
    "553": "外国人永久居留身份证",
    "999": "其他自然人",
}
_DAY = re.compile(r"([0-9]{4})(?:-|年)([0-9]{1,2})(?:-|月)([0-9]{1,2})日?")


def schema_problems(kind: Mapping[str, Any]) -> list[str]:
    """Say which parts of a kind's definition cannot be used: "code", "definer_code", "holders", "fields"."""
    fields: Sequence[Any] = kind["fields"]
    names = [line.get("name") for line in fields]
    sound = {
        "code": bool(re.fullmatch("[0-9A-Z]{21}", kind["code"])) and kind["code"].startswith(kind["definer_code"]),
        "definer_code": bool(re.fullmatch("[0-9A-Z]{18}", kind["definer_code"])),
        "holders": set(kind["holders"]) <= set(HOLDER_TYPES),
        "fields": all(names)
        and len(set(names)) == len(names)
        and all(line.get("type", "text") in TYPES for line in fields),
    }
    return [part for part, good in sound.items() if not good]


def face_problems(face: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Say what is wrong with a face, as name of the line and "missing" or its type.

    Lines that the kind does not know are the issuer's own (扩展业务信息) and stand beside the others.
    """
    return list(_face_problems(face, fields))


def _face_problems(face: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for line in fields:
        name, said = line["name"], str(face.get(line["name"], "") or "").strip()
        if not said:
            if line.get("required"):
                yield name, "missing"
        elif not _FITS[line.get("type", "text")](said):
            yield name, line["type"]


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    if not found:
        return False
    try:
        date(*(int(part) for part in found.groups()))
    except ValueError:
        return False
    return True


_FITS: Mapping[str, Callable[[str], bool]] = {
    "text": lambda _text: True,
    "date": _is_day,
    "number": lambda text: bool(re.fullmatch(r"-?[0-9][0-9,]*(\.[0-9]+)?", text)),
    "credit-code": lambda text: len(text) == 18 and parties.credit_code(text[:16]) == text,
    "id-number": lambda text: parties.id_number_problem(text) is None,
}

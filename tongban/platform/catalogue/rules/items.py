"""Read a line of a district's item list: what the codes in its link say, and what is doubtful about it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tongban.infrastructure.kernel import text
from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.infrastructure.kernel.widths import MAX_AREA_CODE

# GB/T 39554 实施编码: 统一社会信用代码 (18) + 行使层级 (1) + 基本编码 (12) + 业务办理项 (2, may be missing).
NATIONAL = re.compile(r"^([0-9A-HJ-NPQRTUWXY]{18})([1-7])([0-9]{12})([0-9]{2})?$")
# Sichuan's form: 511A0138000000-511602000000-000-115113010833722043-1-00. The whole stays opaque; these are its parts.
SICHUAN = re.compile(r"^([0-9A-Z-]+?)-([0-9]{12})-([0-9]{3})-([^-].*?)-([0-9])-([0-9]{2})$")
# GB 32100: the first character is the registering office, 1 to 9, A, N or Y.
USCC = re.compile(r"^[1-9ANY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$")
# GB 32100: characters by value, weights 3^i mod 31.
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, place, 31) for place in range(17)]
# The level of a division code says who exercises the power (GB/T 39046 A.2).
TYPES = {"1": "01", "2": "02", "3": "03", "4": "04", "5": "05", "6": "06", "7": "07", "8": "08", "9": "09"}
# What can stand in an address and be read aloud.
PLAIN = re.compile(r"[A-Za-z0-9._:()-]{1,64}")
MAX_NAME, MAX_OFFICE = 200, 120


@dataclass(frozen=True)
class ItemCode:
    """What an item code says of itself. form: "national", "sichuan" or "opaque"."""

    code: str
    form: str = "opaque"
    department: str = ""
    level: str = ""
    basic: str = ""
    area: str = ""
    part: str = ""


@dataclass(frozen=True)
class Item:
    """One line that can be kept.

    department    as the list calls it; department_code: its social credit code where one can be read, else ""
    doubts        sentences about what does not fit together; the line is kept all the same
    """

    code: ItemCode
    name: str
    type: str
    level: str
    area: str
    department: str
    department_code: str
    main_item: str
    link: str
    doubts: tuple[str, ...] = ()


class ItemUnreadable(ValueError):
    """A line cannot be kept; the argument says why."""


def parse_code(code: str) -> ItemCode:
    """Read an item code. Foreign forms are kept as they are: there is no authority to refuse them by."""
    if found := NATIONAL.match(code):
        department, level, basic, part = found.groups()
        return ItemCode(code, "national", department, level, basic, "", part or "")
    if found := SICHUAN.match(code):
        basic, area, _split, department, level, part = found.groups()
        return ItemCode(code, "sichuan", department, "", basic, area, "" if part == "00" else part)
    return ItemCode(code)


def read(department: str, main_item: str, line: Mapping[str, Any]) -> Item:
    """Read one line. Raises ItemUnreadable with the reason."""
    name, office, main_item = _visible(line.get("name")), _visible(department), _visible(main_item)
    if not name:
        raise ItemUnreadable(gettext_noop("The item has no name."))
    if len(name) > MAX_NAME:
        raise ItemUnreadable(gettext_noop("The name is longer than 200 characters."))
    link = _visible(line.get("link"))
    query = _asked(link)
    code = query.get("itemCode", "")
    if not code:
        raise ItemUnreadable(gettext_noop("The link contains no item code."))
    if not PLAIN.fullmatch(code):
        raise ItemUnreadable(gettext_noop("The item code cannot be stored: too long, or not plain letters and digits."))
    if not office:
        raise ItemUnreadable(gettext_noop("The item belongs to no department."))
    if len(office) > MAX_OFFICE:
        raise ItemUnreadable(gettext_noop("The name of the department is longer than 120 characters."))
    parsed = parse_code(code)
    area = query.get("areaCode", "")
    area = area if 0 < len(area) <= MAX_AREA_CODE else parsed.area
    number = query.get("taskType", "")
    uscc = next((c for c in (parsed.department, query.get("deptCode", "")) if uscc_fits(c)), "")
    return Item(
        code=parsed,
        name=name,
        type=TYPES.get(number, number if re.fullmatch(r"[0-9]{2}", number) else "10"),
        level=parsed.level or level_of(area),
        area=area,
        department=office,
        department_code=uscc,
        main_item="" if main_item in {"", "未分类", name} else main_item,
        link=link,
        doubts=tuple(_doubts(parsed, query, number, uscc)),
    )


def _visible(value: Any) -> str:
    return text.prose(str(value or ""))


def _asked(link: str) -> dict[str, str]:
    """Return what the query of a link says, each name once."""
    try:
        return {key: values[0].strip() for key, values in parse_qs(urlsplit(link).query).items()}
    except ValueError as error:
        raise ItemUnreadable(gettext_noop("The link is not an address.")) from error


def _doubts(parsed: ItemCode, query: Mapping[str, str], number: str, uscc: str) -> list[str]:
    found = []
    if parsed.form == "opaque":
        found.append(gettext_noop("The item code follows no known format; it is stored as it is."))
    if not uscc:
        found.append(gettext_noop("Neither item code nor link contains a valid social credit code of the department."))
    area = query.get("areaCode", "")
    if not re.fullmatch(r"[0-9]{12}", area):
        found.append(gettext_noop("The area is not a division code of 12 digits."))
    elif parsed.area and parsed.area != area:
        found.append(gettext_noop("The area in the link differs from the one in the item code."))
    if number not in TYPES and not re.fullmatch(r"[0-9]{2}", number):
        found.append(gettext_noop("The kind of the item is unknown; it is filed under other powers."))
    return found


def level_of(area: str) -> str:
    """Return who exercises a power by the division code: 2 province, 3 city, 4 county, 5 township, 6 village."""
    if not re.fullmatch(r"[0-9]{12}", area):
        return ""
    for level, tail in (("2", 2), ("3", 4), ("4", 6), ("5", 9)):
        if not area[tail:].strip("0"):
            return level
    return "6"


def uscc_fits(code: str) -> bool:
    """Say whether a unified social credit code has the right form and check character (GB 32100—2015)."""
    if not USCC.fullmatch(code):
        return False
    total = sum(CHARACTERS.index(character) * weight for character, weight in zip(code[:17], WEIGHTS, strict=True))
    return CHARACTERS[(31 - total % 31) % 31] == code[17]


def origin(item: Item) -> dict[str, Any]:
    """Return what is kept of where an item came from."""
    return {"link": item.link, "main_item": item.main_item, "parsed": asdict(item.code), "department": item.department}

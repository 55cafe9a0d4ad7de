"""Who lives in the demonstration's city besides those who can sign in: invented, with numbers that are nobody's.

The check digits of the numbers fit, so that they pass wherever numbers are checked.
"""

import random
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.demonstration import dice

DATA = Path(__file__).parent / "data" / "population.toml"
PEOPLE = 60
AREAS = {"990102": "临湖区", "990103": "青石区"}
# How old they are: a youngest and an oldest for every sixth of them.
AGES = ((83, 99), (62, 80), (24, 56), (24, 56), (24, 56), (24, 56))
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

Row = dict[str, Any]


def invented() -> tuple[list[Row], list[Row]]:
    """Return people and organisations as rows of the city's file, known to the registers from today on."""
    data, fall = tomllib.loads(DATA.read_text()), dice("population")
    people = [_person(data, fall, index) for index in range(PEOPLE)]
    heads = people[2::3]
    return people, [_company(data, fall, index, row, heads[index]) for index, row in enumerate(data["organisation"])]


def _person(data: Mapping[str, Any], fall: random.Random, index: int) -> Row:
    area = list(AREAS)[index % 2]
    born = date(clock.today().year - fall.randint(*AGES[index % len(AGES)]), fall.randint(1, 12), fall.randint(1, 28))
    address = _address(data, fall, area)
    return {
        "resident": True,
        "login": f"resident{index + 1:02}",
        "name": data["surnames"][index % len(data["surnames"])] + fall.choice(data["given"]),
        "id_number": _checked(f"{area}{born:%Y%m%d}{700 + index:03}"),
        "phone": f"1990000{2000 + index:04}",
        "address": address,
        "area": area,
        "as_of": clock.today(),
        "register": {
            "sex": "男" if index % 2 else "女",
            "birth_date": born.isoformat(),
            "nation": "汉族",
            "household_address": address,
            "residence_address": address,
        },
    }


def _company(data: Mapping[str, Any], fall: random.Random, index: int, row: Mapping[str, str], head: Row) -> Row:
    area = row["code"][2:8]
    return {
        "resident": True,
        "name": row["name"],
        "uscc": uscc_of(row["code"]),
        "legal_representative": head["id_number"],
        "phone": f"0990-5553{index:04}",
        "email": f"company{index + 1:02}@yunze.example",
        "address": _address(data, fall, area),
        "area": area,
        "as_of": clock.today(),
        "register": {
            "registered_capital": "300万元",
            "established_on": "2024-05-20",
            "business_scope": "依法须经批准的项目，经相关部门批准后方可开展经营活动",
            "kind": "有限责任公司（自然人投资或控股）",
        },
    }


def _address(data: Mapping[str, Any], fall: random.Random, area: str) -> str:
    house, block, room = fall.randint(2, 180), fall.randint(1, 6), fall.randint(101, 906)
    return f"云泽市{AREAS[area]}{fall.choice(data['streets'])}{house}号{block}幢{room}室"


def uscc_of(start: str) -> str:
    """Return a social credit code with both of its check characters (GB 11714, GB 32100)."""
    values = [int(one) if one.isdigit() else ord(one) - 55 for one in start[8:]]
    last = 11 - sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    code = start + {10: "X", 11: "0"}.get(last, str(last))
    total = sum(CHARACTERS.index(one) * pow(3, index, 31) for index, one in enumerate(code))
    return code + CHARACTERS[(31 - total % 31) % 31]


def _checked(number: str) -> str:
    """Return a citizen's number with its check character (GB 11643)."""
    total = sum(int(one) * weight for one, weight in zip(number, WEIGHTS, strict=True))
    return number + "10X98765432"[total % 11]

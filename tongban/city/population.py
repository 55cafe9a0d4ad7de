"""People and companies of the demonstration: invented, with numbers whose check digits fit and that are nobody's."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.city import services as city
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

PEOPLE = 60
AREAS = {"990102": "临湖区", "990103": "青石区"}
# Who may apply for what depends on how old they are; everything else is for grown-ups.
AGES = {"senior-allowance": (82, 101), "senior-card": (61, 90)}
GROWN_UP = (22, 58)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Population:
    """Everybody, made known to the registers once."""

    def __init__(self, data: Mapping[str, Any], dice: random.Random) -> None:
        self.data, self.dice = data, dice
        self.people = [self._person(index) for index in range(PEOPLE)]
        self.companies = [self._company(index, row) for index, row in enumerate(data["organisation"])]
        self._turn = 0

    def applicant(self, example: Mapping[str, Any], service: str) -> tuple[Party, Actor, dict[str, Any]]:
        """Return somebody who may apply, as an actor, and the example's answers with their own particulars."""
        self._turn += 1
        if example["applicant"] == "organisation":
            party, head, row = self.companies[self._turn % len(self.companies)]
            actor = Actor("person", account=head.account_id, name=head.name, party=party.pk)
        else:
            low, high = AGES.get(service, GROWN_UP)
            able = [one for one in self.people if low <= _age(one[1]["birth_date"]) <= high]
            party, row = able[self._turn % len(able)]
            actor = Actor("person", account=party.account_id, name=party.name, party=party.pk)
        answers = {name: row.get(name, value) for name, value in example["answers"].items()}
        return party, actor, answers

    def _person(self, index: int) -> tuple[Party, dict[str, str]]:
        area = list(AREAS)[index % 2]
        oldest, youngest = ((83, 99), (62, 80), (24, 56), (24, 56), (24, 56), (24, 56))[index % 6]
        year = clock.today().year - self.dice.randint(oldest, youngest)
        born = date(year, self.dice.randint(1, 12), self.dice.randint(1, 28))
        name = self.data["surnames"][index % len(self.data["surnames"])] + self.dice.choice(self.data["given"])
        number = _checked(f"{area}{born:%Y%m%d}{700 + index:03}")
        address = self._address(area)
        row = {
            "name": name,
            "id_number": number,
            "sex": "男" if index % 2 else "女",
            "birth_date": born.isoformat(),
            "nation": "汉族",
            "household_address": address,
            "residence_address": address,
        }
        account = identity.open_account(actor=SYSTEM, login=f"resident{index + 1:02}", name=name, kind="person")
        party = parties.register_person(
            actor=SYSTEM,
            name=name,
            id_number=number,
            account=account,
            phone=f"1990000{2000 + index:04}",
            address=address,
            area=area,
        )
        _record("population", party, row, "人口库")
        return party, {**row, "phone": f"1990000{2000 + index:04}", "district": area}

    def _company(self, index: int, row: Mapping[str, str]) -> tuple[Party, Party, dict[str, str]]:
        head = next(party for party, _row in self.people[index * 3 + 2 :] if party)
        code, area = uscc_of(row["code"]), row["code"][2:8]
        address = self._address(area)
        party = parties.register_organisation(
            actor=SYSTEM,
            name=row["name"],
            uscc=code,
            legal_representative=head,
            phone=f"0990-5553{index:04}",
            email=f"company{index + 1:02}@yunze.example",
            address=address,
            area=area,
        )
        known = {
            "name": row["name"],
            "uscc": code,
            "legal_representative": head.name,
            "address": address,
            "registered_capital": "300万元",
            "established_on": "2024-05-20",
            "business_scope": "依法须经批准的项目，经相关部门批准后方可开展经营活动",
            "kind": "有限责任公司（自然人投资或控股）",
        }
        _record("enterprise", party, known, "法人库")
        city.record_business_licence(party, known)
        answers = {
            "operator_name": row["name"],
            "uscc": code,
            "legal_representative": head.name,
            "domicile": address,
        }
        return party, head, answers

    def _address(self, area: str) -> str:
        street = self.dice.choice(self.data["streets"])
        house, block, room = self.dice.randint(2, 180), self.dice.randint(1, 6), self.dice.randint(101, 906)
        return f"云泽市{AREAS[area]}{street}{house}号{block}幢{room}室"


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


def _age(born: str) -> int:
    day, today = date.fromisoformat(born), clock.today()
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def _record(register: str, party: Party, data: Mapping[str, str], source: str) -> None:
    registers.put(actor=SYSTEM, register=register, party=party, data=dict(data), as_of=clock.today(), source=source)

"""The people and organisations of the demonstration's city, with their accounts and mandates."""

from collections.abc import Mapping
from typing import Any

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party

PLAN = {"role": [{"key": "window-clerk", "duties": ["parties.find", "parties.register"]}]}


def found(city: Demonstration) -> None:
    """Register everybody whom the city's file names; those come first who head an organisation."""
    for row in city.plan["person"]:
        city.people[row["id_number"]] = _person(row, city.password)
    for row in city.plan["organisation"]:
        city.people[row["uscc"]] = _organisation(row, city.people)


def _person(row: Mapping[str, Any], password: str) -> Party:
    return parties.register_person(
        actor=SYSTEM,
        name=row["name"],
        id_kind="identity-card",
        id_number=row["id_number"],
        account=_account(row, password) if row.get("login") else None,
        phone=row["phone"],
        email=row.get("email", ""),
        address=row["address"],
        area=row["area"],
    )


def _account(row: Mapping[str, Any], password: str) -> Account:
    """Open an account; only those that the sign-in page shows can be signed in to."""
    shown = row.get("says", "")
    return identity.open_account(
        actor=SYSTEM,
        login=row["login"],
        name=row["name"],
        kind=Account.Kind.PERSON,
        password=password if shown else None,
        email=row.get("email", "") if shown else "",
        phone=row["phone"] if shown else "",
        demo=shown,
    )


def _organisation(row: Mapping[str, Any], people: Mapping[str, Party]) -> Party:
    party = parties.register_organisation(
        actor=SYSTEM,
        name=row["name"],
        uscc=row["uscc"],
        legal_representative=people[row["legal_representative"]],
        phone=row["phone"],
        email=row["email"],
        address=row["address"],
        area=row["area"],
    )
    for number in row.get("agents", ()):
        parties.give_mandate(actor=SYSTEM, principal=party, agent=people[number], source="register")
    return party

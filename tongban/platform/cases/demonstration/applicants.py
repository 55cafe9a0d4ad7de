"""Which of the invented people may apply for what, and what they answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.platform.parties.models import Party

# Who may apply for what depends on how old they are; everything else is for adults.
AGES = {
    "senior-allowance": (82, 101),
    "senior-card": (61, 90),
    "retirement-pension": (61, 69),
    "retirement-health-insurance": (61, 69),
    "provident-fund-withdrawal-retirement": (61, 69),
}
# Answers that say where something is; the district goes with them, not with where the applicant lives.
PLACES = frozenset({"premises_address", "site_address"})
ADULTS = (22, 58)


class Applicants:
    """The residents and companies of the city, in turn."""

    def __init__(self, city: Demonstration) -> None:
        self.parties: Mapping[str, Party] = city.people
        self.people = [row for row in city.plan["person"] if row.get("resident")]
        self.companies = [row for row in city.plan["organisation"] if row.get("resident")]
        self._turn = 0

    def next_for(self, example: Mapping[str, Any], service: str) -> tuple[Party, Actor, dict[str, Any]]:
        """Return somebody who may apply, as an actor, and the example's answers with their own particulars."""
        self._turn += 1
        if example["applicant"] == "organisation":
            row = self.companies[self._turn % len(self.companies)]
            party, person = self.parties[row["uscc"]], self.parties[row["legal_representative"]]
            known = {
                "operator_name": row["name"],
                "uscc": row["uscc"],
                "legal_representative": person.name,
                "domicile": row["address"],
            }
        else:
            low, high = AGES.get(service, ADULTS)
            able = [row for row in self.people if low <= _age(row["register"]["birth_date"]) <= high]
            row = able[self._turn % len(able)]
            party = person = self.parties[row["id_number"]]
            known = {name: row[name] for name in ("name", "id_number", "phone")} | dict(row["register"])
            if not PLACES & example["answers"].keys():
                known["district"] = row["area"]
        if code := example["answers"].get("project_code"):
            known["project_code"] = f"{code[:-6]}{self._turn:06}"  # each a project of its own
        actor = Actor("person", account=person.account_id, name=person.name, party=party.pk)
        return party, actor, {name: known.get(name, value) for name, value in example["answers"].items()}


def _age(born: str) -> int:
    day, today = date.fromisoformat(born), clock.today()
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))

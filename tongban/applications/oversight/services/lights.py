"""The board of lights: how many open cases of each light every supervised department has, and which they are."""

from dataclasses import dataclass

from tongban.applications.oversight.events import LightsOpened
from tongban.applications.oversight.services.figures import as_reader, supervised
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.services import lights
from tongban.platform.identity.models import Department


@dataclass(frozen=True)
class DepartmentLights:
    """One department. counts: light -> open cases, the most urgent light first; number: of all of them."""

    department: Department
    counts: dict[str, int]

    @property
    def number(self) -> int:
        return sum(self.counts.values())


def open_board(*, actor: Actor) -> list[DepartmentLights]:
    """Return the lights of the departments that the actor supervises, most red first; that they look is a fact.

    Raises NotAllowed.
    """
    actor.must_hold("oversight.supervise")
    found = lights.lights(actor=as_reader(actor))
    board = [
        DepartmentLights(one, {colour: found[one.pk][colour] for colour in lights.COLOURS})
        for one in supervised(actor)
        if one.pk in found
    ]
    journal.write(LightsOpened("", ""), by=actor, subject="oversight:lights")
    return sorted(board, key=lambda one: [-number for number in one.counts.values()])


def behind_light(*, actor: Actor, department: Department, colour: str) -> lights.LitCases:
    """Return the cases behind a number of the board. Raises NotAllowed."""
    actor.must_hold("oversight.supervise", department=department.pk)
    journal.write(LightsOpened(department.key, colour), by=actor, subject="oversight:lights")
    return lights.lit(actor=as_reader(actor), department=department.pk, colour=colour)

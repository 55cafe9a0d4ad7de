"""Plans 预案 as dated data: which one is for an incident, and in which order its actions come.

Source of what a plan holds: 突发事件应对法 (2024), article 28; 国家突发事件总体应急预案 (2025).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tongban.applications.emergency.rules.kinds import LEVELS, BrokenTable


class PlanAction(NamedTuple):
    """One action: who does what within how many minutes after its stage opened.

    stage   actions of one stage run side by side, stages one after another
    needs   kind of unit, "" for none
    """

    key: str
    stage: int
    title: str
    english: str
    role: str
    role_english: str
    minutes: int
    needs: str = ""


@dataclass(frozen=True)
class EmergencyPlan:
    """A plan for incidents of a kind, from a level up, in an area and all below it ("" everywhere)."""

    key: str
    name: str
    english: str
    kind: str
    level: str
    area: str
    valid_from: date
    valid_until: date | None
    source: str
    command: str
    command_english: str
    actions: tuple[PlanAction, ...]

    @property
    def stages(self) -> list[tuple[int, list[PlanAction]]]:
        """Return the actions by stage, in order."""
        numbers = sorted({action.stage for action in self.actions})
        return [(number, [one for one in self.actions if one.stage == number]) for number in numbers]


def read(content: Mapping[str, Any]) -> tuple[EmergencyPlan, ...]:
    """Read the plans of a file. Raises BrokenTable."""
    return tuple(_plan(dict(row)) for row in content["plan"])


def _plan(row: dict[str, Any]) -> EmergencyPlan:
    actions = tuple(PlanAction(**said) for said in row.pop("action"))
    if len({action.key for action in actions}) != len(actions):
        raise BrokenTable(f"plan {row['key']}: an action stands there twice")
    if row.get("level", "") not in ("", *LEVELS):
        raise BrokenTable(f"plan {row['key']}: there is no level {row['level']}")
    said = {"level": "", "area": "", "valid_until": None} | row
    return EmergencyPlan(actions=actions, **said)


def fitting(plans: Iterable[EmergencyPlan], *, kind: str, level: str, area: str) -> list[EmergencyPlan]:
    """Return the plans in force that fit, the best first: nearest area, then highest level that is reached."""
    rank = LEVELS.index(level) if level in LEVELS else -1
    fit = [
        plan
        for plan in plans
        if plan.kind == kind and area.startswith(plan.area) and (not plan.level or LEVELS.index(plan.level) <= rank)
    ]
    return sorted(fit, key=lambda plan: (-len(plan.area), -_rank(plan.level), plan.key))


def _rank(level: str) -> int:
    return LEVELS.index(level) if level else -1


def next_stage(states: Sequence[tuple[int, str]]) -> int | None:
    """Return the stage that opens now: the first that waits, once all before it are settled; None for none."""
    for stage in sorted({stage for stage, _state in states}):
        found = {state for number, state in states if number == stage}
        if found == {"waiting"}:
            return stage
        if found & {"open", "waiting"}:
            return None
    return None

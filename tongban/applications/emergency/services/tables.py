"""The dated tables in force: classes and kinds, plans, channels."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.applications.emergency.rules import kinds, linking, plans
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.codes import services as codes

DATA = Path(__file__).resolve().parent.parent / "data"


def table(on: date | None = None) -> kinds.KindTable:
    """Return the table of kinds in force on a day, today by default."""
    return codes.in_force(_kinds(settings.EMERGENCY_KINDS_FILE or DATA / "kinds.toml"), on or clock.today())


def plans_in_force(on: date | None = None) -> list[plans.EmergencyPlan]:
    """Return the plans in force on a day: of those with one key the newest."""
    day = on or clock.today()
    found: dict[str, plans.EmergencyPlan] = {}
    for plan in sorted(_plans(settings.EMERGENCY_PLANS_FILE or DATA / "plans.toml"), key=lambda one: one.valid_from):
        if plan.valid_from <= day and (plan.valid_until is None or day <= plan.valid_until):
            found[plan.key] = plan
    return list(found.values())


def plan_as_activated(key: str, valid_from: date) -> plans.EmergencyPlan | None:
    """Return a plan as it was when it was activated, though a newer one may be in force by now."""
    rows = _plans(settings.EMERGENCY_PLANS_FILE or DATA / "plans.toml")
    return next((plan for plan in rows if plan.key == key and plan.valid_from == valid_from), None)


def kind_name(key: str) -> str:
    """Return what a kind is called, in the reader's words."""
    found = table().kinds.get(key)
    return worded(found.name, found.english) if found else key


def class_name(kind: str) -> str:
    """Return what the class of a kind is called."""
    found = table()
    group = found.classes.get(found.kinds[kind].group) if kind in found.kinds else None
    return worded(group.name, group.english) if group else ""


def unit_kind_name(key: str) -> str:
    """Return what a kind of unit is called."""
    return worded(*table().units[key]) if key in table().units else key


def kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds in their classes, as a form offers them."""
    found = table()
    return [
        (
            worded(group.name, group.english),
            [(one.key, worded(one.name, one.english)) for one in kinds.choices(list(found.kinds.values()), group.key)],
        )
        for group in found.classes.values()
    ]


def channels() -> dict[str, str]:
    """Return the ways by which calls come in, and what they are called."""
    rows = codes.in_force(_file(DATA / "calling.toml")["table"], clock.today())["channel"]
    return {key: worded(said["name"], said["english"]) for key, said in rows.items()}


def alert_rules() -> list[Mapping[str, Any]]:
    """Return the alert rules that are shipped for sensing."""
    return list(_file(settings.EMERGENCY_LINKAGES_FILE or DATA / "linkages.toml")["alert_rule"])


def linkage(rule: str) -> linking.Linkage | None:
    """Return what follows from alerts of a rule today; None where nothing does."""
    found = _linkages(settings.EMERGENCY_LINKAGES_FILE or DATA / "linkages.toml")
    return linking.in_force(found, rule=rule, on=clock.today())


def fire_table() -> Mapping[str, Any]:
    """Return what holds today of the protocol of fire panels."""
    return codes.in_force(_file(DATA / "gb26875.toml")["table"], clock.today())


@cache
def _linkages(file: Path | str) -> tuple[linking.Linkage, ...]:
    return linking.read(_file(file))


@cache
def _kinds(file: Path | str) -> tuple[kinds.KindTable, ...]:
    return kinds.read(_file(file))


@cache
def _plans(file: Path | str) -> tuple[plans.EmergencyPlan, ...]:
    return plans.read(_file(file))


@cache
def _file(file: Path | str) -> Mapping[str, Any]:
    return tomllib.loads(Path(file).read_text(encoding="utf-8"))

"""The dated data of supervision: limits of the law, 监管事项, acts that are punished, rules of comparison."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.applications.inspection.rules import comparing, limits
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.codes import services as codes

DATA = Path(__file__).resolve().parent.parent / "data"
LAW_TITLE = "行政处罚法"


@dataclass(frozen=True)
class CheckItem:
    """An item of a checklist. violation: key of the act that a "no" points to, "" for none."""

    key: str
    text: str
    english: str
    violation: str = ""

    @property
    def title(self) -> str:
        return worded(self.text, self.english)


@dataclass(frozen=True)
class SupervisionMatter:
    """A 监管事项: what is inspected, of which kinds of objects, in which ways, on what basis."""

    key: str
    name: str
    english: str
    valid_from: date
    basis: tuple[Mapping[str, str], ...]
    kinds: tuple[str, ...]
    methods: tuple[str, ...]
    items: tuple[CheckItem, ...]
    valid_until: date | None = None

    @property
    def title(self) -> str:
        return worded(self.name, self.english)

    @property
    def legal_basis(self) -> str:
        return "；".join(f"《{one['title']}》{one['article']}" for one in self.basis)


@dataclass(frozen=True)
class DiscretionStep:
    """A step of discretion (裁量阶次): what may be decided, from least to most fen."""

    key: str
    name: str
    english: str
    outcome: str
    least: int
    most: int

    @property
    def title(self) -> str:
        return worded(self.name, self.english)


@dataclass(frozen=True)
class Violation:
    """An act that is punished, on which article. grave: it touches life, health or financial security (time bar)."""

    key: str
    name: str
    english: str
    basis: str
    grave: bool
    valid_from: date
    steps: tuple[DiscretionStep, ...]
    valid_until: date | None = None

    @property
    def title(self) -> str:
        return worded(self.name, self.english)

    def step(self, key: str) -> DiscretionStep | None:
        return next((step for step in self.steps if step.key == key), None)


class UnknownSupervisionMatter(Refusal):
    status, field = 422, "matter"
    message = _("This is no supervision matter in force: %(key)s.")


class UnknownViolation(Refusal):
    status, field = 422, "violation"
    message = _("This act is not among those that are punished: %(key)s.")


def law(on: date | None = None) -> limits.PenaltyLaw:
    """Return the limits of the law on penalties that count on a day, today by default."""
    return codes.in_force(_law(settings.INSPECTION_LAW_FILE or DATA / "penalty_law.toml"), on or clock.today())


def matters(on: date | None = None) -> dict[str, SupervisionMatter]:
    """Return key → what may be inspected on a day, today by default."""
    found = _matters(settings.INSPECTION_MATTERS_FILE or DATA / "matters.toml")[0]
    return {one.key: one for one in found if _in_force(one, on or clock.today())}


def matter(key: str, on: date | None = None) -> SupervisionMatter:
    """Return a supervision matter. Raises UnknownSupervisionMatter."""
    if found := matters(on).get(key):
        return found
    raise UnknownSupervisionMatter(key=key)


def matter_title(key: str) -> str:
    """Return what a matter is called, also one that counts no more."""
    found = _matters(settings.INSPECTION_MATTERS_FILE or DATA / "matters.toml")[0]
    return next((one.title for one in found if one.key == key), key)


def weights(on: date | None = None) -> dict[str, int]:
    """Return risk class → its weight in a draw."""
    row = codes.in_force(_matters(settings.INSPECTION_MATTERS_FILE or DATA / "matters.toml")[1], on or clock.today())
    return {risk: int(row[risk]) for risk in "ABCD"}


def violations(on: date | None = None) -> dict[str, Violation]:
    """Return key → the acts that are punished on a day, today by default."""
    found = _violations(settings.INSPECTION_VIOLATIONS_FILE or DATA / "violations.toml")
    return {one.key: one for one in found if _in_force(one, on or clock.today())}


def violation(key: str) -> Violation:
    """Return an act that is punished. Raises UnknownViolation."""
    found = _violations(settings.INSPECTION_VIOLATIONS_FILE or DATA / "violations.toml")
    for one in found:
        if one.key == key:
            return one
    raise UnknownViolation(key=key)


def comparison_rules(on: date | None = None) -> dict[str, comparing.ComparisonRule]:
    """Return key → the rules by which sources are compared on a day, today by default."""
    found = _comparisons(settings.INSPECTION_COMPARISONS_FILE or DATA / "comparisons.toml")
    return {one.key: one for one in found if _in_force(one, on or clock.today())}


def comparison_rule(key: str) -> comparing.ComparisonRule | None:
    """Return a rule of comparison whenever it counted; None where there is none."""
    found = _comparisons(settings.INSPECTION_COMPARISONS_FILE or DATA / "comparisons.toml")
    return next((one for one in found if one.key == key), None)


def article(name: str, on: date | None = None) -> str:
    """Return the article in which a limit stands, as a sentence names it: 《行政处罚法》第五十一条."""
    return f"《{LAW_TITLE}》{law(on)[name].article}"


def _in_force(row: Any, on: date) -> bool:
    return row.valid_from <= on and (row.valid_until is None or on <= row.valid_until)


def method_names() -> dict[str, StrOrPromise]:
    return {
        "on-site": pgettext_lazy("inspection", "on site"),
        "online": _("by looking online"),
        "papers": pgettext_lazy("inspection", "by papers"),
    }


@cache
def _law(file: Path | str) -> tuple[limits.PenaltyLaw, ...]:
    return limits.read(tomllib.loads(Path(file).read_text()))


@cache
def _matters(file: Path | str) -> tuple[tuple[SupervisionMatter, ...], tuple[dict[str, Any], ...]]:
    data = tomllib.loads(Path(file).read_text())
    found = tuple(
        SupervisionMatter(
            **{
                **row,
                "basis": tuple(row["basis"]),
                "kinds": tuple(row["kinds"]),
                "methods": tuple(row["methods"]),
                "items": tuple(CheckItem(**item) for item in row["items"]),
            }
        )
        for row in data["matter"]
    )
    return found, tuple(data["weights"])


@cache
def _violations(file: Path | str) -> tuple[Violation, ...]:
    data = tomllib.loads(Path(file).read_text())
    return tuple(
        Violation(**{**row, "steps": tuple(DiscretionStep(**step) for step in row["steps"])})
        for row in data["violation"]
    )


@cache
def _comparisons(file: Path | str) -> tuple[comparing.ComparisonRule, ...]:
    return comparing.read(tomllib.loads(Path(file).read_text()))

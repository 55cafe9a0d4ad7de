"""What kinds of devices can be commanded, how, for how long, and what must be so before."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from tongban.infrastructure import feel

# What every condition may ask for beside the inputs of the kind.
FIXED = ("device", "state", "parameters")
DUTIES = ("actuation.approve", "actuation.approve_critical")
MAX_APPROVALS = 2


class ControlInput(NamedTuple):
    """Something measured that interlocks ask for. fresh_seconds: how old it may be."""

    name: str
    title: str
    english: str
    fresh_seconds: int
    many: bool = False


class ControlParameter(NamedTuple):
    """What is said with a command: one of some words, or a number from lowest to highest.

    choices_of   the property of the device that lists the words
    """

    key: str
    title: str
    english: str
    choices: tuple[str, ...] = ()
    choices_of: str = ""
    lowest: float | None = None
    highest: float | None = None

    def words(self, properties: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the words that there are to choose from on a device; () where a number is said."""
        return tuple(str(word) for word in properties.get(self.choices_of, ())) if self.choices_of else self.choices

    @property
    def is_number(self) -> bool:
        return not self.choices and not self.choices_of


class ControlInterlock(NamedTuple):
    """What must be so before a command. when: FEEL; refusal, english: why not, in a sentence."""

    key: str
    commands: tuple[str, ...]
    when: str
    refusal: str
    english: str


class KindOfCommand(NamedTuple):
    """A command that devices of a kind take; see data/kinds.toml for what each field means."""

    key: str
    title: str
    english: str
    max_seconds: int
    approvals: int
    approve_duty: str
    approve_within_seconds: int
    execute_within_seconds: int
    feedback: str
    feedback_seconds: int
    standing_days: int
    parameters: tuple[ControlParameter, ...] = ()


class KindOfDevice(NamedTuple):
    """A kind of devices as it is on a day. source: who says so."""

    key: str
    title: str
    english: str
    safe: str
    safe_title: str
    safe_english: str
    valid_from: Any
    source: str
    inputs: tuple[ControlInput, ...]
    commands: tuple[KindOfCommand, ...]
    interlocks: tuple[ControlInterlock, ...]
    valid_until: Any = None

    def command(self, key: str) -> KindOfCommand | None:
        return next((one for one in self.commands if one.key == key), None)

    def interlocks_of(self, command: str) -> list[ControlInterlock]:
        return [one for one in self.interlocks if command in one.commands]


def kind_of(row: Mapping[str, Any]) -> KindOfDevice:
    """Read a row of a table of kinds. Raises ValueError, KeyError, feel.UnreadableExpression where it is broken."""
    inputs = tuple(ControlInput(**one) for one in row.get("input", ()))
    interlocks = tuple(
        ControlInterlock(**{**one, "commands": tuple(one["commands"])}) for one in row.get("interlock", ())
    )
    commands = tuple(_command(one) for one in row["command"])
    names = (*FIXED, *(one.name for one in inputs))
    for text in (row["safe"], *(one.when for one in interlocks), *(one.feedback for one in commands)):
        feel.parse(text, names)
    known = {one.key for one in commands}
    if unknown := [one.key for one in interlocks if not set(one.commands) <= known]:
        raise ValueError(f"{row['key']}: {', '.join(unknown)} is about a command that there is not")
    return KindOfDevice(
        row["key"],
        row["title"],
        row["english"],
        row["safe"],
        row["safe_title"],
        row["safe_english"],
        row["valid_from"],
        row["source"],
        inputs,
        commands,
        interlocks,
        row.get("valid_until"),
    )


def _command(row: Mapping[str, Any]) -> KindOfCommand:
    said = {name: value for name, value in row.items() if name != "parameter"}
    found = KindOfCommand(**said, parameters=tuple(_parameter(one) for one in row.get("parameter", ())))
    if found.approve_duty not in DUTIES or not 0 <= found.approvals <= MAX_APPROVALS or found.max_seconds < 0:
        raise ValueError(f"{found.key}: a command has up to {MAX_APPROVALS} approvals by one of {', '.join(DUTIES)}")
    return found


def _parameter(row: Mapping[str, Any]) -> ControlParameter:
    choices, source = tuple(row.get("choices", ())), row.get("choices_of", "")
    return ControlParameter(row["key"], row["title"], row["english"], choices, source, row.get("min"), row.get("max"))


def faults(
    command: KindOfCommand, parameters: Mapping[str, Any], properties: Mapping[str, Any]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what is wrong with the parameters of a command: key → ("missing" | "unknown" | "choice" | "range", what).

    properties   of the device
    """
    known = {one.key: one for one in command.parameters}
    found: dict[str, tuple[str, dict[str, Any]]] = {key: ("unknown", {}) for key in parameters if key not in known}
    for key, one in known.items():
        value = parameters.get(key)
        if value is None or value == "":
            found[key] = ("missing", {})
        elif not one.is_number:
            if value not in one.words(properties):
                found[key] = ("choice", {"choices": ", ".join(one.words(properties))})
        elif isinstance(value, bool) or not isinstance(value, int | float) or not _within(one, value):
            found[key] = ("range", {"lowest": one.lowest, "highest": one.highest})
    return found


def _within(one: ControlParameter, value: float) -> bool:
    return (one.lowest is None or value >= one.lowest) and (one.highest is None or value <= one.highest)


def refusing(interlocks: Sequence[ControlInterlock], facts: Mapping[str, Any]) -> list[ControlInterlock]:
    """Return the interlocks that do not hold. What cannot be known is not true, and refuses."""
    return [one for one in interlocks if not holds(one.when, facts)]


def holds(when: str, facts: Mapping[str, Any]) -> bool:
    """Say whether a condition is true; false and null are both no."""
    return _parsed(when).evaluate(facts) is True


@lru_cache(maxsize=500)
def _parsed(when: str) -> feel.Expression:
    return feel.parse(when)


def facts_of(
    inputs: Collection[ControlInput],
    values: Mapping[str, Sequence[tuple[Any, float, bool]]],
    *,
    device: Mapping[str, Any],
    state: Mapping[str, Any],
    parameters: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what conditions may ask for.

    values   name of an input → for each of its streams the latest value, its age in seconds, whether it is valid
    device   what is known of the device for good; state: what it reported last
    """
    facts: dict[str, Any] = {"device": dict(device), "state": dict(state), "parameters": dict(parameters)}
    for one in inputs:
        fresh = [value for value, age, valid in values.get(one.name, ()) if valid and age <= one.fresh_seconds]
        if one.many:
            facts[one.name] = fresh
        elif fresh:
            facts[one.name] = fresh[0]
    return facts

"""Editions of HJ 212: how each names what it sends. Read from a file, so that an edition to come is data.

The edition of a packet stands in its Flag: bits V5–V0 above the bits D and A. What a file does not know is read
as the newest edition it knows, and said.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Course = Literal["request", "notice", "upload", "answer"]
# How parameters are written in tables of the standard: N14 digits, N2.2 a number, C20 characters, YYYYMMDDhhmmss.
TIME = re.compile(r"[12][0-9]{3}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a command. format: time, number, digits, text or clock (hhmmss); choices: all there may be."""

    name: str
    format: str
    choices: tuple[str, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    longest: int = 0
    optional: bool = False

    def refuses(self, value: str) -> bool:
        """Say whether a value is not one of this parameter."""
        if self.choices and value not in self.choices:
            return True
        if self.longest and len(value) > self.longest:
            return True
        if self.format == "time":
            return not TIME.fullmatch(value)
        if self.format == "clock":
            return not re.fullmatch(r"([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]", value)
        if self.format == "digits":
            return not value.isdigit()
        if self.format == "number":
            return self._outside(value)
        return not value or bool(re.search(r"[;,&=\r\n#]", value))

    def _outside(self, value: str) -> bool:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return True
        if not number.is_finite():
            return True
        too_low = self.lowest is not None and number < self.lowest
        return too_low or (self.highest is not None and number > self.highest)


@dataclass(frozen=True)
class Command:
    """What a code (CN) means.

    course     how it goes on: request: 9011, data and 9012 answer; notice: 9013 does; upload: 9014; answer: nothing
    sent_by    who may begin it: "centre", "device" or "both"
    period     of uploads: "realtime", "minute", "hour", "day", or "" for what is no measured value
    start      DataTime is the beginning of the period, not the instant
    """

    code: str
    name: str
    course: Course
    sent_by: str
    period: str = ""
    start: bool = False
    parameters: tuple[Parameter, ...] = ()
    changes: bool = False

    def faults(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong with the parameters of a request: name → "missing", "wrong" or "unknown"."""
        known = {parameter.name: parameter for parameter in self.parameters}
        found = {name: "unknown" for name in given if name not in known}
        for name, parameter in known.items():
            value = given.get(name, "")
            if not value:
                if not parameter.optional:
                    found[name] = "missing"
            elif parameter.refuses(value):
                found[name] = "wrong"
        return found


@dataclass(frozen=True)
class Factor:
    """What is measured. old: its codes before 2017; unit as the standard gives it; digits: decimals that count."""

    code: str
    name: str
    english: str
    unit: str
    medium: str
    old: tuple[str, ...] = ()
    heavy_metal: bool = False


@dataclass(frozen=True)
class ProtocolEdition:
    """One edition of the standard, by the bits V5–V0 of Flag."""

    version: int
    name: str
    source: str
    valid_from: Any = None


@dataclass(frozen=True)
class Dialects:
    """All that a file says of HJ 212.

    systems    ST → what is watched
    answers    QnRtn → words; results: ExeRtn → words; marks: data flag → words
    """

    source: str
    editions: Mapping[int, ProtocolEdition]
    commands: Mapping[str, Command]
    factors: Mapping[str, Factor]
    systems: Mapping[str, str]
    answers: Mapping[str, str]
    results: Mapping[str, str]
    marks: Mapping[str, str]
    states: Mapping[str, str]
    max_data: int
    max_parameters: int
    tolerated_data: int
    repeats: int
    answer_seconds: int
    _codes: Mapping[str, str] = field(default_factory=dict)

    def edition(self, version: int) -> tuple[ProtocolEdition, bool]:
        """Return the edition of a packet, and whether the file knows it; else the newest it knows."""
        if found := self.editions.get(version):
            return found, True
        return self.editions[max(self.editions)], False

    def factor(self, code: str) -> Factor | None:
        """Return what is measured under a code of any edition; None where no table names it.

        Devices write codes of before, and codes without their first letter, as table C.14 of 2017 itself does once.
        """
        return self.factors.get(self._codes.get(code, code))

    def code_of(self, code: str, medium: str = "") -> str:
        """Return the code of today for a code of any edition; what no table names stays."""
        if code in self.factors:
            return code
        return self._codes.get(f"{medium}:{code}") or self._codes.get(code, code)


def read(content: Mapping[str, Any]) -> Dialects:
    """Read a file of dialects. Raises KeyError, TypeError or ValueError where something is missing or wrong."""
    commands = [_command(row) for row in content["commands"]]
    factors = [Factor(**{**row, "old": tuple(row.get("old", ()))}) for row in content["factors"]]
    limits = content["limits"]
    return Dialects(
        source=content["source"],
        editions={row["version"]: ProtocolEdition(**row) for row in content["editions"]},
        commands={command.code: command for command in commands},
        factors={factor.code: factor for factor in factors},
        systems=content["systems"],
        answers=content["answers"],
        results=content["results"],
        marks=content["marks"],
        states=content["states"],
        max_data=limits["data"],
        max_parameters=limits["parameters"],
        tolerated_data=limits["tolerated_data"],
        repeats=limits["repeats"],
        answer_seconds=limits["answer_seconds"],
        _codes=_former_codes(factors),
    )


def _former_codes(factors: Sequence[Factor]) -> dict[str, str]:
    """Return code of before → code of today; "medium:code" where two media had one code."""
    found: dict[str, str] = {}
    for factor in factors:
        for code in (*factor.old, factor.code[1:]):
            found.setdefault(code, factor.code)
            found[f"{factor.medium}:{code}"] = factor.code
    return found


def _command(row: Mapping[str, Any]) -> Command:
    parameters = tuple(_parameter(one) for one in row.get("parameters", ()))
    return Command(**{**row, "parameters": parameters})


def _parameter(row: Mapping[str, Any]) -> Parameter:
    more = {name: Decimal(str(row[name])) for name in ("lowest", "highest") if name in row}
    return Parameter(**{**row, **more, "choices": tuple(row.get("choices", ()))})

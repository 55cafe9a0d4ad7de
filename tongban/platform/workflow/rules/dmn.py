"""Decision tables: what they are, and what they answer, with the reason for every answer.

Source: DMN 1.5, chapter 8 (decision tables, hit policies). Formulas and cells are FEEL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.infrastructure import feel
from tongban.infrastructure.feel import Expression, Unary

# Policies whose answer is a list: of all rules that fit, none of them too.
LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})


class NothingFits(LookupError):
    """No rule of the table fits these values."""


class SeveralFit(LookupError):
    """Several rules fit these values, where the hit policy wants one answer; `rules` are their numbers."""

    def __init__(self, table: str, rules: list[int]) -> None:
        super().__init__(table, rules)
        self.rules = rules


@dataclass(frozen=True)
class Input:
    """A column that is looked at: its label, its formula, the type of its values, and those that are allowed."""

    label: str
    formula: Expression
    type: str = ""
    allowed: Unary | None = None


@dataclass(frozen=True)
class Output:
    """A column that answers: its name, its values from the most important down, and what it says where no rule fits.

    type   of the answer of a formula; an answer of another type is null
    """

    name: str
    order: tuple[Any, ...] = ()
    default: Expression | None = None
    type: str = ""


@dataclass(frozen=True)
class Rule:
    id: str
    number: int
    cells: tuple[Unary, ...]
    outputs: tuple[Expression, ...]
    annotation: str = ""


@dataclass(frozen=True)
class DecisionTable:
    """A decision table, ready to answer; a formula is a table without inputs and with one rule.

    policy       UNIQUE, ANY, FIRST, PRIORITY, RULE ORDER, OUTPUT ORDER or COLLECT
    aggregation  of COLLECT: SUM, MIN, MAX, COUNT or ""
    columns      the inputs
    answers      the outputs
    needs        decisions that are made first: name -> table
    """

    id: str
    name: str
    policy: str
    columns: tuple[Input, ...]
    answers: tuple[Output, ...]
    rules: tuple[Rule, ...]
    aggregation: str = ""
    needs: Mapping[str, "DecisionTable"] = field(default_factory=dict)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the outputs."""
        return tuple(answer.name for answer in self.answers)

    @property
    def catches_all(self) -> bool:
        """Whether there is an answer even where no rule fits: an empty list, none counted, or a default."""
        counted = self.policy in LISTS and self.aggregation in {"", "COUNT"}
        return counted or all(answer.default is not None for answer in self.answers)

    def asked_names(self) -> frozenset[str]:
        """Return the names of data that the table asks for, those of the decisions before it too."""
        own = {name for part in self._parts() for name in part.names()}
        return frozenset(own - set(self.needs)).union(*(table.asked_names() for table in self.needs.values()))

    def _parts(self) -> list[Expression | Unary]:
        formulas = [column.formula for column in self.columns] + [out for rule in self.rules for out in rule.outputs]
        defaults = [answer.default for answer in self.answers if answer.default is not None]
        return [*formulas, *defaults, *(cell for rule in self.rules for cell in rule.cells)]

    def constants(self) -> list[Any]:
        """Return the values at which the answer may change: those in cells, formulas and lists of allowed values."""
        found = [value for rule in self.rules for cell in rule.cells for value in cell.constants()]
        found += [value for column in self.columns for value in column.formula.constants()]
        found += [value for column in self.columns if column.allowed for value in column.allowed.constants()]
        return found + [value for table in self.needs.values() for value in table.constants()]


@dataclass(frozen=True)
class RuleMatch:
    """What a table says, and why.

    outputs      column name -> value; a list of values where the policy asks for all rules that fit
    rule         id of the rule that fired; number: its row, from 1; of several rules the first
    annotation   what the designer wrote beside the rule, e.g. its legal basis
    asked        input label -> value that was looked at
    rows         the answers of all rules that fit, where the policy asks for them
    """

    outputs: Mapping[str, Any]
    rule: str
    number: int
    annotation: str
    asked: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...] | None = None

    @property
    def value(self) -> Any:
        """The single output, or all of them by name; of a policy that takes all rules that fit a list of them."""
        if len(self.outputs) == 1:
            return next(iter(self.outputs.values()))
        return dict(self.outputs) if self.rows is None else [dict(row) for row in self.rows]


Row = tuple[Rule, dict[str, Any]]


def decide(table: DecisionTable, data: Mapping[str, Any], today: date | None = None) -> RuleMatch:
    """Ask a table. Raises NothingFits, SeveralFit."""
    facts = dict(data)
    for name, before in table.needs.items():
        facts[name] = decide(before, data, today).value
    values = [_typed(column.formula.evaluate(facts, today=today), column.type) for column in table.columns]
    asked = {column.label: feel.plain(value) for column, value in zip(table.columns, values, strict=True)}
    for column, value in zip(table.columns, values, strict=True):
        if column.allowed and value is not None and column.allowed.holds(value, facts, today=today) is not True:
            raise NothingFits(table.id, asked)
    rows: list[Row] = []
    for rule in table.rules:
        tests = zip(rule.cells, values, strict=True)
        if all(cell.holds(value, facts, today=today) is True for cell, value in tests):
            answers = [output.evaluate(facts, today=today) for output in rule.outputs]
            named = zip(table.answers, answers, strict=True)
            rows.append((rule, {answer.name: _declared(value, answer.type) for answer, value in named}))
    return _found(table, rows, facts, asked, today)


def _found(
    table: DecisionTable, rows: list[Row], facts: Mapping[str, Any], asked: dict[str, Any], today: Any
) -> RuleMatch:
    if not rows and any(answer.default for answer in table.answers):
        outputs = {
            answer.name: feel.plain(answer.default.evaluate(facts, today=today)) if answer.default else None
            for answer in table.answers
        }
        return RuleMatch(outputs, "", 0, "", asked)
    if not rows and not table.catches_all:
        raise NothingFits(table.id, asked)
    if table.policy in LISTS:
        return _all_of_them(table, rows, asked)
    rule, answers = _one_of_them(table, rows)
    outputs = feel.plain(answers)
    return RuleMatch(outputs, rule.id, rule.number, rule.annotation, asked)


def _one_of_them(table: DecisionTable, rows: list[Row]) -> Row:
    if table.policy == "UNIQUE" and len(rows) > 1:
        raise SeveralFit(table.id, [rule.number for rule, _answers in rows])
    if table.policy == "ANY" and any(feel.equal(answers, rows[0][1]) is not True for _rule, answers in rows):
        raise SeveralFit(table.id, [rule.number for rule, _answers in rows])
    return min(rows, key=_rank(table)) if table.policy == "PRIORITY" else rows[0]


def _all_of_them(table: DecisionTable, rows: list[Row], asked: dict[str, Any]) -> RuleMatch:
    if table.policy == "OUTPUT ORDER":
        rows = sorted(rows, key=_rank(table))
    first = rows[0][0] if rows else Rule("", 0, (), ())
    annotation = "；".join(dict.fromkeys(rule.annotation for rule, _answers in rows if rule.annotation))
    taken = tuple(feel.plain(answers) for _rule, answers in rows)
    columns: dict[str, list[Any]] = {name: [answers[name] for _rule, answers in rows] for name in table.outputs}
    outputs = {name: feel.plain(_AGGREGATIONS[table.aggregation](values)) for name, values in columns.items()}
    return RuleMatch(outputs, first.id, first.number, annotation, asked, taken)


def _rank(table: DecisionTable) -> Callable[[Row], list[int]]:
    """The place of a rule's answers in the lists of values, column by column; what is in no list comes last."""

    def rank(row: Row) -> list[int]:
        return [
            next((at for at, one in enumerate(answer.order) if feel.equal(one, row[1][answer.name]) is True), 10**6)
            for answer in table.answers
        ]

    return rank


def _of(function: str) -> Callable[[list[Any]], Any]:
    formula = feel.parse(f"{function}(values)")
    return lambda values: formula.evaluate({"values": values})


_AGGREGATIONS: dict[str, Callable[[list[Any]], Any]] = {
    "": list,
    "SUM": _of("sum"),
    "MIN": _of("min"),
    "MAX": _of("max"),
    "COUNT": len,
}


def _declared(value: Any, kind: str) -> Any:
    """Of another type than was declared is null; a list of one stands for its member (DMN 1.5, 10.3.2.9.4)."""
    if not kind or feel.kind(value).endswith("number" if kind == "integer" else kind):
        return value
    return _declared(value[0], kind) if isinstance(value, list) and len(value) == 1 else None


def _typed(value: Any, kind: str) -> Any:
    """Answers carry dates as text; a column of dates reads them."""
    if not isinstance(value, str) or kind not in _READ:
        return value
    return _READ[kind].evaluate({"value": value})


_READ = {name: feel.parse(f"{name}(value)") for name in ("date", "time", "date and time", "duration")}

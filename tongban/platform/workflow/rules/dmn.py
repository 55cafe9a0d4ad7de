"""Decision tables: a strict part of DMN 1.3, with the reason for every answer.

Carried: decisions with one decisionTable, hit policy UNIQUE or FIRST, one name or formula an input, cells with values,
comparisons, ranges, lists and not(…), formulas as outputs, annotations. Anything else is refused, not skipped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any
from xml.etree.ElementTree import Element

from tongban.platform.workflow.rules import expressions, xmlfile
from tongban.platform.workflow.rules.cells import ANYTHING, BadCell, Cell, read_cell, samples
from tongban.platform.workflow.rules.expressions import Expression, number, plain
from tongban.platform.workflow.rules.problems import Problem, gettext_noop

SPACES = ("https://www.omg.org/spec/DMN/20191111/MODEL/", "http://www.omg.org/spec/DMN/20180521/MODEL/")
POLICIES = ("UNIQUE", "FIRST")
# Combinations of values tried when a table is checked for gaps and overlaps.
MOST_SAMPLES = 50_000


class NothingFits(LookupError):
    """No rule of the table fits these values."""


class SeveralFit(LookupError):
    """Several rules of a UNIQUE table fit these values."""


@dataclass(frozen=True)
class Rule:
    id: str
    number: int
    cells: tuple[Cell, ...]
    outputs: tuple[Expression, ...]
    annotation: str = ""


@dataclass(frozen=True)
class Table:
    """A decision table, ready to answer.

    inputs    (label, formula) of each input column
    outputs   name of each output column
    """

    id: str
    name: str
    policy: str
    inputs: tuple[tuple[str, Expression], ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    def asked_names(self) -> frozenset[str]:
        """Return the names of data that the table asks for."""
        formulas = [formula for _, formula in self.inputs] + [out for rule in self.rules for out in rule.outputs]
        return frozenset(name for formula in formulas for name in formula.names)


@dataclass(frozen=True)
class Finding:
    """What a table says, and why.

    outputs      column name -> value
    rule         id of the rule that fired; number: its row, from 1
    annotation   what the designer wrote beside the rule, e.g. its legal basis
    asked        input label -> value that was looked at
    """

    outputs: Mapping[str, Any]
    rule: str
    number: int
    annotation: str
    asked: Mapping[str, Any]

    @property
    def value(self) -> Any:
        """The single output, or all of them by name."""
        values = list(self.outputs.values())
        return values[0] if len(values) == 1 else dict(self.outputs)


def decide(table: Table, data: Mapping[str, Any]) -> Finding:
    """Ask a table. Raises NothingFits, SeveralFit."""
    values = [_comparable(formula.evaluate(data)) for _, formula in table.inputs]
    fitting = [
        rule for rule in table.rules if all(cell.fits(value) for cell, value in zip(rule.cells, values, strict=True))
    ]
    asked = {label: plain(value) for (label, _), value in zip(table.inputs, values, strict=True)}
    if not fitting:
        raise NothingFits(table.id, asked)
    if table.policy == "UNIQUE" and len(fitting) > 1:
        raise SeveralFit(table.id, [rule.number for rule in fitting])
    rule = fitting[0]
    outputs = {name: plain(formula.evaluate(data)) for name, formula in zip(table.outputs, rule.outputs, strict=True)}
    return Finding(outputs, rule.id, rule.number, rule.annotation, asked)


def read(dmn: str) -> tuple[dict[str, Table], list[Problem]]:
    """Read a DMN document: its tables by decision id, and what is wrong with it."""
    root = xmlfile.read(dmn)
    if isinstance(root, Problem):
        return {}, [root]
    return _Reader(root).read()


def gaps(table: Table) -> Iterator[Problem]:
    """Look for gaps and overlaps at and between all values that the cells name."""
    columns = [samples([rule.cells[index] for rule in table.rules]) for index in range(len(table.inputs))]
    total = 1
    for column in columns:
        total *= len(column)
    if total > MOST_SAMPLES:
        return
    for values in product(*columns):
        fitting = [rule for rule in table.rules if all(map(_fits, rule.cells, values))]
        shown = ", ".join(f"{label} = {_show(value)}" for (label, _), value in zip(table.inputs, values, strict=True))
        if not fitting:
            yield Problem(
                table.id,
                gettext_noop("No rule fits %(values)s."),
                gettext_noop("Add a rule for it; with the hit policy FIRST a last rule of “-” catches the rest."),
                {"values": shown},
            )
            return
        if table.policy == "UNIQUE" and len(fitting) > 1:
            yield Problem(
                table.id,
                gettext_noop("The rules %(rules)s all fit %(values)s."),
                gettext_noop("Make them exclude each other, or choose the hit policy FIRST."),
                {"rules": ", ".join(str(rule.number) for rule in fitting), "values": shown},
            )
            return


def twice(key: str) -> Problem:
    return Problem(
        key,
        gettext_noop("Two decision files hold a decision with the id “%(id)s”."),
        gettext_noop("Give each decision its own id."),
        {"id": key},
    )


def _fits(cell: Cell, value: Any) -> bool:
    return cell.fits(value)


def _show(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value)


def _comparable(value: Any) -> Any:
    return number(value)


class _Reader:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.space = root.tag.rpartition("}")[0].lstrip("{")
        self.problems: list[Problem] = []

    def read(self) -> tuple[dict[str, Table], list[Problem]]:
        if self.space not in SPACES or not self.root.tag.endswith("}definitions"):
            self._problem(
                "",
                gettext_noop("The file does not begin with <definitions> of DMN 1.3."),
                gettext_noop("Export the table as DMN 1.3 XML."),
            )
            return {}, self.problems
        tables = {}
        for element in self._all(self.root, "decision"):
            table = self._decision(element)
            if table is not None:
                tables[table.id] = table
        if not self.problems:
            for table in tables.values():
                self.problems.extend(gaps(table))
        return tables, self.problems

    def _decision(self, element: Element) -> Table | None:
        key = element.get("id", "")
        tables = self._all(element, "decisionTable")
        if not key or len(tables) != 1:
            self._problem(
                key,
                gettext_noop("The decision has no id, or not exactly one decisionTable."),
                gettext_noop("Give it an id and one decision table; formulas without a table are not carried."),
            )
            return None
        table = tables[0]
        policy = table.get("hitPolicy", "UNIQUE")
        if policy not in POLICIES:
            self._problem(
                key,
                gettext_noop("The hit policy %(policy)s is not carried."),
                gettext_noop("Use UNIQUE (exactly one rule fits) or FIRST (the first that fits)."),
                policy=policy,
            )
        inputs = tuple(self._input(key, item) for item in self._all(table, "input"))
        outputs = tuple(item.get("name") or item.get("label") or "" for item in self._all(table, "output"))
        if not inputs or not all(outputs) or not outputs:
            self._problem(
                key,
                gettext_noop("The table lacks inputs, outputs or the name of an output."),
                gettext_noop("Give it at least one input and one output with a name."),
            )
        rules = tuple(
            self._rule(key, index, item, len(inputs), len(outputs))
            for index, item in enumerate(self._all(table, "rule"), start=1)
        )
        if self.problems:
            return None
        return Table(key, element.get("name", key), policy, inputs, outputs, rules)

    def _input(self, key: str, element: Element) -> tuple[str, Expression]:
        text = self._text(element, "inputExpression")
        return element.get("label") or text, self._expression(key, text)

    def _rule(self, key: str, index: int, element: Element, inputs: int, outputs: int) -> Rule:
        place = element.get("id") or f"{key}:{index}"
        tests = [self._text_of(item) for item in self._all(element, "inputEntry")]
        results = [self._text_of(item) for item in self._all(element, "outputEntry")]
        if len(tests) != inputs or len(results) != outputs:
            self._problem(
                place,
                gettext_noop("Rule %(rule)d has %(cells)d cells."),
                gettext_noop("It needs one cell for each input and output column; write “-” where anything fits."),
                rule=index,
                cells=len(tests) + len(results),
            )
        annotation = " ".join(self._text_of(item) for item in self._all(element, "annotationEntry"))
        if not annotation:
            annotation = self._text(element, "description")
        return Rule(
            place,
            index,
            tuple(self._cell(place, text) for text in tests),
            tuple(self._expression(place, text) for text in results),
            annotation.strip(),
        )

    def _cell(self, place: str, text: str) -> Cell:
        try:
            return read_cell(text)
        except BadCell:
            self._problem(
                place,
                gettext_noop("The cell “%(text)s” cannot be read."),
                gettext_noop('Write - or "a","b" or < 10 or [1..5] or not("a").'),
                text=text,
            )
            return ANYTHING

    def _expression(self, place: str, text: str) -> Expression:
        try:
            return expressions.read(text)
        except expressions.Unreadable:
            self._problem(
                place,
                gettext_noop("The formula “%(text)s” cannot be read."),
                gettext_noop('Write a value ("a", 10, true), a name, or a sum or product of names.'),
                text=text,
            )
            return expressions.read("null")

    def _all(self, element: Element, tag: str) -> list[Element]:
        return element.findall(f"{{{self.space}}}{tag}")

    def _text(self, element: Element, tag: str) -> str:
        found = self._all(element, tag)
        if not found:
            return ""
        return self._text_of(found[0]) or (found[0].text or "").strip()

    def _text_of(self, element: Element) -> str:
        found = element.find(f"{{{self.space}}}text")
        return (found.text or "").strip() if found is not None else ""

    def _problem(self, place: str, text: str, remedy: str, /, **details: object) -> None:
        self.problems.append(Problem(place, text, remedy, details))

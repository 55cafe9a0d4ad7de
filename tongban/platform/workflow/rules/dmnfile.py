"""Read a DMN file: tables and formulas of DMN 1.1 to 1.5. What is not carried is refused, not skipped."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from tongban.infrastructure import feel
from tongban.infrastructure.feel import Expression, Unary
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules import conditions, xmlfile
from tongban.platform.workflow.rules.dmn import DecisionTable, Input, Output, Rule
from tongban.platform.workflow.rules.problems import problem

# DMN 1.5, 1.4, 1.3, 1.2 and 1.1: tables are the same elements in all of them.
SPACES = (
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
)
POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATIONS = ("", "SUM", "MIN", "MAX", "COUNT")
# Names of types, in FEEL and as modellers of Java write them.
TYPES = {
    "number": "number",
    "integer": "integer",
    "long": "integer",
    "double": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "date and time": "date and time",
    "duration": "duration",
    "days and time duration": "duration",
    "dayTimeDuration": "duration",
    "years and months duration": "duration",
    "yearMonthDuration": "duration",
}


def read(dmn: str) -> tuple[dict[str, DecisionTable], list[Problem]]:
    """Read a DMN document: its tables by decision id, and what is wrong with it."""
    found, problems = _read(dmn)
    return dict(found), list(problems)


@lru_cache(maxsize=32)
def _read(dmn: str) -> tuple[dict[str, DecisionTable], list[Problem]]:
    """Whoever checks a definition asks for the same file several times."""
    root = xmlfile.read(dmn)
    if isinstance(root, Problem):
        return {}, [root]
    return _Reader(root).read()


def twice(key: str) -> Problem:
    return problem(
        key,
        gettext_noop("Two decision files contain a decision with the id “%(id)s”."),
        gettext_noop("Give each decision its own id."),
        {"id": key},
    )


@dataclass(frozen=True)
class _Type:
    """What <itemDefinition> says of a name: its base, and the values allowed."""

    base: str
    allowed: str = ""


@dataclass
class _Read:
    """One decision as read, before the decisions that it needs are known."""

    table: DecisionTable
    variable: str
    needs: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.space = root.tag.rpartition("}")[0].lstrip("{")
        self.problems: list[Problem] = []
        self.types: dict[str, _Type] = {}
        self.known: set[str] = set()

    def read(self) -> tuple[dict[str, DecisionTable], list[Problem]]:
        if self.space not in SPACES or not self.root.tag.endswith("}definitions"):
            self._problem(
                "",
                gettext_noop("The file does not begin with <definitions> of DMN 1.1 to 1.5."),
                gettext_noop("Export the table as DMN 1.3 XML or newer."),
            )
            return {}, self.problems
        self._language(self.root, "")
        for item in self._all(self.root, "itemDefinition"):
            allowed = next(iter(self._all(item, "allowedValues")), None)
            text = self._text_of(allowed) if allowed is not None else ""
            base = "" if item.get("isCollection") == "true" else self._text(item, "typeRef")
            self.types[item.get("name", "")] = _Type(base, text)
        decisions = self._all(self.root, "decision")
        # Names that are declared may hold signs and words of FEEL: “Pre-bureau risk category”.
        declared = [element.get("name", "") for element in [*decisions, *self._all(self.root, "inputData")]]
        variables = [self._variable(element) for element in decisions]
        self.known = {" ".join(name.split()) for name in [*declared, *variables]} - {""}
        found = {one.table.id: one for element in decisions if (one := self._decision(element)) is not None}
        tables = {key: table for key in found if (table := self._linked(found, key, ())) is not None}
        return ({} if self.problems else tables), self.problems

    def _linked(self, found: dict[str, _Read], key: str, above: tuple[str, ...]) -> DecisionTable | None:
        """Return a table with the decisions that it needs, and those that they need."""
        one = found[key]
        needs: dict[str, DecisionTable] = {}
        for other in one.needs:
            if other in (*above, key) or other not in found:
                self._problem(
                    key,
                    gettext_noop("The decision needs “%(other)s”, which is not in this file or needs this decision."),
                    gettext_noop("Put both into one file, and remove circular dependencies."),
                    other=other,
                )
                return None
            table = self._linked(found, other, (*above, key))
            if table is None:
                return None
            needs[found[other].variable] = table
        return replace(one.table, needs=needs)

    def _decision(self, element: Element) -> _Read | None:
        key = element.get("id", "")
        tables, formulas = self._all(element, "decisionTable"), self._all(element, "literalExpression")
        if not key or len(tables) + len(formulas) != 1:
            self._problem(
                key,
                gettext_noop("The decision has no id, or not exactly one decisionTable or literalExpression."),
                gettext_noop("Give it an id and one decision table, or one formula."),
            )
            return None
        before = len(self.problems)
        table = self._table(element, tables[0]) if tables else self._formula(element, formulas[0])
        hrefs = [
            required.get("href", "").rpartition("#")[2]
            for requirement in self._all(element, "informationRequirement")
            for required in self._all(requirement, "requiredDecision")
        ]
        return _Read(table, self._variable(element), hrefs) if len(self.problems) == before else None

    def _variable(self, element: Element) -> str:
        variable = next(iter(self._all(element, "variable")), None)
        name = variable.get("name", "") if variable is not None else ""
        return " ".join(str(name or element.get("name") or element.get("id", "")).split())

    def _formula(self, element: Element, formula: Element) -> DecisionTable:
        key = element.get("id", "")
        self._language(formula, key)
        rule = Rule(key, 1, (), (self._expression(key, self._text_of(formula)),))
        variable = next(iter(self._all(element, "variable")), None)
        base, _allowed = self._type(variable.get("typeRef", "") if variable is not None else "")
        return DecisionTable(key, element.get("name", key), "UNIQUE", (), (Output(key, type=base),), (rule,))

    def _table(self, element: Element, table: Element) -> DecisionTable:
        key = element.get("id", "")
        self._language(table, key)
        policy, aggregation = self._policy(key, table)
        inputs = tuple(self._input(key, item) for item in self._all(table, "input"))
        columns = self._all(table, "output")
        outputs = tuple(self._output(key, item, alone=len(columns) == 1) for item in columns)
        names = [output.name for output in outputs]
        if not names or not all(names) or len(set(names)) < len(names):
            self._problem(
                key,
                gettext_noop("The table lacks an output, or several outputs are not distinguished by name."),
                gettext_noop("Give it at least one output; where there are several, each its own name."),
            )
        if aggregation and len(outputs) > 1:
            self._problem(
                key,
                gettext_noop("COLLECT %(aggregation)s cannot be used with several outputs."),
                gettext_noop("Keep one output, or collect without a sum."),
                aggregation=aggregation,
            )
        if policy in {"PRIORITY", "OUTPUT ORDER"} and not any(output.order for output in outputs):
            self._problem(
                key,
                gettext_noop("The hit policy %(policy)s needs to know which result takes priority."),
                gettext_noop('List the outputValues from the most important down, e.g. "refuse","grant".'),
                policy=policy,
            )
        rules = tuple(
            self._rule(key, index, item, len(inputs), len(outputs))
            for index, item in enumerate(self._all(table, "rule"), start=1)
        )
        return DecisionTable(key, element.get("name", key), policy, _dated(inputs, rules), outputs, rules, aggregation)

    def _policy(self, key: str, table: Element) -> tuple[str, str]:
        policy, aggregation = table.get("hitPolicy", "UNIQUE"), table.get("aggregation", "")
        if policy not in POLICIES or aggregation not in AGGREGATIONS or (aggregation and policy != "COLLECT"):
            self._problem(
                key,
                gettext_noop("The hit policy %(policy)s is not supported."),
                gettext_noop("Use one of: %(known)s; COLLECT alone or with SUM, MIN, MAX or COUNT."),
                policy=f"{policy} {aggregation}".strip(),
                known=", ".join(POLICIES),
            )
        return policy, aggregation

    def _input(self, key: str, element: Element) -> Input:
        formula = next(iter(self._all(element, "inputExpression")), None)
        text = self._text(element, "inputExpression")
        name = formula.get("typeRef", "") if formula is not None else ""
        base, allowed = self._type(name)
        values = next(iter(self._all(element, "inputValues")), None)
        own = self._text_of(values) if values is not None else ""
        tests = self._cell(key, own or allowed) if own or allowed else None
        return Input(element.get("label") or text, self._expression(key, text), base, tests)

    def _type(self, name: str) -> tuple[str, str]:
        """Return the basic type of a type's name, and the values that it allows."""
        allowed = ""
        for _step in range(10):
            name = name.strip().removeprefix("feel:")
            if name not in self.types:
                break
            allowed = allowed or self.types[name].allowed
            name = self.types[name].base
        return TYPES.get(name, ""), allowed

    def _output(self, key: str, element: Element, *, alone: bool) -> Output:
        name = element.get("name") or (key if alone else element.get("label") or "")
        values = next(iter(self._all(element, "outputValues")), None)
        order = tuple(self._cell(key, self._text_of(values)).constants()) if values is not None else ()
        default = next(iter(self._all(element, "defaultOutputEntry")), None)
        text = self._text_of(default) if default is not None else ""
        return Output(name, order, self._expression(key, text) if text else None)

    def _rule(self, key: str, index: int, element: Element, inputs: int, outputs: int) -> Rule:
        place = element.get("id") or f"{key}:{index}"
        tests = [self._text_of(item) for item in self._all(element, "inputEntry")]
        results = [self._text_of(item) for item in self._all(element, "outputEntry")]
        if len(tests) != inputs or len(results) != outputs:
            self._problem(
                place,
                gettext_noop("Rule %(rule)d has %(cells)d cells."),
                gettext_noop("It needs one cell for each input and output column; write “-” where any value matches."),
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
            tuple(self._expression(place, text or "null") for text in results),
            annotation.strip(),
        )

    def _language(self, element: Element, place: str) -> None:
        language = element.get("expressionLanguage", "")
        if language and language.rstrip("/").lower() not in {one.rstrip("/").lower() for one in conditions.LANGUAGES}:
            self._problem(
                place,
                gettext_noop("The expressions are written in %(language)s."),
                gettext_noop("Write them in FEEL; other languages are not supported."),
                language=language,
            )

    def _cell(self, place: str, text: str) -> Unary:
        cell: Unary = self._feel(
            feel.unary,
            place,
            text,
            "-",
            gettext_noop("The cell “%(text)s” cannot be read: character %(position)d, %(flaw)s"),
            gettext_noop('Write - or "a","b" or < 10 or [1..limit] or not("a").'),
        )
        return cell

    def _expression(self, place: str, text: str) -> Expression:
        formula: Expression = self._feel(
            feel.parse,
            place,
            text,
            "null",
            gettext_noop("The formula “%(text)s” cannot be read: character %(position)d, %(flaw)s"),
            gettext_noop('Write a value ("a", 10, true), a name, or a formula of FEEL.'),
        )
        return formula

    def _feel(self, way: Callable[..., Any], place: str, text: str, instead: str, wrong: str, remedy: str) -> Any:
        try:
            return way(text, known=self.known)
        except feel.UnreadableExpression as error:
            flaw = error.problem
            self._problem(place, wrong, remedy, text=text, position=flaw.place, flaw=flaw)
            return way(instead)

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
        self.problems.append(problem(place, text, remedy, details))


def _dated(inputs: tuple[Input, ...], rules: tuple[Rule, ...]) -> tuple[Input, ...]:
    """Columns that say no type, but compare with dates, are columns of dates."""
    found = []
    for index, column in enumerate(inputs):
        cells = [rule.cells[index] for rule in rules if len(rule.cells) == len(inputs)]
        kinds = {feel.kind(value) for cell in cells for value in cell.constants()} - {"null"}
        found.append(replace(column, type="date") if not column.type and kinds == {"date"} else column)
    return tuple(found)

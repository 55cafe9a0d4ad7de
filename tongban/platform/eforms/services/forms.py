"""The form: which questions are asked, what the answers are, and what is wrong with them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, lru_cache
from json import dumps, loads
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import wording
from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.platform.eforms.rules import checks, english, layout, loading, messages, plausible, reading, showing
from tongban.platform.eforms.rules.layout import Field, Step
from tongban.platform.eforms.rules.problems import Fault
from tongban.platform.eforms.services import words
from tongban.platform.parties import services as parties

Answers = Mapping[str, Any]


class BrokenForm(Refusal):
    """The form cannot be used; `problems` lists why."""

    status = 422
    message = _("The form cannot be used: %(problem)s")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(problem=sentence(problems[0]))


class UnknownStep(NotFound):
    message = _("This form has no such step.")


# What a number must be beyond its pattern; a schema may name them as formats, a layout as widgets.
CHECKS: dict[str, Callable[[str], str | None]] = {
    "id-number": parties.id_number_problem,
    "uscc": parties.uscc_problem,
    "phone": parties.mobile_problem,
}
_FORMATS = {name: lambda text, problem=problem: problem(text) is None for name, problem in CHECKS.items()}
_MASKS = {"id-number": "id-number", "phone": "mobile", "address": "address", "text": "name", "uscc": "id-number"}


def check(form: Any) -> list[Problem]:
    """Return everything that is wrong with a form definition, each with its place and a remedy."""
    return loading.read(form)[1] + checks.of_form(form)[1]


def load(form: Any) -> "Form":
    """Compile a form definition. Raises BrokenForm."""
    steps, problems = loading.read(form)
    found, wrong = checks.of_form(form)
    if problems or wrong:
        raise BrokenForm([*problems, *wrong])
    return Form(steps, form["schema"], found)


def holds(condition: Mapping[str, Any], answers: Answers) -> bool:
    """Say whether answers meet a condition written as JSON Schema (a question's or a material's `when`)."""
    present = {name: value for name, value in answers.items() if not reading.empty(value)}
    return bool(_condition(dumps(condition, sort_keys=True)).is_valid(present))


class Form:
    """A form, compiled. Answers are plain JSON: field name -> text, number, true/false, list, list of rows."""

    def __init__(
        self, steps: tuple[Step, ...], schema: Mapping[str, Any], checks: tuple[checks.Check, ...] = ()
    ) -> None:
        self._chinese = self
        self.all_steps = steps
        self.checks = checks
        self.title = str(schema.get("title", ""))
        self.fields = {field.name: field for step in steps for field in step.fields}
        self._required = frozenset(map(str, schema.get("required", ())))
        self._validator = layout.validator(schema, _FORMATS)
        self._rules = [
            rule for rule in (*schema.get("allOf", ()), schema) if isinstance(rule, Mapping) and "if" in rule
        ]
        self._conditions = {
            field.name: layout.validator(field.when) for field in self.fields.values() if field.when is not None
        }

    def spoken(self) -> "Form":
        """Return the form in the language of whoever reads it; what is not written in English stays in Chinese."""
        return self._chinese._english if wording.english() else self._chinese

    @cached_property
    def _english(self) -> "Form":
        form = copy(self)
        form.all_steps = tuple(map(english.in_english, self.all_steps))
        form.fields = {field.name: field for step in form.all_steps for field in step.fields}
        return form

    def names(self) -> frozenset[str]:
        """Return the names of all questions."""
        return frozenset(self.fields)

    def prefills(self) -> dict[str, str]:
        """Return where the house may know answers from: field name -> "party.name" or "register:enterprise.uscc"."""
        return {field.name: field.prefill for field in self.fields.values() if field.prefill}

    def fixed(self) -> frozenset[str]:
        """Return the names of questions whose answer is the register's, where a register has one."""
        return frozenset(field.name for field in self.fields.values() if field.fixed)

    def optional(self) -> frozenset[str]:
        """Return the names of questions to which a complete application may hold no answer."""
        return frozenset(name for name in self.fields if name not in self._required or name in self._conditions)

    def deciding(self, names: Collection[str]) -> frozenset[str]:
        """Return the questions whose answers decide whether these are asked or needed, near or far."""
        found: set[str] = set(names)
        before: set[str] = set()
        while found != before:
            before = set(found)
            for name in before & set(self._conditions):
                found |= layout.names_asked(self.fields[name].when)
            for rule in self._rules:
                if layout.names_asked(rule) & before:
                    found |= layout.names_asked(rule.get("if", {}))
        return frozenset(found & set(self.fields))

    def step_names(self, step: Step | str) -> tuple[str, ...]:
        """Return the names of all questions that a step may ask."""
        return self._whole(step).names

    def sensitive(self) -> frozenset[str]:
        """Return the names of questions whose answers are masked where the reader does not need them."""
        return frozenset(field.name for field in self.fields.values() if field.sensitive)

    def steps(self, answers: Answers) -> list[Step]:
        """Return the steps with the questions that these answers bring; steps that ask nothing are left out."""
        asked = self._relevant_answers(answers)[0]
        shown = [
            replace(step, fields=tuple(field for field in step.fields if field.name in asked))
            for step in self.all_steps
        ]
        return [step for step in shown if step.fields]

    def step(self, key: str, answers: Answers) -> Step:
        """Return one step as `steps` would. Raises UnknownStep."""
        for step in self.steps(answers):
            if step.key == key:
                return step
        raise UnknownStep()

    def relevant(self, answers: Answers) -> dict[str, Any]:
        """Return the answers that count: to questions that are asked, and not empty."""
        return self._relevant_answers(answers)[1]

    def read(self, step: Step | str, sent: Any) -> dict[str, Any]:
        """Read what a browser sent for a step. Merge it over the older answers: None stands for "emptied now".

        sent   request.POST, or a mapping of name -> text or list of texts
        """
        return reading.answers(self._whole(step).fields, _sent(sent))

    def needs_reload(self, step: Step | str, sent: Any, answers: Answers, among: Collection[str] | None = None) -> bool:
        """Say whether the step is shown again before anything is judged.

        So it is when a row was added or taken out, when the page only asks what follows from an answer, and when the
        answers (read and merged already) bring questions that were not on the page.

        among   names of the questions that may be on the page; None: all
        """
        lists = _sent(sent)
        if any(key in lists for key in (reading.ADD, reading.REMOVE, reading.RELOAD)):
            return True
        shown = reading.shown(lists)
        asked = self._relevant_answers(answers)[0]
        names = [name for name in self._whole(step).names if among is None or name in among]
        return shown is not None and any(name in asked and name not in shown for name in names)

    def read_some(self, sent: Any) -> dict[str, Any]:
        """Read the questions that a page of several steps asked, and whatever else its sender put in."""
        lists = _sent(sent)
        there = {key.partition(".")[0] for key in lists} | (reading.shown(lists) or frozenset())
        found: dict[str, Any] = {}
        for step in self.all_steps:
            fields = tuple(field for field in step.fields if field.name in there)
            found |= reading.answers(fields, {**lists, reading.SHOWN: [" ".join(there)]})
        return found

    def problems(self, answers: Answers, step: Step | str | None = None) -> dict[str, list[str]]:
        """Return what is wrong: "field" or "table.0.column" -> sentences in the reader's language, in the form's order.

        step   only look at the questions of one step
        """
        asked, kept = self._relevant_answers(answers)
        unknown = {name: value for name, value in answers.items() if name not in self.fields}
        faults = [
            fault
            for error in self._validator.iter_errors({**kept, **unknown})
            for fault in messages.fault(error, self.fields)
            # A question that is not asked cannot be answered, whatever the schema requires.
            if (top := fault.path.partition(".")[0]) not in self.fields or top in asked
        ]
        found: dict[str, list[str]] = {}
        for fault in faults:
            sentences = found.setdefault(fault.path, [])
            if (text := self._in_words(fault)) not in sentences:
                sentences.append(text)
        for path, text in self._wrong_numbers(kept):
            found[path] = [text]
        wanted = set(self._whole(step).names) if step is not None else None
        order = {name: index for index, name in enumerate(self.fields)}
        return {
            path: found[path]
            for path in sorted(found, key=lambda path: _place(path, order))
            if wanted is None or path.partition(".")[0] in wanted
        }

    def opened(self, before: Answers, answers: Answers, asked: Collection[str] | None) -> frozenset[str]:
        """Return which questions may be answered anew where only some are asked for.

        before    the answers as they were
        answers   as they are to be
        asked     names of the questions that are open in any case; None: all of them
        Their new answers open what they bring, and what no longer fits them.
        """
        if asked is None:
            return self.names()
        was, opened = self._relevant_answers(before)[0], self.names() & frozenset(asked)
        while True:
            merged = {**before, **{name: answers.get(name) for name in opened}}
            wrong = {path.partition(".")[0] for path in self.problems(merged)}
            more = (self._relevant_answers(merged)[0] - was) | (self.names() & wrong)
            if more <= opened:
                return opened
            opened |= more

    def changed(self, before: Answers, answers: Answers) -> list[str]:
        """Return the questions whose answers differ, in the form's order; no answer is like an empty one."""
        return [name for name in self.fields if _plain(before.get(name)) != _plain(answers.get(name))]

    def implausible(self, answers: Answers) -> dict[str, list[str]]:
        """Return what cannot be an answer at all, as `problems` does: unknown names, nesting, size, endless numbers."""
        found: dict[str, list[str]] = {}
        for fault in plausible.faults(self.fields, answers):
            found.setdefault(fault.path, []).append(self._in_words(fault))
        return found

    def summary(
        self, answers: Answers, *, masked: bool = False, remarks: Mapping[str, str] | None = None
    ) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return all questions that are asked with their answers as text: [(step title, [(label, text)])].

        masked    hide the middle of sensitive answers, for readers who do not need them
        remarks   field -> what must be read with its answer, e.g. that a register says otherwise; on a line of its own
        """
        remarks = remarks or {}
        return [
            (
                step.title,
                [
                    (
                        field.label,
                        "\n".join(
                            text
                            for text in (self.text(field, answers, masked=masked), remarks.get(field.name, ""))
                            if text
                        ),
                    )
                    for field in step.fields
                ],
            )
            for step in self.steps(answers)
        ]

    def text(self, field: Field, answers: Answers, *, masked: bool = False) -> str:
        """Return one answer as text."""
        value = answers.get(field.name)
        if reading.empty(value):
            return gettext("Not answered")
        if masked and field.sensitive:
            return parties.masked(_MASKS.get(field.widget, "name"), showing.line(field, value, words.words()))
        return showing.text(field, value, words.words())

    def _relevant_answers(self, answers: Answers) -> tuple[frozenset[str], dict[str, Any]]:
        """Go through the questions in order; a condition only sees answers to earlier questions that were asked."""
        asked: set[str] = set()
        kept: dict[str, Any] = {}
        for name, field in self.fields.items():
            condition = self._conditions.get(name)
            if condition is not None and not condition.is_valid(kept):
                continue
            asked.add(name)
            value = answers.get(name)
            if not reading.empty(value):
                kept[name] = _without_blanks(value) if field.widget == "table" else value
        return frozenset(asked), kept

    def _whole(self, step: Step | str) -> Step:
        key = step.key if isinstance(step, Step) else step
        for whole in self.all_steps:
            if whole.key == key:
                return whole
        raise UnknownStep()

    def _in_words(self, fault: Fault) -> str:
        text = gettext(fault.text) % fault.details
        name, _dot, rest = fault.path.partition(".")
        row = rest.partition(".")[0]
        field = self.fields.get(name)
        if field is None or not row.isdigit():
            return text
        return gettext(messages.IN_ROW) % {"table": field.label, "row": int(row) + 1, "sentence": text}

    def _wrong_numbers(self, kept: Answers) -> list[tuple[str, str]]:
        found = []
        for name, value in kept.items():
            field = self.fields[name]
            if field.widget != "table":
                found += _wrong_number(name, field, value)
            elif isinstance(value, list):
                for index, row in enumerate(value):
                    for column in field.columns if isinstance(row, Mapping) else ():
                        found += _wrong_number(f"{name}.{index}.{column.name}", column, row.get(column.name))
        return found


def _wrong_number(path: str, field: Field, value: Any) -> list[tuple[str, str]]:
    problem = CHECKS.get(field.widget)
    # A pattern in the schema says what phone numbers are wanted (fixed lines, too); check digits no pattern can see.
    if problem is None or not isinstance(value, str) or (field.widget == "phone" and field.pattern):
        return []
    text = problem(value)
    if not text:
        return []
    # What is wrong with a credit code says already that it is about a credit code.
    named = field.label in text
    return [(path, text if named else gettext("“%(label)s”: %(problem)s") % {"label": field.label, "problem": text})]


def _plain(value: Any) -> Any:
    return None if reading.empty(value) else _without_blanks(value)


def _without_blanks(value: Any) -> Any:
    """Drop empty cells, and rows left empty at the end."""
    if not isinstance(value, list):
        return value
    rows = [
        {name: cell for name, cell in row.items() if not reading.empty(cell)} if isinstance(row, Mapping) else row
        for row in value
    ]
    while rows and rows[-1] == {}:
        rows.pop()
    return rows


def _place(path: str, order: Mapping[str, int]) -> tuple[int, int, str]:
    name, _dot, rest = path.partition(".")
    row = rest.partition(".")[0]
    return order.get(name, len(order)), int(row) if row.isdigit() else 0, rest


def _sent(sent: Any) -> dict[str, list[str]]:
    if hasattr(sent, "lists"):
        return dict(sent.lists())
    return {
        str(name): [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
        for name, value in sent.items()
    }


@lru_cache(maxsize=1024)
def _condition(text: str) -> Any:
    return layout.validator(loads(text))

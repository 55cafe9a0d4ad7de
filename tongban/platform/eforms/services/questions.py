"""What a page shows for each question: control, text, choices, faults, where an answer came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.forms.utils import flatatt
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.eforms.rules import reading
from tongban.platform.eforms.rules.layout import Field, Step, names_asked
from tongban.platform.eforms.services.forms import Form
from tongban.platform.eforms.services.words import differs_from_register, line

PREFIX = "q-"  # before the path in ids, so that no field's name meets an id of the page

_CONTROLS = {
    "textarea": "textarea",
    "radio": "choices",
    "checkboxes": "choices",
    "yes-no": "choices",
    "select": "select",
    "table": "table",
}


@dataclass(frozen=True)
class Choice:
    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    number: int
    path: str
    cells: tuple["Question", ...]


@dataclass(frozen=True)
class Question:
    """One question as the page shows it.

    path       name of the control, and the key of its faults
    control    input | textarea | select | choices | table
    value      what stands in the control: the answer, or what was typed where it could not be read
    decides    other questions of the page depend on the answer
    source     where a prefilled answer came from, in words
    fixed      the answer is the register's and is shown as text; `correct` names the register that can be corrected
    registered what the register says, where the answer is another
    order      where it stands among all questions of the step, from 1; 0 for the cell of a table
    """

    path: str
    field: Field
    control: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    rows: tuple[Row, ...] = ()
    errors: tuple[str, ...] = ()
    source: str = ""
    fixed: str = ""
    correct: str = ""
    registered: str = ""
    decides: bool = False
    order: int = 0

    @property
    def id(self) -> str:
        return PREFIX + self.path

    @property
    def optional(self) -> bool:
        return not self.field.needed

    @property
    def multiple(self) -> bool:
        return self.field.type == "array" or self.field.ticks

    @property
    def described_by(self) -> str:
        parts = (
            ("-hint", self.field.hint),
            ("-source", self.source),
            ("-registered", self.registered),
            ("-error", self.errors),
        )
        return " ".join(self.id + suffix for suffix, there in parts if there)

    @property
    def box(self) -> SafeString:
        """Attributes of the box around the question; with script, what follows from a deciding answer comes at once."""
        css = "field" + (" field--wrong" if self.errors else "") + (" field--short" if self._keyboard else "")
        attributes: dict[str, Any] = {"class": css}
        if self.control in {"choices", "table"} and self.described_by:
            attributes["aria-describedby"] = self.described_by
        if self.order:
            attributes |= {"data-question": self.path, "data-order": self.order}
        if self.control == "table":
            attributes["data-most"] = self.most
        if self.decides:
            attributes["data-decides"] = "1"
        return flatatt(attributes)

    @property
    def attributes(self) -> SafeString:
        """Attributes of the control."""
        attributes: dict[str, Any] = {"class": "field__control", "id": self.id, "name": self.path}
        if self.control == "input":
            attributes |= {"type": self._kind, "value": self.value, "inputmode": self._keyboard or None}
        elif self.control == "textarea":
            attributes["rows"] = 5
        attributes |= {
            "aria-describedby": self.described_by or None,
            "aria-invalid": "true" if self.errors else None,
            "aria-required": None if self.optional else "true",
            "autocomplete": self.field.autocomplete or None,
        }
        return flatatt({name: value for name, value in attributes.items() if value is not None})

    @property
    def text(self) -> str:
        """The value after a line break: a browser drops the first one in a textarea, and a typed one shall stay."""
        return f"\n{self.value}"

    @property
    def _kind(self) -> str:
        """A date field only holds a date, so anything else that was typed needs a text field."""
        if self.field.widget == "phone":
            return "tel"
        return "date" if self.field.widget == "date" and (not self.value or _is_day(self.value)) else "text"

    @property
    def _keyboard(self) -> str:
        if self.field.widget == "phone":
            return "tel"
        return {"integer": "numeric", "number": "decimal"}.get(self.field.type, "")

    @property
    def most(self) -> int:
        """How many rows fit into the table."""
        return min(self.field.most or reading.MAX_ROWS, reading.MAX_ROWS)

    @property
    def full(self) -> bool:
        """No further row fits into the table."""
        return len(self.rows) >= self.most


def questions(
    form: Form,
    step: Step | str,
    answers: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]] | None = None,
    sources: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    alone: bool = True,
) -> list[Question]:
    """Return the questions of a step as a page shows them.

    errors    path -> sentences, as Form.problems returns them
    alone     False where the page shows several steps, so that an answer may decide what another step asks
    sources   field -> {"title", "source", "as_of", "at"} of answers that the house filled in; with "fixed" where they
              cannot be changed, "register" where a correction can be asked for, "registered" what a register says that
              has another answer
    """
    errors, sources = errors or {}, sources or {}
    shown = step if isinstance(step, Step) else form.step(step, answers)
    here = [field for whole in form.all_steps if whole.key == shown.key for field in whole.fields]
    asked = here if alone else form.fields.values()
    deciding = {name for field in asked if field.when is not None for name in names_asked(field.when)}
    orders = {field.name: order for order, field in enumerate(here, start=1)}
    return [
        _question(
            field.name,
            field,
            answers.get(field.name),
            errors,
            source=sources.get(field.name) or {},
            decides=field.name in deciding,
            order=orders[field.name],
        )
        for field in shown.fields
    ]


def part_of(step: Step) -> str:
    """Return the id of the part of a page that holds a step."""
    return f"eform-{step.key}"


def _question(
    path: str,
    field: Field,
    answer: Any,
    errors: Mapping[str, Sequence[str]],
    source: Mapping[str, Any] | None = None,
    decides: bool = False,
    order: int = 0,
) -> Question:
    control = _CONTROLS.get(field.widget, "input")
    source = source or {}
    fixed = bool(source.get("fixed")) and answer not in (None, "", [])
    return Question(
        path=path,
        field=field,
        control=control,
        value=_text(answer),
        choices=_choices(path, field, answer) if control in {"choices", "select"} else (),
        rows=_rows(path, field, answer, errors) if control == "table" else (),
        errors=tuple(errors.get(path, ())),
        source=_source(source),
        fixed=line(field, answer) if fixed else "",
        correct=str(source.get("register", "")) if fixed else "",
        registered=_registered(field, source),
        decides=decides,
        order=order,
    )


def _rows(path: str, field: Field, answer: Any, errors: Mapping[str, Sequence[str]]) -> tuple[Row, ...]:
    rows = answer if isinstance(answer, list) and answer else [{}]
    found = []
    for index, row in enumerate(rows):
        here = f"{path}.{index}"
        cells = row if isinstance(row, Mapping) else {}
        found.append(
            Row(
                index + 1,
                here,
                tuple(
                    _question(f"{here}.{column.name}", column, cells.get(column.name), errors)
                    for column in field.columns
                ),
            )
        )
    return tuple(found)


def _choices(path: str, field: Field, answer: Any) -> tuple[Choice, ...]:
    if field.widget == "yes-no":
        options = [
            ("true", pgettext("answer", "Yes"), answer is True),
            ("false", pgettext("answer", "No"), answer is False),
        ]
    else:
        chosen = answer if isinstance(answer, list) else [answer]
        options = [(option.value, option.label, option.value in chosen) for option in field.options]
    # The first choice bears the id of the question, so that the error summary leads to it.
    return tuple(
        Choice(PREFIX + path + (f"-{index}" if index else ""), value, label, chosen)
        for index, (value, label, chosen) in enumerate(options)
    )


def _text(answer: Any) -> str:
    if answer is None or isinstance(answer, bool | list | Mapping):
        return ""
    return str(answer)


def _registered(field: Field, source: Mapping[str, Any]) -> str:
    """Say what the register has where the answer is another, "" where they agree."""
    if "registered" not in source:
        return ""
    return differs_from_register(str(source.get("field") or field.label), line(field, source["registered"]))


def _source(source: Mapping[str, Any] | None) -> str:
    if not source:
        return ""
    details = {
        "title": source.get("title", ""),
        "source": source.get("source", ""),
        "as_of": _day(source.get("as_of")),
        "at": _day(source.get("at")),
    }
    kept = bool(source.get("fixed")) or "registered" in source
    text = gettext("From “%(title)s”.") if kept else gettext("Filled in from “%(title)s”. Change it if it is wrong.")
    if details["source"] and details["as_of"]:
        text = (
            gettext("From “%(title)s” of %(source)s; data as of %(as_of)s.")
            if kept
            else gettext("Filled in from “%(title)s” of %(source)s; data as of %(as_of)s. Change it if it is wrong.")
        )
    elif details["as_of"]:
        text = (
            gettext("From “%(title)s”; data as of %(as_of)s.")
            if kept
            else gettext("Filled in from “%(title)s”; data as of %(as_of)s. Change it if it is wrong.")
        )
    elif details["at"]:
        text = (
            gettext("From “%(title)s” on %(at)s.")
            if kept
            else gettext("Filled in from “%(title)s” on %(at)s. Change it if it is wrong.")
        )
    return text % details


def _day(value: Any) -> str:
    """Write a day as the reader's language does; a moment is one of the city's days."""
    if not value:
        return ""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            return str(value)
    return ui.day(value)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

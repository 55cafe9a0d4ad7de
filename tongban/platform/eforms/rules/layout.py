"""What a form is made of: steps, questions, the widgets they are asked with, and compiled schemas."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from tongban.infrastructure.kernel.wording import in_chinese

Schema = Mapping[str, Any]

# What each way of asking can hold.
WIDGETS: dict[str, frozenset[str]] = {
    "text": frozenset({"string"}),
    "textarea": frozenset({"string"}),
    "address": frozenset({"string"}),
    "phone": frozenset({"string"}),
    "id-number": frozenset({"string"}),
    "uscc": frozenset({"string"}),
    "date": frozenset({"string"}),
    "number": frozenset({"number", "integer"}),
    "yes-no": frozenset({"boolean"}),
    "radio": frozenset({"string"}),
    "select": frozenset({"string"}),
    "checkboxes": frozenset({"array"}),
    "table": frozenset({"array"}),
}
CHOICES = frozenset({"radio", "select", "checkboxes"})
COLUMN_WIDGETS = frozenset(WIDGETS) - {"table", "checkboxes", "radio", "yes-no"}
AUTOCOMPLETE = frozenset(
    {"name", "organization", "tel", "email", "street-address", "postal-code", "bday", "sex", "off"}
)
PREFILLED_AUTOCOMPLETE = {
    "party.name": "name",
    "party.phone": "tel",
    "party.email": "email",
    "party.address": "street-address",
}

# What the house knows of a party because somebody looked at a document of theirs; contact data is only an offer.
IDENTITY = frozenset({"party.name", "party.id_kind", "party.id_number", "party.birth_date", "party.sex"})

# Keywords of a condition that name answers, and those that hold further conditions.
_NAMING = frozenset({"properties", "required", "dependentSchemas", "dependentRequired"})
_NESTING = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else"})


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    label_en: str = ""


@dataclass(frozen=True)
class Field:
    """One question.

    type         JSON type of the answer
    when         JSON Schema over the answers to earlier questions; None: always asked
    prefill      where the house may know the answer from: "party.name", "register:enterprise.uscc"
    editable     another answer than the register's may be given; both are kept then, and whoever decides reads both
    sensitive    masked where the reader does not need it
    format       how it is written, said where an answer does not fit the schema's pattern
    needed       some rule of the schema can make the answer necessary
    columns      of a table
    label_en …   the same in English, "" where nobody has written it
    """

    name: str
    label: str
    widget: str
    type: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    columns: tuple["Field", ...] = ()
    prefill: str = ""
    editable: bool = False
    when: Schema | None = None
    sensitive: bool = False
    autocomplete: str = ""
    format: str = ""
    needed: bool = True
    pattern: bool = False
    most: int | None = None
    label_en: str = ""
    hint_en: str = ""
    format_en: str = ""

    @property
    def fixed(self) -> bool:
        """Say whether the answer is what the house knows, where it knows it."""
        return is_fact(self.prefill) and not self.editable

    @property
    def ticks(self) -> bool:
        """Say whether it is one thing to be confirmed, and so a box to tick."""
        return self.widget == "radio" and len(self.options) == 1

    def column(self, name: str) -> "Field | None":
        return next((column for column in self.columns if column.name == name), None)

    def label_of(self, value: object) -> str:
        return next((option.label for option in self.options if option.value == value), str(value))


@dataclass(frozen=True)
class Step:
    """A page of questions."""

    key: str
    title: str
    intro: str = ""
    fields: tuple[Field, ...] = ()
    title_en: str = ""
    intro_en: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def in_chinese(self) -> bool:
        """Say whether somebody who reads in English meets Chinese here."""
        return in_chinese(list(_texts(self)))


def _texts(step: Step) -> Iterator[str]:
    yield from (step.title, step.intro)
    columns = [column for field in step.fields for column in field.columns]
    for asked in (*step.fields, *columns):
        yield from (asked.label, asked.hint, *(option.label for option in asked.options))


def is_fact(source: str) -> bool:
    """Say whether this source of answers vouches for them: a register, or the identity of the party."""
    return source.startswith("register:") or source in IDENTITY


def validator(schema: Schema, formats: Mapping[str, Any] | None = None) -> Any:
    """Compile a schema: formats are checked, patterns run in linear time, nothing is fetched from anywhere."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema),
        validate_formats=True,
        formats=dict(formats or {}),
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )


def names_asked(schema: Any) -> set[str]:
    """Return the names of answers that a condition looks at, anywhere in it."""
    if isinstance(schema, list):
        return {name for item in schema for name in names_asked(item)}
    if not isinstance(schema, Mapping):
        return set()
    found: set[str] = set()
    for key, value in schema.items():
        if key in _NAMING and isinstance(value, Mapping | list):
            found |= {str(name) for name in value}
        elif key in _NESTING:
            found |= names_asked(value)
    return found

"""Read a form definition. Strict: what is not known is refused, with its place and a remedy."""

import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.eforms.rules.layout import (
    AUTOCOMPLETE,
    CHOICES,
    COLUMN_WIDGETS,
    PREFILLED_AUTOCOMPLETE,
    WIDGETS,
    Field,
    Option,
    Schema,
    Step,
    names_asked,
    validator,
)
from tongban.platform.eforms.rules.noting import Noting
from tongban.platform.eforms.rules.schemas import can_be_required, in_words, type_of

_STEP_KEYS = frozenset({"step", "title", "title_en", "intro", "intro_en", "fields"})
_FIELD_KEYS = frozenset(
    {
        "name",
        "label",
        "label_en",
        "hint",
        "hint_en",
        "widget",
        "options",
        "columns",
        "prefill",
        "when",
        "sensitive",
        "autocomplete",
        "editable",
        "format",
        "format_en",
    }
)
_COLUMN_KEYS = frozenset({"name", "label", "label_en", "hint", "hint_en", "widget", "options", "format", "format_en"})
_PREFILL = re.compile(r"party\.[a-z_]+|register:[a-z0-9-]+\.[a-z0-9_]+")


def read(form: Any) -> tuple[tuple[Step, ...], list[Problem]]:
    """Read a form's layout; it may only be used when there are no problems."""
    return _Reader(form).read()


class _Reader(Noting):
    def __init__(self, form: Any) -> None:
        super().__init__()
        self.form = form
        self.earlier: set[str] = set()
        self.needed: set[str] = set()

    def read(self) -> tuple[tuple[Step, ...], list[Problem]]:
        if not self._mapping("", self.form, frozenset({"schema", "layout", "checks"}), {"schema", "layout"}):
            return (), self.problems
        properties = self._schema(self.form["schema"])
        layout = self.form["layout"]
        if not isinstance(layout, list) or not layout:
            self._add("layout", gettext_noop("The layout is empty."), gettext_noop("List at least one step."))
            return (), self.problems
        if properties is None:
            return (), self.problems
        steps = tuple(step for index, item in enumerate(layout) if (step := self._step(index, item, properties)))
        for name in properties:
            if name not in self.earlier:
                self._add(
                    f"schema.properties.{name}",
                    gettext_noop("No step asks for “%(name)s”."),
                    gettext_noop("Add it to a step's fields, or remove it from the schema."),
                    name=name,
                )
        return steps, self.problems

    def _schema(self, schema: Any) -> Mapping[str, Any] | None:
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        if not isinstance(properties, Mapping) or schema.get("type") != "object":
            self._add(
                "schema",
                gettext_noop("The schema is not one of an object with properties."),
                gettext_noop('Write {"type": "object", "properties": {…}}.'),
            )
            return None
        if not self._compiles("schema", schema):
            return None
        self.needed = set(can_be_required(schema))
        for name in sorted(self.needed - set(properties)):
            self._add(
                "schema",
                gettext_noop("“%(name)s” is required, but it is not a property."),
                gettext_noop("Correct the spelling, or add the property."),
                name=name,
            )
        return properties

    def _compiles(self, place: str, schema: Any) -> bool:
        try:
            validator(schema)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError, TypeError) as error:
            where = ".".join(map(str, getattr(error, "instance_path", ()) or ()))
            self._add(
                f"{place}.{where}" if where else place,
                gettext_noop("This is not a JSON Schema of 2020-12: %(error)s."),
                gettext_noop("Correct it; patterns have no look-around, references begin with #."),
                error=in_words(error),
            )
            return False
        return True

    def _step(self, index: int, item: Any, properties: Mapping[str, Any]) -> Step | None:
        place = f"layout[{index}]"
        if not self._mapping(place, item, _STEP_KEYS, {"step", "title", "fields"}):
            return None
        key = str(item["step"])
        place = f"layout[{key}]"
        self._word(f"{place}.step", key)
        if not isinstance(item["fields"], list) or not item["fields"]:
            self._add(
                f"{place}.fields", gettext_noop("The step asks nothing."), gettext_noop("List at least one field.")
            )
            return None
        fields = tuple(
            field for number, raw in enumerate(item["fields"]) if (field := self._field(place, number, raw, properties))
        )
        return Step(
            key,
            str(item["title"]),
            str(item.get("intro", "")),
            fields,
            title_en=self._english(place, item, "title"),
            intro_en=self._english(place, item, "intro"),
        )

    def _field(self, step: str, number: int, item: Any, properties: Mapping[str, Any]) -> Field | None:
        place = f"{step}.fields[{number}]"
        if not self._mapping(place, item, _FIELD_KEYS, {"name", "label", "widget"}):
            return None
        name = str(item["name"])
        place = f"{step}.fields[{name}]"
        self._word(f"{place}.name", name)
        schema = properties.get(name)
        if not isinstance(schema, Mapping):
            self._add(
                f"{place}.name",
                gettext_noop("The schema has no property “%(name)s”."),
                gettext_noop("Correct the spelling, or add it to schema.properties."),
                name=name,
            )
            return None
        if name in self.earlier:
            self._add(
                place,
                gettext_noop("“%(name)s” is asked twice."),
                gettext_noop("Ask it once; a condition decides whether it is shown."),
                name=name,
            )
        when = self._when(place, item.get("when"))
        self.earlier.add(name)
        prefill = self._prefill(place, item.get("prefill", ""))
        return self._asked(
            place,
            item,
            schema,
            columns=self._columns(place, item, schema),
            prefill=prefill,
            when=when,
            editable=self._claim(f"{place}.editable", item.get("editable", False)),
            sensitive=self._claim(f"{place}.sensitive", item.get("sensitive", False)),
            autocomplete=self._autocomplete(place, item.get("autocomplete"), prefill),
            needed=name in self.needed,
        )

    def _asked(self, place: str, item: Mapping[str, Any], schema: Schema, **more: Any) -> Field:
        widget = str(item["widget"])
        kind = type_of(schema)
        if widget not in WIDGETS:
            self._add(
                f"{place}.widget",
                gettext_noop("There is no widget “%(widget)s”."),
                gettext_noop("Use one of: %(known)s."),
                widget=widget,
                known=", ".join(WIDGETS),
            )
        elif kind not in WIDGETS[widget]:
            self._add(
                f"{place}.widget",
                gettext_noop("The widget “%(widget)s” cannot hold an answer of the type “%(type)s”."),
                gettext_noop("Change the widget, or the type in the schema to %(types)s."),
                widget=widget,
                type=kind or "?",
                types=" / ".join(sorted(WIDGETS[widget])),
            )
        if widget == "date" and schema.get("format") != "date":
            self._add(
                f"{place}.widget",
                gettext_noop("The schema does not say that the answer is a date."),
                gettext_noop('Add "format": "date" to the property.'),
            )
        most = schema.get("maxItems")
        return Field(
            name=str(item["name"]),
            label=self._text(f"{place}.label", item["label"]),
            widget=widget,
            type=kind,
            hint=str(item.get("hint", "")),
            format=str(item.get("format", "")),
            options=self._options(place, item, schema),
            pattern="pattern" in schema or "format" in schema,
            most=most if isinstance(most, int) else None,
            label_en=self._english(place, item, "label"),
            hint_en=self._english(place, item, "hint"),
            format_en=self._english(place, item, "format"),
            **more,
        )

    def _options(self, place: str, item: Mapping[str, Any], schema: Schema) -> tuple[Option, ...]:
        raw = item.get("options")
        if str(item["widget"]) not in CHOICES:
            if raw is not None:
                self._add(
                    f"{place}.options",
                    gettext_noop("The widget “%(widget)s” has no options."),
                    gettext_noop("Remove them, or use radio, select or checkboxes."),
                    widget=item["widget"],
                )
            return ()
        if not isinstance(raw, list) or not all(
            isinstance(option, Mapping)
            and set(option) - {"label_en"} == {"value", "label"}
            and isinstance(option["value"], str)
            for option in raw
        ):
            self._add(
                f"{place}.options",
                gettext_noop("The options are missing or malformed."),
                gettext_noop('Write [{"value": "…", "label": "…"}, …].'),
            )
            return ()
        items = schema.get("items", {}) if item["widget"] == "checkboxes" else schema
        allowed = items.get("enum", [items["const"]] if "const" in items else []) if isinstance(items, Mapping) else []
        shown = [option["value"] for option in raw]
        if sorted(map(str, allowed)) != sorted(shown):
            self._add(
                f"{place}.options",
                gettext_noop("The options (%(shown)s) are not the values of the schema (%(allowed)s)."),
                gettext_noop("Write the same values in both, each once."),
                shown=", ".join(shown),
                allowed=", ".join(map(str, allowed)) or "–",
            )
        return tuple(
            Option(
                option["value"],
                str(option["label"]),
                self._english(f"{place}.options[{option['value']}]", option, "label"),
            )
            for option in raw
        )

    def _columns(self, place: str, item: Mapping[str, Any], schema: Schema) -> tuple[Field, ...]:
        raw = item.get("columns")
        if item["widget"] != "table":
            if raw is not None:
                self._add(
                    f"{place}.columns",
                    gettext_noop("Only a table has columns."),
                    gettext_noop("Remove them, or use the widget “table”."),
                )
            return ()
        items = schema.get("items")
        properties = items.get("properties") if isinstance(items, Mapping) else None
        if not isinstance(properties, Mapping) or not isinstance(raw, list) or not raw:
            self._add(
                f"{place}.columns",
                gettext_noop("The table has no columns, or its items are not objects with properties."),
                gettext_noop('Write "columns" in the layout and items.properties in the schema.'),
            )
            return ()
        needed = set(can_be_required(items))
        columns = [
            column
            for index, item in enumerate(raw)
            if (column := self._column(f"{place}.columns[{index}]", item, properties, needed))
        ]
        missing = set(properties) - {column.name for column in columns}
        if missing:
            self._add(
                f"{place}.columns",
                gettext_noop("No column asks for %(names)s."),
                gettext_noop("Add the columns, or remove the properties."),
                names=", ".join(sorted(missing)),
            )
        return tuple(columns)

    def _column(self, place: str, item: Any, properties: Mapping[str, Any], needed: set[str]) -> Field | None:
        if not self._mapping(place, item, _COLUMN_KEYS, {"name", "label", "widget"}):
            return None
        name = str(item["name"])
        self._word(f"{place}.name", name)
        known = properties.get(name)
        if isinstance(known, Mapping) and str(item["widget"]) in COLUMN_WIDGETS:
            return self._asked(place, item, known, needed=name in needed)
        self._add(
            place,
            gettext_noop("The column “%(name)s” is not in the schema, or its widget does not fit a table."),
            gettext_noop("Columns are properties of the items, with one of: %(known)s."),
            name=name,
            known=", ".join(sorted(COLUMN_WIDGETS)),
        )
        return None

    def _when(self, place: str, when: Any) -> Schema | None:
        if when is None:
            return None
        if not isinstance(when, Mapping) or not self._compiles(f"{place}.when", when):
            return None
        later = sorted(names_asked(when) - self.earlier)
        if later or not names_asked(when):
            self._add(
                f"{place}.when",
                gettext_noop("The condition refers to “%(names)s”, which is not asked before this question."),
                gettext_noop("A condition can refer to earlier questions only."),
                names=", ".join(later) or "–",
            )
        return when

    def _prefill(self, place: str, prefill: Any) -> str:
        if prefill and not (isinstance(prefill, str) and _PREFILL.fullmatch(prefill)):
            self._add(
                f"{place}.prefill",
                gettext_noop("“%(prefill)s” is not a source of answers."),
                gettext_noop("Write party.FIELD or register:KEY.FIELD."),
                prefill=str(prefill)[:80],
            )
            return ""
        return str(prefill)

    def _autocomplete(self, place: str, value: Any, prefill: str) -> str:
        if value is None:
            return PREFILLED_AUTOCOMPLETE.get(prefill, "")
        if value not in AUTOCOMPLETE:
            self._add(
                f"{place}.autocomplete",
                gettext_noop("“%(value)s” is not a purpose that browsers know."),
                gettext_noop("Use one of: %(known)s."),
                value=str(value)[:40],
                known=", ".join(sorted(AUTOCOMPLETE)),
            )
            return ""
        return str(value)

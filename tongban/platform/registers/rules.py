"""What a register is made of, who may see which field, and how a value is read and shown."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, Self

DataClass = Literal["public", "personal", "sensitive"]
Kind = Literal["text", "date", "number", "yes-no", "list"]

DATA_CLASSES = ("public", "personal", "sensitive")
KINDS = ("text", "date", "number", "yes-no", "list")
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
YES, NO = ("true", "yes", "1", "是"), ("false", "no", "0", "否")


@dataclass(frozen=True)
class DeclaredField:
    """One field of a register.

    name         as definitions write it: "register:enterprise.name"
    title        as people read it
    data_class   public: in any open register; personal: about a person; sensitive: would harm them in wrong hands
    kind         text, date, number, yes-no or list (of texts)
    """

    name: str
    title: str
    data_class: DataClass = "personal"
    kind: Kind = "text"

    @classmethod
    def from_declaration(cls, declared: Mapping[str, Any]) -> Self:
        """Read one [[field]] of a declaration, in which the data class is called "class"."""
        return cls(
            name=declared["name"],
            title=declared["title"],
            data_class=declared.get("class", "personal"),
            kind=declared.get("kind", "text"),
        )

    def as_declared(self) -> dict[str, str]:
        kept = asdict(self)
        return {"class": kept.pop("data_class"), **kept}


def field_problems(declared: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return (path, problem) for a declaration's fields.

    Problems: "unknown-key", "name", "title", "class", "kind", "twice", "none".
    """
    found: list[tuple[str, str]] = []
    seen: set[str] = set()
    for number, field in enumerate(declared):
        path = f"field.{number + 1}"
        name = str(field.get("name", ""))
        found += [(f"{path}.{key}", "unknown-key") for key in set(field) - {"name", "title", "class", "kind"}]
        checks = {
            "name": NAME.fullmatch(name),
            "title": field.get("title"),
            "class": field.get("class", "personal") in DATA_CLASSES,
            "kind": field.get("kind", "text") in KINDS,
        }
        found += [(f"{path}.{key}", key) for key, well in checks.items() if not well]
        if name in seen:
            found.append((f"{path}.name", "twice"))
        seen.add(name)
    return found or ([] if seen else [("field", "none")])


def data_problems(fields: Iterable[DeclaredField], data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (field, problem) for an entry: "undeclared" or "kind"."""
    known = {field.name: field for field in fields}
    found = [(name, "undeclared") for name in data if name not in known]
    return found + [(name, "kind") for name, value in data.items() if name in known and not _fits(known[name], value)]


def readable(
    fields: Iterable[DeclaredField], *, sensitive: bool, wanted: Collection[str] | None = None
) -> list[DeclaredField]:
    """Return the fields a reader gets: those asked for (None: all), sensitive ones only where that is allowed."""
    return [
        field
        for field in fields
        if (wanted is None or field.name in wanted) and (sensitive or field.data_class != "sensitive")
    ]


def read(field: DeclaredField, text: str) -> Any:
    """Return the value that somebody wrote for a field. Raises ValueError."""
    text = text.strip()
    if not text:
        raise ValueError("empty")
    if field.kind == "date":
        return date.fromisoformat(text).isoformat()
    if field.kind == "number":
        number = float(text.replace(",", ""))
        return int(number) if number.is_integer() else number
    if field.kind == "yes-no":
        if text.lower() not in YES + NO:
            raise ValueError("neither yes nor no")
        return text.lower() in YES
    if field.kind == "list":
        return [part.strip() for part in re.split(r"[、;；\n]", text) if part.strip()]
    return text


def is_masked(field: DeclaredField) -> bool:
    """Say whether the value is hidden until somebody asks to see it."""
    return field.data_class != "public"


def masked(kind: Kind, value: Any) -> str:
    """Return what is shown of a hidden value that is not a text: of a day its year, of anything else nothing."""
    return f"{str(value)[:4]}-**-**" if kind == "date" else "***"


def _fits(field: DeclaredField, value: Any) -> bool:
    if value is None:
        return True
    if field.kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if field.kind == "yes-no":
        return isinstance(value, bool)
    if field.kind == "list":
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if field.kind == "date":
        return isinstance(value, str) and _is_day(value)
    return isinstance(value, str)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

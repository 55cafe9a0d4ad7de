"""What an application has to answer and bring, properties to other systems as the form asks it."""

from collections.abc import Mapping
from typing import Any

from tongban.infrastructure.kernel import wording
from tongban.infrastructure.storage import services as storage
from tongban.platform.catalogue.models import Version
from tongban.platform.catalogue.services.checking import schema
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms

COLUMN = ("name", "label", "widget", "type", "hint")
QUESTION = (*COLUMN, "prefill", "fixed", "sensitive", "when")


def questions(version: Version) -> dict[str, Any]:
    """Return answers (JSON Schema 2020-12), layout, checks and materials of a version's form."""
    form, needed = eforms.load(version.form).spoken(), set(version.form["schema"].get("required", ()))
    return {
        "answers": version.form["schema"],
        "layout": [
            {
                "step": step.key,
                "title": step.title,
                "intro": step.intro,
                "questions": [_question(field, required=field.name in needed) for field in step.fields],
            }
            for step in form.all_steps
        ],
        "checks": [_check(check) for check in form.checks],
        "materials": [_material(line) for line in version.guide.get("material", ())],
    }


def guide_schema() -> dict[str, Any]:
    """Return the published schema of a guide, as part of a larger description: later guides may say more."""
    whole = _open(schema())
    return {key: value for key, value in whole.items() if key not in {"$schema", "$id"}} | {"title": "Guide"}


def _open(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _open(value) for key, value in part.items() if (key, value) != ("additionalProperties", False)}
    return [_open(value) for value in part] if isinstance(part, list) else part


def _question(field: eforms.Field, *, required: bool) -> dict[str, Any]:
    properties = {name: getattr(field, name) for name in QUESTION}
    return {
        **properties,
        "required": required,
        "options": _options(field),
        "columns": [
            {**{name: getattr(column, name) for name in COLUMN}, "options": _options(column)}
            for column in field.columns
        ],
    }


def _options(field: eforms.Field) -> list[dict[str, str]]:
    return [{"value": option.value, "label": option.label} for option in field.options]


def _check(check: eforms.Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "wrong": check.wrong.text,
        "severity": check.severity,
        "at": check.at,
        "fields": list(check.fields),
        "message": check.english if wording.english() else check.message,
    }


def _material(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": line["code"],
        "name": line["name"],
        "required": line["required"],
        "when": line.get("when"),
        "fetched": "fetch" in line,
        "accept": list(documents.kinds_of(line)),
        "max_mb": storage.max_file_mb(int(line.get("max_mb", 20))),
        "standard": line["standard"],
    }

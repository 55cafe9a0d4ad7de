"""Read a definition folder from disk."""

import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.catalogue.rules import parsing

# Deeper than anybody writes.
MAX_NESTING = 60
# What a folder may hold beside its texts: samples for people and for examples.
MEDIA = {".png", ".jpg", ".jpeg", ".pdf"}
MAX_FILE_BYTES = 5 * 1024 * 1024


@dataclass
class Folder:
    """A definition as read: parsed texts, raw samples, and what could not be read."""

    name: str
    guide: dict[str, Any] = field(default_factory=dict)
    form: Any = None
    process: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    examples: Any = None
    media: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""

    def content(self) -> dict[str, Any]:
        """Return the parsed texts as they are kept."""
        names = ("guide", "form", "process", "tables", "templates", "examples")
        return {name: getattr(self, name) for name in names}


def read(path: Path) -> Folder:
    """Read every file of the folder; what is broken is noted, not raised."""
    folder = Folder(path.name)
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if file.is_dir() or any(part.startswith((".", "__")) for part in name.split("/")):
            continue
        if not _is_own(file, path):
            folder.problems.append(_not_its_own(name))
            continue
        content = file.read_bytes()
        digest.update(f"{len(name.encode())}:{name}{len(content)}:".encode())
        digest.update(content)
        _take(folder, name, content)
    folder.digest = digest.hexdigest()
    for needed, value in (
        ("service.toml", folder.guide),
        ("form.json", folder.form),
        ("process.bpmn", folder.process),
        ("examples.json", folder.examples),
    ):
        if not value and not any(problem.file == needed for problem in folder.problems):
            folder.problems.append(
                Problem(needed, "", gettext_noop("The file is missing or empty."), gettext_noop("Add the file."))
            )
    return folder


def _is_own(file: Path, folder: Path) -> bool:
    """Say whether a file lies in its folder: a link could bring in anything that this process may read."""
    return file.is_file() and file.resolve() == folder.resolve() / file.relative_to(folder)


def _not_its_own(name: str) -> Problem:
    return Problem(
        name,
        "",
        gettext_noop("This is a link, or not a file at all; a definition contains files only."),
        gettext_noop("Put the file itself into the folder."),
    )


def _take(folder: Folder, name: str, content: bytes) -> None:
    suffix = Path(name).suffix.lower()
    if suffix in MEDIA:
        if len(content) > MAX_FILE_BYTES:
            folder.problems.append(
                Problem(
                    name,
                    "",
                    gettext_noop("The file is larger than 5 MB."),
                    gettext_noop("Make it smaller."),
                )
            )
        folder.media[name] = content
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        folder.problems.append(
            Problem(
                name,
                f"byte {error.start}",
                gettext_noop("The file is not UTF-8 text."),
                gettext_noop("Save it as UTF-8."),
            )
        )
        return
    _take_text(folder, name, text)


def _take_text(folder: Folder, name: str, text: str) -> None:
    if name == "service.toml":
        folder.guide = _toml(folder, name, text)
    elif name == "form.json":
        folder.form = _json(folder, name, text)
    elif name == "examples.json":
        folder.examples = _json(folder, name, text)
    elif name == "process.bpmn":
        folder.process = text
    elif name.endswith(".dmn") and "/" not in name:
        folder.tables[name] = text
    elif name == "licence.md" or (name.startswith("documents/") and name.endswith(".md")):
        folder.templates[name] = text
    else:
        folder.problems.append(
            Problem(
                name,
                "",
                gettext_noop("A definition has no file of this name."),
                gettext_noop(
                    "Remove it, or give it one of the names of the format: service.toml, form.json, process.bpmn, "
                    "*.dmn, licence.md, documents/*.md, examples.json, or a PNG, JPEG or PDF sample."
                ),
            )
        )


def _toml(folder: Folder, name: str, text: str) -> dict[str, Any]:
    try:
        return dict(_flat_enough(plain(tomllib.loads(text))))
    except tomllib.TOMLDecodeError as error:
        place, sentence = parsing.toml(str(error))
        folder.problems.append(
            Problem(
                name,
                place,
                gettext_noop("This is not valid TOML: %(error)s."),
                gettext_noop("Correct the line; texts are written between double quotes."),
                details={"error": sentence},
            )
        )
    except (RecursionError, ValueError):
        folder.problems.append(_beyond_reading(name))
    return {}


def _json(folder: Folder, name: str, text: str) -> Any:
    try:
        return _flat_enough(json.loads(text))
    except json.JSONDecodeError as error:
        folder.problems.append(
            Problem(
                name,
                f"line {error.lineno}, column {error.colno}",
                gettext_noop("This is not valid JSON: %(error)s."),
                gettext_noop("Correct it there; often a comma is missing or left over."),
                details={"error": parsing.json(error.msg)},
            )
        )
    except (RecursionError, ValueError):
        folder.problems.append(_beyond_reading(name))
    return None


def _flat_enough(value: Any) -> Any:
    """Return the value. Raises RecursionError where it is nested more deeply than anybody writes."""
    level = [value]
    for _depth in range(MAX_NESTING):
        level = [part for one in level if isinstance(one, dict | list) for part in _parts(one)]
        if not level:
            return value
    raise RecursionError


def _parts(one: dict[str, Any] | list[Any]) -> list[Any]:
    return list(one.values()) if isinstance(one, dict) else one


def _beyond_reading(name: str) -> Problem:
    return Problem(
        name,
        "",
        gettext_noop("The file is nested too deeply, or contains a number that is too long."),
        gettext_noop("Write it more simply."),
    )


def plain(value: Any) -> Any:
    """Turn dates into ISO text, all the way down, so that the definition can be kept as JSON."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value

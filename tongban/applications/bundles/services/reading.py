"""Read the folder of a bundle's definition from disk."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.catalogue.services.reading import plain

GUIDE, FORM, TABLE, EXAMPLES = "bundle.toml", "form.json", "which.dmn", "examples.json"
MAX_BYTES = 1024 * 1024


@dataclass
class BundleFolder:
    """A definition as read, and what could not be read.

    guide     bundle.toml
    form      the questionnaire, form.json
    table     which.dmn: one decision for each item
    """

    name: str
    guide: dict[str, Any] = field(default_factory=dict)
    form: Any = None
    table: str = ""
    examples: Any = None
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""

    def content(self) -> dict[str, Any]:
        """Return the parsed texts as they are kept."""
        return {name: getattr(self, name) for name in ("guide", "form", "table", "examples")}

    @classmethod
    def kept(cls, name: str, content: Mapping[str, Any]) -> "BundleFolder":
        """Return what was kept of a folder, to be looked through again."""
        return cls(name, **content)


def read(path: Path) -> BundleFolder:
    """Read the four files of the folder; what is missing or broken is noted, not raised."""
    folder, digest = BundleFolder(path.name), hashlib.sha256()
    for name in (GUIDE, FORM, TABLE, EXAMPLES):
        file = path / name
        if not file.is_file() or file.stat().st_size > MAX_BYTES:
            missing = gettext_noop("The file is missing, or larger than 1 MB.")
            folder.problems.append(Problem(name, "", missing, gettext_noop("Add the file.")))
            continue
        content = file.read_bytes()
        digest.update(f"{name}{len(content)}:".encode() + content)
        _take(folder, name, content)
    folder.digest = digest.hexdigest()
    return folder


def _take(folder: BundleFolder, name: str, content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
        if name == GUIDE:
            folder.guide = dict(plain(tomllib.loads(text)))
        elif name == FORM:
            folder.form = json.loads(text)
        elif name == EXAMPLES:
            folder.examples = json.loads(text)
        else:
            folder.table = text
    except (ValueError, RecursionError) as error:
        folder.problems.append(
            Problem(
                name,
                "",
                gettext_noop("The file cannot be read: %(error)s."),
                gettext_noop("Correct it there."),
                details={"error": str(error)[:200]},
            )
        )

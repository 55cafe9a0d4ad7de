"""Do the ways beside the usual one fit the rest: granted at once, on a commitment, with materials later?"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, Severity, gettext_noop

FILE = "service.toml"
# What the table of an instant service has to say: "grant" or not, and why.
SAID = ("outcome", "reason")


def problems(guide: Mapping[str, Any], tables: Mapping[str, Collection[str]] | None) -> Iterator[Problem]:
    """Find ways that would end in nothing for whoever goes them.

    tables   file -> what its decisions say; None where some table cannot be read
    """
    yield from _at_once(guide.get("instant", {}).get("table", ""), tables)
    for way in ("commitment", "follow_up"):
        role = guide.get(way, {}).get("role", "")
        if role and role not in {row["key"] for row in guide["role"]}:
            yield _problem(
                f"{way}.role",
                gettext_noop("No [[role]] has the key “%(name)s”, so no office would check."),
                gettext_noop("Use the key of a [[role]]."),
                name=role,
            )
    later = [row["code"] for row in guide.get("material", []) if row.get("deferrable")]
    if later and "deferral" not in guide:
        yield _problem(
            f"material[{later[0]}].deferrable",
            gettext_noop("The material may be brought later, but nothing says by when."),
            gettext_noop("Add [deferral] with its days and source."),
            severity="warning",
        )
    if "deferral" in guide and not later:
        yield _problem(
            "deferral",
            gettext_noop("No material may be brought later."),
            gettext_noop("Write deferrable = true where one may, or remove [deferral]."),
            severity="warning",
        )


def _at_once(file: str, tables: Mapping[str, Collection[str]] | None) -> Iterator[Problem]:
    if not file or tables is None:
        return
    if file not in tables:
        yield _problem(
            "instant.table",
            gettext_noop("The file “%(file)s” is not in the folder."),
            gettext_noop("Add it, or correct the name."),
            file=file,
        )
        return
    for name in SAID:
        if name not in tables[file]:
            yield _problem(
                "instant.table",
                gettext_noop("The table “%(file)s” does not say “%(name)s”."),
                gettext_noop("It needs two outputs: outcome, which is “grant” for a yes, and reason."),
                file=file,
                name=name,
            )


def _problem(where: str, text: str, remedy: str, severity: Severity = "error", **details: Any) -> Problem:
    return Problem(FILE, where, text, remedy, severity=severity, details=details)

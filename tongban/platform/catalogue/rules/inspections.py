"""Does the list of an inspection fit the process and the form?"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "service.toml"


def problems(
    guide: Mapping[str, Any], *, tasks: Mapping[str, tuple[str, str]], fields: Collection[str]
) -> Iterator[Problem]:
    """Find what names a task or an answer that does not exist, and what stands twice."""
    seen: set[str] = set()
    for row in guide.get("inspection", []):
        where = f"inspection[{row['task']}]"
        if tasks and tasks.get(row["task"], ("", ""))[0] != "inspect":
            yield _problem(
                f"{where}.task",
                gettext_noop("process.bpmn has no task of the kind “inspect” with this id."),
                gettext_noop("Use the id of a task."),
            )
        codes = [point["code"] for point in row["point"]]
        for name in [row["task"], *codes]:
            if name in seen or codes.count(name) > 1:
                yield _problem(
                    where,
                    gettext_noop("“%(name)s” appears here twice."),
                    gettext_noop("Rename or remove one."),
                    name=name,
                )
        seen.add(row["task"])
        for key in ("address", "contact", "phone"):
            if fields and key in row and row[key] not in fields:
                yield _problem(
                    f"{where}.{key}",
                    gettext_noop("“%(name)s” does not exist in %(source)s."),
                    gettext_noop("Correct the name."),
                    name=row[key],
                    source="form.json",
                )


def _problem(where: str, text: str, remedy: str, **details: Any) -> Problem:
    return Problem(FILE, where, text, remedy, details=details)

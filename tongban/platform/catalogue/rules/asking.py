"""Do the tables by which fees are computed and departments are asked fit the rest of the definition?"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "service.toml"
FEE = ("fee", "quantity", "waived")
Named = Mapping[str, Mapping[str, Collection[str]]]


def problems(
    guide: Mapping[str, Any],
    tables: Mapping[str, Collection[str]] | None,
    named: Named,
    tasks: Mapping[str, tuple[str, str]],
) -> Iterator[Problem]:
    """Find tables that are not there, that say too little, or that name what the definition does not have.

    tables   file -> what its decisions say; None where some table cannot be read
    named    file -> output -> constant texts of its rules
    tasks    those of the process
    """
    if file := guide["fee"].get("table", ""):
        keys = {item["key"] for item in guide["fee"].get("item", []) if "key" in item}
        yield from _table("fee.table", file, FEE, tables)
        yield from _names("fee.table", file, named.get(file, {}).get("fee", ()), keys, "[[fee.item]]")
    yield from _payment(guide)
    if asked := guide.get("consultation"):
        roles = {row["key"] for row in guide["role"]}
        yield from _table("consultation.table", asked["table"], ("role",), tables)
        said = named.get(asked["table"], {}).get("role", ())
        yield from _names("consultation.table", asked["table"], said, roles, "[[role]]")
        if tasks and asked["task"] not in tasks:
            yield _problem(
                "consultation.task",
                gettext_noop("process.bpmn has no task “%(name)s”."),
                gettext_noop("Use the id of a task."),
                name=asked["task"],
            )


def _payment(guide: Mapping[str, Any]) -> Iterator[Problem]:
    """Find a way to pay that does not fit the service."""
    rule = guide["fee"].get("payment")
    if not rule:
        return
    if not guide["fee"]["charged"]:
        yield _problem(
            "fee.payment",
            gettext_noop("No fee is charged, so there is nothing to pay."),
            gettext_noop("Remove [fee.payment], or set charged = true."),
        )
    if rule["due"] == "decision" and guide["handling"] == "instant":
        yield _problem(
            "fee.payment.due",
            gettext_noop("A service decided on the spot cannot wait for a payment before the decision."),
            gettext_noop("Charge it before the result, or handle it as a promise."),
        )
    if rule["due"] == "result" and guide["result"]["kind"] != "licence":
        yield _problem(
            "fee.payment.due",
            gettext_noop("The letter that grants is itself the result, so nothing can wait for a payment after it."),
            gettext_noop("Charge it before the decision."),
        )
    if rule["due"] == "result" and rule["overdue"] == "withdraw":
        yield _problem(
            "fee.payment.overdue",
            gettext_noop("What was granted cannot count as withdrawn."),
            gettext_noop("Remind of the fee instead."),
        )


def _table(
    where: str, file: str, needed: Collection[str], tables: Mapping[str, Collection[str]] | None
) -> Iterator[Problem]:
    if tables is None:
        return
    if file not in tables:
        yield _problem(
            where,
            gettext_noop("The file “%(file)s” is not in the folder."),
            gettext_noop("Add it, or correct the name."),
            file=file,
        )
        return
    for name in needed:
        if name not in tables[file]:
            yield _problem(
                where,
                gettext_noop("The table “%(file)s” does not say “%(name)s”."),
                gettext_noop("Add an output of this name."),
                file=file,
                name=name,
            )


def _names(where: str, file: str, said: Collection[str], known: Collection[str], part: str) -> Iterator[Problem]:
    for name in sorted(set(said) - set(known)):
        yield _problem(
            where,
            gettext_noop("The table “%(file)s” names “%(name)s”, but no %(part)s has this key."),
            gettext_noop("Correct the name, or add it."),
            file=file,
            name=name,
            part=part,
        )


def _problem(where: str, text: str, remedy: str, **details: Any) -> Problem:
    return Problem(FILE, where, text, remedy, details=details)

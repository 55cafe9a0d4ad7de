"""Does a service that acts on a licence fit what it does to it?"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "service.toml"
# What leaves a new licence with the number of the one before.
RENEWING = frozenset({"change", "extend", "replace"})


def keeps_number(guide: Mapping[str, Any]) -> bool:
    """Say whether what is issued keeps the number of the licence that the service acts on."""
    return guide.get("acts_on", {}).get("how") in RENEWING


def keeps_end(guide: Mapping[str, Any]) -> bool:
    """Say whether what is issued ends on the day on which the licence ends that the service acts on."""
    return guide.get("acts_on", {}).get("how") in RENEWING - {"extend"}


def problems(guide: Mapping[str, Any], *, fields: Collection[str]) -> Iterator[Problem]:
    rule, result = guide.get("acts_on"), guide["result"]
    if not rule:
        return
    renews = rule["how"] in RENEWING
    if (result["kind"] == "licence") != renews:
        yield _error(
            "result.kind",
            gettext_noop("Whoever changes, extends or replaces a licence gets a new one; whoever cancels it a letter."),
            gettext_noop("Change “how” in [acts_on], or the kind of the result."),
        )
    if renews and result.get("licence_kind") != rule["kind"]:
        yield _error(
            "result.licence_kind",
            gettext_noop("The new licence is of another kind than the one it takes the place of."),
            gettext_noop("Give both the same kind."),
        )
    if rule["how"] != "extend" and rule.keys() & {"until_days", "from_days", "starts"}:
        yield _error(
            "acts_on",
            gettext_noop("Only a renewal has days within which it is asked for."),
            gettext_noop("Remove until_days, from_days and starts."),
        )
    for name in rule.get("face", ()) if fields else ():
        if name not in fields:
            yield Problem(
                FILE,
                "acts_on.face",
                gettext_noop("“%(name)s” does not exist in %(source)s."),
                gettext_noop("Correct the name."),
                details={"name": name, "source": "form.json"},
            )


def _error(where: str, text: str, remedy: str) -> Problem:
    return Problem(FILE, where, text, remedy)

"""Does what makes two applications the same name answers of the form, and does what refuses the second ever end?"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "service.toml"


def problems(guide: Mapping[str, Any], *, fields: Collection[str]) -> Iterator[Problem]:
    """Find names that the form does not ask for, and a refusal that would last for ever.

    A licence ends in the register, and with it what it stands against. What a decision granted, such as an allowance,
    ends elsewhere: who lost it may apply again, so that it is confirmed and not refused.
    """
    rule, result = guide.get("again", {}), guide.get("result", {})
    if rule.get("granted") == "refuse" and result.get("kind", "licence") != "licence":
        yield Problem(
            FILE,
            "again.granted",
            gettext_noop("Nobody could ever apply again: the system does not learn when what was granted ends."),
            gettext_noop("Write “warn”: the applicant confirms, and whoever decides reads it."),
        )
    for name in rule.get("same", ()) if fields else ():
        if name not in fields:
            yield Problem(
                FILE,
                "again.same",
                gettext_noop("“%(name)s” does not exist in %(source)s."),
                gettext_noop("Correct the name."),
                details={"name": name, "source": "form.json"},
            )

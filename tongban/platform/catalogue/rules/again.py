"""Does what makes two applications the same name answers of the form?"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "service.toml"


def problems(guide: Mapping[str, Any], *, fields: Collection[str]) -> Iterator[Problem]:
    """Find names that the form does not ask for."""
    for name in guide.get("again", {}).get("same", ()) if fields else ():
        if name not in fields:
            yield Problem(
                FILE,
                "again.same",
                gettext_noop("“%(name)s” does not exist in %(source)s."),
                gettext_noop("Correct the name."),
                details={"name": name, "source": "form.json"},
            )

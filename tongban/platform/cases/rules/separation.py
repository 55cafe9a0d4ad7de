"""Who may not check what they did themselves, and who has to keep out of a matter altogether.

Each kind of task with what whoever does it must not have done in the same case; a definition says more by
`tongban:not` at its tasks.
"""

from collections.abc import Collection
from typing import Literal

Why = Literal["filed", "accepted", "opinion_given"]
# Kind of task -> what its doer must not have done, the nearest reason first.
APART: dict[str, tuple[Why, ...]] = {
    "accept": ("filed",),
    "review": ("filed",),
    "inspect": ("filed",),
    "approve": ("filed", "opinion_given", "accepted"),
}
# What one person may do all the same, where the definition lets one do everything.
ONE_FOR_ALL: frozenset[Why] = frozenset({"filed", "accepted"})


def why_apart(kind: str, did: Collection[str], *, one_for_all: bool) -> Why | None:
    """Return what keeps somebody from a task of this kind; None where nothing does.

    did           what they did in this case: "filed" for the applicant, and the kinds of their actions
    one_for_all   the definition lets one official file, accept and decide
    """
    apart = (why for why in APART.get(kind, ("filed",)) if not (one_for_all and why in ONE_FOR_ALL))
    return next((why for why in apart if why in did), None)

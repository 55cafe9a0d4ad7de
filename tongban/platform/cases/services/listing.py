"""The cases that somebody reaches, newest first, in pages whose cost does not grow with the number of cases."""

from collections.abc import Mapping

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui.paging import Page, by_key
from tongban.platform.cases.models import Case, Participation


def listed(*, actor: Actor, params: Mapping[str, str], text: str = "", state: str = "") -> Page[Case]:
    """Return the page of cases that `params` (request.GET) asks for.

    text    the beginning of a number, or of an applicant's name
    The departments that take part in a case are read one by one, each from its own index: what all of them hold
    together is what `Case.objects.visible_to` says. A search begins at what was typed instead.
    """
    parts = None if text else Participation.objects.parts_for(actor)
    if parts is not None:
        parts = [part.in_state(state) if state else part for part in parts]
        lines = [part.with_lines() for part in parts]
        found = by_key(lines, params, order=("-submitted_at", "-case_id"), key="case_id")
        return Page([line.case for line in found.rows], found.next, found.previous)
    cases = Case.objects.visible_to(actor).submitted_by_people().with_line()
    if text:
        cases = cases.found_by(text)
    if state:
        cases = cases.in_state(state)
    page: Page[Case] = by_key(cases, params, order=("-submitted_at", "-id"), filled=("submitted_at",))
    return page

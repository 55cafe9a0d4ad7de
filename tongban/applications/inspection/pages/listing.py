"""Lists of the desk: what is open, and what has ended."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import pgettext

from tongban.applications.inspection.pages.presenting import ListRow
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui.views import Request, render_page


def show(
    request: Request,
    parts: Sequence[Any],
    line: Callable[[Any], ListRow],
    *,
    title: StrOrPromise,
    lead: StrOrPromise,
    columns: Sequence[StrOrPromise],
    empty: StrOrPromise,
    order: Sequence[str] = ("-pk",),
    not_null: Sequence[str] = (),
    tabs: Sequence[tuple[str, StrOrPromise, bool]] = (),
    actions: Sequence[tuple[str, StrOrPromise]] = (),
    templates: str = "inspection/list.html",
    **more: Any,
) -> HttpResponse:
    """Answer with a page of a list. tabs: (query, word, chosen); actions: (address, word), the first one foremost."""
    pages = keyset_page(parts, request.GET, order=order, not_null=not_null)
    return render_page(
        request,
        templates,
        pages=pages,
        rows=[line(row) for row in pages],
        title=title,
        lead=lead,
        columns=columns,
        empty=empty,
        tabs=tabs,
        actions=actions,
        **more,
    )


def open_and_ended(request: Request, ended: StrOrPromise = "") -> tuple[bool, list[tuple[str, StrOrPromise, bool]]]:
    """Return whether the second tab was chosen, and both tabs."""
    chosen = request.GET.get("ended") == "1"
    second = ended or pgettext("inspection", "Ended")
    return chosen, [("", pgettext("inspection", "Open"), not chosen), ("1", second, chosen)]

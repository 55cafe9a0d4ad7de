"""At the window, for somebody who stands there: the hall's own pages, under the eyes of a clerk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import applying, following, supplementing, telling
from tongban.platform.cases.pages.owning import case_of, where_left
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party


def there(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a clerk use the view for the visitor whom they serve; without a visitor there is nothing to see."""

    @requires("cases.file")
    @wraps(view)
    def served(request: Request, *args: Any, **words: Any) -> HttpResponse:
        visitor = parties.visitor(request.session)
        if visitor is not None:
            request.actor = parties.serving(request.actor, visitor)
        elif "uid" not in words:
            messages.info(request, _("Find or register first whom you apply for."))
            return redirect("counter:parties:find")
        return view(request, *args, **words)

    return served


@there
def start(request: Request) -> HttpResponse:
    """Show what can be applied for, and what this clerk began or handed in for the visitor."""
    visitor = Party.objects.get(pk=request.actor.represents or 0)
    pages = cases.own(actor=request.actor, params=request.GET)
    return render_page(
        request,
        "cases/window.html",
        visitor=visitor,
        offered=cases.offered_to(visitor),
        drafts=cases.drafts(actor=request.actor),
        rows=telling.lines(pages.rows, "/counter/cases/"),
        pages=pages,
    )


@there
def follow(request: Request, uid: str) -> HttpResponse:
    """Lead to the questions of a draft, and to the case as the office sees it after that."""
    case = case_of(request, uid)
    if case.state == Case.State.DRAFT:
        return where_left(request, case)
    return redirect("counter:cases:case", uid=uid)


routes = [
    path("", start, name="start"),
    path("", start, name="mine"),  # so is called, in the hall, the list that these pages lead back to
    path("begin/<slug:code>/", there(applying.begin), name="begin"),
    path("<slug:uid>/", follow, name="follow"),
    path("<slug:uid>/fill/<slug:step>/", there(applying.fill), name="fill"),
    path("<slug:uid>/confirm/<slug:step>/", there(applying.confirm), name="confirm"),
    path("<slug:uid>/materials/", there(applying.materials), name="materials"),
    path("<slug:uid>/review/", there(applying.review), name="review"),
    path("<slug:uid>/submitted/", there(applying.submitted), name="submitted"),
    path("<slug:uid>/receipt.pdf", there(applying.receipt), name="receipt"),
    path("<slug:uid>/supplement/", there(supplementing.supplement), name="supplement"),
    path("<slug:uid>/withdraw/", there(following.withdraw), name="withdraw"),
    path("<slug:uid>/discard/", there(applying.discard), name="discard"),
    path("<slug:uid>/move-on/", there(applying.move_on), name="move_on"),
    path("<slug:uid>/files/<uuid:document>/", there(following.file), name="file"),
]

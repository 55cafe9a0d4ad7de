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
from tongban.platform.cases.pages import annulment, applying, deferred, following, hearing, presenting, supplementing
from tongban.platform.cases.pages.applicant import case_of, where_left
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party


def at_window(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a clerk use the view for the visitor whom they serve; without a visitor there is nothing to see."""

    @requires("cases.file")
    @wraps(view)
    def served(request: Request, *args: Any, **words: Any) -> HttpResponse:
        visitor = parties.visitor(request.session)
        if visitor is not None:
            request.actor = parties.serving(request.actor, visitor)
        elif "uid" not in words:
            messages.info(request, _("First find or register the party you are applying for."))
            return redirect("counter:parties:find")
        return view(request, *args, **words)

    return served


@at_window
def start(request: Request) -> HttpResponse:
    """Show what can be applied for, and what this clerk began or handed in for the visitor."""
    visitor = Party.objects.get(pk=request.actor.represents or 0)
    pages = cases.submitted_by_me(actor=request.actor, params=request.GET)
    return render_page(
        request,
        "cases/window.html",
        visitor=visitor,
        offered=cases.offered_to(visitor),
        drafts=cases.drafts(actor=request.actor),
        rows=presenting.list_items(pages.rows, "counter:cases:case"),
        pages=pages,
    )


@at_window
def follow(request: Request, uid: str) -> HttpResponse:
    """Lead to the questions of a draft, and to the case as the office sees it after that."""
    case = case_of(request, uid)
    if case.state == Case.State.DRAFT:
        return where_left(request, case)
    return redirect("counter:cases:case", uid=uid)


routes = [
    path("", start, name="start"),
    path("", start, name="mine"),  # so is called, in the hall, the list that these pages lead back to
    path("begin/<slug:code>/", at_window(applying.begin), name="begin"),
    path("<slug:uid>/", follow, name="follow"),
    path("<slug:uid>/fill/<slug:step>/", at_window(applying.fill), name="fill"),
    path("<slug:uid>/confirm/<slug:step>/", at_window(applying.confirm), name="confirm"),
    path("<slug:uid>/materials/", at_window(applying.materials), name="materials"),
    path("<slug:uid>/review/", at_window(applying.review), name="review"),
    path("<slug:uid>/submitted/", at_window(applying.submitted), name="submitted"),
    path("<slug:uid>/receipt.pdf", at_window(applying.receipt), name="receipt"),
    path("<slug:uid>/supplement/", at_window(supplementing.supplement), name="supplement"),
    path("<slug:uid>/deferred/", at_window(deferred.bring), name="deferred"),
    path("<slug:uid>/hearing/", at_window(hearing.answer), name="hearing"),
    path("<slug:uid>/annulment/", at_window(annulment.answer), name="annulment"),
    path("<slug:uid>/withdraw/", at_window(following.withdraw), name="withdraw"),
    path("<slug:uid>/discard/", at_window(applying.discard), name="discard"),
    path("<slug:uid>/move-on/", at_window(applying.upgrade_version), name="upgrade_version"),
    path("<slug:uid>/files/<uuid:document>/", at_window(following.paper), name="paper"),
]

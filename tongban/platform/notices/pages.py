"""The inbox, the same in every portal: notices, unread first; reading one; e-mail and text messages on or off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.menus import portal_of
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.notices import services as notices
from tongban.platform.notices.models import Notice


class PreferenceForm(forms.Form):
    mail = forms.BooleanField(
        label=_("Send me my notices by e-mail as well"),
        help_text=_("All notices are delivered to your inbox in any case, including those with legal effect."),
        required=False,
    )
    text_message = forms.BooleanField(
        label=_("Send me the titles of my notices as text messages as well"), required=False
    )


@signed_in
def inbox(request: Request) -> HttpResponse:
    pages = keyset_page(
        Notice.objects.parts_for(request.actor),
        request.GET,
        order=("read", "-created_at", "-pk"),
        stepwise=True,
    )
    return render_page(
        request, "notices/inbox.html", pages=pages, unread=notices.unread(request.actor), **_links(request)
    )


@signed_in
def read(request: Request, uid: UUID) -> HttpResponse:
    notice = notices.read(actor=request.actor, uid=uid)
    return render_page(request, "notices/notice.html", notice=notice, **_links(request))


@signed_in
@require_POST
def read_all(request: Request) -> HttpResponse:
    notices.read_all(actor=request.actor)
    messages.success(request, _("Every notice is marked as read."))
    return _to(request, "inbox")


@signed_in
def preferences(request: Request) -> HttpResponse:
    party, account = notices.owner_of(request.actor)
    chosen = notices.wanted_by(party=party, account=account)
    email, phone = notices.addresses(request.actor)
    offered = transport.texts_can_be_sent() and bool(phone)
    form = PreferenceForm(
        request.POST if request.method == "POST" else None,
        initial={"mail": chosen.mail, "text_message": chosen.text_message},
    )
    if not offered:
        del form.fields["text_message"]
    if form.is_valid():
        with refusals_on(form):
            notices.choose(actor=request.actor, **{"text_message": chosen.text_message, **form.cleaned_data})
    if form.is_valid():
        messages.success(request, _("Your choice has been saved."))
        return _to(request, "inbox")
    return render_page(
        request,
        "notices/preferences.html",
        form=form,
        address=email,
        phone=phone,
        texts=transport.texts_can_be_sent(),
        person=request.actor.kind == "person" and not request.actor.acting_for,
        outbox=transport.text_outbox() if offered else "",
        **_links(request),
    )


def _to(request: Request, name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"{portal_of(request.path_info)}:notices:{name}"))


def _links(request: Request) -> dict[str, Any]:
    """Name the inbox's own pages, for they stand in several portals."""
    portal = portal_of(request.path_info)
    return {f"{name}_url": f"{portal}:notices:{name}" for name in ("inbox", "read", "read_all", "preferences")}


hall = desk = counter = crew = [
    path("", inbox, name="inbox"),
    path("read/", read_all, name="read_all"),
    path("preferences/", preferences, name="preferences"),
    path("<uuid:uid>/", read, name="read"),
]

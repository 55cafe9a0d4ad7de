"""Choose where something is posted: by whom it is for, or by whoever posts it and was told."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Destination, PostalAddress
from tongban.platform.delivery.pages import presenting
from tongban.platform.delivery.pages.forms import DestinationForm, first
from tongban.platform.identity import services as identity


def choose(
    request: Request, destination: Destination, *, template: str, back: str, done: str, **shown: Any
) -> HttpResponse:
    """Take a line of the address book, or an address that was written; show what there is to choose from."""
    book = list(PostalAddress.objects.visible_to(request.actor).of_party(destination.party_id))
    own = request.actor.represents_fully == destination.party_id
    if request.method == "POST" and "address" in request.POST:
        rows = PostalAddress.objects.visible_to(request.actor).of_party(destination.party_id)
        address = next((one for one in rows if str(one.uid) == request.POST["address"]), None)
        address = identity.must_find(address, request.actor, "address", request.POST["address"])
        with refusals() as refused:
            delivery.choose(actor=request.actor, destination=destination, address=address)
            messages.success(request, done)
            return redirect(back)
        messages.warning(request, refused.sentence)
        return redirect(request.path)
    form = DestinationForm(request.POST or None, may_keep=own, initial=first(destination) if not book else {})
    if form.is_valid():
        keep = bool(form.cleaned_data.get("keep"))
        with refusals_on(form):
            delivery.choose(actor=request.actor, destination=destination, line=form.line, keep=keep)
        if form.is_valid():
            messages.success(request, done)
            return redirect(back)
    return render_page(
        request,
        template,
        destination=destination,
        place=presenting.place_of(destination),
        book=presenting.address_rows(book),
        form=form,
        back=back,
        status=422 if form.errors else 200,
        **shown,
    )

"""For whoever receives and posts: their parcels, where each is, and their address book."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Destination, Parcel, PostalAddress
from tongban.platform.delivery.pages import choosing, presenting
from tongban.platform.delivery.pages.forms import AddressForm
from tongban.platform.identity import services as identity


@signed_in
def mine(request: Request) -> HttpResponse:
    """Show the parcels and the address book of the party one stands for."""
    found = Parcel.objects.visible_to(request.actor).of_party(request.actor.represents).with_names()
    pages = keyset_page(found, request.GET, order=("-requested_at", "-pk"))
    book = list(PostalAddress.objects.visible_to(request.actor).of_party(request.actor.represents))
    return render_page(
        request,
        "delivery/mine.html",
        pages=pages,
        rows=[(parcel, presenting.light(parcel)) for parcel in pages.rows],
        book=presenting.address_rows(book),
        may_keep=request.actor.kind == "person" and bool(request.actor.represents_fully),
    )


@signed_in
def parcel(request: Request, uid: UUID) -> HttpResponse:
    """Show one parcel: what it is, and where."""
    own = Parcel.objects.visible_to(request.actor).of_party(request.actor.represents).with_names()
    found = identity.must_find(own.filter(uid=uid).first(), request.actor, "parcel", uid)
    placed = Destination.objects.about(found.subject) if found.state == Parcel.State.REQUESTED else None
    return render_page(
        request,
        "delivery/parcel.html",
        parcel=found,
        light=presenting.light(found),
        facts=presenting.facts_of(found),
        track=presenting.track_of(found),
        simulated=bool(found.carrier and delivery.depot_of(found.carrier)),
        destination=placed,
        place=presenting.place_of(placed),
    )


@signed_in
def destination(request: Request, uid: UUID) -> HttpResponse:
    """Choose where what is about a matter is to be posted."""
    found = identity.get_visible(Destination.objects, request.actor, "destination", uid=uid)
    return choosing.choose(
        request,
        found,
        template="delivery/destination.html",
        back=found.back or reverse("hall:delivery:mine"),
        done=_("The address is noted. You can change it until the courier has been ordered."),
    )


@signed_in
def add(request: Request) -> HttpResponse:
    """Add a line to the address book."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            delivery.add_address(actor=request.actor, line=form.line)
        if form.is_valid():
            messages.success(request, _("The address was added."))
            return redirect("hall:delivery:mine")
    return render_page(request, "delivery/address.html", form=form, status=422 if form.errors else 200)


@signed_in
def change(request: Request, uid: UUID) -> HttpResponse:
    """Change a line of the address book."""
    found = identity.get_visible(PostalAddress.objects, request.actor, "address", uid=uid)
    first = {name: getattr(found, name) for name in ("recipient", "phone", "area", "street")}
    form = AddressForm(request.POST or None, initial=first)
    if form.is_valid():
        with refusals_on(form):
            delivery.change_address(actor=request.actor, address=found, line=form.line)
        if form.is_valid():
            messages.success(request, _("The address was changed. Parcels on their way keep the one they had."))
            return redirect("hall:delivery:mine")
    return render_page(request, "delivery/address.html", form=form, address=found, status=422 if form.errors else 200)


@signed_in
@require_POST
def remove(request: Request, uid: UUID) -> HttpResponse:
    """Remove a line of the address book."""
    found = identity.get_visible(PostalAddress.objects, request.actor, "address", uid=uid)
    with refusals() as refused:
        delivery.remove_address(actor=request.actor, address=found)
        messages.success(request, _("The address was removed."))
    if refused:
        messages.warning(request, refused.sentence)
    return redirect("hall:delivery:mine")


routes = [
    path("", mine, name="mine"),
    path("addresses/add/", add, name="add"),
    path("addresses/<uuid:uid>/", change, name="change"),
    path("addresses/<uuid:uid>/remove/", remove, name="remove"),
    path("to/<uuid:uid>/", destination, name="destination"),
    path("<uuid:uid>/", parcel, name="parcel"),
]

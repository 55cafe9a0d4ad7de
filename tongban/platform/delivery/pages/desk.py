"""The desk: what is to be posted, labels, where parcels are, what was lost or came back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Destination, Parcel
from tongban.platform.delivery.pages import choosing, presenting
from tongban.platform.delivery.pages.forms import BookForm, LossForm, SearchForm, SlipForm
from tongban.platform.identity import services as identity

STATES = list(Parcel.State.choices)


@requires("delivery.post")
def parcels(request: Request) -> HttpResponse:
    """List the parcels that the duty reaches, in one state; or those with the number that is looked for."""
    search = SearchForm(request.GET or None)
    word = search.cleaned_data["q"] if search.is_valid() else ""
    known = dict(STATES)
    state = request.GET.get("state", "")
    state = state if state in known else Parcel.State.REQUESTED
    parts = Parcel.objects.parts_for(request.actor.holding("delivery.post"))
    if word:
        seen = [part.with_names().called(word) for part in parts]
    else:
        seen = [part.with_names().in_state(state) for part in parts]
    pages = keyset_page(seen, request.GET, order=("-requested_at", "-pk"))
    return render_page(
        request,
        "delivery/parcels.html",
        pages=pages,
        rows=[(parcel, presenting.light(parcel), presenting.carrier_of(parcel)) for parcel in pages.rows],
        state="" if word else state,
        states=STATES,
        search=search,
        word=word,
    )


@requires("delivery.post")
def parcel(request: Request, uid: UUID) -> HttpResponse:
    """Show one parcel with its track, and what can be done with it."""
    return _page(request, _parcel(request, uid))


@require_POST
@requires("delivery.post")
def book(request: Request, uid: UUID) -> HttpResponse:
    """Order a carrier."""
    found = _parcel(request, uid)
    form = BookForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            delivery.book(actor=request.actor, parcel=found, carrier=form.cleaned_data["carrier"])
        if form.is_valid():
            messages.success(request, _("The courier has been ordered. Print the label and put it on the parcel."))
            return redirect("desk:delivery:parcel", uid=uid)
    return _page(request, _parcel(request, uid), booking=form)


@require_POST
@requires("delivery.post")
def slip(request: Request, uid: UUID) -> HttpResponse:
    """Write down what was handed in at the carrier's own counter."""
    found = _parcel(request, uid)
    form = SlipForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            delivery.note_booking(actor=request.actor, parcel=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The waybill number was recorded."))
            return redirect("desk:delivery:parcel", uid=uid)
    return _page(request, found, slip=form)


@require_POST
@requires("delivery.post")
def cancel(request: Request, uid: UUID) -> HttpResponse:
    """Take the order to the carrier back."""
    with refusals() as refused:
        delivery.cancel_booking(actor=request.actor, parcel=_parcel(request, uid))
        messages.success(request, _("The order was taken back. The parcel is still to be posted."))
    if refused:
        messages.warning(request, refused.sentence)
    return redirect("desk:delivery:parcel", uid=uid)


@require_POST
@requires("delivery.post")
def look(request: Request, uid: UUID) -> HttpResponse:
    """Ask the carrier now."""
    delivery.ask(_parcel(request, uid))
    return redirect("desk:delivery:parcel", uid=uid)


@require_POST
@requires("delivery.post")
def lost(request: Request, uid: UUID) -> HttpResponse:
    """Write down that the carrier lost it."""
    found = _parcel(request, uid)
    form = LossForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            delivery.report_lost(actor=request.actor, parcel=found, reason=form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, _("Recorded as lost. The recipient is told."))
            return redirect("desk:delivery:parcel", uid=uid)
    return _page(request, found, losing=form)


@require_POST
@requires("delivery.post")
def file(request: Request, uid: UUID) -> HttpResponse:
    """Write down that posted papers lie with their matter."""
    with refusals() as refused:
        delivery.file_papers(actor=request.actor, parcel=_parcel(request, uid))
        messages.success(request, _("The papers are with the matter."))
    if refused:
        messages.warning(request, refused.sentence)
    return redirect("desk:delivery:parcel", uid=uid)


@require_POST
@requires("delivery.post")
def again(request: Request, uid: UUID) -> HttpResponse:
    """Post anew what was lost or came back."""
    with refusals() as refused:
        made = delivery.send_again(actor=request.actor, parcel=_parcel(request, uid))
        messages.success(request, _("A new parcel is to be posted. Check the address before you order the courier."))
        return redirect("desk:delivery:parcel", uid=made.uid)
    messages.warning(request, refused.sentence)
    return redirect("desk:delivery:parcel", uid=uid)


@requires("delivery.post")
def place(request: Request, uid: UUID) -> HttpResponse:
    """Write down where it is to be posted, as the recipient said by phone or at the window."""
    found = _parcel(request, uid)
    destination = delivery.expect(
        subject=found.subject, party=found.party, service=found.service, title=found.title, back=""
    )
    return choosing.choose(
        request,
        destination,
        template="delivery/office_destination.html",
        back=reverse("desk:delivery:parcel", args=[uid]),
        done=_("The address is noted."),
        parcel=found,
    )


@requires("delivery.post")
def label(request: Request, uid: UUID) -> HttpResponse:
    """Show the label of a booked parcel, to be printed."""
    found = _parcel(request, uid)
    found = identity.must_find(found if found.waybill and not found.inward else None, request.actor, "label", uid)
    return render_page(
        request,
        "delivery/label.html",
        parcel=found,
        label=presenting.label_of(found),
        carrier=presenting.carrier_of(found),
        simulated=bool(delivery.depot_of(found.carrier)),
    )


def _parcel(request: Request, uid: UUID) -> Parcel:
    """Return a parcel that the duty reaches; whoever receives it has a page of their own."""
    rows = Parcel.objects.visible_to(request.actor.holding("delivery.post")).with_names()
    found = rows.filter(uid=uid).first()
    found = identity.must_find(found, request.actor, "parcel", uid)
    # A clerk's own parcel is theirs to see, and not to post.
    if not request.actor.holds("delivery.post", department=found.department_id, area=found.area):
        raise identity.not_found(request.actor, "parcel", uid)
    return found


def _page(
    request: Request,
    found: Parcel,
    *,
    booking: BookForm | None = None,
    slip: SlipForm | None = None,
    losing: LossForm | None = None,
) -> HttpResponse:
    placed = Destination.objects.about(found.subject)
    chosen = found.carrier and found.state == Parcel.State.REQUESTED
    return render_page(
        request,
        "delivery/office_parcel.html",
        parcel=found,
        light=presenting.light(found),
        facts=presenting.facts_of(found),
        track=presenting.track_of(found),
        destination=placed,
        place=presenting.place_of(placed),
        carriers=delivery.in_use(),
        booking=booking or BookForm(),
        slip=slip or SlipForm(),
        losing=losing or LossForm(),
        asked=presenting.carrier_of(found) if chosen else "",
        depot=delivery.depot_of(found.carrier) if found.carrier else "",
        simulated=any(delivery.depot_of(one.key) for one in delivery.in_use()),
        follows=found.follows,
        status=422 if any(form and form.errors for form in (booking, slip, losing)) else 200,
    )


routes = [
    path("", parcels, name="parcels"),
    path("<uuid:uid>/", parcel, name="parcel"),
    path("<uuid:uid>/book/", book, name="book"),
    path("<uuid:uid>/slip/", slip, name="slip"),
    path("<uuid:uid>/cancel/", cancel, name="cancel"),
    path("<uuid:uid>/look/", look, name="look"),
    path("<uuid:uid>/lost/", lost, name="lost"),
    path("<uuid:uid>/file/", file, name="file"),
    path("<uuid:uid>/again/", again, name="again"),
    path("<uuid:uid>/place/", place, name="place"),
    path("<uuid:uid>/label/", label, name="label"),
]

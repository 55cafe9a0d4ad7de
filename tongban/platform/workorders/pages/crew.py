"""In the field, on a phone: my orders; accept, arrive, photograph, finish; verify what others finished."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder, WorkOrderPhoto, WorkOrderStep
from tongban.platform.workorders.pages import acting, presenting
from tongban.platform.workorders.pages.desk import send_photo
from tongban.platform.workorders.rules import moves
from tongban.platform.workorders.services import PhoneStamp

DUTIES = ("workorders.handle", "workorders.verify")
TABS = {
    "": pgettext_lazy("work orders", "Mine"),
    "accept": pgettext_lazy("work orders", "To accept"),
    "verify": pgettext_lazy("work orders", "To verify"),
}
# What a crew does on the phone.
OUTDOORS = ("accept", "arrive", "note", "finish", "return", "verify", "send_back")
VERBS: Mapping[str, Callable[..., WorkOrder]] = {
    **{move: acting.VERBS[move] for move in ("return", "verify", "send_back")},
    "accept": workorders.accept,
    "arrive": workorders.arrive,
    "note": workorders.note,
    "finish": workorders.finish,
}

# Steps that consist of words: what they are called, what is asked, what the button says.
SAID = {
    "verify": (
        presenting.BUTTONS["verify"],
        pgettext_lazy("work order", "Remark"),
        presenting.BUTTONS["verify"],
    ),
    "send_back": (
        presenting.BUTTONS["send_back"],
        gettext_lazy("What is to be done again?"),
        presenting.BUTTONS["send_back"],
    ),
    "note": (
        gettext_lazy("Write a note or add photographs"),
        pgettext_lazy("work order", "Note"),
        gettext_lazy("Save the note"),
    ),
    "return": (
        gettext_lazy("This order is not ours"),
        pgettext_lazy("work order", "Reason"),
        presenting.BUTTONS["return"],
    ),
}


class OutdoorStepForm(forms.Form):
    """A step taken on the phone. The phone fills in where it is; it can be typed, too."""

    move = forms.ChoiceField(choices=[(move, move) for move in OUTDOORS])
    version = forms.IntegerField(required=False)
    words = forms.CharField(required=False, max_length=acting.MAX_WORDS, widget=forms.Textarea)
    latitude = forms.FloatField(
        label=pgettext_lazy("work order", "Latitude"), required=False, min_value=-90, max_value=90
    )
    longitude = forms.FloatField(
        label=pgettext_lazy("work order", "Longitude"), required=False, min_value=-180, max_value=180
    )
    accuracy_m = forms.FloatField(label=gettext_lazy("Accuracy in metres"), required=False)
    at = forms.CharField(required=False, max_length=40)
    key = forms.CharField(required=False, max_length=60, cleaned=typed.identifier)
    offline = forms.BooleanField(required=False)

    def clean_at(self) -> datetime | None:
        """Read the moment that the phone says, in ISO 8601 with its zone."""
        if not self.cleaned_data["at"]:
            return None
        try:
            said = datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError as error:
            raise forms.ValidationError(_("This is no moment: %(said)s.") % {"said": self.data["at"]}) from error
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    @property
    def stamp(self) -> PhoneStamp:
        given: dict[str, Any] = self.cleaned_data
        names = ("at", "key", "latitude", "longitude", "accuracy_m", "offline")
        return PhoneStamp(**{name: given.get(name) for name in names})  # type: ignore[arg-type]


@requires(*DUTIES)
def mine(request: Request) -> HttpResponse:
    """List what lies with whoever asks: what they took on, what they may take on, what they may verify."""
    tab = request.GET.get("turn", "")
    tab = tab if tab in TABS else ""
    actor, rows = request.actor, WorkOrder.objects.with_names()
    if tab == "":
        parts = [rows.visible_to(actor).open().in_state(*moves.IN_HAND).handled_by(actor.account or 0)]
    elif tab == "accept":
        parts = [part.open().in_state(moves.DISPATCHED) for part in rows.of_side(actor, "workorders.handle")]
    else:
        parts = [part.open().in_state(moves.FINISHED) for part in rows.of_side(actor, "workorders.verify")]
    pages = keyset_page(parts, request.GET, order=("due_at", "pk"))
    return render_page(
        request,
        "workorders/crew/mine.html",
        pages=pages,
        rows=presenting.lines(pages.rows),
        tabs=[(key, word, key == tab) for key, word in TABS.items()],
    )


@requires(*DUTIES)
def order(request: Request, uid: UUID) -> HttpResponse:
    """Show an order with what can be done about it now."""
    return _page(request, _order(request, uid))


@require_POST
@requires(*DUTIES)
def step(request: Request, uid: UUID) -> HttpResponse:
    """Take a step that was sent with its photographs."""
    found = _order(request, uid)
    form = OutdoorStepForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    with refusals() as refused:
        _take(request, found, form)
    if refused.refusal:
        return _page(request, _order(request, uid), form=form, refused=refused, status=refused.refusal.status)
    move = form.cleaned_data["move"]
    messages.success(request, pgettext("work order", "Done: %(step)s.") % {"step": presenting.STEPS[move]})
    over = move in {"finish", "return", "verify", "send_back"}
    return redirect("crew:workorders:mine") if over else redirect("crew:workorders:order", uid=uid)


@requires(*DUTIES)
def photo(request: Request, uid: UUID, photo: UUID) -> HttpResponse:
    """Send a photograph of an order; small for lists."""
    return send_photo(request, _order(request, uid), photo)


def _take(request: Request, order: WorkOrder, form: OutdoorStepForm) -> None:
    given, stamp = form.cleaned_data, form.stamp
    for side in WorkOrderPhoto.Side.values:
        for number, file in enumerate(request.FILES.getlist(f"photos_{side}")):
            key = f"{stamp.key}:{side}:{number}" if stamp.key else ""
            own = PhoneStamp(stamp.at, stamp.offline, key, stamp.latitude, stamp.longitude, stamp.accuracy_m)
            workorders.add_photo(actor=request.actor, order=order, file=file, side=side, stamp=own)
    said: dict[str, Any] = {"stamp": stamp}
    if given["move"] != "note":
        said["version"] = None if stamp.offline else given["version"]
    if given["move"] not in {"accept", "arrive"}:
        said["words"] = given["words"]
    VERBS[given["move"]](actor=request.actor, order=order, **said)


def _page(request: Request, found: WorkOrder, *, status: int = 200, **more: Any) -> HttpResponse:
    can = [move for move in presenting.may_do(request.actor, found) if move in OUTDOORS]
    kind = workorders.kinds().get(found.kind)
    return render_page(
        request,
        "workorders/crew/order.html",
        status=status,
        order=found,
        line=presenting.lines([found])[0],
        about=presenting.subject_of(found),
        facts=presenting.facts(found),
        photos=presenting.photo_rows(WorkOrderPhoto.objects.of(found)),
        history=presenting.history(WorkOrderStep.objects.of(found)),
        can=can,
        said=[(move, *SAID[move]) for move in can if move in SAID],
        position=f"{found.latitude},{found.longitude}",
        kind=kind,
        sides=WorkOrderPhoto.Side.choices,
        **more,
    )


def _order(request: Request, uid: UUID) -> WorkOrder:
    return identity.get_visible(WorkOrder.objects.with_names(), request.actor, "workorder", uid=uid)


routes = [
    path("", mine, name="mine"),
    path("<uuid:uid>/", order, name="order"),
    path("<uuid:uid>/step/", step, name="step"),
    path("<uuid:uid>/photos/<uuid:photo>/", photo, name="photo"),
]

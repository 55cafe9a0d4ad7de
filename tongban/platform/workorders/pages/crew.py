"""In the field, on a phone: my orders; accept, arrive, photograph, finish; verify what others finished."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import HeldRefusal, refusals, refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import (
    OrderProposal,
    WorkOrder,
    WorkOrderConflict,
    WorkOrderPhoto,
    WorkOrderStep,
)
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
# What can follow a state on the phone before anybody else has a say: pages without a connection offer it.
AHEAD = {
    moves.DISPATCHED: (moves.ACCEPTED, moves.ARRIVED),
    moves.ACCEPTED: (moves.ARRIVED,),
    moves.REWORK: (moves.ARRIVED,),
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


class OutdoorStage(NamedTuple):
    """What can be done in a state: moves, and those that consist of words."""

    state: str
    can: list[str]
    said: list[tuple[Any, ...]]


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
    ticket = forms.CharField(required=False, max_length=200)

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
        conflicts=WorkOrderConflict.objects.sent_by(actor.account)[:20],
        app=_app(actor),
    )


@requires(*DUTIES)
def order(request: Request, uid: UUID) -> HttpResponse:
    """Show an order with what can be done about it now."""
    return _page(request, _order(request, uid))


@require_POST
@requires(*DUTIES)
def step(request: Request, uid: UUID) -> HttpResponse:
    """Take a step that was sent with its photographs: by a form, or by the script that kept it without a connection."""
    form = OutdoorStepForm(request.POST)
    by_script = "application/json" in request.headers.get("accept", "")
    found = _order_of_step(request, uid)
    if not form.is_valid():
        return _refused(request, found, form, Invalid(acting.sentences_of(form)), by_script)
    with refusals(403) as refused:
        _take(request, found, form)
    if refused.refusal and form.cleaned_data["offline"] and refused.refusal.status in {403, 409}:
        return JsonResponse({"outcome": "conflict", "sentence": _conflict(request, found, form, refused.refusal)})
    if refused.refusal:
        return _refused(request, found, form, refused.refusal, by_script)
    move = form.cleaned_data["move"]
    over = move in {"finish", "return", "verify", "send_back"}
    after = reverse("crew:workorders:mine") if over else reverse("crew:workorders:order", args=[uid])
    if not form.cleaned_data["offline"]:
        messages.success(request, pgettext("work order", "Done: %(step)s.") % {"step": presenting.STEPS[move]})
    return JsonResponse({"outcome": "taken", "next": after}) if by_script else redirect(after)


@requires("workorders.handle")
def ask(request: Request, uid: UUID) -> HttpResponse:
    """Ask the dispatcher for more time, or to hang an order up."""
    found = _order(request, uid)
    form = acting.ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            workorders.propose(actor=request.actor, order=found, **form.arguments)
        if form.is_valid():
            messages.success(request, _("Sent to the dispatcher. The time limit goes on until they grant it."))
            return redirect("crew:workorders:order", uid=uid)
    status = 422 if form.errors else 200
    return render_page(request, "workorders/crew/ask.html", order=found, form=form, status=status)


@requires(*DUTIES)
def ready(request: Request) -> HttpResponse:
    """Tell the script who is signed in, and with which token it sends what waited."""
    return JsonResponse({"account": _app(request.actor).account, "token": get_token(request)})


@public
def manifest(request: Request) -> HttpResponse:
    """Let a phone install these pages."""
    here = reverse("crew:workorders:mine")
    icon = {"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    said = {
        "name": str(pgettext("menu", "My orders")),
        "short_name": str(_("Work orders")),
        "start_url": here,
        "scope": here,
        "display": "standalone",
        "background_color": "#fffefb",
        "theme_color": "#14181c",
        "icons": [icon],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@public
def worker(request: Request) -> HttpResponse:
    """Send the script that keeps these pages for when there is no connection; it may do so for these pages only."""
    return HttpResponse(workorders.worker_script(), content_type="text/javascript; charset=utf-8")


@requires(*DUTIES)
def photo(request: Request, uid: UUID, photo: UUID) -> HttpResponse:
    """Send a photograph of an order; small for lists."""
    return send_photo(request, _order(request, uid), photo)


def _take(request: Request, order: WorkOrder, form: OutdoorStepForm) -> None:
    given, stamp = form.cleaned_data, form.stamp
    for side, number, file in _files(request):
        key = f"{stamp.key}:{side}:{number}" if stamp.key else ""
        own = replace(stamp, key=key)
        workorders.add_photo(actor=request.actor, order=order, file=file, side=side, stamp=own)
    said: dict[str, Any] = {"stamp": stamp}
    if given["move"] != "note":
        said["version"] = None if stamp.offline else given["version"]
    if given["move"] not in {"accept", "arrive"}:
        said["words"] = given["words"]
    VERBS[given["move"]](actor=request.actor, order=order, **said)


def _order_of_step(request: Request, uid: UUID) -> WorkOrder:
    """Return the order of a step; one too that was given to this account and has gone elsewhere since."""
    ticket = request.POST.get("ticket", "")
    if ticket == _ticket(request.actor, uid) and request.POST.get("offline"):
        return WorkOrder.objects.with_names().get(uid=uid)
    return _order(request, uid)


def _ticket(actor: Actor, uid: UUID) -> str:
    """Return what says that an account was shown an order."""
    return salted_hmac("workorders.ticket", f"{actor.account} {uid}", algorithm="sha256").hexdigest()


def _conflict(request: Request, order: WorkOrder, form: OutdoorStepForm, refusal: Refusal) -> str:
    """Keep what came too late, with its photographs; return the sentence about it."""
    given = form.cleaned_data
    conflict = workorders.keep_conflict(
        actor=request.actor,
        order=order,
        move=given["move"],
        refusal=refusal,
        words=given["words"],
        stamp=form.stamp,
        photos=[(side, file) for side, _number, file in _files(request)],
    )
    return conflict.reason


def _files(request: Request) -> Iterator[tuple[str, int, Any]]:
    for side in WorkOrderPhoto.Side.values:
        for number, file in enumerate(request.FILES.getlist(f"photos_{side}")):
            yield side, number, file


def _refused(
    request: Request, order: WorkOrder, form: OutdoorStepForm, refusal: Refusal, by_script: bool
) -> HttpResponse:
    held = HeldRefusal()
    held.refusal = refusal
    if by_script:
        said = [text for texts in held.errors.values() for text in texts] or [held.sentence]
        return JsonResponse({"outcome": "refused", "sentence": " ".join(map(str, said))}, status=refusal.status)
    wrong = {"": [text for texts in held.errors.values() for text in texts] or [held.sentence]}
    return _page(request, _order(request, order.uid), form=form, wrong=wrong, status=refusal.status)


def _page(request: Request, found: WorkOrder, *, status: int = 200, **more: Any) -> HttpResponse:
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
        stage=_stage(found.state, presenting.may_do(request.actor, found)),
        stages=[
            _stage(state, moves.possible(state, presenting.sides_of(request.actor, found), mine=True))
            for state in AHEAD.get(found.state, ())
        ],
        asks="note" in presenting.may_do(request.actor, found) and found.state != moves.HUNG_UP,
        proposals=OrderProposal.objects.of(found),
        position=f"{found.latitude},{found.longitude}",
        kind=workorders.kinds().get(found.kind),
        sides=WorkOrderPhoto.Side.choices,
        ticket=_ticket(request.actor, found.uid),
        app=_app(request.actor),
        **more,
    )


def _stage(state: str, can: list[str]) -> OutdoorStage:
    outdoors = [move for move in can if move in OUTDOORS]
    return OutdoorStage(state, outdoors, [(move, *SAID[move]) for move in outdoors if move in SAID])


def _app(actor: Actor) -> workorders.OutdoorApp:
    return workorders.outdoor_app(actor, "workorders/position.js", "workorders/orders.css")


def _order(request: Request, uid: UUID) -> WorkOrder:
    return identity.get_visible(WorkOrder.objects.with_names(), request.actor, "workorder", uid=uid)


routes = [
    path("", mine, name="mine"),
    path("ready/", ready, name="ready"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("worker.js", worker, name="worker"),
    path("<uuid:uid>/", order, name="order"),
    path("<uuid:uid>/step/", step, name="step"),
    path("<uuid:uid>/ask/", ask, name="ask"),
    path("<uuid:uid>/photos/<uuid:photo>/", photo, name="photo"),
]

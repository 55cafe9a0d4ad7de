"""The desk's view of electronic seals: how they look, how they stand, what they were used for."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.templatetags.ui import day
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.seals import drawing, rules
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal, SealChange, SealUse

VERMILION = (179, 45, 28)
MAX_CHANGES = 50


class NewSeal(forms.Form):
    """An application for a seal."""

    department = forms.ModelChoiceField(
        Department.objects.working().in_order(),
        label=pgettext_lazy("seal", "Department"),
        empty_label=pgettext_lazy("seal", "Choose"),
        to_field_name="key",
    )
    name = forms.CharField(
        label=_("Kind of seal"), max_length=20, help_text=_("As it appears below the centre, such as 电子证照专用章.")
    )
    valid_until = forms.DateField(
        label=pgettext_lazy("seal", "Valid until"), required=False, help_text=_("Empty: until further notice.")
    )
    reason = forms.CharField(label=pgettext_lazy("seal", "Reason"), max_length=200)


class ProposedStep(forms.Form):
    """The next step of a seal, as one person proposes it."""

    step = forms.ChoiceField(label=_("Kind of change"), choices=[], widget=forms.RadioSelect)
    reason = forms.CharField(label=pgettext_lazy("seal", "Reason"), max_length=200)
    since = forms.DateField(
        label=_("Key in wrong hands since"),
        required=False,
        help_text=_(
            "Only for a destruction because the key was stolen or copied. What it signed from this day on is no longer "
            "trusted; what it sealed before stays valid."
        ),
    )

    def __init__(self, seal: Seal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(step, SealChange.Step(step).label) for step in rules.possible(seal.state)]
        self.fields["step"].choices = steps  # type: ignore[attr-defined]
        if "destroy" not in dict(steps):
            del self.fields["since"]


class Settlement(forms.Form):
    """What the second person says to a change."""

    VERDICTS = {"confirm": _("Confirm the change"), "reject": _("Reject it")}

    verdict = forms.ChoiceField(
        label=pgettext_lazy("seal", "Decision"), choices=list(VERDICTS.items()), widget=forms.RadioSelect
    )
    remark = forms.CharField(label=_("Reason for rejecting"), max_length=200, required=False)


@requires("seals.manage", "seals.apply")
def listed(request: Request) -> HttpResponse:
    found = Seal.objects.visible_to(request.actor).in_order()
    may_make = request.actor.holds("seals.manage")
    waiting = SealChange.objects.open_of(Seal.objects.visible_to(request.actor)) if may_make else []
    return render_page(request, "seals/list.html", seals=found, waiting=waiting, may_make=may_make)


@requires("seals.manage")
def make(request: Request) -> HttpResponse:
    """Apply for a seal."""
    form = NewSeal(request.POST or None)
    if form.is_valid():
        with forms.refusals_on(form):
            change = seals.apply_for(actor=request.actor, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The application was recorded. A second person has to confirm it."))
            return redirect("desk:seals:one", change.seal.uid)
    return render_page(request, "seals/make.html", form=form, status=422 if form.errors else 200)


@requires("seals.manage", "seals.apply")
def one(request: Request, uid: str) -> HttpResponse:
    """Show a seal, its life and its uses; take in what somebody proposes."""
    seal = _seal(request, uid)
    form = ProposedStep(seal, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        with forms.refusals_on(form):
            seals.propose(
                actor=request.actor,
                seal=seal,
                step=said["step"],
                reason=said["reason"],
                since=_first_moment(said.get("since")),
            )
        if form.is_valid():
            messages.success(request, _("The change was recorded. A second person has to confirm it."))
            return redirect("desk:seals:one", uid)
    return _shown(request, seal, form=form)


@requires("seals.manage")
def settle(request: Request, uid: str) -> HttpResponse:
    """Take in what the second person says."""
    seal = _seal(request, uid)
    change = SealChange.objects.open_of([seal]).first()
    if change is None or request.method != "POST":
        return redirect("desk:seals:one", uid)
    form = Settlement(request.POST)
    if form.is_valid():
        with forms.refusals_on(form):
            if form.cleaned_data["verdict"] == "confirm":
                seals.confirm(actor=request.actor, change=change)
            else:
                seals.reject(actor=request.actor, change=change, remark=form.cleaned_data["remark"])
        if form.is_valid():
            messages.success(request, _("Your decision was recorded."))
            return redirect("desk:seals:one", uid)
    return _shown(request, seal, settlement=form)


def _shown(
    request: Request, seal: Seal, *, form: ProposedStep | None = None, settlement: Settlement | None = None
) -> HttpResponse:
    uses = keyset_page(SealUse.objects.of_seal(seal), request.GET, order=("-id",))
    known = subjects.describe(use.subject for use in uses.rows)
    looks_after = request.actor.holds("seals.manage")
    history = list(SealChange.objects.of_seal(seal)[:MAX_CHANGES]) if looks_after else []
    waiting = next((change for change in history if not change.outcome), None)
    wrong = any(one and one.errors for one in (form, settlement))
    return render_page(
        request,
        "seals/one.html",
        status=422 if wrong else 200,
        seal=seal,
        form=form or ProposedStep(seal),
        settlement=settlement or Settlement(),
        rows=[(use, known.get(use.subject, use.subject)) for use in uses.rows],
        pages=uses,
        waiting=waiting,
        own=bool(waiting and waiting.proposed_by == request.actor.account),
        history=[entry for change in history for entry in _entries(change)],
        may_change=bool(rules.possible(seal.state)) and looks_after and not waiting,
    )


def _entries(change: SealChange) -> list[dict[str, Any]]:
    """Return what happened to a change, the newest first, for `ui/timeline.html`."""
    step = {"step": change.get_step_display()}
    proposed: dict[str, Any] = {
        "title": gettext("%(step)s: proposed") % step,
        "at": change.proposed_at,
        "who": change.proposer,
    }
    said = [change.reason]
    if change.since:
        since = day(timezone.localtime(change.since))
        said.append(gettext("The key was in wrong hands since %(day)s.") % {"day": since})
    entries = [proposed | {"text": "\n".join(said)}]
    if change.outcome:
        title = gettext("%(step)s: confirmed") if change.outcome == "confirmed" else gettext("%(step)s: rejected")
        settled = {"at": change.settled_at, "who": change.settler, "text": change.remark}
        entries.insert(0, {"title": title % step} | settled)
    return entries


def _first_moment(found: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(found, time())) if found else None


@requires("seals.manage", "seals.apply")
def picture(request: Request, uid: str) -> HttpResponse:
    impression = bytes(_seal(request, uid).picture)
    if not impression:  # it is not made yet
        raise NotFound()
    response = HttpResponse(_coloured(impression), content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _seal(request: Request, uid: str) -> Seal:
    return identity.get_visible(Seal.objects.with_department(), request.actor, "seal", uid=uid)


@lru_cache(maxsize=100)
def _coloured(impression: bytes) -> bytes:
    return drawing.coloured(impression, VERMILION)


desk = [
    path("", listed, name="list"),
    path("make/", make, name="make"),
    path("<uuid:uid>/", one, name="one"),
    path("<uuid:uid>/settle/", settle, name="settle"),
    path("<uuid:uid>/picture.png", picture, name="picture"),
]

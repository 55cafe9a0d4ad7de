"""Teams at the desk, and being on duty on the phone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import CrewMember, CrewShift, CrewTeam
from tongban.platform.workorders.models.crews import MAX_PURPOSE
from tongban.platform.workorders.pages import acting, presenting
from tongban.platform.workorders.services import PhoneStamp, terms

DISPATCH, HANDLE = "workorders.dispatch", "workorders.handle"


class TeamForm(forms.Form):
    department = forms.ChoiceField(label=pgettext_lazy("work order", "Department"))
    name = forms.CharField(label=gettext_lazy("Name of the team"), max_length=80)
    purpose = forms.CharField(
        label=gettext_lazy("What are positions taken for while on duty?"),
        help_text=gettext_lazy("Its people read this. Leave it empty, and no positions are taken."),
        required=False,
        max_length=MAX_PURPOSE,
    )

    def __init__(self, *args: Any, departments: list[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [(one.key, one.title) for one in departments]  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    member = forms.ChoiceField(label=gettext_lazy("New member"))

    def __init__(self, *args: Any, able: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.able = {str(one.pk): one for one in able}
        self.fields["member"].choices = [(key, one.name) for key, one in self.able.items()]  # type: ignore[attr-defined]


class PositionsForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("What do you look at the positions for?"),
        help_text=gettext_lazy("It is recorded with your name."),
        max_length=200,
    )


class ShiftForm(forms.Form):
    team = forms.ChoiceField(label=pgettext_lazy("work order", "Team"))
    hours = forms.IntegerField(label=gettext_lazy("On duty for how many hours?"), min_value=1, max_value=16, initial=8)

    def __init__(self, *args: Any, teams: list[CrewTeam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(one.uid): one for one in teams}
        self.fields["team"].choices = [(key, one.name) for key, one in self.teams.items()]  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    latitude = acting.degrees(pgettext_lazy("work order", "Latitude"), 90)
    longitude = acting.degrees(pgettext_lazy("work order", "Longitude"), 180)
    accuracy_m = forms.FloatField(required=False)


@requires(DISPATCH)
def teams(request: Request) -> HttpResponse:
    """List the teams, and form another."""
    working = Department.objects.of_the_house().working().in_order()
    reached = [one for one in working if request.actor.holds(DISPATCH, department=one.pk)]
    form = TeamForm(request.POST or None, departments=reached)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "department": Department.objects.get(key=form.cleaned_data["department"])}
        with refusals_on(form):
            team = workorders.form_team(actor=request.actor, **said)
        if form.is_valid():
            messages.success(request, _("The team was formed. Add its people."))
            return redirect("desk:workorders:team", uid=team.uid)
    seen = CrewTeam.objects.visible_to(request.actor).working().select_related("department")
    pages = keyset_page(seen, request.GET, order=("pk",))
    return render_page(
        request,
        "workorders/teams.html",
        pages=pages,
        form=form,
        status=422 if form.errors else 200,
        **presenting.links(request.actor),
    )


@requires(DISPATCH)
def team(request: Request, uid: UUID) -> HttpResponse:
    """Show a team; add people, take them out, let it end."""
    found = _team(request, uid)
    form = MemberForm(request.POST or None, able=identity.able(HANDLE, found.department, found.area))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            workorders.join(actor=request.actor, team=found, member=form.able[form.cleaned_data["member"]])
        if form.is_valid():
            return redirect("desk:workorders:team", uid=uid)
    return render_page(
        request,
        "workorders/team.html",
        team=found,
        members=CrewMember.objects.of(found),
        form=form,
        kept_days=terms().positions_kept_days,
        status=422 if form.errors else 200,
    )


@require_POST
@requires(DISPATCH)
def leave(request: Request, uid: UUID, member: int) -> HttpResponse:
    found = _team(request, uid)
    gone = identity.must_find(CrewMember.objects.of(found).filter(pk=member).first(), request.actor, "member", member)
    workorders.leave(actor=request.actor, team=found, member=gone.account)
    return redirect("desk:workorders:team", uid=uid)


@require_POST
@requires(DISPATCH)
def end(request: Request, uid: UUID) -> HttpResponse:
    workorders.end_team(actor=request.actor, team=_team(request, uid))
    messages.success(request, _("The team was dissolved."))
    return redirect("desk:workorders:teams")


@requires(DISPATCH)
def positions(request: Request) -> HttpResponse:
    """Ask what for, then show where the crews on duty are; the look is recorded."""
    form = PositionsForm(request.POST or None)
    found: list[Any] | None = None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = workorders.read_positions(actor=request.actor, purpose=form.cleaned_data["purpose"])
    rows = [
        (place, presenting.position_words(place.position.latitude, place.position.longitude, place.position.crs))
        if place.position
        else (place, "")
        for place in found or ()
    ]
    status = 422 if form.errors else 200
    return render_page(
        request,
        "workorders/positions.html",
        form=form,
        rows=rows,
        asked=found is not None,
        status=status,
        **presenting.links(request.actor),
    )


@requires(HANDLE)
def duty(request: Request) -> HttpResponse:
    """Go on duty with one's team, and off it; say what is done with positions."""
    mine = list(CrewTeam.objects.of(request.actor.account or 0).select_related("department")[:20])
    form = ShiftForm(request.POST or None, teams=mine)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            team = form.teams[form.cleaned_data["team"]]
            workorders.begin_shift(actor=request.actor, team=team, hours=form.cleaned_data["hours"])
        if form.is_valid():
            messages.success(request, _("You are on duty."))
            return redirect("crew:workorders:duty")
    return render_page(
        request,
        "workorders/crew/duty.html",
        shift=CrewShift.objects.of(request.actor.account),
        teams=mine,
        form=form,
        kept_days=terms().positions_kept_days,
        status=422 if form.errors else 200,
    )


@require_POST
@requires(HANDLE)
def off_duty(request: Request) -> HttpResponse:
    workorders.end_shift(actor=request.actor)
    messages.success(request, _("You are off duty."))
    return redirect("crew:workorders:duty")


@require_POST
@requires(HANDLE)
def place(request: Request) -> HttpResponse:
    """Take the position of whoever is on duty, as their phone sends it."""
    form = PlaceForm(request.POST)
    with refusals() as refused:
        if not form.is_valid():
            raise Invalid(acting.sentences_of(form))
        workorders.report_position(actor=request.actor, stamp=PhoneStamp(**form.cleaned_data))
    if "application/json" not in request.headers.get("accept", ""):
        if refused.refusal:
            messages.error(request, refused.sentence)
        return redirect("crew:workorders:duty")
    if refused.refusal:
        return JsonResponse({"taken": False, "sentence": refused.sentence}, status=refused.refusal.status)
    return JsonResponse({"taken": True})


def _team(request: Request, uid: UUID) -> CrewTeam:
    seen = CrewTeam.objects.select_related("department").working()
    return identity.get_visible(seen, request.actor, "team", uid=uid)

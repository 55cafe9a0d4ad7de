"""What officials do: tell a logger something, say what came of an exceedance, record a laboratory's result."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.environment import services as environment
from tongban.applications.environment.models import MonitoringPoint, RetainedSample
from tongban.applications.environment.rules.dialects import Command
from tongban.applications.environment.services import tables
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.sensing.models import Alert


class CommandForm(forms.Form):
    """What a command needs, by the table of the standard, and why it is given."""

    reason = forms.CharField(label=gettext_lazy("Why is the logger asked for this?"), max_length=200)

    def __init__(self, command: Command, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields.pop("reason")
        for one in command.parameters:
            choices = [(value, value) for value in one.choices]
            if choices:
                self.fields[one.name] = forms.ChoiceField(label=one.name, choices=choices, required=not one.optional)
            else:
                self.fields[one.name] = forms.CharField(label=one.name, max_length=64, required=not one.optional)
        self.fields["reason"] = reason


class FindingForm(forms.Form):
    found = forms.CharField(
        label=gettext_lazy("What was found and done?"),
        help_text=gettext_lazy("Look at the data, the plant, the camera and the samples first."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
    )


class CrewForm(forms.Form):
    """Who looks at it on the spot, and what for."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("Which department goes there?"), queryset=Department.objects.none(), to_field_name="key"
    )
    words = forms.CharField(
        label=gettext_lazy("What are they to look at?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
    )

    def __init__(self, office: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.of_the_house().working().exclude(pk=office.pk)  # the office verifies
        self.fields["department"].queryset = others.in_order()  # type: ignore[attr-defined]


class ResultForm(forms.Form):
    factor = forms.ChoiceField(label=gettext_lazy("Factor"))
    value = forms.FloatField(label=gettext_lazy("Value found by the laboratory"), min_value=0)

    def __init__(self, medium: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"].choices = [  # type: ignore[attr-defined]
            (factor.code, f"{factor.name}（{factor.unit}）" if factor.unit else factor.name)
            for factor in tables.dialects().factors.values()
            if factor.medium == medium
        ]


@requires("environment.control")
def ask(request: Request, uid: UUID) -> HttpResponse:
    """Choose a command, fill in what it needs, and send it."""
    point = identity.get_visible(MonitoringPoint.objects.with_names(), request.actor, "monitoring point", uid=uid)
    known = tables.dialects().commands
    offered = [one for one in known.values() if one.sent_by != "device" and one.course != "answer"]
    chosen = known.get(request.GET.get("cn", ""))
    form = CommandForm(chosen, request.POST or None) if chosen in offered and chosen else None
    if form and chosen and request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "reason"}
        with refusals_on(form):
            environment.ask(
                actor=request.actor, point=point, cn=chosen.code, parameters=given, reason=form.cleaned_data["reason"]
            )
        if form.is_valid():
            messages.success(request, _("The command goes to the logger as soon as it is connected."))
            return redirect("desk:environment:point", uid=uid)
    return render_page(
        request,
        "environment/ask.html",
        point=point,
        offered=offered,
        chosen=chosen,
        form=form,
        status=422 if form and form.errors else 200,
    )


@requires("environment.respond")
def exceedance(request: Request, uid: UUID) -> HttpResponse:
    alert = identity.get_visible(Alert.objects.with_names(), request.actor, "exceedance", uid=uid)
    point = identity.must_find(
        MonitoringPoint.objects.of_thing(alert.thing.key), request.actor, "monitoring point", uid
    )
    crews = environment.crews_of(alert)
    sending = request.POST.get("do") == "send"
    form = FindingForm(None if sending else request.POST or None)
    crew_form = CrewForm(point.department, request.POST if sending else None)
    if sending and crew_form.is_valid():
        with refusals_on(crew_form):
            order = environment.send_crew(actor=request.actor, alert=alert, **crew_form.cleaned_data)
        if crew_form.is_valid():
            messages.success(request, _("Work order %(number)s went to the crew.") % {"number": order.number})
            return redirect("desk:environment:exceedance", uid=uid)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            environment.handle_exceedance(actor=request.actor, alert=alert, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Handled. The alert is closed."))
            return redirect("desk:environment:point", uid=point.uid)
    return render_page(
        request,
        "environment/exceedance.html",
        alert=alert,
        point=point,
        joined=environment.alerts_joined(alert),
        crews=crews,
        crew_under_way=any(order.ended_at is None for order in crews),
        reads_orders=any(request.actor.holds(duty) for duty in ("workorders.dispatch", "workorders.verify")),
        form=form,
        crew_form=crew_form,
        status=422 if form.errors or crew_form.errors else 200,
    )


@requires("environment.respond")
def sample(request: Request, uid: UUID) -> HttpResponse:
    found = RetainedSample.objects.visible_to(request.actor).filter(uid=uid).select_related("point__department").first()
    sample = identity.must_find(found, request.actor, "retained sample", uid)
    form = ResultForm("w" if sample.point.st in {"21", "32"} else "a", request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            values = {form.cleaned_data["factor"]: Decimal(str(form.cleaned_data["value"]))}
            environment.record_result(actor=request.actor, sample=sample, values=values)
        if form.is_valid():
            messages.success(request, _("The result is recorded."))
            return redirect("desk:environment:point", uid=sample.point.uid)
    results = [
        (factor.name if (factor := tables.dialects().factor(code)) else code, value)
        for code, value in (sample.result or {}).items()
    ]
    return render_page(
        request,
        "environment/sample.html",
        sample=sample,
        form=form,
        results=results,
        status=422 if form.errors else 200,
    )

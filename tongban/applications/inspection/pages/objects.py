"""At the desk: supervised objects, their risk, plans of inspections, random draws."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import (
    EnforcementOfficer,
    EntityRisk,
    FieldInspection,
    InspectionDraw,
    SupervisedEntity,
)
from tongban.applications.inspection.models.entities import RiskClass
from tongban.applications.inspection.pages import listing, presenting
from tongban.applications.inspection.pages.presenting import ListRow
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.templatetags import ui
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

MANAGE = "inspection.manage"


class RiskForm(forms.Form):
    risk = forms.ChoiceField(
        label=pgettext_lazy("inspection", "Risk class"), choices=RiskClass.choices, widget=forms.RadioSelect
    )
    source = forms.CharField(label=gettext_lazy("Where the class comes from"), max_length=120)
    reason = forms.CharField(
        label=gettext_lazy("Why this class"), widget=forms.Textarea(attrs={"rows": 3}), max_length=300
    )


class PlanForm(forms.Form):
    """A plan of one inspection by two officers."""

    matter = forms.ChoiceField(label=pgettext_lazy("inspection", "Supervision matter"))
    method = forms.ChoiceField(label=gettext_lazy("Way of inspecting"))
    first = forms.ModelChoiceField(
        label=pgettext_lazy("inspection", "First officer"),
        queryset=EnforcementOfficer.objects.none(),
        to_field_name="card",
    )
    second = forms.ModelChoiceField(
        label=pgettext_lazy("inspection", "Second officer"),
        queryset=EnforcementOfficer.objects.none(),
        to_field_name="card",
    )
    planned_on = forms.DateField(label=gettext_lazy("To be done by"))

    def __init__(self, *args: Any, entity: SupervisedEntity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        known = [one for one in inspection.matters().values() if entity.kind in one.kinds]
        fields["matter"].choices = [(one.key, one.title) for one in known]
        methods = inspection.method_names()
        used = dict.fromkeys(method for one in known for method in one.methods)
        fields["method"].choices = [(key, methods.get(key, key)) for key in used]
        officers = EnforcementOfficer.objects.with_names().of_department(entity.department).valid(on=clock.today())
        for name in ("first", "second"):
            fields[name].queryset = officers
            fields[name].label_from_instance = lambda officer: officer.title
        fields["planned_on"].initial = clock.today() + timedelta(days=7)

    @property
    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "matter": given["matter"],
            "method": given["method"],
            "officers": (given["first"], given["second"]),
            "planned_on": given["planned_on"],
        }


class DrawForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What is drawn for"), max_length=120)
    matter = forms.ChoiceField(label=pgettext_lazy("inspection", "Supervision matter"))
    department = forms.ModelChoiceField(
        label=pgettext_lazy("inspection", "Department"), queryset=Department.objects.none(), to_field_name="key"
    )
    count = forms.IntegerField(label=gettext_lazy("How many objects"), min_value=1, max_value=500)
    witness_source = forms.CharField(
        label=gettext_lazy("What decides the draw"),
        help_text=gettext_lazy(
            "Something nobody can know today and anybody can look up later, such as the result of a public lottery."
        ),
        max_length=200,
    )
    draw_after = forms.DateField(label=pgettext_lazy("inspection", "Known from"))
    inspect_until = forms.DateField(label=gettext_lazy("Inspections done by"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["matter"].choices = [(one.key, one.title) for one in inspection.matters().values()]
        reached = identity.departments_reached(actor, [MANAGE])
        fields["department"].queryset = Department.objects.with_keys(one.key for one in reached).in_order()
        fields["department"].initial = reached[0].key if reached else None
        fields["draw_after"].initial = clock.today() + timedelta(days=1)
        fields["inspect_until"].initial = clock.today() + timedelta(days=30)


class WitnessForm(forms.Form):
    witness = forms.CharField(
        label=gettext_lazy("What became known"),
        help_text=gettext_lazy("Type it as it was announced; it is published with the draw."),
        max_length=120,
    )


@requires(MANAGE)
def entities(request: Request) -> HttpResponse:
    """List the objects that one's department supervises."""
    parts = [part.listed().with_names() for part in SupervisedEntity.objects.parts_for(request.actor)]
    return listing.show(
        request,
        parts,
        _entity_row,
        title=_("Supervised objects"),
        lead=_("The risk class decides how often an object is drawn. Each change has its day, source and reason."),
        columns=[
            pgettext("inspection", "Object"),
            _("Whose it is"),
            pgettext("inspection", "Supervised by"),
            pgettext("inspection", "Risk class"),
        ],
        empty=_("Nothing is supervised here yet"),
        actions=[(reverse("desk:inspection:draws"), _("Random draws"))],
    )


def _entity_row(entity: SupervisedEntity) -> ListRow:
    return ListRow(
        reverse("desk:inspection:entity", args=[entity.uid]),
        entity.name,
        f"{entity.get_kind_display()} · {entity.address}",
        [entity.party.name if entity.party else "—", entity.department.title],
        (presenting.RISK_COLOURS[entity.risk], entity.get_risk_display()),
    )


@requires(MANAGE)
def entity(request: Request, uid: UUID) -> HttpResponse:
    """Show one object: its classes, and what was found there."""
    found = _entity(request, uid)
    form = RiskForm(request.POST or None, initial={"risk": found.risk})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            inspection.classify(actor=request.actor, entity=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The risk class counts from today."))
            return redirect("desk:inspection:entity", uid=uid)
    return render_page(
        request,
        "inspection/entity.html",
        entity=found,
        facts=presenting.entity_facts(found),
        colour=presenting.RISK_COLOURS[found.risk],
        risks=EntityRisk.objects.of(found)[:20],
        inspections=[
            (one, inspection.matter_title(one.matter)) for one in FieldInspection.objects.of(found).with_names()[:20]
        ],
        form=form,
        status=422 if form.errors else 200,
    )


@requires(MANAGE)
def plan(request: Request, uid: UUID) -> HttpResponse:
    """Plan an inspection of an object."""
    found = _entity(request, uid)
    form = PlanForm(request.POST or None, entity=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            planned = inspection.plan_inspection(actor=request.actor, entity=found, **form.arguments)
        if form.is_valid():
            messages.success(request, _("Planned. Both officers find it on their phones."))
            return redirect("desk:inspection:inspection", uid=planned.uid)
    return render_page(
        request,
        "inspection/form.html",
        form=form,
        title=_("Plan an inspection"),
        lead=found.name,
        back=reverse("desk:inspection:entity", args=[uid]),
        up=("desk:inspection:entities", _("Supervised objects")),
        word=pgettext("inspection", "Plan it"),
        status=422 if form.errors else 200,
    )


@requires(MANAGE)
def draws(request: Request) -> HttpResponse:
    """List the draws of one's department."""
    return listing.show(
        request,
        [part.with_names() for part in InspectionDraw.objects.parts_for(request.actor)],
        lambda draw: _draw_row(draw, "desk:inspection:draw"),
        title=_("Random draws"),
        lead=_("List and secret are bound and published first; the draw comes later, with what nobody could know."),
        columns=[
            pgettext("inspection", "Draw"),
            pgettext("inspection", "Supervision matter"),
            pgettext("inspection", "Bound at"),
            pgettext_lazy("inspection", "State"),
        ],
        empty=_("Nothing was drawn yet"),
        actions=[(reverse("desk:inspection:new_draw"), _("Prepare a draw"))],
    )


def _draw_row(draw: InspectionDraw, at: str) -> ListRow:
    made = draw.drawn_at is not None
    return ListRow(
        reverse(at, args=[draw.uid]),
        draw.title,
        draw.department.title,
        [inspection.matter_title(draw.matter), ui.moment(draw.committed_at)],
        ("green", str(pgettext("inspection", "drawn"))) if made else ("yellow", str(_("bound, not drawn yet"))),
    )


@requires(MANAGE)
def new_draw(request: Request) -> HttpResponse:
    """Bind a draw."""
    form = DrawForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        department = form.cleaned_data["department"]
        with refusals_on(form):
            draw = inspection.bind_draw(actor=request.actor, area=department.area, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Bound and published. Now nobody can change list or secret unseen."))
            return redirect("desk:inspection:draw", uid=draw.uid)
    return render_page(
        request,
        "inspection/form.html",
        form=form,
        title=_("Prepare a draw"),
        lead=_("Everybody sees at once who can be drawn, and the digests that bind the list and the secret."),
        back=reverse("desk:inspection:draws"),
        up=("desk:inspection:draws", _("Random draws")),
        word=_("Bind and publish"),
        status=422 if form.errors else 200,
    )


@requires(MANAGE)
def draw(request: Request, uid: UUID) -> HttpResponse:
    """Show a draw at the desk, and make it."""
    found = identity.get_visible(InspectionDraw.objects.with_names(), request.actor, "inspection-draw", uid=uid)
    form = WitnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            inspection.make_draw(actor=request.actor, draw=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Drawn, and an inspection planned of each object. Everything is public now."))
            return redirect("desk:inspection:draw", uid=uid)
    return render_page(
        request,
        "inspection/draw.html",
        form=form,
        ready=clock.today() >= found.draw_after,
        public=reverse("hall:inspection:draw", args=[uid]),
        status=422 if form.errors else 200,
        **draw_context(found),
    )


def draw_context(draw: InspectionDraw) -> dict[str, Any]:
    """Return what both pages of a draw show; it is drawn once more on the way."""
    result = [(draw.labels.get(entity, entity), "、".join(officers)) for entity, officers in draw.result or []]
    return {
        "draw": draw,
        "matter": inspection.matter_title(draw.matter),
        "said": inspection.published(draw),
        "faults": inspection.faults_of(draw),
        "result": result,
        "pool": [(draw.labels.get(key, key), weight) for key, weight in draw.pool["entities"][:200]],
        "officers": draw.pool["officers"],
        "conflicts": [(card, draw.labels.get(key, key)) for card, key in draw.pool["conflicts"]],
    }


def _entity(request: Request, uid: UUID) -> SupervisedEntity:
    return identity.get_visible(SupervisedEntity.objects.with_names(), request.actor, "supervised-entity", uid=uid)

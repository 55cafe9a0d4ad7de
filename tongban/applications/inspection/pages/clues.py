"""At the desk: clues from comparing data, with their evidence; a human decides."""

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
from tongban.applications.inspection.models import ClueSource, RiskClue
from tongban.applications.inspection.pages import listing, presenting
from tongban.applications.inspection.pages.objects import PlanForm
from tongban.applications.inspection.pages.presenting import ListRow
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.templatetags import ui
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

COMPARE = "inspection.compare"


class ClueSourceForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What the table says"))
    title = forms.CharField(label=gettext_lazy("Name of the table"), max_length=120)
    authority = forms.CharField(label=gettext_lazy("Handed over by"), max_length=120)
    purpose = forms.CharField(
        label=gettext_lazy("What it is compared for"),
        help_text=gettext_lazy("The purpose that the authority handed it over for."),
        max_length=200,
    )
    as_of = forms.DateField(label=gettext_lazy("The day it stands for"))
    department = forms.ModelChoiceField(
        label=pgettext_lazy("inspection", "Department"), queryset=Department.objects.none(), to_field_name="key"
    )
    file = forms.FileField(
        label=gettext_lazy("Table in CSV"),
        help_text=gettext_lazy("UTF-8, with the columns name, identifier, address and the figures of the rule."),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        kinds = inspection.source_kinds()
        fields["kind"].choices = [
            (kind, f"{presenting.KINDS.get(kind, kind)}（{', '.join(sorted(kinds[kind]))}）") for kind in sorted(kinds)
        ]
        put_departments(fields["department"], actor)

    @property
    def arguments(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {**given, "content": given.pop("file").read()}


class RuleCompareForm(forms.Form):
    rule = forms.ChoiceField(label=gettext_lazy("Compare by the rule"))
    department = forms.ModelChoiceField(
        label=pgettext_lazy("inspection", "Department"), queryset=Department.objects.none(), to_field_name="key"
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        rules = inspection.comparison_rules().values()
        fields["rule"].choices = [(rule.key, worded(rule.name, rule.english)) for rule in rules]
        put_departments(fields["department"], actor)


class DismissForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Why it leads to nothing"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


def put_departments(field: Any, actor: Any) -> None:
    """Let a field offer the departments in which somebody compares."""
    reached = identity.departments_reached(actor, [COMPARE])
    field.queryset = Department.objects.with_keys(one.key for one in reached).in_order()
    field.initial = reached[0].key if reached else None


@requires(COMPARE)
def clues(request: Request) -> HttpResponse:
    """List clues that wait for a human, or that were decided."""
    ended, tabs = listing.open_and_ended(request)
    parts = [part.with_names() for part in RiskClue.objects.parts_for(request.actor)]
    return listing.show(
        request,
        [part.decided() if ended else part.open() for part in parts],
        _row,
        title=_("Clues from data"),
        lead=_("A clue is a question, not a finding: nothing follows from it until somebody has looked and decided."),
        columns=[
            pgettext("inspection", "About"),
            pgettext("inspection", "Rule"),
            pgettext("inspection", "Found at"),
            pgettext_lazy("inspection", "State"),
        ],
        empty=_("No clue was decided yet") if ended else _("No clue is open"),
        order=("-decided_at", "-pk") if ended else ("-pk",),
        not_null=("decided_at",),
        tabs=tabs,
        actions=[(reverse("desk:inspection:compare"), pgettext("inspection", "Compare sources"))],
    )


def _row(clue: RiskClue) -> ListRow:
    if clue.decided_at is None:
        tag = ("yellow", str(_("to be decided")))
    else:
        tag = (
            ("blue", str(_("being looked into")))
            if clue.pursued
            else ("grey", str(pgettext("inspection", "dismissed")))
        )
    return ListRow(
        reverse("desk:inspection:clue", args=[clue.uid]),
        clue.name,
        clue.entity.name if clue.entity else str(_("no supervised object found")),
        [presenting.rule_title(clue.rule), ui.moment(clue.found_at)],
        tag,
    )


@requires(COMPARE)
def clue(request: Request, uid: UUID) -> HttpResponse:
    """Show a clue with the lines of its sources, and decide on it."""
    found = identity.get_visible(RiskClue.objects.with_names(), request.actor, "risk-clue", uid=uid)
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            inspection.dismiss(actor=request.actor, clue=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Dismissed. Your reason is on record."))
            return redirect("desk:inspection:clue", uid=uid)
    rule = inspection.comparison_rule(found.rule)
    lines = inspection.read(actor=request.actor, clue=found)
    for line in lines:
        line["kind"] = str(presenting.KINDS.get(line["source"], line["title"]))
        line["what"] = str(presenting.FIELDS.get(line["field"], line["field"]))
    return render_page(
        request,
        "inspection/clue.html",
        clue=found,
        title=presenting.rule_title(found.rule),
        rule=rule,
        explanation=worded(rule.explanation, rule.explanation_english) if rule else "",
        measure=presenting.measure_words(found),
        lines=lines,
        linkage=presenting.linkage_words(found),
        form=None if found.decided_at else form,
        status=422 if form.errors else 200,
    )


@requires(COMPARE)
def pursue(request: Request, uid: UUID) -> HttpResponse:
    """Look into a clue by an inspection of its object."""
    found = identity.get_visible(RiskClue.objects.with_names(), request.actor, "risk-clue", uid=uid)
    entity = found.entity
    if entity is None or found.decided_at:
        messages.error(request, _("There is no supervised object to inspect, or the clue was decided already."))
        return redirect("desk:inspection:clue", uid=uid)
    form = PlanForm(request.POST or None, entity=entity)
    form.fields["words"] = forms.CharField(
        label=_("What is to be looked into"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            inspection.inspect_clue(actor=request.actor, clue=found, words=form.cleaned_data["words"], **form.arguments)
        if form.is_valid():
            messages.success(request, _("An inspection was planned. What it finds decides, not the clue."))
            return redirect("desk:inspection:clue", uid=uid)
    return render_page(
        request,
        "inspection/form.html",
        form=form,
        title=_("Look into it by an inspection"),
        lead=entity.name,
        back=reverse("desk:inspection:clue", args=[uid]),
        up=("desk:inspection:clues", _("Clues from data")),
        word=_("Plan the inspection"),
        status=422 if form.errors else 200,
    )


@requires(COMPARE)
def compare(request: Request) -> HttpResponse:
    """Show the sources that were taken in, take in another one, or compare by a rule."""
    taking = request.method == "POST" and "authority" in request.POST
    source = ClueSourceForm(
        request.POST if taking else None,
        request.FILES if taking else None,
        actor=request.actor,
        initial={"as_of": clock.today() - timedelta(days=1)},
        auto_id="source_%s",  # both forms ask for the department
    )
    form = RuleCompareForm(request.POST if request.method == "POST" and not taking else None, actor=request.actor)
    if taking and source.is_valid():
        with refusals_on(source):
            inspection.take_source(actor=request.actor, **source.arguments)
        if source.is_valid():
            messages.success(request, _("The table was taken in. Identifiers are kept as keyed digests only."))
            return redirect("desk:inspection:compare")
    elif request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = inspection.compare(actor=request.actor, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("New clues: %(number)d. Each waits for a human.") % {"number": len(found)})
            return redirect("desk:inspection:clues")
    return listing.show(
        request,
        [part.with_names() for part in ClueSource.objects.parts_for(request.actor)],
        _source_row,
        title=pgettext("inspection", "Compare sources"),
        lead=_("Tables are named with who handed them over, what for, and for which day."),
        columns=[
            pgettext("inspection", "Table"),
            _("Handed over by"),
            pgettext("inspection", "Day"),
            pgettext("inspection", "Rows"),
        ],
        empty=_("No table was taken in yet"),
        templates="inspection/compare.html",
        form=form,
        source=source,
        rules=[
            (worded(rule.name, rule.english), worded(rule.explanation, rule.explanation_english), rule)
            for rule in inspection.comparison_rules().values()
        ],
        status=422 if form.errors or source.errors else 200,
    )


def _source_row(source: ClueSource) -> ListRow:
    return ListRow(
        "",
        source.title,
        f"{presenting.KINDS.get(source.kind, source.kind)} · {source.purpose}",
        [source.authority, ui.day(source.as_of), source.rows],
    )

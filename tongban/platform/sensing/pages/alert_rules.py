"""Rules at the desk: what is alarming from when on, tried on past readings before it is published."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import AlertRule, AlertRuleVersion
from tongban.platform.sensing.rules import definitions
from tongban.platform.sensing.services import wording
from tongban.platform.sensing.services.judging import zone

READ, RULE = "sensing.read", "sensing.rule"
TRIED_DAYS = 30
EXAMPLE = {
    "scope": {"kind": "water-station"},
    "ladder": [
        {
            "level": "yellow",
            "when": {"kind": "threshold", "property": "water-level", "op": ">", "limit": 3.0, "clear": 2.8},
        }
    ],
    "clear_seconds": 600,
}


class AlertRuleForm(forms.Form):
    """A version of a rule. try: it is tried, and not published."""

    name = forms.CharField(label=pgettext_lazy("alert rule", "Name"), max_length=200)
    english = forms.CharField(label=pgettext_lazy("alert rule", "Name in English"), max_length=200, required=False)
    definition = forms.CharField(
        label=pgettext_lazy("alert rule", "Definition"),
        help_text=gettext_lazy(
            "JSON: scope, ladder of levels with conditions, schedule, times. An empty one ends the rule."
        ),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        max_length=20_000,
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("On what does it rest?"),
        help_text=gettext_lazy("A standard, a plan, an order: with its number."),
        max_length=300,
    )
    valid_from = forms.CharField(
        label=pgettext_lazy("alert rule", "Valid from"),
        help_text=gettext_lazy("Day and time, as 2026-07-01 08:00; empty for at once."),
        max_length=40,
        required=False,
        cleaned=typed.identifier,
    )

    def clean_definition(self) -> Any:
        try:
            found = json.loads(self.cleaned_data["definition"] or "{}")
        except ValueError as error:
            raise forms.ValidationError(_("This is no JSON: %(why)s") % {"why": error}) from error
        if found and (faults := definitions.faults(found)):
            raise forms.ValidationError([wording.fault(fault) for fault in faults])
        return found

    def clean_valid_from(self) -> datetime | None:
        written = self.cleaned_data["valid_from"]
        if not written:
            return None
        try:
            found = datetime.fromisoformat(written)
        except ValueError as error:
            raise forms.ValidationError(_("Write the moment as 2026-07-01 08:00.")) from error
        return timezone.make_aware(found) if found.tzinfo is None else found


class NewAlertRuleForm(AlertRuleForm):
    key = forms.CharField(
        label=pgettext_lazy("alert rule", "Key"),
        help_text=gettext_lazy("Short and lasting, as water-level-high."),
        max_length=60,
        cleaned=typed.identifier,
    )
    department = forms.ModelChoiceField(
        label=pgettext_lazy("alert rule", "Department"), queryset=Department.objects.none(), to_field_name="key"
    )
    field_order = ["key", "department"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.of_the_house().in_order()  # type: ignore[attr-defined]


@requires(READ)
def rules(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in AlertRule.objects.parts_for(request.actor)]
    pages = keyset_page(parts, request.GET, order=("name",))
    return render_page(request, "sensing/rules.html", pages=pages, may_write=request.actor.holds(RULE))


@requires(READ)
def rule(request: Request, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    versions = [(one, _written(one.definition)) for one in AlertRuleVersion.objects.of_rule(found)]
    held = request.actor.holds(RULE, department=found.department_id, area=found.area)
    return render_page(request, "sensing/rule.html", rule=found, versions=versions, may_write=held)


@requires(RULE)
def new(request: Request) -> HttpResponse:
    form = NewAlertRuleForm(request.POST or None, initial={"definition": _written(EXAMPLE)})
    return _published(request, form, None)


@requires(RULE)
def change(request: Request, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    last = AlertRuleVersion.objects.of_rule(found)[0]
    told = {"name": found.name, "english": found.english, "source": last.source}
    form = AlertRuleForm(request.POST or None, initial={**told, "definition": _written(last.definition)})
    return _published(request, form, found)


def _published(request: Request, form: AlertRuleForm, found: AlertRule | None) -> HttpResponse:
    trials = None
    if request.method == "POST" and form.is_valid():
        if "try" in request.POST:
            definition = definitions.parsed(form.cleaned_data["definition"], zone())
            trials = sensing.try_rule(actor=request.actor, definition=definition, days=TRIED_DAYS)
        else:
            known = {"key": found.key, "department": found.department} if found else {}
            with refusals_on(form):
                version = sensing.publish_rule(actor=request.actor, **{**form.cleaned_data, **known})
            if form.is_valid():
                messages.success(request, _("The rule was published."))
                return redirect("desk:sensing:rule", uid=version.rule.uid)
    return render_page(
        request,
        "sensing/rule_form.html",
        status=422 if form.errors else 200,
        form=form,
        rule=found,
        trials=trials,
        days=TRIED_DAYS,
    )


def _found(request: Request, uid: UUID) -> AlertRule:
    return identity.get_visible(AlertRule.objects.with_names(), request.actor, "alert rule", uid=uid)


def _written(definition: Any) -> str:
    return json.dumps(definition, ensure_ascii=False, indent=2)

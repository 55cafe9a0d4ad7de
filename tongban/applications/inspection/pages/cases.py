"""At the desk: penalty cases, step by step, with their chain of evidence."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import FieldInspection, PenaltyCase, PenaltyEntry
from tongban.applications.inspection.pages import listing, presenting
from tongban.applications.inspection.pages.presenting import STEPS, ListRow
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.templatetags import ui
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter
from tongban.platform.payments.models import Bill

PUNISH, REVIEW, DECIDE = "inspection.punish", "inspection.review", "inspection.decide"
DUTIES = (PUNISH, REVIEW, DECIDE)
MAX_WORDS = 4000


class YuanField(forms.CharField):
    """An amount in yuan, with two decimals at most; cleaned into fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cleaned=typed.compact, max_length=14, **kwargs)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not text:
            return 0
        try:
            fen = Decimal(str(text).replace(",", "")) * 100
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write an amount such as 1500 or 1500.50.")) from error
        if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen < Decimal(10) ** 12:
            raise forms.ValidationError(_("Write an amount such as 1500 or 1500.50."))
        return int(fen)


class PenaltyStepForm(forms.Form):
    """One step of a case; which fields it has, the step says."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    step = forms.ChoiceField(label=gettext_lazy("Step of discretion"))
    fine_fen = YuanField(
        label=gettext_lazy("Fine in yuan"), required=False, help_text=gettext_lazy("Empty for a warning.")
    )
    grave_kind = forms.BooleanField(
        label=gettext_lazy("A licence would be revoked, or the business ordered to stop"), required=False
    )
    cause = forms.ChoiceField(label=gettext_lazy("Why no penalty"), choices=list(inspection.SPARED_FOR.items()))
    due_on = forms.DateField(label=gettext_lazy("New last day"))
    on = forms.DateField(label=pgettext_lazy("inspection", "Day of the hearing"))
    days = forms.CharField(
        label=gettext_lazy("Days to pay"),
        help_text=gettext_lazy("One day for deferred payment, several for instalments: 2026-04-01, 2026-05-06"),
        max_length=200,
    )
    first_on = forms.DateField(label=pgettext_lazy("inspection", "Contested from"))
    last_on = forms.DateField(label=pgettext_lazy("inspection", "Contested until"))
    place = forms.CharField(label=gettext_lazy("Where it was taken"), max_length=200, required=False)
    file = forms.FileField(label=gettext_lazy("File of the evidence"), required=False)
    words = forms.CharField(
        label=pgettext_lazy("inspection", "In words"),
        help_text=gettext_lazy("It becomes part of the chain of evidence and cannot be changed."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MAX_WORDS,
        required=False,
    )
    FIELDS = {
        "tell": {"step", "fine_fen", "grave_kind"},
        "decide": {"fine_fen"},
        "spare": {"cause"},
        "extend": {"due_on"},
        "call_hearing": {"on"},
        "defer": {"days"},
        "contest": {"first_on", "last_on"},
        "evidence": {"place", "file"},
    }

    def __init__(self, *args: Any, move: str, case: PenaltyCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name in set(fields) - {"version", "words"} - self.FIELDS.get(move, set()):
            del fields[name]
        fields["version"].initial = case.version
        if "step" in fields:
            fields["step"].choices = [
                (step.key, f"{step.title}（{ui.yuan(step.least)}–{ui.yuan(step.most)}）" if step.most else step.title)
                for step in inspection.violation(case.violation).steps
            ]
        if move == "decide":
            fields["fine_fen"].initial = f"{case.proposed_fen / 100:.2f}" if case.proposed_fen else ""

    def clean_days(self) -> list[date]:
        found = []
        for word in self.cleaned_data["days"].replace("，", ",").split(","):
            try:
                found.append(date.fromisoformat(word.strip()))
            except ValueError as error:
                raise forms.ValidationError(_("Write days as 2026-04-01, with commas between them.")) from error
        return found


class CaseFilingForm(forms.Form):
    """An act that an inspection found, to be filed as an ordinary case."""

    violation = forms.ChoiceField(label=pgettext_lazy("inspection", "Which act"))
    facts = forms.CharField(
        label=pgettext_lazy("inspection", "What was found"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MAX_WORDS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["violation"].choices = [(one.key, one.title) for one in inspection.violations().values()]


class TicketForm(CaseFilingForm):
    """The same, decided on the spot."""

    step = forms.ChoiceField(label=gettext_lazy("Step of discretion"))
    fine_fen = YuanField(
        label=gettext_lazy("Fine in yuan"), required=False, help_text=gettext_lazy("Empty for a warning.")
    )
    said = forms.CharField(
        label=gettext_lazy("What the party stated"),
        help_text=gettext_lazy("The party was told of facts, reasons and basis. Empty: it stated nothing."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MAX_WORDS,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["step"].choices = [
            (one.title, [(step.key, _ranged(step)) for step in one.steps]) for one in inspection.violations().values()
        ]


def _ranged(step: inspection.DiscretionStep) -> str:
    return f"{step.title}（{ui.yuan(step.least)}–{ui.yuan(step.most)}）" if step.most else step.title


VERBS: dict[str, Any] = {
    "evidence": inspection.add_evidence,
    "preserve": inspection.preserve,
    "release": inspection.release,
    "extend": inspection.extend,
    "tell": inspection.tell,
    "consider": inspection.consider,
    "call_hearing": inspection.call_hearing,
    "hold_hearing": inspection.hold_hearing,
    "review": inspection.review,
    "discuss": inspection.discuss,
    "decide": inspection.decide,
    "spare": inspection.spare,
    "serve": inspection.serve,
    "defer": inspection.defer,
    "contest": inspection.contest,
    "surcharge": inspection.add_surcharge,
    "publish": inspection.publish,
    "withdraw": inspection.withdraw,
    "annul": inspection.annul,
}


@requires(*DUTIES)
def cases(request: Request) -> HttpResponse:
    """List penalty cases that one's duties reach."""
    ended, tabs = listing.open_and_ended(request)
    parts = [part.with_names() for part in PenaltyCase.objects.handled_by(request.actor)]
    return listing.show(
        request,
        [part.ended() if ended else part.open() for part in parts],
        lambda case: case_row(case, "desk:inspection:case"),
        title=_("Penalty cases"),
        lead=_("Every limit of the law on administrative penalties is kept by the steps themselves."),
        columns=[
            pgettext("inspection", "Party"),
            pgettext_lazy("penalty", "Act"),
            pgettext("inspection", "Filed on"),
            pgettext_lazy("inspection", "State"),
        ],
        empty=_("No case has ended yet") if ended else _("No case is open"),
        order=("-ended_on", "-pk") if ended else ("-pk",),
        not_null=("ended_on",),
        tabs=tabs,
    )


def case_row(case: PenaltyCase, at: str) -> ListRow:
    return ListRow(
        reverse(at, args=[case.uid]),
        case.party.name,
        case.number,
        [inspection.violation(case.violation).title, ui.day(case.filed_on)],
        (presenting.STATE_COLOURS[case.state], case.get_state_display()),
    )


@requires(*DUTIES)
def case(request: Request, uid: UUID) -> HttpResponse:
    """Show one case: clocks, steps, chain, letters, bills."""
    found = _case(request, uid)
    inspection.note_case_read(actor=request.actor, case=found)
    entries = list(PenaltyEntry.objects.of(found))
    state = inspection.chain_of(found, entries)
    return render_page(
        request,
        "inspection/case.html",
        case=found,
        facts=presenting.case_facts(found, office=True),
        colour=presenting.STATE_COLOURS[found.state],
        clocks=presenting.case_clocks(found),
        steps=[(step, STEPS[step]) for step in inspection.possible(request.actor, found)],
        state=state,
        chain=presenting.chain_lines(entries, state.broken),
        letters=inspection.letters_of(found.subject),
        bills=Bill.objects.about(found.subject),
        surcharge=inspection.surcharge_due(found),
    )


@requires(*DUTIES)
def act(request: Request, uid: UUID, step: str) -> HttpResponse:
    """Take one step of a case."""
    found = _case(request, uid)
    if step not in inspection.possible(request.actor, found):
        messages.error(request, _("This step is not possible now. This is how the case stands."))
        return redirect("desk:inspection:case", uid=uid)
    form = PenaltyStepForm(request.POST or None, request.FILES or None, move=step, case=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            VERBS[step](actor=request.actor, case=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("On record: %(step)s.") % {"step": STEPS[step]})
            return redirect("desk:inspection:case", uid=uid)
    return render_page(
        request,
        "inspection/form.html",
        form=form,
        title=STEPS[step],
        lead=f"{found.number} · {found.party.name}",
        back=reverse("desk:inspection:case", args=[uid]),
        up=("desk:inspection:cases", _("Penalty cases")),
        word=STEPS[step],
        files=True,
        status=422 if form.errors else 200,
    )


@requires(PUNISH)
def open_case(request: Request, uid: UUID) -> HttpResponse:
    """File what an inspection found as an ordinary case."""
    found = _inspection(request, uid)
    form = CaseFilingForm(request.POST or None, initial=opening_of(found))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            opened = inspection.file_case(actor=request.actor, act=inspection.found_at(found, **form.cleaned_data))
        if form.is_valid():
            messages.success(request, _("Filed. The time for the decision runs from today."))
            return redirect("desk:inspection:case", uid=opened.uid)
    return render_page(
        request,
        "inspection/form.html",
        form=form,
        title=_("File as a penalty case"),
        lead=f"{found.number} · {found.entity.name}",
        back=reverse("desk:inspection:inspection", args=[uid]),
        up=("desk:inspection:inspections", _("Back to inspections")),
        word=_("File the case"),
        status=422 if form.errors else 200,
    )


@requires(*DUTIES)
def case_file(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a file of a case: evidence, or a letter."""
    found = _case(request, uid)
    entry = PenaltyEntry.objects.of(found).filter(document__uid=document).first()
    if entry and entry.document:
        return documents.response(entry.document, inline=True)
    return letter_of_case(request, found, document)


def letter_of_case(request: Request, case: PenaltyCase, document: UUID) -> HttpResponse:
    """Send a letter of a case that may be seen."""
    letter = Letter.objects.about(case.subject).named(str(document)).first()
    letter = identity.must_find(letter, request.actor, "penalty-letter", document)
    return documents.response(letter.file(str(document)), inline=True)


def opening_of(found: FieldInspection) -> dict[str, str]:
    """Return what a form begins with: the act that the first finding points to, and what was seen."""
    matter = inspection.matters(found.planned_on).get(found.matter)
    items = {item.key: item.violation for item in matter.items} if matter else {}
    acts = [items.get(one["key"], "") for one in found.findings]
    facts = "；".join(f"{one['text']}：{one['words']}" for one in found.findings)
    return {"violation": next(filter(None, acts), ""), "facts": facts}


def _case(request: Request, uid: UUID) -> PenaltyCase:
    found = identity.get_visible(PenaltyCase.objects.with_names(), request.actor, "penalty-case", uid=uid)
    if not any(request.actor.holds(duty, department=found.department_id, area=found.area) for duty in DUTIES):
        raise identity.not_found(request.actor, "penalty-case", uid)
    return found


def _inspection(request: Request, uid: UUID) -> FieldInspection:
    found = identity.get_visible(FieldInspection.objects.with_names(), request.actor, "inspection", uid=uid)
    if not found.findings or found.entity.party_id is None:
        raise identity.not_found(request.actor, "inspection", uid)
    return found

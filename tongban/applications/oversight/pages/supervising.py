"""Who supervises: all cards, what they do with one, the rules with their thresholds."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.oversight import rules as oversight_rules
from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import SupervisionCard
from tongban.applications.oversight.pages import presenting
from tongban.applications.oversight.services import wording
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

SUPERVISE = "oversight.supervise"
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


class CardReasonForm(forms.Form):
    words = forms.CharField(
        label=pgettext_lazy("supervision card", "Reason"),
        help_text=gettext_lazy("The department reads this."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )


class CardCloseForm(CardReasonForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("How is the card closed?"),
        choices=[(key, word) for key, word in oversight.OUTCOMES.items()],
        widget=forms.RadioSelect,
    )
    field_order = ["outcome", "words"]


class CardGradeForm(CardReasonForm):
    grade = forms.ChoiceField(label=gettext_lazy("New grade"), widget=forms.RadioSelect)
    field_order = ["grade", "words"]

    def __init__(self, *args: Any, above: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        higher = oversight_rules.GRADES[oversight_rules.GRADES.index(above) + 1 :]
        self.fields["grade"].choices = [(grade, wording.GRADES[grade]) for grade in higher]  # type: ignore[attr-defined]


@requires(SUPERVISE)
def cards(request: Request) -> HttpResponse:
    state = presenting.state_of(request)
    parts = [part.in_state(state).with_matter() for part in SupervisionCard.objects.parts_for(request.actor, SUPERVISE)]
    order = presenting.BY_DAY if state == "open" else presenting.NEWEST
    pages = keyset_page(parts, request.GET, order=order, not_null=("due_on",))
    return render_page(
        request,
        "oversight/supervision.html",
        pages=pages,
        lines=presenting.lines(pages.rows),
        tabs=presenting.tabs(state),
        state=state,
        today=clock.today(),
    )


@requires(SUPERVISE)
def behind(request: Request) -> HttpResponse:
    """List the cards behind a figure of a month."""
    month = month_of(request)
    department = Department.objects.with_keys([request.GET.get("department", "")[:60]]).first()
    account, rule = request.GET.get("official", ""), request.GET.get("rule", "")
    reached = SupervisionCard.objects.parts_for(request.actor, SUPERVISE)
    narrowed: dict[str, Any] = {
        "department": department.pk if department else None,
        "account": int(account) if account.isdecimal() and len(account) < 16 else None,
        "rule": rule if rule in wording.RULES else "",
    }
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    parts = [part.narrowed(**narrowed).arisen(month, last).with_matter() for part in reached]
    pages = keyset_page(parts, request.GET, order=presenting.NEWEST)
    return render_page(
        request,
        "oversight/behind.html",
        pages=pages,
        lines=presenting.lines(pages.rows),
        month=month,
        department=department,
        rule=wording.RULES.get(rule, ""),
        today=clock.today(),
    )


@requires(SUPERVISE)
def rules(request: Request) -> HttpResponse:
    """Show the rules in force, with the thresholds that the supervised never see."""
    found = [
        (
            wording.RULES.get(rule.key, rule.key),
            wording.GRADES[rule.grade],
            presenting.workdays(rule.answer_workdays),
            ", ".join(f"{name} = {value}" for name, value in rule.limits.items()),
            rule,
        )
        for rule in oversight.rules_in_force()
    ]
    growth = [
        (wording.GRADES[grade], wording.GRADES[step.to], presenting.workdays(step.answer_workdays))
        for grade in oversight_rules.GRADES
        if (step := oversight.terms().escalation(grade, clock.today()))
    ]
    return render_page(request, "oversight/rules.html", rules=found, growth=growth)


@requires(SUPERVISE)
def close(request: Request, uid: UUID) -> HttpResponse:
    found = _card(request, uid)
    form = CardCloseForm(request.POST or None)
    if presenting.is_done(request, form, partial(oversight.close, card=found), _("The card is closed.")):
        return redirect("desk:oversight:card", uid=uid)
    return _answered(request, found, form, _("Close the card"))


@requires(SUPERVISE)
def return_answer(request: Request, uid: UUID) -> HttpResponse:
    found = _card(request, uid)
    form = CardReasonForm(request.POST or None)
    if presenting.is_done(request, form, partial(oversight.return_answer, card=found), _("The answer was sent back.")):
        return redirect("desk:oversight:card", uid=uid)
    return _answered(request, found, form, _("Send the answer back"))


@requires(SUPERVISE)
def raise_card(request: Request, uid: UUID) -> HttpResponse:
    found = _card(request, uid)
    form = CardGradeForm(request.POST or None, above=found.grade)
    if presenting.is_done(
        request, form, partial(oversight.raise_by_hand, card=found), _("The card has a higher grade now.")
    ):
        return redirect("desk:oversight:card", uid=uid)
    return _answered(request, found, form, _("Raise to a higher grade"))


def month_of(request: Request) -> date:
    """Return the first day of the month that is asked for, of this one by default."""
    asked = request.GET.get("month", "")
    return date.fromisoformat(f"{asked}-01") if MONTH.fullmatch(asked) else clock.today().replace(day=1)


def _card(request: Request, uid: UUID) -> SupervisionCard:
    reached = SupervisionCard.objects.with_matter().filter(request.actor.within(SUPERVISE))
    found: SupervisionCard = identity.get_visible(reached, request.actor, "card", uid=uid)
    return found


def _answered(request: Request, found: SupervisionCard, form: forms.Form, action: str) -> HttpResponse:
    status = 422 if form.errors else 200
    line = presenting.line(found)
    return render_page(request, "oversight/act.html", card=found, line=line, form=form, action=action, status=status)

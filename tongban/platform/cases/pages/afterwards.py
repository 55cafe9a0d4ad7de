"""What an official may do about a decision afterwards: take it back, or note an objection and its result."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui import forms
from tongban.platform.cases import steps
from tongban.platform.cases.models import Case, Concern
from tongban.platform.cases.services import annulling, concerning, objecting

CAUSES = {
    "false-means": _("Obtained by deceit, bribery or other improper means"),
    "abuse": _("An official abused the office or neglected the duty"),
    "beyond-power": _("The decision went beyond the legal power of the office"),
    "wrong-procedure": _("The decision violated the legal procedure"),
    "unqualified": _("The applicant was not qualified or did not meet the conditions"),
    "other": _("Another case in which the law allows it"),
}
WAYS = {
    objecting.REVIEW: _("Administrative review"),
    objecting.LITIGATION: _("Lawsuit against the decision"),
}
RESULTS = {
    "maintained": _("The decision was upheld"),
    "dismissed": _("The objection was dismissed"),
    "withdrawn": _("The objection was withdrawn"),
    "struck": _("The decision was revoked; nothing has to be decided anew"),
    "changed": _("The decision was changed; a new one has to be made accordingly"),
    "anew": _("A new decision was ordered"),
}


class AfterwardsReason(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The applicant will read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnnulmentForm(AfterwardsReason):
    prefix = "annul-tell"
    cause = forms.ChoiceField(
        label=_("Why the decision is to be revoked"), choices=list(CAUSES.items()), widget=forms.RadioSelect
    )
    field_order = ("cause", "reason")


class AnnulForm(AfterwardsReason):
    prefix = "annul"


class DropForm(AfterwardsReason):
    prefix = "annul-drop"


class ObjectionForm(forms.Form):
    prefix = "objection"
    way = forms.ChoiceField(label=_("Way of the objection"), choices=list(WAYS.items()), widget=forms.RadioSelect)
    authority = forms.CharField(label=_("Body that decides about it"), max_length=100)
    file = forms.CharField(label=_("Number of the file"), max_length=80)


class ObjectionResultForm(AfterwardsReason):
    prefix = "objection-result"
    result = forms.ChoiceField(
        label=pgettext_lazy("objection", "Result"), choices=list(RESULTS.items()), widget=forms.RadioSelect
    )
    due_on = forms.DateField(
        label=_("Last day for the new decision"),
        help_text=_("Only where a new decision has to be made."),
        required=False,
    )
    field_order = ("result", "due_on", "reason")


class ConcernAnswerForm(forms.Form):
    prefix = "concern-answer"
    reason = forms.CharField(
        label=_("Answer to whoever objected"),
        help_text=_("It stands with the publication, and the applicant reads it too."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AfterStep(NamedTuple):
    """A step about a decision. possible: whether it is the time for it; label: of its button, kind: how that looks."""

    form: type[forms.Form]
    verb: Callable[..., Case]
    possible: Callable[[Case], bool]
    title: StrOrPromise
    note: StrOrPromise
    label: StrOrPromise
    kind: str = "primary"


def _may_tell(case: Case) -> bool:
    granted = steps.is_allowed("annulment_told", case.state) and case.outcome == "granted"
    return granted and not annulling.annulment_of(case).stage


def _may_annul(case: Case) -> bool:
    return steps.is_allowed("annulled", case.state) and annulling.annulment_of(case).stage in {"told", "answered"}


def _may_note(case: Case) -> bool:
    return steps.is_allowed("objection_noted", case.state) and objecting.objection_of(case) is None


def _may_end(case: Case) -> bool:
    return steps.is_allowed("objection_over", case.state) and objecting.objection_of(case) is not None


def _may_answer(case: Case) -> bool:
    allowed = steps.is_allowed("concern_answered", case.state)
    return allowed and Concern.objects.about(case).unanswered().exists()


STEPS: Mapping[str, AfterStep] = {
    "concern-answer": AfterStep(
        ConcernAnswerForm,
        concerning.answer_concern,
        _may_answer,
        _("Answer an objection to what is published"),
        _("The oldest first; what was said stands below, with name and contact."),
        _("Send the answer to the objection"),
    ),
    "annul-tell": AfterStep(
        AnnulmentForm,
        annulling.tell_annulment,
        _may_tell,
        _("Revoke the decision"),
        _("First the holder is told why, and heard. The licence stays valid until the decision to revoke."),
        _("Send the notice of revocation"),
        "danger",
    ),
    "annul": AfterStep(
        AnnulForm,
        annulling.annul,
        _may_annul,
        _("Decide to revoke"),
        _("Once the holder answered, or the time for it is over. Decision and licences end at once."),
        _("Revoke decision and licences"),
        "danger",
    ),
    "annul-drop": AfterStep(
        DropForm,
        annulling.drop_annulment,
        _may_annul,
        _("Let the decision stand"),
        _("Where the statement of the holder convinced, or the reason no longer exists."),
        _("Do not revoke"),
    ),
    "objection": AfterStep(
        ObjectionForm,
        objecting.note_objection,
        _may_note,
        _("Note an objection"),
        _("When the notice of a review body or a court arrives. The decision stays in force meanwhile."),
        _("Note the objection"),
    ),
    "objection-result": AfterStep(
        ObjectionResultForm,
        objecting.record_objection_result,
        _may_end,
        _("Result of the objection"),
        _(
            "Where the decision was revoked, the licences end at once; where a new one was ordered, the process begins "
            "anew."
        ),
        _("Note the result"),
    ),
}

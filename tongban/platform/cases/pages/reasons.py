"""The reason that an official gives for a step, and where the applicant reads it."""

from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui import forms

REASON = gettext_lazy("Reason")
IN_NOTICE = gettext_lazy("It will appear in the notice to the applicant.")
IN_DECISION = gettext_lazy("It will appear in the decision.")


def reason_field(
    *, label: StrOrPromise = REASON, read_in: StrOrPromise = IN_NOTICE, required: bool = True
) -> forms.CharField:
    """Return the question for a reason. read_in: where the applicant reads it."""
    return forms.CharField(
        label=label,
        help_text=read_in,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

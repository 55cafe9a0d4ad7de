"""An official declares a conflict and keeps out of a case."""

from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms


class ConflictForm(forms.Form):
    prefix = "conflict"
    reason = forms.CharField(
        label=gettext_lazy("What the conflict is"),
        help_text=gettext_lazy("It stays in the file; the applicant does not see it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

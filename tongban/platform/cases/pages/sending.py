"""What the window is asked when a file moves to the office that handles it, and what offices may be chosen."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages.reasons import reason_field
from tongban.platform.cases.services import offices
from tongban.platform.cases.services import sending as moving
from tongban.platform.catalogue.models import AreaOffice, Version
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places
from tongban.platform.workflow.models import Task

SEND, SIGN = moving.SEND, moving.SIGN
# Tasks of a file that moves, which whoever filed for the applicant does as well.
MOVING = (SEND, SIGN)
OWN = "own"  # the office that the definition names


class FileToSend(forms.Form):
    identity = forms.BooleanField(
        label=gettext_lazy("I compared the applicant with their identity document."),
        error_messages={"required": gettext_lazy("Compare the applicant with their identity document first.")},
    )
    originals = forms.BooleanField(
        label=gettext_lazy("I compared the materials with their originals."),
        error_messages={"required": gettext_lazy("Compare the materials with their originals first.")},
    )
    parcel = forms.CharField(
        label=gettext_lazy("Number of the parcel"),
        help_text=gettext_lazy("Only where papers go by post as well; everything else is there at once."),
        max_length=40,
        required=False,
    )


class TransferForm(forms.Form):
    """office: key of an office of another area, or OWN."""

    prefix = "transfer"
    office = forms.ChoiceField(label=gettext_lazy("Office that handles it"), widget=forms.RadioSelect)
    reason = reason_field()

    def __init__(self, offices: Sequence[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["office"].choices = offices  # type: ignore[attr-defined]


def choices(version: Version, chosen: str = "") -> list[dict[str, object]]:
    """Return the areas among which an applicant may choose, with their offices; [] where there is no choice."""
    found = [(department.area, department) for department in offices.choices(version)]
    chosen = chosen or (found[0][0] if found else "")
    return [
        {"area": area, "name": places.name_of(area), "office": department.title, "chosen": area == chosen}
        for area, department in found
    ]


def targets(case: Case) -> list[tuple[str, str]]:
    """Return the offices that this case may be transferred to, by their keys."""
    others = [(str(office.pk), office.department.title) for office in offices.elsewhere(case)]
    own: Department = case.version.service.department
    return [(OWN, own.title), *others] if case.area_office_id else others


def office_of(case: Case, key: str) -> AreaOffice | None:
    """Return the chosen office; None for the one that the definition names."""
    return next((office for office in offices.elsewhere(case) if str(office.pk) == key), None)


def task_of(case: Case) -> Task | None:
    """Return the window's task to send the file of a case it took in; None where it is sent or needs no sending."""
    return Task.objects.of(case.subject).open().kind(moving.SEND).first() if case.window_id else None


def sender_of(case: Case) -> str:
    return offices.sender_of(case)

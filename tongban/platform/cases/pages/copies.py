"""抄送: send a case to be read, and read what was sent."""

from typing import Any, cast

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import office
from tongban.platform.cases.pages.files import serve
from tongban.platform.cases.services.copying import READERS
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Copy


class CopyForm(forms.Form):
    prefix = "copy"
    department = forms.ChoiceField(label=gettext_lazy("Which department reads it"))
    name = forms.CharField(
        label=gettext_lazy("Name of the colleague"),
        help_text=gettext_lazy("Leave it empty to send it to everybody there who handles cases."),
        required=False,
        max_length=60,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why they are to read it"),
        help_text=gettext_lazy("It stands as the purpose wherever the applicant sees who read the case."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, sender: Department, data: Any = None) -> None:
        super().__init__(data)
        departments = Department.objects.working().in_order()
        self.known = {one.key: one for one in departments if identity.same_government(one, sender)}
        cast(forms.ChoiceField, self.fields["department"]).choices = [
            ("", pgettext("hand over", "Choose")),
            *((key, department.title) for key, department in self.known.items()),
        ]

    def clean_department(self) -> Department:
        return self.known[self.cleaned_data["department"]]


@requires(*READERS)
def show(request: Request, uid: str) -> HttpResponse:
    """Show a case to whom a copy was sent, and note that it was read, and why."""
    copy, case = _sent(request, uid)
    copy = workflow.read_copy(actor=request.actor, copy=copy)
    around = office.dossier(request, case, reason=copy.reason)
    around |= {"tasks": [], "may_afterwards": False, "may_change_limits": False, "deliverable": False}
    around["file_url"] = "desk:cases:copy_paper"
    return render_page(request, "cases/office/copy.html", copy=copy, **around)


@requires(*READERS)
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    copy, case = _sent(request, uid)
    asked = request.GET
    return serve(
        request.actor, case, document, inline="download" not in asked, small="small" in asked, reason=copy.reason
    )


def _sent(request: Request, uid: str) -> tuple[Copy, Case]:
    """Return the newest copy of a case that was sent to this official, and the case. Raises NotFound, noted."""
    case = Case.objects.submitted_by_people().with_related().filter(uid=uid).first()
    case = identity.must_find(case, request.actor, "case", uid)
    copy = Copy.objects.visible_to(request.actor).of(case.subject).last()
    return identity.must_find(copy, request.actor, "case", uid), case


routes = [
    path("copies/<slug:uid>/", show, name="copy"),
    path("copies/<slug:uid>/files/<uuid:document>/", paper, name="copy_paper"),
]

"""The forms with which an order goes on, at the desk and in the field, and the verb behind each."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui import forms
from tongban.platform.deadlines.services import UNITS
from tongban.platform.identity.models import Department
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import CrewTeam, OrderProposal, WorkOrder
from tongban.platform.workorders.rules import moves
from tongban.platform.workorders.services import TimeLimit

MAX_WORDS = 1000
# So many teams are offered; whoever has more gives orders to the department.
MAX_TEAMS = 200


def degrees(label: Any, most: int) -> forms.FloatField:
    """Return a field for a latitude or a longitude, which nobody has to fill in."""
    return forms.FloatField(label=label, required=False, min_value=-most, max_value=most)


def sentences_of(form: forms.Form) -> dict[str, list[str]]:
    """Return what is wrong with a form: field -> sentences, each with the name of its field where it has one."""
    return {
        name: [
            f"{form.fields[name].label}：{text}" if name in form.fields and form.fields[name].label else str(text)
            for text in texts
        ]
        for name, texts in form.errors.items()
    }


class ActForm(forms.Form):
    """What goes with a step: a reason or an answer, and the version that was looked at."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        label=pgettext_lazy("work order", "Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=MAX_WORDS
    )

    def __init__(self, move: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = moves.MOVES[move].words
        self.fields["words"].label = WORDS.get(move, self.fields["words"].label)

    @property
    def arguments(self) -> dict[str, Any]:
        """What the verb takes."""
        return {"words": self.cleaned_data["words"], "version": self.cleaned_data["version"]}


WORDS = {
    "dispatch": pgettext_lazy("work order", "Remark for the department"),
    "verify": pgettext_lazy("work order", "Remark"),
    "resume": pgettext_lazy("work order", "Remark"),
    "send_back": gettext_lazy("What is to be done again?"),
}


class DispatchForm(ActForm):
    department = forms.ModelChoiceField(
        label=pgettext_lazy("work order", "Department"), queryset=Department.objects.none(), to_field_name="key"
    )
    team = forms.ChoiceField(label=pgettext_lazy("work order", "Team"), required=False)
    field_order = ("version", "department", "team", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(one.uid): one for one in CrewTeam.objects.working().in_order()[:MAX_TEAMS]}
        named = [(key, f"{one.department.title} · {one.name}") for key, one in self.teams.items()]
        self.fields["team"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.of_the_house().working().in_order()  # type: ignore[attr-defined]

    @property
    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {**super().arguments, "department": given["department"], "team": self.teams.get(given["team"])}


class ExtendForm(ActForm):
    amount = forms.IntegerField(label=gettext_lazy("How much more time?"), min_value=1, max_value=400)
    unit = forms.ChoiceField(label=pgettext_lazy("work order", "Unit"), choices=list(UNITS.items()))
    field_order = ("version", "amount", "unit", "words")

    @property
    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {**super().arguments, "more": TimeLimit(given["amount"], given["unit"])}


class ProposalForm(forms.Form):
    """What a crew asks the dispatcher for."""

    kind = forms.ChoiceField(label=gettext_lazy("What do you ask for?"), choices=OrderProposal.Kind.choices)
    amount = forms.IntegerField(label=gettext_lazy("How much more time?"), required=False, min_value=1, max_value=400)
    unit = forms.ChoiceField(label=pgettext_lazy("work order", "Unit"), required=False, choices=list(UNITS.items()))
    words = forms.CharField(
        label=pgettext_lazy("work order", "Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=MAX_WORDS
    )

    @property
    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        more = TimeLimit(given["amount"], given["unit"]) if given["kind"] == "extend" and given["amount"] else None
        return {"kind": given["kind"], "words": given["words"], "more": more}


FORMS: Mapping[str, type[ActForm]] = {"dispatch": DispatchForm, "reroute": DispatchForm, "extend": ExtendForm}
# What is done at the desk; what belongs to the field is done there, with photographs and position.
VERBS: Mapping[str, Callable[..., WorkOrder]] = {
    "dispatch": workorders.dispatch,
    "reroute": workorders.reroute,
    "cancel": workorders.cancel,
    "hang_up": workorders.hang_up,
    "resume": workorders.resume,
    "extend": workorders.extend,
    "verify": workorders.verify,
    "send_back": workorders.send_back,
    "return": workorders.return_order,
}


def act(actor: Actor, order: WorkOrder, move: str, form: ActForm) -> WorkOrder:
    """Do what a form says."""
    return VERBS[move](actor=actor, order=order, **form.arguments)

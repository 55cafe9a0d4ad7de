"""What an official may do besides the task at hand: ways, each a form of its own on one page."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui import forms


class Way(NamedTuple):
    """One way, as cases/office/ways.html shows it.

    name      of its form, and the place on the page
    note      when it is taken, and what follows
    label     of its button; kind: "primary", or "danger" where there is no way back
    address   where the form is sent
    """

    name: str
    title: StrOrPromise
    note: StrOrPromise
    label: StrOrPromise
    kind: str
    address: str
    form: forms.Form


# Title, note and button of each way, and the name of its address; in the order of the page.
MOVES: Mapping[str, tuple[StrOrPromise, StrOrPromise, StrOrPromise, str]] = {
    "confirm": (
        gettext_lazy("You are the second officer"),
        gettext_lazy("Confirm that you do this together with the colleague who has the task. It counts only then."),
        gettext_lazy("I take part"),
        "confirm_second",
    ),
    "second": (
        gettext_lazy("Second officer"),
        gettext_lazy(
            "Two officers do this together. The second confirms here that they take part; the task can be finished "
            "only then."
        ),
        gettext_lazy("Name the second officer"),
        "second",
    ),
    "back": (
        gettext_lazy("Send back to an earlier step"),
        gettext_lazy(
            "What was done stays on record. Both time limits go on, and the applicant sees which step the case is at."
        ),
        gettext_lazy("Send back"),
        "send_back",
    ),
    "hand": (
        gettext_lazy("Hand over to a colleague"),
        gettext_lazy("Only those who may do this task are listed. It lies with them, claimed."),
        gettext_lazy("Hand over"),
        "hand_over",
    ),
    "pass": (
        gettext_lazy("Pass on to another department"),
        gettext_lazy("Where another department has to do this. From now on it takes part in the case and reads it."),
        gettext_lazy("Pass on"),
        "pass_on",
    ),
    "sign": (
        gettext_lazy("Ask for another signature"),
        gettext_lazy(
            "Whoever is asked gives an opinion as you do; the step is finished once the rule of its signatures is met. "
            "A department that is asked reads the case from now on."
        ),
        gettext_lazy("Ask to sign"),
        "sign_too",
    ),
    "less": (
        gettext_lazy("Take away a signature that was asked for"),
        gettext_lazy(
            "Only signatures that were asked for besides and are not given yet. That they were asked for stays on "
            "record."
        ),
        pgettext_lazy("signature", "Take away"),
        "no_longer",
    ),
    "copy": (
        gettext_lazy("Send a copy"),
        gettext_lazy("They can read this case and nothing else; nothing has to be done, and nothing waits for it."),
        gettext_lazy("Send a copy"),
        "send_copy",
    ),
}

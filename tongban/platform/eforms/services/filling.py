"""Fill in a form step by step: what was sent for a step, what is kept of it, and where it goes on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, Refusal
from tongban.infrastructure.ui.forms import sent_revision
from tongban.platform.eforms.models import FilledForm
from tongban.platform.eforms.services.forms import Form
from tongban.platform.eforms.services.prefilling import hold

# For all answers of a form together: many times what the longest form holds.
MAX_ANSWERS_KB = 256
LATER = "later"  # name of a button


class TooMuchText(Refusal):
    status = 422
    message = _("Together the answers contain more than %(most)s KB. Shorten the longest; submit long texts as files.")


@dataclass(frozen=True)
class SentStep:
    """What a browser sent for a step; see `sent_step`.

    typed      the answers of the step, with the registers' in their place; None empties one
    answers    all answers of the form, with these
    errors     question -> sentences; nothing is judged of a step that is shown again
    revision   of the form that the page showed; 0, which none has, where it says nothing sensible
    again      shown again before anything is judged or kept: for a new row, or a question that follows from an answer
    later      whoever fills it in goes on another time
    """

    step: str
    typed: Mapping[str, Any]
    answers: Mapping[str, Any]
    errors: Mapping[str, list[str]]
    revision: int
    again: bool
    later: bool

    def next(self, steps: Sequence[str]) -> str:
        """Return the step at which it goes on, of these: this one where something is wrong or comes later."""
        return self.step if self.errors or self.later else step_after(steps, self.step)


def sent_step(form: Form, filled: FilledForm, step: str, sent: Any) -> SentStep:
    """Read what was sent for a step of a form. Raises UnknownStep.

    sent   request.POST
    """
    typed = hold(form, filled, form.read(step, sent))
    answers = {**filled.answers, **typed}
    later = LATER in sent
    again = form.needs_reload(step, sent, answers) and not later
    return SentStep(
        step=step,
        typed=typed,
        answers=answers,
        errors={} if again else form.problems(answers, step),
        revision=sent_revision(sent),
        again=again,
        later=later,
    )


def fill(form: Form, held: FilledForm, answers: Mapping[str, Any], *, revision: int, step: str = "") -> None:
    """Put the answers of a step in a form that is held for this transaction; the room saves it.

    None empties an answer; what is a register's answer stays that. Nothing is taken where one cannot be an answer.

    step   where it goes on
    Raises Conflict, Invalid, TooMuchText.
    """
    if held.revision != revision:
        raise Conflict()
    held.step = step or held.step
    put(form, held, answers)
    raise_revision(held)


def put(form: Form, filled: FilledForm, answers: Mapping[str, Any]) -> None:
    """Put answers in a form that nobody else has seen yet. Raises Invalid, TooMuchText."""
    must_be_plausible(form, filled, answers)
    answers = hold(form, filled, answers)
    changed = {name for name, value in answers.items() if filled.answers.get(name) != value}
    filled.answers = {**filled.answers, **answers}
    # An offer that was not taken is forgotten; what a register says stays beside the answer.
    filled.sources = {
        name: source for name, source in filled.sources.items() if "register" in source or name not in changed
    }


def raise_revision(held: FilledForm) -> None:
    """Say that the form was changed now, so that whoever has an older one on the screen is refused."""
    held.updated_at = clock.now()
    held.revision += 1


def must_be_plausible(form: Form, filled: FilledForm, answers: Mapping[str, Any]) -> None:
    """Raise Invalid where one of these can be no answer of this form, TooMuchText where they are too long together."""
    if wrong := form.implausible(answers):
        raise Invalid(wrong)
    whole = json.dumps({**filled.answers, **answers}, ensure_ascii=False)
    if len(whole.encode(errors="replace")) > MAX_ANSWERS_KB * 1024:
        raise TooMuchText(most=MAX_ANSWERS_KB)


def step_after(steps: Sequence[str], step: str) -> str:
    """Return the step that follows one of these; the last where none does, the first of one that is not among them."""
    return steps[min(steps.index(step) + 1, len(steps) - 1)] if step in steps else steps[0]


def step_left(steps: Sequence[str], filled: FilledForm) -> str:
    """Return the step at which a form was left; the first of a new one."""
    return filled.step if filled.step in steps else steps[0]


def progress(steps: Sequence[tuple[str, str, str]], current: str) -> list[dict[str, str]]:
    """Return what `eforms/part/steps.html` shows: title, url, state of each step.

    steps   key, title and url of each, those of the room's own after those of the form
    """
    keys = [key for key, _title, _url in steps]
    at = keys.index(current) if current in keys else 0
    return [
        {"title": title, "url": url, "state": "done" if index < at else "current" if index == at else "todo"}
        for index, (_key, title, url) in enumerate(steps)
    ]

"""Draw the questions of a step."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from tongban.platform.eforms import services as eforms

register = template.Library()


@register.inclusion_tag("eforms/step.html")
def eform_step(
    form: eforms.Form,
    step: eforms.Step | str,
    answers: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]] | None = None,
    sources: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    alone: bool = True,
) -> dict[str, Any]:
    """Draw error summary, heading, and all questions of a step; <form>, token and buttons are the page's.

    {% eform_step form step answers errors sources %}

    alone   False where the page shows several steps: it then draws one summary itself, with the prefix "q-":
            {% include "ui/errors.html" with errors=errors prefix="q-" only %}
    """
    if isinstance(step, str):
        step = form.step(step, answers)
    questions = eforms.questions(form, step, answers, errors, sources, alone=alone)
    paths = {path for question in questions for path in _paths(question)}
    summary: dict[str, list[str]] = {}
    for path, texts in (errors or {}).items():
        # What has no control on this page is told without a link.
        summary.setdefault(path if path in paths else "", []).extend(texts)
    return {
        "step": step,
        "alone": alone,
        "part": eforms.part_of(step),
        "errors": summary if alone else {},
        "questions": questions,
        "shown": " ".join(question.path for question in questions),
        "has_table": any(question.control == "table" for question in questions),
    }


def _paths(question: eforms.Question) -> list[str]:
    return [question.path, *(cell.path for row in question.rows for cell in row.cells)]

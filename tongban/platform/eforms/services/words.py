"""Write answers in the reader's language."""

from typing import Any

from django.utils.translation import gettext, pgettext

from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.eforms.rules import showing
from tongban.platform.eforms.rules.layout import Field


def line(field: Field, value: Any) -> str:
    """Return one answer as one line of text, in the reader's language."""
    return showing.line(field, value, words())


def differs_from_register(what: str, registered: str) -> str:
    """Say that the register has another value than the answer."""
    return gettext("Differs from the register: “%(what)s” is registered as %(registered)s.") % {
        "what": what,
        "registered": registered,
    }


def words() -> showing.AnswerWords:
    """Return words and marks between them, in the reader's language."""
    return showing.AnswerWords(
        yes=pgettext("answer", "Yes"),
        no=pgettext("answer", "No"),
        between=pgettext("between the cells of a row", "; "),
        after_label=pgettext("after the label of a cell", ": "),
        day=ui.day,
        comma=pgettext("between chosen answers", ", "),
    )

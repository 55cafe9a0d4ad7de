"""What rules, grades and findings are called. Sentences about what happened never name a threshold."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise

GRADES: Mapping[str, StrOrPromise] = {
    "notice": pgettext_lazy("grade of a card", "Notice"),
    "yellow": pgettext_lazy("grade of a card", "Yellow card"),
    "red": pgettext_lazy("grade of a card", "Red card"),
    "advice": pgettext_lazy("grade of a card", "Formal supervision advice"),
}
# The colour of a light that goes with a grade; the word says it as well.
COLOURS = {"notice": "grey", "yellow": "yellow", "red": "red", "advice": "red"}
RULES: Mapping[str, StrOrPromise] = {
    "due-soon": pgettext_lazy("rule of supervision", "Due soon"),
    "overdue": pgettext_lazy("rule of supervision", "Promised time exceeded"),
    "overdue-law": pgettext_lazy("rule of supervision", "Statutory time exceeded"),
    "step-overdue": pgettext_lazy("rule of supervision", "Step overdue"),
    "deemed-accepted": pgettext_lazy("rule of supervision", "Deemed accepted for want of an answer"),
    "second-supplement": pgettext_lazy("rule of supervision", "Supplement requested more than once"),
    "refused-without-reason": pgettext_lazy("rule of supervision", "Refused without a reason"),
    "in-seconds": pgettext_lazy("rule of supervision", "Decided within seconds"),
    "out-of-hours": pgettext_lazy("rule of supervision", "Decided outside working hours"),
    "queue-jumping": pgettext_lazy("rule of supervision", "Taken before older applications"),
    "discretion": pgettext_lazy("rule of supervision", "Departs from the standard of discretion"),
    "conflict": pgettext_lazy("rule of supervision", "Conflict of roles or interests"),
    "bulk-export": pgettext_lazy("rule of supervision", "Bulk export"),
    "reads-without-case": pgettext_lazy("rule of supervision", "Read without handling"),
    "order-overdue": pgettext_lazy("rule of supervision", "Supervision order not answered"),
}
KINDS: Mapping[str, StrOrPromise] = {
    "raised": pgettext_lazy("step of a card", "Card raised"),
    "repeated": pgettext_lazy("step of a card", "Found again"),
    "escalated": pgettext_lazy("step of a card", "Escalated: not answered in time"),
    "raised_by_hand": pgettext_lazy("step of a card", "Raised to a higher grade"),
    "answered": pgettext_lazy("step of a card", "Answered"),
    "returned": pgettext_lazy("step of a card", "Answer sent back"),
    "closed": pgettext_lazy("step of a card", "Card closed"),
    "settled": pgettext_lazy("step of a card", "Over by itself"),
}
DONE: Mapping[str, StrOrPromise] = {
    "submitted": pgettext_lazy("what somebody did", "filed the application"),
    "accepted": pgettext_lazy("what somebody did", "accepted the case"),
    "not_accepted": pgettext_lazy("what somebody did", "declined to accept it"),
    "supplement_requested": pgettext_lazy("what somebody did", "requested a supplement"),
    "opinion_given": pgettext_lazy("what somebody did", "gave an opinion"),
    "granted": pgettext_lazy("what somebody did", "granted it"),
    "refused": pgettext_lazy("what somebody did", "refused it"),
}


def said_of(rule: str, one: Mapping[str, Any]) -> str:
    """Return the sentence about one occurrence of a card."""
    sentence = _SENTENCES.get(rule)
    return sentence(one) if sentence else ""


def lasted(time: timedelta) -> str:
    """Return a time in words, in the largest unit of which there is at least one."""
    minutes = time / timedelta(minutes=1)
    if minutes >= 24 * 60:
        return _("%(number)s d") % {"number": f"{minutes / 24 / 60:.1f}"}
    if minutes >= 60:
        return _("%(number)s h") % {"number": f"{minutes / 60:.1f}"}
    return _("%(number)s min") % {"number": f"{minutes:.0f}"}


def _day(text: object) -> str:
    return date_format(date.fromisoformat(str(text)), "DATE_FORMAT")


def _done(one: Mapping[str, Any], name: str = "kind") -> str:
    return str(DONE.get(str(one.get(name)), one.get(name)))


def _seconds(one: Mapping[str, Any]) -> str:
    words = {"seconds": one["seconds"], "what": _done(one)}
    return _("%(seconds)s seconds after having the task before them, the official %(what)s.") % words


def _hours(one: Mapping[str, Any]) -> str:
    at = date_format(datetime.fromisoformat(one["at"]), "DATETIME_FORMAT")
    return _("The official %(what)s on %(at)s.") % {"what": _done(one), "at": at}


def _jumped(one: Mapping[str, Any]) -> str:
    said = ngettext(
        "An older application for the same service still waited: %(numbers)s.",
        "%(cases)s older applications for the same service still waited: %(numbers)s.",
        one["cases"],
    )
    return said % {"cases": one["cases"], "numbers": pgettext("between items", ", ").join(one["numbers"])}


def _discretion(one: Mapping[str, Any]) -> str:
    if against := one.get("against"):
        return _("The decision departs from: %(opinions)s.") % {
            "opinions": pgettext("between items", ", ").join(against)
        }
    words = {"said": _outcome(one["said"]), "decided": _outcome(one["decided"])}
    return _("The decision table says “%(said)s”; decided was “%(decided)s”.") % words


def _outcome(text: str) -> str:
    return {"granted": _("grant"), "refused": _("refuse")}.get(text, text)


def _conflict(one: Mapping[str, Any]) -> str:
    if one.get("own"):
        return _("The official %(what)s in a matter of their own or of whom they represent.") % {"what": _done(one)}
    words = {"earlier": _done(one, "earlier"), "what": _done(one)}
    return _("The same person %(earlier)s and %(what)s.") % words


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "due-soon": lambda one: _("Promised for %(day)s.") % {"day": _day(one["due_on"])},
    "overdue": lambda one: _("Promised for %(day)s and not decided by then.") % {"day": _day(one["due_on"])},
    "overdue-law": lambda one: _("By law due on %(day)s and not decided by then.") % {"day": _day(one["due_on"])},
    "step-overdue": lambda one: _("“%(step)s” was due on %(day)s.") % {"step": one["step"], "day": _day(one["due_on"])},
    "deemed-accepted": lambda one: _("Nobody answered the application in time, so the law holds it accepted."),
    "second-supplement": lambda one: _("This was request number %(number)s in this case.") % one,
    "refused-without-reason": lambda one: _("The decision gives no reason that says anything."),
    "in-seconds": _seconds,
    "out-of-hours": _hours,
    "queue-jumping": _jumped,
    "discretion": _discretion,
    "conflict": _conflict,
    "bulk-export": lambda one: _("%(number)s cases were exported on this day.") % one,
    "reads-without-case": lambda one: (
        _("%(number)s files were opened on this day in which the official did nothing.") % one
    ),
    "order-overdue": lambda one: _("The order “%(order)s” was not answered in time.") % one,
}

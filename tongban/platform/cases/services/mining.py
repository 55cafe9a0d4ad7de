"""How cases of a service really go: what follows what, how long it takes, which ways are taken, what is done twice."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.cases import rules
from tongban.platform.cases.models import Action, Case
from tongban.platform.catalogue.models import Version

MAX_VARIANTS = 20
# What changes nothing about the way a case takes, and what the calendar does after its end.
SIDE = (
    "facts_renewed",
    "calendar_changed",
    "limits_changed",
    "promise_changed",
    "reminded",
    "fee_reminded",
    "archived",
    "recused",
    "version_switched",
    "handed_over",
    "passed_on",
    "office_succeeded",
    "signer_added",
    "signer_taken_away",
    "copy_sent",
    "step_skipped",
    "given_to_head",
    "second_named",
    "second_confirmed",
    "anew_limited",
)

# What steps are called in a picture, where their words in the timeline name days and people.
NAMES: dict[str, StrOrPromise] = {
    "submitted": pgettext_lazy("step of a process", "Submitted"),
    "supplement_requested": pgettext_lazy("step of a process", "Supplement requested"),
    "supplemented": pgettext_lazy("step of a process", "Supplemented"),
    "accepted": pgettext_lazy("step of a process", "Accepted"),
    "deemed_accepted": pgettext_lazy("step of a process", "Deemed accepted"),
    "not_accepted": pgettext_lazy("step of a process", "Not accepted"),
    "advice_asked": pgettext_lazy("step of a process", "Advice asked"),
    "advice_missing": pgettext_lazy("step of a process", "No advice in time"),
    "extended": pgettext_lazy("step of a process", "Extended"),
    "visit_proposed": pgettext_lazy("step of a process", "Visit proposed"),
    "visit_agreed": pgettext_lazy("step of a process", "Visit agreed"),
    "visit_countered": pgettext_lazy("step of a process", "Another time proposed"),
    "procedure_begun": pgettext_lazy("step of a process", "Special procedure begun"),
    "procedure_ended": pgettext_lazy("step of a process", "Special procedure ended"),
    "sent_back": pgettext_lazy("step of a process", "Sent back"),
    "opinion_taken_back": pgettext_lazy("step of a process", "Opinion taken back"),
    "granted": pgettext_lazy("step of a process", "Granted"),
    "deemed_granted": pgettext_lazy("step of a process", "Deemed extended"),
    "refused": pgettext_lazy("step of a process", "Refused"),
    "completed": pgettext_lazy("step of a process", "Completed"),
    "person_asked_for": pgettext_lazy("step of a process", "Person asked for"),
    "fee_charged": pgettext_lazy("step of a process", "Fee charged"),
    "fee_paid": pgettext_lazy("step of a process", "Fee paid"),
    "fee_lapsed": pgettext_lazy("step of a process", "Fee not paid in time"),
    "fee_refunded": pgettext_lazy("step of a process", "Fee refunded"),
    "withdrawn": pgettext_lazy("step of a process", "Withdrawn"),
    "lapsed": pgettext_lazy("step of a process", "Lapsed"),
    "deferral_promised": pgettext_lazy("step of a process", "Deferral promised"),
    "deferral_begun": pgettext_lazy("step of a process", "Deferral begun"),
    "deferral_ended": pgettext_lazy("step of a process", "Deferred materials brought"),
    "deemed_withdrawn": pgettext_lazy("step of a process", "Deemed withdrawn"),
    "hearing_offered": pgettext_lazy("step of a process", "Right to a hearing told"),
    "hearing_asked": pgettext_lazy("step of a process", "Hearing asked for"),
    "hearing_waived": pgettext_lazy("step of a process", "Hearing waived"),
    "hearing_called": pgettext_lazy("step of a process", "Invited to the hearing"),
    "hearing_held": pgettext_lazy("step of a process", "Hearing held"),
    "commitment_made": pgettext_lazy("step of a process", "Commitment made"),
    "commitment_kept": pgettext_lazy("step of a process", "Commitment found true"),
    "revoked": pgettext_lazy("step of a process", "Revoked"),
    "terminated": pgettext_lazy("step of a process", "Terminated"),
    "forwarded": pgettext_lazy("step of a process", "Forwarded"),
    "annulment_told": pgettext_lazy("step of a process", "Revocation told"),
    "annulment_answered": pgettext_lazy("step of a process", "Statement against the revocation"),
    "annulment_dropped": pgettext_lazy("step of a process", "Revocation dropped"),
    "annulled": pgettext_lazy("step of a process", "Revoked by the office"),
    "follow_up_opened": pgettext_lazy("step of a process", "Follow-up inspection"),
    "follow_up_kept": pgettext_lazy("step of a process", "Conditions found met"),
    "follow_up_broken": pgettext_lazy("step of a process", "Conditions found broken"),
    "application_published": pgettext_lazy("step of a process", "Application published"),
    "decision_published": pgettext_lazy("step of a process", "Decision published"),
    "concern_raised": pgettext_lazy("step of a process", "Objection of somebody concerned"),
    "concern_answered": pgettext_lazy("step of a process", "Objection answered"),
    "objection_noted": pgettext_lazy("step of a process", "Objection noted"),
    "objection_over": pgettext_lazy("step of a process", "Objection over"),
    "decision_struck": pgettext_lazy("step of a process", "Revoked after an objection"),
    "decision_reopened": pgettext_lazy("step of a process", "To be decided anew"),
    "file_sent": pgettext_lazy("step of a process", "File sent"),
    "file_received": pgettext_lazy("step of a process", "File signed for"),
    "transferred": pgettext_lazy("step of a process", "Transferred"),
    "delivered": pgettext_lazy("step of a process", "Delivered"),
}

# The rows that all three questions stand on: each action of each case under the name of its step. An opinion is known
# by the task it was given for, everything else by its kind.
_STEPS = """
WITH done AS (
    SELECT a.case_id, a.id, a.at,
           CASE WHEN a.kind = 'opinion_given' THEN COALESCE(a.data ->> 'task', a.kind) ELSE a.kind END AS step,
           CASE WHEN a.kind = 'opinion_given' THEN COALESCE(a.data ->> 'title', '') ELSE '' END AS title
      FROM {actions} a
     WHERE a.case_id IN ({cases}) AND a.kind NOT IN ({side})
)"""
_ARCS = """,
arcs AS (
    SELECT step, at, LEAD(step) OVER of_case AS next, LEAD(at) OVER of_case AS next_at
      FROM done WINDOW of_case AS (PARTITION BY case_id ORDER BY id)
),
timed AS (SELECT step, next, {seconds} AS seconds FROM arcs WHERE next IS NOT NULL),
ranked AS (
    SELECT step, next, seconds,
           ROW_NUMBER() OVER (PARTITION BY step, next ORDER BY seconds) AS place,
           COUNT(*) OVER (PARTITION BY step, next) AS times
      FROM timed
)
SELECT step, next, MAX(times), AVG(CASE WHEN place IN ((times + 1) / 2, (times + 2) / 2) THEN seconds END)
  FROM ranked GROUP BY step, next ORDER BY 3 DESC, step, next"""
_NODES = """,
counted AS (SELECT step, case_id, MAX(title) AS title, COUNT(*) AS times FROM done GROUP BY step, case_id)
SELECT step, MAX(title), SUM(times), COUNT(*), SUM(CASE WHEN times > 1 THEN 1 ELSE 0 END)
  FROM counted GROUP BY step ORDER BY 3 DESC, step"""
_VARIANTS = """,
ways AS (
    SELECT case_id, at, ROW_NUMBER() OVER (PARTITION BY case_id ORDER BY id DESC) AS from_end,
           MIN(at) OVER (PARTITION BY case_id) AS first_at,
           {joined}(step, '>') OVER (PARTITION BY case_id ORDER BY id) AS way
      FROM done
),
timed AS (SELECT way, {lasted} AS seconds FROM ways WHERE from_end = 1),
ranked AS (
    SELECT way, seconds, ROW_NUMBER() OVER (PARTITION BY way ORDER BY seconds) AS place,
           COUNT(*) OVER (PARTITION BY way) AS times
      FROM timed
)
SELECT way, MAX(times), AVG(CASE WHEN place IN ((times + 1) / 2, (times + 2) / 2) THEN seconds END)
  FROM ranked GROUP BY way ORDER BY 2 DESC, way"""

# How the cases of each version of the definition went: how many, decided, asked for a supplement, how long it took.
_VERSIONS = """,
went AS (
    SELECT case_id, MIN(at) AS began,
           MAX(CASE WHEN step IN ('granted', 'refused', 'deemed_granted') THEN at END) AS decided,
           MAX(CASE WHEN step = 'supplement_requested' THEN 1 ELSE 0 END) AS asked
      FROM done GROUP BY case_id
),
timed AS (
    SELECT v.number, w.asked, w.decided, {decided} AS seconds
      FROM went w JOIN {case} c ON c.id = w.case_id JOIN {version} v ON v.id = c.version_id
),
ranked AS (
    SELECT number, asked, decided, seconds,
           ROW_NUMBER() OVER (PARTITION BY number, decided IS NULL ORDER BY seconds) AS place,
           COUNT(*) OVER (PARTITION BY number, decided IS NULL) AS times
      FROM timed
)
SELECT number, COUNT(*), COUNT(decided), SUM(asked),
       AVG(CASE WHEN decided IS NOT NULL AND place IN ((times + 1) / 2, (times + 2) / 2) THEN seconds END)
  FROM ranked GROUP BY number ORDER BY number DESC"""


@dataclass(frozen=True)
class StepCount:
    """One step of the way: how often it was done, in how many cases, and in how many of them more than once.

    key, title   a kind of action; or the key of a task, and what the office calls it
    """

    key: str
    title: str
    times: int
    cases: int
    repeated: int


@dataclass(frozen=True)
class StepArc:
    """What directly followed a step. median: the time between the two, half of all took less."""

    source: str
    target: str
    times: int
    median: timedelta


@dataclass(frozen=True)
class WayTaken:
    """One way that cases took, step by step. median: from the first step to the last."""

    steps: tuple[str, ...]
    cases: int
    median: timedelta


@dataclass(frozen=True)
class VersionOutcome:
    """How the cases of one version of the definition went. median: from the first step to the decision, or None."""

    number: int
    cases: int
    decided: int
    supplements: int
    median: timedelta | None


@dataclass(frozen=True)
class MinedProcess:
    """What the actions of cases say about a process.

    cases, ended   how many there are, and how many of them are closed
    ways           the most frequent ones, MAX_VARIANTS at most; of how many: all_ways
    versions       by version of the definition that they are held to, the newest first
    """

    cases: int
    ended: int
    steps: tuple[StepCount, ...]
    arcs: tuple[StepArc, ...]
    ways: tuple[WayTaken, ...]
    all_ways: int
    versions: tuple[VersionOutcome, ...]


def mined(*, service: str, first: date, last: date, reach: Q) -> MinedProcess:
    """Return how the cases of a service went that were received in these days.

    reach   which of them the reader may count, as a condition on `Case` with its columns department and area
    """
    found = Case.objects.for_service(service).submitted_by_people().filter(reach)
    found = found.filter(received_on__gte=first, received_on__lte=last)
    ended = found.filter(state__in=rules.CLOSED)
    ways = _asked(found, _VARIANTS)
    return MinedProcess(
        cases=found.count(),
        ended=ended.count(),
        steps=tuple(
            StepCount(key, title or _name(key), *map(int, counts)) for key, title, *counts in _asked(found, _NODES)
        ),
        arcs=tuple(
            StepArc(source, target, int(times), timedelta(seconds=float(seconds or 0)))
            for source, target, times, seconds in _asked(found, _ARCS)
        ),
        ways=tuple(
            WayTaken(tuple(way.split(">")), int(times), timedelta(seconds=float(seconds or 0)))
            for way, times, seconds in ways[:MAX_VARIANTS]
        ),
        all_ways=len(ways),
        versions=tuple(
            VersionOutcome(
                int(number), int(all_), int(decided), int(asked), seconds and timedelta(seconds=float(seconds))
            )
            for number, all_, decided, asked, seconds in _asked(found, _VERSIONS)
        ),
    )


def _name(kind: str) -> str:
    """Return what a kind of step is called; one of an earlier edition by its own word."""
    return str(NAMES.get(kind, kind))


def _asked(found: Any, question: str) -> list[tuple[Any, ...]]:
    """Ask one of the questions above; the two databases differ in how they subtract moments and join words."""
    try:
        cases, values = found.order_by().values("pk").query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # nothing can be among them, so that there is nothing to ask
        return []
    if connection.vendor == "postgresql":
        minus, joined = "EXTRACT(EPOCH FROM ({1} - {0}))", "STRING_AGG"
    else:
        minus, joined = "((JULIANDAY({1}) - JULIANDAY({0})) * 86400)", "GROUP_CONCAT"
    sql = (_STEPS + question).format(
        actions=connection.ops.quote_name(Action._meta.db_table),
        cases=cases,
        side=", ".join(["%s"] * len(SIDE)),
        seconds=minus.format("at", "next_at"),
        lasted=minus.format("first_at", "at"),
        decided=minus.format("w.began", "w.decided"),
        case=connection.ops.quote_name(Case._meta.db_table),
        version=connection.ops.quote_name(Version._meta.db_table),
        joined=joined,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *SIDE])
        return list(cursor.fetchall())

"""What a house that was killed again and again must have kept: asked in its environment, answered in lines of JSON.

python -m tests.faults.invariants       reads lines: "invariants" asks what is wrong and what is there, "rest" whether
                                      something is still to be done
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import django
from django.apps import apps
from django.conf import settings

if not apps.ready:  # run by itself, not imported by a test of what it sees
    django.setup()

from tests.faults import trust_invariants
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.storage.models import Blob
from tongban.platform.cases import services as cases
from tongban.platform.cases import steps
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import acting, plan
from tongban.platform.codes import services as codes
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.payments import services as payments
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Instance, Task

ONCE = ("submitted", "accepted", "granted", "refused", "completed")
# A file moves on, and arrives.
MOVED = ("file_sent", "transferred", "file_received")
RUNNING = {"submitted", "supplement", "accepted"}


def main() -> None:
    questions = {"invariants": found, "rest": at_rest}
    for line in sys.stdin:
        print(json.dumps(questions[line.strip()](), ensure_ascii=False), flush=True)


def at_rest() -> bool:
    """Say whether every case that was handed in is at its end, and nothing waits to be done."""
    under_way = Case.objects.exclude(state__in=("draft", "completed"))
    return not under_way.exists() and next(unfinished(), None) is None


def found() -> dict[str, Any]:
    handed_in = list(Case.objects.exclude(state="draft").select_related("version__service", "department"))
    problems = [f"{case.number}: {problem}" for case in handed_in for problem in problems_of(case)]
    problems += [f"job {job.task} {job.lane} is {job.state}: {job.error[-300:]}" for job in unfinished()]
    problems += lost_files()
    problems += payments.books_agree()
    problems += trust_invariants.problems()
    return {
        "problems": problems,
        "numbers": sorted(str(case.number) for case in handed_in),
        "states": Counter(case.state for case in handed_in),
        "letters": Letter.objects.count(),
        "licences": Licence.objects.filter(subject__startswith="case:").count(),
        "facts": Fact.objects.count(),
        "jobs": Job.objects.filter(state="done").count(),
    }


def problems_of(case: Case) -> Iterator[str]:
    actions = list(Action.objects.filter(case=case).order_by("pk"))
    kinds = Counter(action.kind for action in actions)
    told = Counter(fact.name for fact in Fact.objects.filter(subject=case.subject))
    for kind in ONCE:
        if kinds[kind] > 1:
            yield f"{kind} {kinds[kind]} times"
        event = steps.STEPS[kind].event.__name__
        if kinds[kind] and told[f"cases.{event}"] != 1:
            yield f"{kind}, but {told[f'cases.{event}']} facts {event}"
    yield from moves_of(case, kinds, told)
    opinions = Counter(place_of(action) for action in actions if action.kind == "opinion_given")
    again = given_again(actions)
    yield from (
        f"{count} opinions of {task} {branch}"
        for (task, branch), count in opinions.items()
        if count != 1 + again[task, branch]
    )
    if told["cases.OpinionGiven"] != sum(opinions.values()):
        yield "opinions and their facts differ"
    yield from (f"{line['name']} is missing" for line in cases.checklist(case).missing)
    yield from papers_of(case, actions, told)
    yield from process_of(case, kinds)
    yield from notices_of(case)
    status = steps.project(
        [(action.kind, action.on) for action in actions], plan.of(case.version).limits, codes.calendar()
    )
    if asdict(status) != asdict(acting.status_of(case)):
        yield f"the row is not the projection of its actions: {status}"


def place_of(action: Action) -> tuple[str, str]:
    """Return where an opinion was given: the task, and the branch of whoever signs it with others."""
    return action.data["task"], action.data.get("branch", "")


def given_again(actions: Iterable[Action]) -> Counter[tuple[str, str]]:
    """Count how often an opinion had to be given anew: it was taken back, or the case sent back before it."""
    standing: set[tuple[str, str]] = set()
    again: Counter[tuple[str, str]] = Counter()
    for action in actions:
        gone: set[tuple[str, str]] = set()
        if action.kind == "opinion_given":
            standing.add(place_of(action))
        elif action.kind == "opinion_taken_back":
            gone = {place_of(action)} & standing
        elif action.kind == "sent_back":
            gone = {place for place in standing if place[0] in action.data["again"]}
        again.update(gone)
        standing -= gone
    return again


def papers_of(case: Case, actions: list[Action], told: Counter[str]) -> Iterator[str]:
    written = list(Letter.objects.about(case.subject))
    due = [action for action in actions if steps.STEPS[action.kind].letter]
    if sorted(letter.occasion for letter in written) != sorted(action.occasion for action in due):
        yield f"{len(written)} letters for {len(due)} actions that need one"
    if told["letters.LetterIssued"] != len(written):
        yield f"{told['letters.LetterIssued']} facts for {len(written)} letters"
    yield from (problem for letter in written for problem in seals_of(letter))
    licences = Licence.objects.filter(subject=case.subject).count()
    wanted = int(case.outcome == "granted" and not plan.of(case.version).answers_by_letter)
    if licences != wanted:
        yield f"{licences} licences instead of {wanted}"
    if case.state in {"granted", "refused"}:
        yield "decided, but its result never came"


def seals_of(letter: Letter) -> Iterator[str]:
    """Yield what is wrong with the seal of a letter: with a time-stamping authority, none goes without its stamp."""
    verdict = seals.examine(storage.read(letter.document.blob))
    yield from (f"{letter.title}: {problem}" for problem in verdict.problems)
    if settings.SEALS_TSA and verdict.stamped_at is None:
        yield f"{letter.title} was sealed without a stamp"


def moves_of(case: Case, kinds: Counter[str], told: Counter[str]) -> Iterator[str]:
    """Yield what is wrong with the ways of a file between offices: each is told once, and what left has arrived."""
    for kind in MOVED:
        event = steps.STEPS[kind].event.__name__
        if told[f"cases.{event}"] != kinds[kind]:
            yield f"{kind} {kinds[kind]} times, but {told[f'cases.{event}']} facts {event}"
    if kinds["file_sent"] > bool(case.window_id):
        yield f"its file was sent {kinds['file_sent']} times"
    on_its_way = kinds["file_sent"] + kinds["transferred"] - kinds["file_received"]
    if on_its_way < 0 or (on_its_way and case.state == "completed"):
        yield f"its file left {kinds['file_sent'] + kinds['transferred']} times and came {kinds['file_received']} times"


def process_of(case: Case, kinds: Counter[str]) -> Iterator[str]:
    """Yield what is wrong with its processes: one of its own, anew where a file arrives, and one for each move."""
    instances = list(Instance.objects.filter(subject=case.subject))
    expected = 1 + kinds["file_received"] + kinds["file_sent"] + kinds["transferred"]
    if len(instances) != expected:
        yield f"{len(instances)} processes instead of {expected}"
        return
    running = sum(instance.state == "running" for instance in instances)
    if running != (case.state in RUNNING):
        yield f"the case is {case.state}, and {running} of its processes are running"
    open_tasks = Task.objects.filter(subject=case.subject, state="open").count()
    if bool(open_tasks) != bool(running):
        yield f"{open_tasks} open tasks, and {running} running processes"


def notices_of(case: Case) -> Iterator[str]:
    titles = Counter(notice.title for notice in Notice.objects.filter(subject=case.subject))
    yield from (f"told {count} times: {title}" for title, count in titles.items() if count > 1)
    expected = {"submitted", "accepted", "completed"} & {case.state, "submitted"} | (
        {"accepted"} if case.accepted_on else set()
    )
    keys = Notice.objects.filter(subject=case.subject).values_list("key", flat=True)
    told = {key.split(":")[2] for key in keys if key.startswith(f"{case.subject}:")}
    for occasion in expected:
        if occasion not in told:
            yield f"nobody was told that it is {occasion}"
    if apps.is_installed("tongban.applications.ratings") and case.state == "completed":
        asked = apps.get_model("ratings", "Rating").objects.filter(case=case).count()
        if asked != 1:
            yield f"asked {asked} times how it was"


def unfinished() -> Iterator[Job]:
    """Yield what is given up, and what should have been done by now; periodic work lies there for its day."""
    yield from Job.objects.dead()
    yield from Job.objects.waiting().filter(due_at__lte=clock.now())


def lost_files() -> Iterator[str]:
    for blob in Blob.objects.all():
        try:
            storage.read(blob)
        except storage.FileMissing:
            yield f"the file {blob.digest[:12]} is lost"


if __name__ == "__main__":
    main()

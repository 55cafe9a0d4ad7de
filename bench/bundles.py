"""Hand in joint applications of five items over HTTP: eight signed-in agents at once, on PostgreSQL.

What is timed is the POST that hands one in: session, CSRF, judging the merged form and each of its own, five cases with
their numbers, participations, processes, facts and jobs, in one transaction. The drafts, with answers and papers, lie
ready before the clock starts. Afterwards every case is looked for: five for each, and each whole.
"""

from collections.abc import Callable, Iterator
from functools import partial

from bench.figures import Report, say
from bench.house import House, house
from bench.load import Browser, side_by_side
from bench.submit import audit, record

CLIENTS = 8
RUNS = 3
EACH = 20  # joint applications an agent hands in, in one run
WARM = 3
ITEMS = 5


def run(report: Report) -> None:
    with house("postgresql") as made:
        measure(report, made)


def measure(report: Report, made: House) -> None:
    agents = made.inside("companies", CLIENTS)
    pairs = ",".join(f"{agent['account']}:{agent['firm']}" for agent in agents)
    say(f"laying {CLIENTS * (EACH * RUNS + WARM)} joint drafts ready")
    drafts = made.inside("joint", pairs, EACH * RUNS + WARM)
    browsers = [Browser(made.address, {"sessionid": agent["cookie"]}) for agent in agents]
    for browser, mine in zip(browsers, drafts, strict=True):
        assert browser.get(f"/bundles/mine/{mine[-1]}/review/").status == 200
    side_by_side([hand_ins(browser, mine[-WARM:]) for browser, mine in zip(browsers, drafts, strict=True)])
    loads = []
    for turn in range(RUNS):
        part = slice(turn * EACH, (turn + 1) * EACH)
        work = [hand_ins(browser, mine[part]) for browser, mine in zip(browsers, drafts, strict=True)]
        loads.append(side_by_side(work))
    record(report, "bundles.postgresql", loads, ">= 25")
    for browser in browsers:
        browser.close()
    audit(report, made, "postgresql", ITEMS * CLIENTS * (EACH * RUNS + WARM))


def hand_ins(browser: Browser, drafts: list[str]) -> Iterator[Callable[[], bool]]:
    return (partial(hand_in, browser, draft) for draft in drafts)


def hand_in(browser: Browser, draft: str) -> bool:
    answer = browser.post(f"/bundles/mine/{draft}/review/", {"declared": "on"})
    return answer.status == 302 and answer.location == f"/bundles/mine/{draft}/"

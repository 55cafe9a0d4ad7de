"""What everything that `make run` starts takes: memory after a thousand requests, seconds of a second start.

Measured on SQLite, as a newcomer runs it, and on PostgreSQL, with two web workers and without the database's own
processes: the process that starts the others, the web server, its workers and the worker. Resident memory of each is
added up, so pages that they share count several times; the figure by shares stands beside it. The requests are those of
a visitor and of somebody signed in who looks at a draft, in turn.
"""

from bench.figures import Report
from bench.house import founded, resident_mib, shared_mib
from bench.load import Browser

RUNS, REQUESTS = 3, 1000
AT_LEAST = 4  # the starter, granian, a web worker, the worker; fewer would mean that something was not counted
PAGES = ("/", "/catalogue/guide/food-business/", "/catalogue/", "/catalogue/search/?q=开饭馆", "/identity/sign-in/")
OWN = ("/cases/", "/cases/{draft}/review/", "/notices/", "/licences/", "/cases/{draft}/materials/")


def run(report: Report) -> None:
    for kind, most in (("sqlite", 400), ("postgresql", 500)):
        measure(report, kind, most)


def measure(report: Report, kind: str, most: int) -> None:
    """most: MiB that everything together may take."""
    seconds, resident, shared = [], [], []
    with founded(kind) as made:
        agent = made.inside("companies", 1)[0]
        draft = made.inside("drafts", f"{agent['account']}:{agent['firm']}", 1)[0][0]
        made.start()
        made.stop()
        for _turn in range(RUNS):
            seconds.append(made.start())
            visitor, person = Browser(made.address), Browser(made.address, {"sessionid": agent["cookie"]})
            for number in range(REQUESTS):
                browser, pages = (visitor, PAGES) if number % 2 else (person, OWN)
                answer = browser.get(pages[number // 2 % len(pages)].format(draft=draft))
                assert answer.status == 200, (answer.status, pages[number // 2 % len(pages)])
            assert len(made.processes()) >= AT_LEAST, made.processes()
            resident.append(resident_mib(made.processes()))
            shared.append(shared_mib(made.processes()))
            for browser in (visitor, person):
                browser.close()
            made.stop()
    report.add(f"start.{kind}.second", seconds, "s", "< 5")
    report.add(f"memory.{kind}.resident", resident, "MiB", f"< {most}")
    report.add(f"memory.{kind}.shared", shared, "MiB")

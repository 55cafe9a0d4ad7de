"""A million licences and a million accounts in PostgreSQL: sign in, read one's own licences, search the register.

Four clients for the time that an answer takes, sixteen for how many come in a second, as `lists` has it. A search is by
number, another one each time. Signing in is by password, eight people at once, at the product's own cost of Argon2id.
"""

from functools import partial

from bench.figures import Report, say
from bench.house import House, founded
from bench.load import side_by_side, wrk
from bench.signing_in import opened, sign_in

LICENCES, ACCOUNTS = 1_000_000, 1_000_000
PASSWORD = "Tongban-2026"
RUNS, SECONDS, CLIENTS, SIGN_INS = 3, 5, 8, 10


def run(report: Report) -> None:
    with founded("postgresql") as made:
        say(f"loading {LICENCES} licences and {ACCOUNTS} accounts")
        there = made.inside("register", LICENCES, ACCOUNTS, PASSWORD)
        say(f"    loaded in {there['seconds']} s")
        report.add("register.licences", there["licences"], "licences", f">= {LICENCES}")
        report.add("register.accounts", there["accounts"], "accounts", f">= {ACCOUNTS}")
        made.start()
        try:
            measure(report, made, "own", [("/licences/", key) for key in there["people"]])
            measure(report, made, "newest", [("/desk/licences/", key) for key in there["officials"]])
            searched = [
                (f"/desk/licences/?q={number}", there["officials"][turn % len(there["officials"])])
                for turn, number in enumerate(there["numbers"])
            ]
            measure(report, made, "search", searched)
            signing(report, made, there["logins"][:CLIENTS])
        finally:
            made.stop()


def measure(report: Report, made: House, name: str, asked: list[tuple[str, str]]) -> None:
    wrk(made.address, asked, clients=4, seconds=2)
    few = [wrk(made.address, asked, clients=4, seconds=SECONDS) for _turn in range(RUNS)]
    many = [wrk(made.address, asked, clients=16, seconds=SECONDS) for _turn in range(RUNS)]
    report.add(f"register.{name}.p95", [load.p95 for load in few], "ms", "< 100")
    report.add(f"register.{name}.rate", [load.rate for load in many], "1/s", ">= 200")
    report.add(f"register.{name}.errors", sum(load.errors for load in few + many), "errors", "= 0")


def signing(report: Report, made: House, logins: list[str]) -> None:
    loads = []
    for _turn in range(RUNS):
        work = [[partial(sign_in, browser, login) for browser in opened(made, SIGN_INS)] for login in logins]
        loads.append(side_by_side(work))
    report.add("register.sign_in.rate", [load.rate for load in loads], "1/s", ">= 20")
    report.add("register.sign_in.p95", [load.p95 for load in loads], "ms")
    report.add("register.sign_in.errors", sum(load.errors for load in loads), "errors", "= 0")

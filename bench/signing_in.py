"""Sign in over HTTP with the password, at the product's own cost of Argon2id: eight people at once, on PostgreSQL.

Each takes the form first, as a browser does, so that the token is there; the POST that signs in is what is timed.
"""

from functools import partial

from bench.figures import Report
from bench.house import House, house
from bench.load import Browser, side_by_side

PEOPLE, RUNS, EACH = 8, 3, 20
PASSWORD = "Tongban-2026"
PAGE = "/identity/sign-in/"


def run(report: Report) -> None:
    with house("postgresql") as made:
        logins = made.inside("people", PEOPLE, PASSWORD)
        loads = []
        for _turn in range(RUNS):
            work = [[partial(sign_in, browser, login) for browser in opened(made, EACH)] for login in logins]
            loads.append(side_by_side(work))
        report.add("sign_in.rate", [load.rate for load in loads], "1/s", ">= 20")
        report.add("sign_in.p95", [load.p95 for load in loads], "ms")
        report.add("sign_in.errors", sum(load.errors for load in loads), "errors", "= 0")


def opened(made: House, count: int) -> list[Browser]:
    found = []
    for _turn in range(count):
        browser = Browser(made.address)
        assert browser.get(PAGE).status == 200
        browser.close()
        found.append(browser)
    return found


def sign_in(browser: Browser, login: str) -> bool:
    answer = browser.post(PAGE, {"login": login, "password": PASSWORD, "next": ""})
    browser.close()
    return answer.status == 302 and "sessionid" in browser.cookies

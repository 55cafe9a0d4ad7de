"""Every page that links lead to, in every portal: no fault of WCAG A or AA, nothing wider than a phone, no script
error."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.cast import FLOOR_PLAN, RULES, elsewhere, example
from tests.journeys import nu
from tests.journeys.conftest import SIZES, Visit, Visitor

COMPANY = "云泽市禾香餐饮有限公司"
RULES_OF_AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
AXE = Axe()
# Files, and doors that do something when they are opened.
NO_PAGE = re.compile(r"\.(pdf|pem|crl|png|json)$|/files?/|/sign-out/|/documents/[^/]+/|^/api/|^/ui/(care|language)")
# One page of each kind is enough: words in addresses that stand for one thing of many.
ONE_OF_MANY = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "<uuid>"),
    (re.compile(r"(?<=/cases/)[0-9A-Z]{16}(?=/)"), "<case>"),
    (re.compile(r"(?<=/licences/)[0-9A-Z]{12}(?=/)"), "<licence>"),
    (re.compile(r"(?<=/v/)[0-9A-Z]+(?=/)"), "<token>"),
    (re.compile(r"(?<=/under/)[\w-]+/[\w-]+(?=/)"), "<heading>"),
    (re.compile(r"(?<=/codes/)(?!calendar/)[\w-]+(?=/)"), "<list>"),
    (re.compile(r"(?<=/calendar/)\d+(?=/)"), "<year>"),
    (re.compile(r"(?<=/registers/)(?!reads|search|corrections)[\w-]+(?=/correct)"), "<register>"),
    (re.compile(r"(?<=/desk/catalogue/)(?!demands)[\w-]+(?=/)"), "<service>"),
    (re.compile(r"(?<=/guide/)[\w.-]+(?=/)"), "<service>"),
    (re.compile(r"(?<=/begin/)[\w-]+(?=/)"), "<service>"),
]
# Telephone numbers that cannot be dialled; what somebody typed themself is theirs.
BARE_NUMBERS = r"""() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const number = /(?<![\d-])(0\d{2,3}-\d{7,8}|12[1-9]\d\d)(?![\d-])/, found = [];
  while (walker.nextNode()) {
    const inside = walker.currentNode.parentElement.closest("a[href^='tel:'], textarea, option, script, code");
    if (!inside && number.test(walker.currentNode.data)) found.push(walker.currentNode.data.trim());
  }
  return found;
}"""
START = {
    "": [
        "/",
        "/catalogue/search/?q=我想开个小饭馆",
        "/catalogue/search/?q=没有这种事",
        "/identity/sign-in/",
        "/cases/query/",
    ],
    "zhou.wenbo": ["/cases/", "/parties/acting-for/", "/notices/", "/cases/begin/food-business/"],
    "lin.xiaoyun": ["/cases/", "/registers/", "/parties/mandates/"],
    "chen.jing": ["/counter/", "/counter/cases/", "/counter/cases/all/"],
    "he.lan": ["/crew/", "/crew/cases/"],
    "wu.zhiyuan": ["/desk/", "/desk/cases/"],
    "zhao.guoqing": ["/desk/", "/desk/cases/"],
    "sun.yue": ["/desk/", "/desk/catalogue/", "/desk/codes/"],
    "gao.fei": ["/desk/", "/desk/journal/", "/desk/identity/"],
}


def kind_of(path: str) -> str:
    for pattern, word in ONE_OF_MANY:
        path = pattern.sub(word, path)
    return path


def pages_of(visitor: Visitor, start: list[str], known: set[str]) -> Iterator[tuple[str, str]]:
    """Open one page of each kind that links lead to from here; yield its path and its source while it is open."""
    waiting = list(start)
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in known:
            continue
        known.add(kind)
        answer = visitor.go(path)
        yield path, answer.text() if answer else ""
        for href in visitor.page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"):
            parts = urlsplit(href)
            if href.startswith(visitor.house.url) and not parts.query and not NO_PAGE.search(parts.path):
                waiting.append(parts.path)


def faults(visitor: Visitor) -> list[str]:
    """Return what axe finds on the open page, and what is wider than a phone, in large type too."""
    page = visitor.page
    found = []
    page.set_viewport_size(SIZES["desktop"])
    for violation in AXE.run(page, options=RULES_OF_AXE).response["violations"]:
        where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
        found.append(f"{violation['id']}: {violation['help']} ({where})")
    found += [f"nobody can dial: {text}" for text in page.evaluate(BARE_NUMBERS)]
    page.set_viewport_size(SIZES["phone"])
    for edition in ("usual", "care", "care-24", "care-30"):
        page.evaluate("edition => document.documentElement.classList.add(edition)", edition)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > SIZES["phone"]["width"]:
            found.append(f"{width} px wide on a phone in the {edition} edition")
    return found


def furnish(visit: Visit) -> str:
    """Leave something to see behind: a draft, a matter at the window, one on the desks, one answered.

    Returns the page that only whoever has just handed in is led to.
    """
    agent = visit(login="zhou.wenbo")
    agent.act_for(COMPANY)
    answers = example("food-business")["answers"]
    matter = agent.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    clerk = visit(login="chen.jing")
    clerk.go("/counter/cases/")
    clerk.open_row(matter.number)
    clerk.click("受理")
    clerk.click("确认受理并发出")
    second = agent.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    clerk.go("/counter/cases/")
    clerk.open_row(second.number)
    clerk.page.locator("summary", has_text="一次性告知补正").click()
    clerk.page.fill("[name=point-floor-plan]", "请标明疏散出口。")
    clerk.click("发出补正告知书")
    clerk.click("确认发出补正告知书")
    agent.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    agent.begin("food-business")
    agent.answer_form(elsewhere(answers))
    return f"{matter.page}submitted/"


@pytest.mark.journey
@pytest.mark.requirement("USR-19")
@pytest.mark.found("B18")
@pytest.mark.found("J-HTML")
def test_no_page_has_a_fault_that_axe_finds_or_is_wider_than_a_phone(visit: Visit, tmp_path: Path):
    handed_in = furnish(visit)
    known: set[str] = set()
    wrong: dict[str, list[str]] = {}
    sources: dict[str, str] = {}
    for login, start in START.items():
        visitor = visit(login=login)
        if login == "zhou.wenbo":
            visitor.act_for(COMPANY)
        for path, source in pages_of(visitor, [*start, handed_in] if login == "zhou.wenbo" else start, known):
            sources[f"{login} {path}"] = source
            if found := faults(visitor) + visitor.script_errors:
                wrong[f"{login} {path}"] = found

    assert len(known) > 60, sorted(known)
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    if nu.there():
        assert not (invalid := nu.faults(sources, tmp_path)), "\n".join(invalid)
    else:
        warnings.warn("HTML is not validated: the Nu checker or Java is not there", stacklevel=1)

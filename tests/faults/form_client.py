"""A patient visitor without a browser: fills in forms over HTTP, and asks again when the house was killed meanwhile."""

import time
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from tests.cast import elsewhere
from tests.running import PASSWORD

PATIENCE_SECONDS = 90
HALL, WINDOW = "/cases/", "/counter/cases/window/"
NO_ROOM = "存储空间暂时不足，无法接收文件"


class GaveUp(Exception):
    """The house did not come back."""


class Forms(HTMLParser):
    """The forms of a page: what each would send if nothing were typed. action "" means the page itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._select = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif not self.forms:
            return
        fields = self.forms[-1][1] if self.forms else {}
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"file", "submit"}:
            if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                default = "on" if given.get("type") in {"radio", "checkbox"} else ""
                fields.setdefault(name, []).append(given.get("value", default))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            fields[self._select] = [given.get("value", "")]
        elif tag == "textarea" and name:
            self._area = name
            fields[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][1][self._area] = [data.strip("\n")]

    def with_field(self, *names: str) -> dict[str, list[str]]:
        """Return what the first form with all these fields would send."""
        return dict(next(fields for _action, fields in self.forms if all(name in fields for name in names)))


class FormClient:
    """Somebody signed in.

    going      answers False when waiting for the house has no sense any more
    cases      where cases are applied for: in the hall, or WINDOW for a clerk who serves a visitor
    refusals   what the house said while it could not serve: "503 …"
    """

    def __init__(self, url: str, login: str, going: Callable[[], bool] = lambda: True, cases: str = HALL) -> None:
        self.url = url
        self.login = login
        self.going = going
        self.cases = cases
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "zh-CN"
        self.refusals: list[str] = []

    def get(self, path: str) -> requests.Response:
        return self._ask("GET", path)

    def post(self, path: str, data: Mapping[str, Any], files: Any = None) -> requests.Response:
        return self._ask("POST", path, data=data, files=files)

    def form(self, path: str, *fields: str) -> dict[str, list[str]]:
        return Forms(self.get(path).text).with_field("csrfmiddlewaretoken", *fields)

    def sign_in(self) -> None:
        form = self.form("/identity/sign-in/", "login", "password")
        answer = self.post("/identity/sign-in/", form | {"login": self.login, "password": PASSWORD})
        if "/identity/sign-in/" in answer.url:  # killed between the sign-in and its answer
            assert "/identity/sign-in/" not in self.get("/identity/sign-in/").url, visible_text(answer.text)

    def act_for(self, name: str) -> None:
        page = self.get("/parties/acting-for/").text
        uid = page.split(name)[0].rpartition('value="')[2][:36]
        self.post("/parties/acting-for/", Forms(page).with_field("csrfmiddlewaretoken", "party") | {"party": uid})

    def serve(self, number: str) -> None:
        """Find whoever has this identity number, and serve them at the window."""
        form = self.form("/counter/parties/find/", "number", "purpose")
        found = self.post("/counter/parties/find/", form | {"number": number, "purpose": "申请人到窗口办理"})
        chosen = Forms(found.text).with_field("csrfmiddlewaretoken", "party")
        self.post("/counter/parties/visitor/", chosen)

    def apply(self, service: str, answers: Mapping[str, Any], files: Mapping[str, Path]) -> str:
        """Fill in and hand in; return the number that the house answered with."""
        return self.hand_in(self.prepare(service, answers, files))

    def prepare(self, service: str, answers: Mapping[str, Any], files: Mapping[str, Path]) -> str:
        """Fill in and bring the papers; return the word that stands for the draft."""
        uid = self.fill_in(service, answers)
        for code, file in files.items():
            self.bring(uid, code, file)
        return uid

    def fill_in(self, service: str, answers: Mapping[str, Any], **chosen: str) -> str:
        """Answer every question; return the word that stands for the draft.

        chosen   what is chosen at the beginning: area, of the office that handles it
        """
        answers = elsewhere(answers)
        begin = f"{self.cases}begin/{service}/"
        here = self.post(begin, self.form(begin) | chosen).url.removeprefix(self.url)
        for _step in range(60):
            if "/fill/" not in here:
                break
            page = self.form(here, "revision")
            page.pop("_shown", None)
            here = self.post(here, page | flat(answers)).url.removeprefix(self.url)
        uid = here.removeprefix(self.cases).split("/")[0]
        self.fetch(uid)
        return uid

    def hand_in(self, uid: str) -> str:
        review = f"{self.cases}{uid}/review/"
        answer = self.get(review)
        if answer.url.endswith(review):
            token = Forms(answer.text).forms[-1][1]["csrfmiddlewaretoken"]
            answer = self.post(review, {"csrfmiddlewaretoken": token, "declared": "on", "by_person": "1"})
        assert answer.url.endswith("/submitted/"), (
            f"{self.login} {answer.status_code} {answer.url}: {visible_text(answer.text)}"
        )
        return answer.text.partition("confirmation__number")[2].partition(">")[2].partition("<")[0].strip()

    def once(self, method: str, path: str, **how: Any) -> requests.Response:
        """Ask, and take whatever comes."""
        return self.session.request(method, self.url + path, timeout=30, **how)

    def fetch(self, uid: str) -> None:
        """Let the house fetch what it can; where there is no room for it, come back until there is."""
        end = time.monotonic() + PATIENCE_SECONDS
        while NO_ROOM in (shown := self.get(f"{self.cases}{uid}/materials/").text):
            if time.monotonic() > end or not self.going():
                raise GaveUp(f"{self.login}: {visible_text(shown)}")
            self.refusals.append(visible_text(shown))
            time.sleep(0.2)

    def bring(self, uid: str, code: str, file: Path) -> None:
        """Upload a file that nobody brought before; where there is no room for it, come back until there is."""
        materials, content = f"{self.cases}{uid}/materials/", file.read_bytes() + f"\n%{uuid4()}\n".encode()
        end = time.monotonic() + PATIENCE_SECONDS
        shown = self.get(materials).text
        while f"{self.cases}{uid}/files/" not in line_of(shown, code):
            if time.monotonic() > end or not self.going():
                raise GaveUp(f"{self.login} {code}: {visible_text(shown)}")
            if line_of(shown, code):
                token = Forms(shown).with_field("csrfmiddlewaretoken")["csrfmiddlewaretoken"]
                data = {"csrfmiddlewaretoken": token, "code": code}
                shown = self.post(materials, data, {"file": (file.name, content)}).text
            if NO_ROOM in shown:
                self.refusals.append(visible_text(shown))
                time.sleep(0.2)
                shown = self.get(materials).text

    def _ask(self, method: str, path: str, **how: Any) -> requests.Response:
        """Ask, and ask the same again while nobody answers: as somebody does who presses the button once more."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self.once(method, path, **how)
                if answer.status_code < 500:
                    return answer
                problem = f"{answer.status_code} {visible_text(answer.text)}"
                self.refusals.append(problem)
            except requests.RequestException as broken:
                problem = repr(broken)
            if time.monotonic() > end or not self.going():
                raise GaveUp(f"{self.login} {method} {path}: {problem}")
            time.sleep(0.1)


def line_of(shown: str, code: str) -> str:
    """Return the part of the page of materials that is about one of them."""
    return shown.partition(f'id="material-{code}"')[2].partition("</section>")[0]


def flat(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as a browser sends them."""
    sent: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, row in enumerate(value):
                sent |= {f"{name}.{number}.{column}": str(cell) for column, cell in row.items()}
        elif isinstance(value, bool):
            sent[name] = str(value).lower()
        else:
            sent[name] = value
    return sent


def visible_text(html: str) -> str:
    """Return the errors of a page, or what it says at all."""

    class Text(HTMLParser):
        words = ""
        silent = False

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            self.silent = tag in {"style", "script", "title"}

        def handle_data(self, data: str) -> None:
            if not self.silent:
                self.words += data.strip() + " "

    reader = Text()
    reader.feed(html.partition('class="errors"')[2].partition("</div>")[0] or html.partition("<main")[2] or html)
    return " ".join(reader.words.split())[:400]

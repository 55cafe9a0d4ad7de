"""The verbs that not every matter meets, done by turns while people use a house: each matter meets one or two of them.

Officials send back, take back, hand over, offer a hearing; what was granted is about to be revoked, and left as it is;
somebody concerned objects to what is published, and is answered; what is owed is paid at the window. Files move between
two cities: taken in here and sent there, or handed in here by mistake and transferred.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from tests.cast import FLOOR_PLAN, elsewhere, example
from tests.faults.form_client import FormClient, Forms, GaveUp, flat

NUMBER = re.compile(r'class="[^"]*\bnumber\b[^"]*"[^>]*>(\d{6}-\d{8}-\w+)<')
CASE = re.compile(r"/desk/cases/(\w+)/further/")
CARD = re.compile(r'<li class="card">.*?</li>', re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
PAYMENT_CODE = re.compile(r">(\d{20})<")
DUE = "待缴"
BUNDLE = "open-restaurant"
SITUATION = {"who": "licensed", "large": "false", "more": "false", "sign": "true"}


@dataclass
class Turns:
    """Whose turn it is among the verbs, and what has to follow.

    client    gives somebody's own client, signed in; "" for a stranger
    payer     who owes what has to be paid, and cashier: who takes it
    owners    word of a case in addresses -> login of whoever applied
    waiting   word of a case -> what comes next in it, and the login of the official who decides it
    done      how often each verb was done
    """

    client: Callable[[str], FormClient]
    payer: str
    cashier: str
    owners: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, tuple[str, str]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    _met: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _clients: dict[str, FormClient] = field(default_factory=dict)
    _cycles: dict[str, Iterator[str]] = field(
        default_factory=lambda: {
            "review": cycle(("hand over", "take back", "")),
            "accept": cycle(("transfer", "")),
            "approve": cycle(("send back", "hearing", "annul", "concern")),
        }
    )

    def turn(self, kind: str, page: str) -> str:
        """Return the verb whose turn it is at this task; "" where its matter met one of its kind already."""
        number = NUMBER.search(page)
        if number is None:
            return ""
        with self._lock:
            if (number[1], kind) in self._met:
                return ""
            self._met.add((number[1], kind))
            return next(self._cycles[kind])

    def instead(self, client: FormClient, uid: str, page: str) -> bool:
        """Do what comes before the answer to a task, or in its place; say whether it took its place."""
        verb = self.turn(kind, page) if (kind := kind_of(page)) else ""
        if verb == "transfer":
            return self._transfer(client, uid, page)
        if verb in {"hand over", "send back"}:
            return self._move(client, uid, verb)
        if verb == "take back":
            self.done["taken back"] += self._take_back(client, uid, page)
            return True
        case = CASE.search(page)
        if verb and case:
            self.waiting[case[1]] = (verb, client.login)
            if verb == "hearing":
                self._further(client, case[1], "offer", "offer-reason")
                return True
        return False

    def follow_up(self, going: Callable[[], bool]) -> None:
        """Do what has to follow until nothing does."""
        while going():
            self._pay()
            for case, (verb, official) in list(self.waiting.items()):
                following = getattr(self, f"_{verb}")(case, official)
                if following:
                    self.waiting[case] = (following, official)
                else:
                    del self.waiting[case]
            time.sleep(0.3)

    # what follows: each returns what comes after it, "" for nothing

    def _hearing(self, case: str, official: str) -> str:
        """The applicant does without the hearing."""
        owner = self._known(self._owner(case))
        page, address = owner.get(f"/cases/{case}/hearing/"), f"/cases/{case}/hearing/"
        if 'name="wanted"' not in page.text:
            return ""
        owner.post(address, {"csrfmiddlewaretoken": token(page.text), "wanted": "no", "reason": "不需要听证。"})
        self.done["hearing"] += 1
        return "hearing"

    def _annul(self, case: str, official: str) -> str:
        """Once it is granted and issued, its holder is told that it is to be revoked."""
        page = self._known(official).get(f"/desk/cases/{case}/further/").text
        if 'name="annul-drop-reason"' in page:
            return "statement"
        if 'name="annul-tell-reason"' in page:
            self._further(self._known(official), case, "annul-tell", "annul-tell-reason", cause="other")
            self.done["annulment"] += 1
        return "annul"

    def _statement(self, case: str, official: str) -> str:
        owner = self._known(self._owner(case))
        page, address = owner.get(f"/cases/{case}/annulment/"), f"/cases/{case}/annulment/"
        if 'name="statement"' not in page.text:
            return "drop"
        owner.post(address, {"csrfmiddlewaretoken": token(page.text), "statement": "情况属实，没有变化。"})
        return "statement"

    def _drop(self, case: str, official: str) -> str:
        """The statement convinced: the decision stands."""
        return self._until_gone(case, official, "annul-drop", "annul-drop-reason")

    def _concern(self, case: str, official: str) -> str:
        """Somebody who is not signed in objects to what is published of the application, where anything is."""
        stranger = self._known("")
        page = self._known(official).get(f"/desk/cases/{case}/").text
        number = NUMBER.search(page)
        found = re.search(
            r'href="(/cases/public/\w+/)"', stranger.get(f"/cases/public/?q={number[1]}").text if number else ""
        )
        shown = stranger.get(found[1]).text if found else ""
        if found and 'name="contact"' in shown:
            said = {"name": "秦大妈", "contact": "0990-5550001", "text": "占了我家门口的路。"}
            stranger.post(found[1], {"csrfmiddlewaretoken": token(shown), **said})
            self.done["concern"] += 1
        return "answer"

    def _answer(self, case: str, official: str) -> str:
        return self._until_gone(case, official, "concern-answer", "concern-answer-reason")

    # how

    def _pay(self) -> None:
        """Bring the codes of all bills that are due to the window, and pay in cash."""
        due = [row for row in ROW.findall(self._known(self.payer).get("/payments/").text) if DUE in row]
        clerk = self._known(self.cashier)
        for code in (code for row in due for code in PAYMENT_CODE.findall(row)):
            address = f"/counter/payments/{code}/"
            shown = clerk.get(address).text
            if 'name="way"' in shown:
                clerk.post(address, {"csrfmiddlewaretoken": token(shown), "way": "cash"})
                self.done["paid"] += 1

    def _owner(self, case: str) -> str:
        """Return who applied; a case may be on a desk before whoever handed it in has read the answer."""
        end = time.monotonic() + 60
        while case not in self.owners and time.monotonic() < end:
            time.sleep(0.2)
        return self.owners[case]

    def _until_gone(self, case: str, official: str, step: str, name: str) -> str:
        """Take a step again and again while its form is there: two may have objected."""
        client = self._known(official)
        if f'name="{name}"' not in client.get(f"/desk/cases/{case}/further/").text:
            return ""
        self._further(client, case, step, name)
        return {"annul-drop": "drop", "concern-answer": "answer"}[step]

    def _further(self, client: FormClient, case: str, step: str, name: str, **more: str) -> None:
        address = f"/desk/cases/{case}/further/"
        form = next((fields for _action, fields in Forms(client.get(address).text).forms if name in fields), None)
        if form is not None:
            sent: dict[str, Any] = form | {f"{step}-{key}": value for key, value in more.items()}
            client.post(f"{address}{step}/", sent | {name: "请说明情况。"})

    def _move(self, client: FormClient, uid: str, verb: str) -> bool:
        """Send a task back, or hand it over; say whether there was a way."""
        name, door, chosen = (
            ("back-target", "back", "back-reason") if verb == "send back" else ("hand-to", "hand", "hand-reason")
        )
        address = f"/desk/cases/tasks/{uid}/moves/"
        page = client.get(address).text
        part = page.partition(f'name="{name}"')
        values = re.findall(r'value="([^"]+)"', (part[1] + part[2]).partition("</form>")[0] if part[1] else "")
        form = next((fields for _action, fields in Forms(page).forms if chosen in fields), None)
        if not values or form is None:
            return False
        client.post(f"{address}{door}/", form | {name: values[0], chosen: "请再看一次。"})
        self.done[verb] += 1
        return True

    def _transfer(self, client: FormClient, uid: str, page: str) -> bool:
        """Hand the case to the first of the offices of other areas."""
        form = Forms(page).with_field("csrfmiddlewaretoken", "transfer-reason")
        office = re.findall(r'name="transfer-office" value="([^"]+)"', page)[0]
        sent = form | {"transfer-office": office, "transfer-reason": "户籍在那里，由那里办理。", "confirm": "1"}
        client.post(f"/counter/cases/tasks/{uid}/transfer/", sent)
        self.done["transferred"] += 1
        return True

    def _take_back(self, client: FormClient, uid: str, page: str) -> int:
        """Give an opinion and take it back, before anybody opened what follows."""
        address = f"/desk/cases/tasks/{uid}/"
        form = next(fields for _action, fields in Forms(page).forms if "opinion" in fields)
        client.post(f"{address}opinion/", form | {"passed": "yes", "opinion": "资料齐全。"})
        done = client.get(address).text
        if "/moves/take-back/" not in done:
            return 0
        client.post(f"{address}moves/take-back/", {"csrfmiddlewaretoken": token(done)})
        return 1

    def _known(self, login: str) -> FormClient:
        if login not in self._clients:
            self._clients[login] = self.client(login)
        return self._clients[login]


def kind_of(page: str) -> str:
    """Return what kind of task a page shows, where one of the verbs may come before its answer."""
    if 'name="transfer-office"' in page and '/accept/"' in page:
        return "accept"
    return "approve" if 'name="granted"' in page else "review" if 'name="passed"' in page else ""


def token(page: str) -> str:
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[-1]


def apply_together(client: FormClient, owners: dict[str, str]) -> list[str]:
    """Apply for what a restaurant needs as one thing; return the numbers of its cases.

    owners   notes whose these cases are, by their words in addresses
    """
    asked = client.get(f"/bundles/{BUNDLE}/which/?" + "&".join(f"{name}={value}" for name, value in SITUATION.items()))
    here = client.post(f"/bundles/{BUNDLE}/begin/", Forms(asked.text).with_field("once")).url.removeprefix(client.url)
    food, sign = elsewhere(example("food-business")["answers"]), example("shop-sign-filing")["answers"]
    only = {f"food_{name}": value for name, value in food.items()} | {
        f"sign_{name}": value for name, value in sign.items()
    }
    known = flat(only | sign | food)
    for _step in range(60):
        if "/fill/" in here:
            page = client.form(here, "revision")
            page.pop("_shown", None)
            here = client.post(here, page | known).url.removeprefix(client.url)
        elif "/confirm/" in here:
            shown = client.get(here).text
            checks = re.findall(r'name="confirm" value="([^"]+)"', shown)
            here = client.post(here, {"csrfmiddlewaretoken": token(shown), "confirm": checks}).url.removeprefix(
                client.url
            )
        else:
            break
    uid = here.split("/")[3]
    whole = f"/bundles/mine/{uid}/"
    bring_all(client, whole)
    review = client.get(f"{whole}review/")
    if review.url.endswith("/review/"):
        client.post(f"{whole}review/", {"csrfmiddlewaretoken": token(review.text), "declared": "on"})
    cards = CARD.findall(client.get(whole).text)
    owners.update({uid: client.login for card in cards for uid in re.findall(r'href="/cases/(\w+)/"', card)})
    numbers = [number for card in cards for number in NUMBER.findall(card)]
    if not numbers:
        raise GaveUp(f"{client.login}: nothing was handed in at {whole}")
    return numbers


def bring_all(client: FormClient, whole: str) -> None:
    """Bring a paper under every line that has none."""
    address = f"{whole}materials/"
    shown = client.get(address).text
    for code in dict.fromkeys(re.findall(r'name="upload" value="([^"]+)"', shown)):
        sent = {"csrfmiddlewaretoken": token(shown), "upload": code}
        client.post(address, sent, {f"file-{code}": (FLOOR_PLAN.name, FLOOR_PLAN.read_bytes(), "application/pdf")})

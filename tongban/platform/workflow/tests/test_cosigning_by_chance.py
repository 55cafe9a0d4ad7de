"""Random histories of signing: signers added, taken away and taken back at any time; the rule, counted anew, agrees."""

import random
from math import ceil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.platform.workflow.rules import adding, sendback
from tongban.platform.workflow.rules.adding import AddedSigner
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.steps import Process, table
from tongban.platform.workflow.tests.steps import at as moment
from tongban.platform.workflow.tests.test_signing import BEHIND

PLAIN = "start\nsign task 审查 review review\n" + BEHIND.replace("sign.outcome", "sign")
RULES = [
    "all",
    "any",
    "first",
    "in-turn",
    "percent:50",
    "percent:67",
    "weight:3",
    "all to-the-end",
    "in-turn to-the-end",
]


class Signers:
    """Who signs and what they said, counted in the plainest way. said: place -> True, False, None; "gone" for good."""

    def __init__(self, rule, weights):
        self.rule, self.weights = rule, dict(enumerate(weights, 1))
        self.said = dict.fromkeys(self.weights)
        self.added = set()

    def add(self):
        number = len(self.said) + 1
        self.weights[number], self.said[number] = 1, None
        self.added.add(number)

    def left(self):
        return [number for number, said in self.said.items() if said is None]

    def asked(self):
        left = self.left()
        return left[:1] if self.rule.startswith("in-turn") else left

    def removable(self):
        return [number for number in self.left() if number in self.added]

    def result(self):
        """Return what comes out; None while it is open."""
        counted = {number: said for number, said in self.said.items() if said != "gone"}
        total = sum(self.weights[number] for number in counted)
        yes = sum(self.weights[number] for number, said in counted.items() if said is True)
        no = sum(self.weights[number] for number, said in counted.items() if said is False)
        name, _, number = self.rule.split()[0].partition(":")
        needed = {"any": 1, "first": 1, "percent": ceil(total * int(number or 0) / 100), "weight": int(number or 0)}
        enough = needed.get(name, total)
        clear = yes >= enough or no > total - enough or (name == "first" and no > 0)
        if (clear and "to-the-end" not in self.rule) or not self.left():
            return yes >= enough
        return None


def drawn(rule, weights):
    if rule == "alone":
        return Process(PLAIN)
    signers = "|".join(f"role{number}={weight}" for number, weight in enumerate(weights, 1))
    return Process(f"start\nsign task 会签 review review signing={rule.replace(' ', '|')} signers={signers}\n{BEHIND}")


@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rule=st.sampled_from([*RULES, "alone"]),
    weights=st.lists(st.integers(1, 3), min_size=2, max_size=4),
    seed=st.integers(0, 100_000),
)
def test_whoever_is_added_or_taken_away_the_rule_counts_and_no_opinion_is_lost(rule, weights, seed):
    weights = [1] if rule == "alone" else weights if sum(weights) >= 3 else [*weights, 1]
    process, chance = drawn(rule, weights), random.Random(seed)
    signers = Signers("all" if rule == "alone" else rule, weights)

    for turn in range(60):
        assert not process.step.outcome
        place = "sign" if process.open == ["sign"] else "sign[{}]"
        assert process.open == (["sign"] if place == "sign" else sorted(place.format(n) for n in signers.asked()))
        calm = turn > 25
        moves = ["yes", "no", *([] if calm else ["add", "less", "less", "back"])]
        _move(process, signers, chance, place, chance.choice(moves))
        found = signers.result()
        assert process.step.outcome == {None: "", True: "granted", False: "refused"}[found]
        if found is not None:
            break

    assert process.step.marking == Marking()
    data = process.step.data["sign"]
    assert (data if isinstance(data, str) else data["outcome"]) == ("pass" if found else "fail")
    if not isinstance(data, str):
        words = [said for said in signers.said.values() if said in {True, False}]
        assert (data["pass"], data["fail"]) == (words.count(True), words.count(False))


def _move(process, signers, chance, place, move):
    more = (process.step.data, table, moment(process.now))
    marking = Marking.from_json(process.step.marking.as_json())
    asked = chance.choice(signers.asked())
    if move in {"yes", "no"}:
        process.do(place.format(asked), "pass" if move == "yes" else "fail")
        signers.said[asked] = move == "yes"
    elif move == "add":
        process.step = adding.add(process.graph, marking, place.format(asked), AddedSigner(9), *more).transition
        signers.add()
    elif move == "less" and signers.removable():
        gone = chance.choice(signers.removable())
        process.step = adding.take_away(process.graph, marking, f"sign[{gone}]", *more)
        signers.said[gone] = "gone"
    elif move == "back":
        done = {f"sign[{n}]": "pass" if said else "fail" for n, said in signers.said.items() if said in {True, False}}
        if place == "sign" or not done:
            return
        last = list(done)[-1] if signers.rule.startswith("in-turn") else chance.choice(list(done))
        try:
            process.step = sendback.take_back(
                process.graph, marking, last, process.step.data, done, *more[1:]
            ).transition
        except sendback.NoWayBack:
            return
        signers.said[int(last[5:-1])] = None

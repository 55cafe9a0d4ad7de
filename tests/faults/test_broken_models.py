"""A broken process or decision table is not kept: a sentence says what is wrong and what to do, the picture where."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import definition
from tests.faults.html_page import CHINESE
from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.platform.catalogue import services as catalogue
from tongban.platform.workflow.rules.pictures import FAULT

Change = Callable[[str], str]
TIMER = """<bpmn:boundaryEvent id="late" attachedToRef="review">
      <bpmn:outgoing>late_to_approve</bpmn:outgoing>
      <bpmn:timerEventDefinition><bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="late_to_approve" sourceRef="late" targetRef="approve"/>
    """


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def without_ends(text: str) -> str:
    """Lead both decisions back to the approver, and draw no end."""
    text = re.sub(r"<bpmn:endEvent.*?</bpmn:endEvent>", "", text, flags=re.DOTALL)
    text = re.sub(r'<bpmndi:BPMNShape id="(granted|refused)_shape".*?</bpmndi:BPMNShape>', "", text, flags=re.DOTALL)
    return re.sub(r'targetRef="(granted|refused)"', 'targetRef="approve"', text)


def without_the_join(text: str) -> str:
    """Let both branches go on to the approver by themselves."""
    text = re.sub(r'<bpmn:parallelGateway id="join".*?</bpmn:parallelGateway>', "", text, flags=re.DOTALL)
    text = re.sub(r'<bpmndi:BPMN(Shape|Edge) id="join_.*?</bpmndi:BPMN(Shape|Edge)>', "", text, flags=re.DOTALL)
    text = re.sub(r'<bpmn:sequenceFlow id="join_to_approve"[^>]*>', "", text)
    text = text.replace("<bpmn:incoming>join_to_approve</bpmn:incoming>", "")
    return text.replace('targetRef="join"', 'targetRef="approve"')


def without_the_last_band(text: str) -> str:
    """Leave out the last row of the table, so that the oldest fall through."""
    last = list(re.finditer(r"<rule\b.*?</rule>", text, flags=re.DOTALL))[-1]
    return text[: last.start()] + text[last.end() :]


# service, file, what is done to it, place, whether the picture can show it, a word of the sentence
BROKEN: dict[str, tuple[str, str, Change, str, bool, str]] = {
    "an element that nothing leads to": (
        "food-business",
        "process.bpmn",
        swap(
            '<bpmn:endEvent id="granted"',
            '<bpmn:userTask id="lost" name="备案" tongban:kind="review" tongban:role="review">'
            "<bpmn:outgoing>lost_to_join</bpmn:outgoing></bpmn:userTask>"
            '<bpmn:sequenceFlow id="lost_to_join" sourceRef="lost" targetRef="approve"/><bpmn:endEvent id="granted"',
        ),
        "lost",
        True,
        "有 0 条连线进入",
    ),
    "a missing join": ("food-business", "process.bpmn", without_the_join, "approve", True, "parallelGateway 汇合"),
    "no end": ("food-business", "process.bpmn", without_ends, "", False, "结束事件"),
    "a role that nobody plays": (
        "food-business",
        "process.bpmn",
        swap('tongban:role="inspection"', 'tongban:role="moon"'),
        "inspect",
        True,
        "moon",
    ),
    "a timer without a unit": (
        "food-business",
        "process.bpmn",
        swap('<bpmn:parallelGateway id="join"', TIMER + '<bpmn:parallelGateway id="join"'),
        "late",
        True,
        "tongban:unit",
    ),
    "limits above the promise": (
        "food-business",
        "process.bpmn",
        swap('tongban:days="4"', 'tongban:days="9"'),
        "inspect",
        True,
        "8",
    ),
    "a table that somebody falls through": (
        "senior-allowance",
        "allowance.dmn",
        without_the_last_band,
        "allowance",
        False,
        "没有适用的规则",
    ),
}


def faults(folder: Path, service: str, file: str, change: Change) -> list[Problem]:
    kept = Path(shutil.copytree(definition(service), folder / service))
    (kept / file).write_text(change((kept / file).read_text()))
    return [problem for problem in catalogue.check(kept) if problem.forbids]


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_model_is_refused_with_a_sentence_and_its_place(city, tmp_path, what):
    service, file, change, place, drawn, word = BROKEN[what]

    found = faults(tmp_path, service, file, change)
    told = [sentence(problem) for problem in found]

    (said,) = [line for line in told if word in line][:1] or [told]
    assert file in said or "service.toml" in said, told
    assert place in said, told
    assert CHINESE.search(said)
    assert said.count("。") >= 2, f"what is wrong, and what to do: {said}"
    if drawn:
        picture = catalogue.faulty_picture((tmp_path / service / file).read_text(), found)
        assert FAULT in picture, "the picture marks the place"

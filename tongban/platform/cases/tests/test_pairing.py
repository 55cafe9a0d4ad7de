"""Two officers, and steps that are passed, in a case: on the pages and in its record."""

import re
import shutil

import pytest

from tests.cast import definition
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages import presenting
from tongban.platform.catalogue import services as catalogue
from tongban.platform.workflow.models import Task


@pytest.fixture
def begin(cast, tmp_path):
    """Publish the service with more words at its review: begin(' tongban:officers="2"') gives an accepted case."""

    def publish(words, behind=""):
        folder = tmp_path / "food-business"
        shutil.copytree(definition("food-business"), folder)
        file = folder / "process.bpmn"
        text = file.read_text().replace('<bpmn:userTask id="review"', f'<bpmn:userTask id="review"{words}')
        if behind:
            flow = re.search(r'<bpmn:sequenceFlow id="(\w+)" sourceRef="review" targetRef="(\w+)"', text)
            task = (
                f'<bpmn:userTask id="second_look" name="资料复核" tongban:kind="review" tongban:role="review"{behind}/>'
            )
            back = f'<bpmn:sequenceFlow id="behind" sourceRef="second_look" targetRef="{flow[2]}"/>'
            text = text.replace(flow[0], flow[0].replace(f'targetRef="{flow[2]}"', 'targetRef="second_look"'))
            text = text.replace("<bpmn:userTask", f"{task}{back}<bpmn:userTask", 1)
            text = re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", text, flags=re.DOTALL)
            guide = folder / "service.toml"
            stage = re.search(r'\[\[stage\]\]\nkey = "review".*?(?=\[\[)', guide.read_text(), re.DOTALL)[0]
            another = stage.replace('"review"', '"second_look"').replace("days = 2", "days = 0")
            guide.write_text(guide.read_text().replace(stage, stage + another))
        file.write_text(text)
        catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)
        return cast.accepted()

    return publish


def test_the_second_officer_confirms_on_the_page_and_both_are_named(cast, begin):
    cast.accounts["shao"] = cast.another_official("reviewer")
    case = begin(' tongban:officers="2"')
    task = cast.task(case, "review")
    address = f"/desk/cases/tasks/{task.uid}/"
    sent = {"passed": "yes", "opinion": "资料齐全。"}
    browser, other = cast.browser("reviewer"), cast.browser("shao")

    assert "须由两名以上人员共同办理" in browser.post(f"{address}opinion/", sent).content.decode()
    assert browser.post(f"{address}moves/second/", {"second-to": ""}).status_code == 422
    assert browser.post(f"{address}moves/second/", {"second-to": "shao"}).status_code in {302, 422}
    browser.post(f"{address}moves/second/", {"second-to": cast.accounts["shao"].login})
    assert "邵宁" in browser.post(f"{address}opinion/", sent).content.decode()
    assert "您是第二名办理人员" in other.get(f"{address}moves/").content.decode()
    assert other.post(f"{address}moves/confirm/").status_code == 302
    assert browser.post(f"{address}opinion/", sent).status_code == 302

    kinds = list(Action.objects.of(case).of_kinds(["second_named", "second_confirmed", "opinion_given"]))
    assert [action.kind for action in kinds] == ["second_named", "second_confirmed", "opinion_given"]
    assert presenting.opinions(Case.objects.get(pk=case.pk), [])[0].who.endswith("吴志远、邵宁")
    assert cases.projection_differences(case.pk) == []


def test_a_step_for_the_same_official_is_passed_and_the_record_says_so(cast, begin):
    case = begin("", ' tongban:skip="same-handler"')

    case = cases.give_opinion(
        actor=cast.actor("reviewer"), task=cast.task(case, "review"), passed=True, opinion="资料齐全。"
    )

    assert Task.objects.of(case.subject).get(key="second_look").data == {"skipped": "review"}
    newest = presenting.timeline(Case.objects.get_with_related(case.pk), for_applicant=False)[0]
    assert "“资料复核”免办：仅吴志远可办理" in newest.title
    assert cases.projection_differences(case.pk) == []


def test_it_is_not_passed_where_a_colleague_could_do_it(cast, begin):
    cast.another_official("reviewer")
    case = begin("", ' tongban:skip="same-handler"')

    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(case, "review"), passed=True, opinion="资料齐全。")

    assert Task.objects.of(case.subject).open().filter(key="second_look").exists()

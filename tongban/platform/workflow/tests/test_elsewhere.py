"""A drawing as other modellers write it: in this profile it is read, and what is not read is named."""

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import engine
from tongban.platform.workflow.tests.steps import at, table

DRAWN_ELSEWHERE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tongban="urn:tongban:bpmn:1"
    xmlns:flowable="http://flowable.org/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d" targetNamespace="urn:x"
    typeLanguage="http://www.w3.org/2001/XMLSchema">
  <message id="m1" name="withdrawn"/>
  <collaboration id="c">
    <participant id="office" name="市局" processRef="p"/>
    <participant id="citizen" name="申请人"/>
    <messageFlow id="mf" sourceRef="citizen" targetRef="stopped"/>
  </collaboration>
  <process id="p" name="联合会签" isExecutable="true" tongban:unit="workday">
    <laneSet id="lanes"><lane id="l1" name="窗口"><flowNodeRef>sign</flowNodeRef></lane></laneSet>
    <dataObject id="file"/>
    <dataObjectReference id="file_ref" dataObjectRef="file"/>
    <startEvent id="start" flowable:initiator="applicant"/>
    <userTask id="sign" name="会签" tongban:kind="review" tongban:role="window" flowable:assignee="${signer}">
      <documentation>各部门会签</documentation>
      <extensionElements><flowable:formProperty id="x"/></extensionElements>
      <multiInstanceLoopCharacteristics isSequential="false" flowable:collection="${signers}"
          flowable:elementVariable="signer">
        <completionCondition>${nrOfCompletedInstances == nrOfInstances || sign.fail &gt; 0}</completionCondition>
      </multiInstanceLoopCharacteristics>
    </userTask>
    <boundaryEvent id="late" name="超期" attachedToRef="sign">
      <timerEventDefinition><timeDuration xsi:type="tFormalExpression">P5D</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <boundaryEvent id="stopped" name="撤回" attachedToRef="sign">
      <messageEventDefinition messageRef="m1"/>
    </boundaryEvent>
    <exclusiveGateway id="g" default="no"/>
    <endEvent id="granted"/>
    <endEvent id="refused"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="sign"/>
    <sequenceFlow id="f2" sourceRef="sign" targetRef="g"/>
    <sequenceFlow id="f3" sourceRef="late" targetRef="refused"/>
    <sequenceFlow id="f4" sourceRef="stopped" targetRef="refused"/>
    <sequenceFlow id="yes" sourceRef="g" targetRef="granted">
      <conditionExpression
          xsi:type="tFormalExpression">${sign.fail == 0 &amp;&amp; sign.pass &gt;= 2}</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="no" sourceRef="g" targetRef="refused"/>
  </process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="p"/></bpmndi:BPMNDiagram>
</definitions>
"""


def test_what_carries_no_meaning_is_named_in_a_warning_and_the_rest_is_read():
    found = workflow.check(DRAWN_ELSEWHERE)

    assert [problem.severity for problem in found] == ["warning", "warning"]
    assert [problem.details["places"] for problem in found] == ["start, sign", "citizen, mf, file, file_ref"]


def test_a_drawing_from_elsewhere_runs():
    graph = reader.read(DRAWN_ELSEWHERE)[0]
    step = engine.begin(graph, {"signers": ["甲", "乙"]}, table, at())

    assert step.marking.open == ("sign[1]", "sign[2]")
    assert set(step.marking.timers) == {"late"}
    for place in step.marking.open:
        step = engine.advance(graph, step.marking, place, "pass", step.data, table, at())
    assert step.outcome == "granted"


def test_a_drawing_from_elsewhere_ends_early_where_its_condition_says_so():
    graph = reader.read(DRAWN_ELSEWHERE)[0]
    step = engine.begin(graph, {"signers": ["甲", "乙"]}, table, at())

    step = engine.advance(graph, step.marking, "sign[2]", "fail", step.data, table, at())

    assert (step.outcome, step.cancelled) == ("refused", ("sign[1]",))


def test_names_that_a_drawing_brings_along_are_not_asked_of_anybody():
    asked = workflow.asked_names(DRAWN_ELSEWHERE)

    assert {name for names in asked.values() for name in names} == {"signers"}

"""Processes for tests, written short: the text says elements and flows, `bpmn` makes the XML."""

import re

TWO_BRANCHES = """
start
accept task 窗口受理 accept window days=5
split parallel
review task 资料审查 review review
inspect task 现场核查 inspect inspection days=10
join parallel
approve task 审批决定 approve approver
gate exclusive default=no
granted end 准予许可
refused end 不予许可
start>accept accept>split split>review split>inspect review>join inspect>join join>approve approve>gate
gate>granted yes [approve = "grant"]
gate>refused no
"""

INSTANT = """
start
approve task 当场审批 approve window
gate exclusive default=no
granted end 准予
refused end 不予
start>approve approve>gate
gate>granted yes [approve = "grant"]
gate>refused no
"""

TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "stop": "endEvent",
    "task": "userTask",
    "decision": "businessRuleTask",
    "service": "serviceTask",
    "send": "sendTask",
    "receive": "receiveTask",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
    "parallel": "parallelGateway",
    "exclusive": "exclusiveGateway",
    "inclusive": "inclusiveGateway",
    "events": "eventBasedGateway",
    "sub": "subProcess",
    "call": "callActivity",
}
# What a word of a line is called in BPMN, and what belongs into an element of its own.
PLAIN = {"default": "default", "at": "attachedToRef", "called": "calledElement"}
INNER = {"timer", "date", "cycle", "unit", "message", "error", "escalation", "stops"}
SEVERAL = {"count", "items", "item", "each", "done", "sequential", "signing", "signers"}
TIMES = {"timer": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}


def bpmn(text: str, key: str = "p", name: str = "示例流程", calls: dict[str, str] | None = None, **inside: str) -> str:
    """Write BPMN from lines `id type name kind role key=value…`, `a>b …` and `a>b id [condition]`.

    calls    processes that are called: id -> lines
    inside   lines of sub-processes, by their ids
    """
    processes = f'<bpmn:process id="{key}" name="{name}" isExecutable="true">{_body(text, inside)}</bpmn:process>'
    for called, lines in (calls or {}).items():
        processes += f'<bpmn:process id="{called}">{_body(lines, inside)}</bpmn:process>'
    names = "".join(
        f'<bpmn:{kind} id="{kind}_{word}" name="{word}" {kind}Code="{word}"/>'
        for kind in ("message", "error", "escalation")
        for word in sorted(set(re.findall(f'{kind}Ref="{kind}_(\\w+)"', processes)))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tongban="urn:tongban:bpmn:1"'
        f' id="d" targetNamespace="urn:t">{names}{processes}</bpmn:definitions>'
    )


def _body(text: str, inside: dict[str, str]) -> str:
    body = []
    for line in text.strip().splitlines():
        words = line.split()
        if ">" in words[0]:
            body += _flows(line, words)
        elif len(words) == 1:
            body.append(f'<bpmn:startEvent id="{words[0]}"/>')
        else:
            body.append(_node(words, inside))
    return "".join(body)


def _node(words: list[str], inside: dict[str, str]) -> str:
    key, kind, *rest = words
    extras = dict(word.split("=", 1) for word in rest if "=" in word)
    plain = [word for word in rest if "=" not in word]
    attributes = f' name="{plain[0]}"' if plain else ""
    for name, value in zip(("kind", "role"), plain[1:], strict=False):
        attributes += f' tongban:{name}="{value}"'
    for name, value in extras.items():
        if name not in INNER | SEVERAL:
            attributes += f' {PLAIN.get(name, f"tongban:{name}")}="{_escape(value.replace("|", " "))}"'
    inner = "<bpmn:terminateEventDefinition/>" if kind == "stop" else ""
    if kind in {"send", "receive"} and "message" in extras:
        attributes += f' messageRef="message_{extras["message"]}"'
    else:
        inner += _happens(extras)
    if "stops" in extras:
        attributes += ' cancelActivity="false"'
    if kind == "sub" and key in inside:
        inner += _body(inside[key], inside)
    return f'<bpmn:{TAGS[kind]} id="{key}"{attributes}>{inner}{_several(extras)}</bpmn:{TAGS[kind]}>'


def _happens(extras: dict[str, str]) -> str:
    for name, tag in TIMES.items():
        if name in extras:
            unit = f' tongban:unit="{extras["unit"]}"' if "unit" in extras else ""
            text = _escape(extras[name].replace("|", " "))
            return f"<bpmn:timerEventDefinition{unit}><bpmn:{tag}>{text}</bpmn:{tag}></bpmn:timerEventDefinition>"
    for name in ("message", "error", "escalation"):
        if name in extras:
            reference = f' {name}Ref="{name}_{extras[name]}"' if extras[name] else ""
            return f"<bpmn:{name}EventDefinition{reference}/>"
    return ""


def _several(extras: dict[str, str]) -> str:
    if not SEVERAL & set(extras):
        return ""
    ours = ("items", "item", "each", "signing", "signers")
    attributes = "".join(f' tongban:{name}="{extras[name].replace("|", " ")}"' for name in ours if name in extras)
    attributes += ' isSequential="true"' if "sequential" in extras else ""
    inner = f"<bpmn:loopCardinality>{extras['count']}</bpmn:loopCardinality>" if "count" in extras else ""
    if "done" in extras:
        condition = _escape(extras["done"].replace("|", " "))
        inner += f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
    return f"<bpmn:multiInstanceLoopCharacteristics{attributes}>{inner}</bpmn:multiInstanceLoopCharacteristics>"


def _flows(line: str, words: list[str]) -> list[str]:
    if "[" in line or (len(words) == 2 and ">" not in words[1]):
        source, target = words[0].split(">")
        condition = line.partition("[")[2].rpartition("]")[0]
        inner = f"<bpmn:conditionExpression>{_escape(condition)}</bpmn:conditionExpression>" if condition else ""
        return [
            f'<bpmn:sequenceFlow id="{words[1]}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
        ]
    found = []
    for pair in words:
        source, target = pair.split(">")
        found.append(f'<bpmn:sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}"/>')
    return found


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def dmn(inputs: str, outputs: str, rules: str, policy: str = "UNIQUE", key: str = "fee") -> str:
    """Write a decision table from words: "people area", "cost", and lines `cell | cell > output @ annotation`."""
    body = []
    for number, line in enumerate(rules.strip().splitlines(), start=1):
        rule, _, remark = line.partition("@")
        tests, _, results = rule.rpartition("=>")
        cells = "".join(f"<inputEntry>{_text(cell)}</inputEntry>" for cell in tests.split("|"))
        ends = "".join(f"<outputEntry>{_text(cell)}</outputEntry>" for cell in results.split("|"))
        note = f"<annotationEntry>{_text(remark)}</annotationEntry>" if remark else ""
        body.append(f'<rule id="r{number}">{cells}{ends}{note}</rule>')
    asked = "".join(
        f'<input label="{name}"><inputExpression><text>{name}</text></inputExpression></input>'
        for name in inputs.split()
    )
    given = "".join(f'<output name="{name}"/>' for name in outputs.split())
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="t" namespace="urn:t">'
        f'<decision id="{key}" name="收费"><decisionTable hitPolicy="{policy}">{asked}{given}{"".join(body)}'
        "</decisionTable></decision></definitions>"
    )


def _text(cell: str) -> str:
    return f"<text>{_escape(cell.strip())}</text>"


FEE = dmn("people", "cost basis", '< 10 => 0 | "免收"\n>= 10 => people * 2 | "每人2元" @ 价格目录第 3 项')

"""Whatever is wrong with a definition is told in Chinese, with its file, its place and what to do."""

import json
import re
from pathlib import Path

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity.models import Department
from tongban.platform.registers import services as registers

CHINESE = re.compile(r"[一-鿿]")
# What parsers of other houses say; none of it may reach the reader.
FOREIGN = re.compile(r"Invalid|Expect|Unclosed|Unterminated|Could not|not valid|mismatched|no element|is not of type")
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="费" namespace="urn:tongban:definitions">
  <decision id="size" name="规格"><decisionTable hitPolicy="FIRST">
    <input id="i" label="是否发光"><inputExpression typeRef="boolean"><text>lit</text></inputExpression></input>
    <output id="o" name="grade" typeRef="string"/>
    <rule id="r1"><inputEntry><text>true</text></inputEntry><outputEntry><text>"甲"</text></outputEntry></rule>
    <rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>"乙"</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""
GRANT = "# 准予\n\n{{ applicant.name }}：规格{{ decision.grade }}。\n\n> {{ department.name }}\n> {{ date }}\n"

# What is wrong: (file, text, what it becomes, file it is told of, words of its place and sentence)
FAULTS = {
    "a key nobody knows": ("service.toml", "schema = 1", "schema = 1\ncolour = 1", "service.toml", "colour"),
    "a text not closed": ("service.toml", '"店招设置许可"\n', '"店招设置许可\n', "service.toml", "第 4 行第"),
    "a day there is not": ("service.toml", "2026-01-01", "2026-13-01", "service.toml", "行第"),
    "a promise beyond the law": ("service.toml", "promised_days = 3", "promised_days = 30", "service.toml", "limits"),
    "a fee without its basis": ("service.toml", 'basis = "测试条例第二条"\n', "", "service.toml", "fee"),
    "a department that is not there": ("service.toml", '"urban-management"', '"moon"', "service.toml", "moon"),
    "a sample that is not there": ("service.toml", "design-sample.png", "lost.png", "service.toml", "lost.png"),
    "a condition that is none": ("service.toml", "{ properties = { lit", "{ type = 5, properties = { lit", "", "when"),
    "a number nobody fills": ("service.toml", "DZ{year}", "DZ{oops}", "service.toml", "{oops}"),
    "a number given twice": ("service.toml", "{serial:06}", "", "service.toml", "{serial:06}"),
    "a check digit in the middle": ("service.toml", "DZ{year}", "DZ{check}{year}", "service.toml", "校验位"),
    "an answer of no question in the number": (
        "service.toml",
        "DZ{year}",
        "DZ{{ answers.shopname }}",
        "service.toml",
        "shop_name",
    ),
    "a comma too few": ("form.json", '"shop_name", "lit"', '"shop_name" "lit"', "form.json", "第 9 行第"),
    "a schema that is none": ("form.json", '"type": "boolean"', '"type": "bool"', "form.json", "lit.type"),
    "a length that is none": ("form.json", '"minLength": 2', '"minLength": "two"', "form.json", "minLength"),
    "a question of no step": ("form.json", '"lit": {', '"lamp": {"type": "boolean"}, "lit": {', "form.json", "lamp"),
    "a way without a condition": (
        "process.bpmn",
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">approve = "grant"</bpmn:conditionExpression>',
        "",
        "process.bpmn",
        "f4",
    ),
    "a gateway without a default": ("process.bpmn", ' default="f5"', "", "process.bpmn", "f5"),
    "a process cut off": ("process.bpmn", "</bpmn:definitions>", "", "process.bpmn", "行第 1 列"),
    "an unknown encoding": ("process.bpmn", 'encoding="UTF-8"', 'encoding="nope"', "process.bpmn", "编码"),
    "a condition on an answer": ("process.bpmn", 'approve = "grant"', "lit = true", "process.bpmn", "lit"),
    "a condition of Python": ("process.bpmn", 'approve = "grant"', 'approve == "grant"', "process.bpmn", "FEEL"),
    "a cell of Python": ("size.dmn", "<text>true</text>", "<text>== true</text>", "size.dmn", "FEEL"),
    "a table that asks for nothing known": ("size.dmn", "<text>lit</text>", "<text>lamp</text>", "size.dmn", "lamp"),
    "a table under another name": ("size.dmn", '<decision id="size"', '<decision id="sizes"', "size.dmn", "size"),
    "a table with a gap": ("size.dmn", "<text>-</text>", "<text>true</text>", "size.dmn", "size"),
    "a table cut off": ("size.dmn", "</definitions>", "", "size.dmn", "第 "),
    "a value nobody gives the licence": ("licence.md", "face.items", "fase.items", "licence.md", "第 5 行"),
    "a value nobody gives the face": ("documents/face.md", "shop_name", "shopname", "documents/face.md", "shop_name"),
    "a value nobody gives a letter": ("documents/grant.md", "applicant.", "aplicant.", "documents/grant.md", "第 3 行"),
    "a value of another letter": ("documents/grant.md", "{{ date }}", "{{ due_on }}", "documents/grant.md", "due_on"),
    "a decision nobody takes": ("documents/grant.md", "decision.grade", "decision.size", "documents/grant.md", "grade"),
    "a tag there is not": ("documents/grant.md", "{{ date }}", "{% now %}", "documents/grant.md", "now"),
    "a tag not closed": ("documents/grant.md", "{{ date }}", "{% if date %}", "documents/grant.md", "if"),
    "a style there is not": ("licence.md", "# 店招", "---\nstyle: poster\n---\n# 店招", "licence.md", "poster"),
    "an example that expects nothing": ("examples.json", '"expect"', '"hope"', "examples.json", "expect"),
    "an example that answers wrongly": (
        "examples.json",
        '"禾香餐馆"',
        '"禾"',
        "examples.json",
        "[1].answers.shop_name",
    ),
}


@pytest.fixture
def whole(offices, folder):
    """The whole definition, with a decision table and a letter of its own."""
    (folder / "size.dmn").write_text(TABLE)
    (folder / "documents" / "grant.md").write_text(GRANT)
    return folder


def sentences(folder: Path) -> list[str]:
    return [catalogue.sentence(problem) for problem in catalogue.check(folder) if problem.forbids]


def test_the_whole_definition_has_no_fault(whole):
    assert catalogue.check(whole) == []


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_told_with_file_place_and_remedy_in_chinese(whole, what):
    file, old, new, told_of, words = FAULTS[what]
    text = (whole / file).read_text()
    assert old in text
    (whole / file).write_text(text.replace(old, new, 1))

    said = sentences(whole)

    assert any(line.startswith(told_of or file) and words in line for line in said), said
    for line in said:
        _where, colon, sentence = line.partition(": ")
        assert colon
        assert CHINESE.search(sentence)
        assert not FOREIGN.search(sentence), sentence


@pytest.mark.parametrize("file", ["service.toml", "form.json", "process.bpmn", "examples.json", "licence.md"])
def test_a_file_that_is_missing_is_named(whole, file):
    (whole / file).unlink()

    assert [line for line in sentences(whole) if line.startswith(f"{file}: ") and "缺少" in line]


def test_a_letter_that_counts_on_an_answer_nobody_has_to_give_is_a_warning(whole):
    form = json.loads((whole / "form.json").read_text())
    form["schema"]["required"] = ["shop_name"]
    (whole / "form.json").write_text(json.dumps(form))
    letter = whole / "documents" / "grant.md"
    letter.write_text(letter.read_text() + "\n发光：{{ answers.lit }}\n")

    (problem,) = catalogue.check(whole)

    assert not problem.forbids
    assert catalogue.sentence(problem).startswith("documents/grant.md, 第 8 行: ")

    letter.write_text(GRANT + "\n{% if answers.lit %}发光：{{ answers.lit }}{% endif %}\n")
    assert catalogue.check(whole) == []


def test_registers_that_a_form_counts_on_must_know_its_fields(whole):
    registers.declare(
        actor=SYSTEM,
        key="shops",
        title="店铺库",
        department=Department.objects.get(key="urban-management"),
        holder="organisation",
        basis="测试条例",
        fields=[{"name": "name", "title": "店名"}],
    )
    form = (whole / "form.json").read_text()

    def asking(source: str) -> list[tuple[bool, str]]:
        field = '"name": "shop_name", "label"'
        (whole / "form.json").write_text(form.replace(field, f'"name": "shop_name", "prefill": "{source}", "label"'))
        return [(problem.forbids, catalogue.sentence(problem)) for problem in catalogue.check(whole)]

    assert asking("register:shops.name") == []
    ((forbids, said),) = asking("register:shops.colour")
    assert forbids
    assert "“colour”" in said
    ((forbids, said),) = asking("register:stars.name")
    assert not forbids
    assert "“stars”" in said

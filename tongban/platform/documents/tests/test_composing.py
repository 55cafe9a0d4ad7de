"""The dialect, the sandbox and the typesetting."""

import hashlib
import io
import time
import tomllib
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from tests.typefaces import typeface
from tongban.infrastructure.kernel.money import Money
from tongban.platform.documents import services as documents
from tongban.platform.documents.composing import fonts, markdown, paragraphs, sandbox
from tongban.platform.letters.ports import TEMPLATES

ROOM = fonts.FOLDER.parent


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def blocks(source, **values):
    return markdown.read(sandbox.fill(source, values)).blocks


def test_the_dialect_is_read_into_blocks():
    found = blocks(
        "# 题目\n^ 文号\n= 某某：\n正文\n第二行\n\n## 小标题\n1. 一\n- 二\n"
        "\n|甲|乙|\n|:-:|---:|\n|1|2|\n\n名称 :: 某某\n\n***\n! 小字\n> 机关\n> 日期"
    )

    assert [block.kind for block in found] == [
        "title",
        "centred",
        "flush",
        "paragraph",
        "heading",
        "item",
        "item",
        "table",
        "fields",
        "rule",
        "small",
        "signature",
    ]
    table = next(block for block in found if block.kind == "table")
    assert (table.head, table.aligns, table.widths) == (True, ("centre", "right"), (1, 3))
    assert found[3].text == "正文第二行"
    assert found[-1].lines == ("机关", "日期")


@pytest.mark.parametrize(
    "value",
    ["# 标题", "| a | b |", "甲 :: 乙", "> 机关", "1. 一", "- 一", "***", "===", "**粗**", "! 小", "---", "{{ x }}"],
)
def test_a_value_never_becomes_a_mark(value):
    (paragraph,) = blocks("{{ value }}", value=value)
    (cell,) = [block for block in blocks("|甲|\n|---|\n|{{ value }}|", value=value) if block.kind == "table"]

    assert paragraph.kind == "paragraph"
    assert markdown.spans(paragraph.text) == [(value, False)]
    assert markdown.unshield(cell.rows[1][0]) == value


def test_what_cannot_be_seen_is_taken_out_of_values():
    assert markdown.unshield(markdown.shield("林\u202e晓\u200b云\x00")) == "林晓云"


@pytest.mark.parametrize(
    "source",
    [
        "{% load static %}",
        "{% include 'x' %}",
        "{% extends 'x' %}",
        "{% debug %}",
        "{% csrf_token %}",
        "{% url 'x' %}",
        "{{ x|safe }}",
        "{{ x|add:'y' }}",
        "{% if %}",
        "{{ x.__class__ }}",
        "{{ x._private }}",
    ],
)
def test_the_sandbox_refuses_what_it_does_not_know(source):
    assert documents.check(source)
    with pytest.raises(documents.TemplateBroken):
        documents.compose(source, {"x": "y"}, title="x")


def test_a_fault_is_named_with_its_line():
    (flaw,) = documents.check("一\n二\n{% fro x in y %}")

    assert flaw.line == 3
    assert str(flaw) == "第 3 行：没有标签“fro”，可用的有 if、for 和 comment"


def test_objects_do_not_get_into_a_template():
    with pytest.raises(TypeError, match="holder"):
        documents.compose("{{ holder }}", {"holder": object()}, title="x")


def test_a_missing_value_is_not_printed_as_nothing():
    with pytest.raises(documents.TemplateBroken, match="applicant"):
        documents.compose("你好，{{ applicant.name }}。", {"applicant": {}}, title="x")

    assert documents.fill('{{ applicant.name|default:"无" }}', {"applicant": {}}) == "无"
    assert documents.fill("{% if applicant.name %}有{% endif %}", {"applicant": {}}) == ""


def test_values_are_written_as_people_write_them():
    said = documents.fill(
        "{{ day }} {{ at }} {{ yes }} {{ many }} {{ fee }} {{ fen|yuan }} {{ day|hanzi }} {{ nothing }}",
        {
            "day": date(2026, 11, 2),
            "at": datetime(2026, 11, 22, 1, 5, tzinfo=UTC),
            "yes": True,
            "many": ["甲", "乙"],
            "fee": Money(12345),
            "fen": 500,
            "nothing": None,
        },
    )

    assert said == "2026年11月2日 2026年11月22日09:05 是 甲、乙 123.45 5.00 二〇二六年十一月二日 "


def test_fields_are_values_too():
    assert documents.values("名称 :: {{ x }}\n空 :: {{ y }}", {"x": "甲 :: 乙\n丙", "y": ""}, title="x") == {
        "名称": "甲 :: 乙\n丙"
    }


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("---\nstyle: poster\n---\n# x", "第 2 行"),
        ("---\ncolour: red\n---\n# x", "第 2 行"),
        ("---\nstyle: letter\n# x", "没有结束"),
    ],
)
def test_front_matter_is_checked(source, problem):
    assert problem in str(documents.check(source)[0])


def lines_of(text, width=160.0, size=16.0):
    found = paragraphs.atoms(text, paragraphs.Look(size, 28), widest=width)
    return ["".join(atom.text for atom in line.atoms) for line in paragraphs.lines(found, first=width, rest=width)]


def test_no_line_begins_or_ends_with_the_wrong_mark():
    text = "根据《中华人民共和国行政许可法》（以下简称“许可法”），申请人（单位）提交：平面图、制度；均已收到。" * 6
    for width in range(80, 300, 7):
        found = lines_of(text, float(width))
        assert "".join(found) == text
        assert not any(line[0] in paragraphs.NO_START for line in found)
        assert not any(line[-1] in paragraphs.NO_END for line in found[:-1])


def test_numbers_and_words_stay_whole():
    found = lines_of("办件编号为PA7K3M9QX2的申请于2026年提出，联系电话099055510101。", 150.0)

    assert any("PA7K3M9QX2" in line for line in found)
    assert any("099055510101" in line for line in found)


def test_a_word_wider_than_the_line_is_torn_after_all():
    assert len(lines_of("a" * 200, 100.0)) > 5


@pytest.mark.parametrize("name", ["䶮𬭎", "㛃", "赵堃喆", "囍"])
def test_rare_names_are_complete(name):
    text = text_of(documents.compose("= {{ name }}", {"name": name}, title="x"))

    assert "〓" not in text
    assert name in text


@pytest.mark.found("F1")
@pytest.mark.parametrize(
    "rare", ["杜明\U00030302", "杜明\U0002bc21", "杜明\U00021334", "\U00022489明", "试\ue86a", "甲\U0001f600"]
)
def test_a_paper_that_will_be_sealed_is_not_made_without_a_glyph(rare):
    with pytest.raises(documents.GlyphMissing) as refused:
        documents.compose("= {{ name }}", {"name": rare}, title="决定书")

    (character,) = [one for one in rare if one not in "杜明试甲"]
    assert refused.value.characters == character
    assert f"U+{ord(character):04X}" in str(refused.value)


@pytest.mark.found("F1")
def test_what_is_not_sealed_names_the_character_without_a_glyph():
    said = text_of(documents.compose("= {{ name }}", {"name": "杜明\U00030302"}, title="x", draft=True))

    assert "杜明〔U+30302〕" in said
    assert "〓" not in said


@pytest.mark.found("F1")
def test_a_further_typeface_is_tried_in_order_as_soon_as_it_is_there(settings, tmp_path):
    settings.VAR = tmp_path
    settings.DOCUMENTS_TYPEFACES = "typefaces"
    paper = {"name": "杜明\U00030305"}
    with pytest.raises(documents.GlyphMissing):
        documents.compose("= {{ name }}", paper, title="决定书")
    folder = tmp_path / "typefaces"
    folder.mkdir()
    (folder / "a.ttf").write_bytes(b"none")
    (folder / "b.ttf").write_bytes(typeface("\U00030305"))

    pdf = documents.compose("= {{ name }}", paper, title="决定书")

    assert "杜明\U00030305" in text_of(pdf)
    assert list(fonts.further().values()) == [False, True]


@pytest.mark.found("F1")
def test_two_versions_of_a_typeface_do_not_share_their_characters(settings, tmp_path):
    settings.VAR, settings.DOCUMENTS_TYPEFACES = tmp_path, "typefaces"
    (tmp_path / "typefaces").mkdir()
    for name, character in (("first", "\U00030310"), ("second", "\U00030311")):
        (tmp_path / "typefaces" / f"{name}.ttf").write_bytes(typeface(character))

    pdf = documents.compose("= {{ name }}", {"name": "杜\U00030310\U00030311"}, title="决定书")

    assert "杜\U00030310\U00030311" in text_of(pdf)


def test_the_place_for_the_seal_is_an_empty_signature_field_on_the_signature_block():
    source = "# 决定书\n\n" + "正文。\n\n" * 40 + "> 机关\n> 日期"
    reader = PdfReader(io.BytesIO(documents.compose(source, {}, title="决定书", qr="https://example.cn")))

    (field,) = reader.get_fields().values()
    assert (field["/FT"], field["/T"]) == ("/Sig", "Seal")
    last = reader.pages[-1]
    assert len(reader.pages) > 1
    (widget,) = [note.get_object() for note in last["/Annots"]]
    left, bottom, right, top = (float(number) for number in widget["/Rect"])
    assert right - left == pytest.approx(42 / 25.4 * 72, abs=0.1)
    assert 0 < left < right < 595
    assert 0 < bottom < top < 842


def test_without_a_seal_there_is_no_field():
    assert not PdfReader(io.BytesIO(documents.compose("# x", {}, title="x", seal=False))).get_fields()


def test_the_file_says_what_it_is():
    reader = PdfReader(
        io.BytesIO(documents.compose("# x\n\n> 某局", {}, title="受理通知书", qr="https://example.cn/v"))
    )

    assert reader.metadata.title == "受理通知书"
    assert reader.metadata.author == "某局"
    assert reader.metadata["/Keywords"] == "https://example.cn/v"
    assert reader.root_object["/Lang"] == "zh-CN"


def test_a_demonstration_says_so_on_every_page(settings):
    settings.DEMO = True
    assert "不具有法律效力" in text_of(documents.compose("# x", {}, title="x"))
    settings.DEMO = False
    assert "不具有法律效力" not in text_of(documents.compose("# x", {}, title="x"))


def test_a_long_face_is_set_smaller_until_it_fits_on_one_page():
    source = "---\nstyle: licence\norientation: landscape\n---\n# 许可证\n{{ a }} :: {{ b }}\n\n===\n\n> 某局"
    pdf = documents.compose(source, {"a": "经营项目", "b": "热食类食品制售；" * 50}, title="许可证")

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_what_a_long_label_says_in_brackets_stands_under_it():
    source = (
        "---\nstyle: licence\norientation: landscape\n---\n# 许可证\n统一社会信用代码 :: {{ a }}\n\n"
        "法定代表人（负责人） :: {{ b }}\n\n===\n\n> 某局"
    )
    pdf = documents.compose(source, {"a": "91990102MA99H00124", "b": "何香"}, title="许可证")

    seen = [line.split("：")[0] for line in PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()]
    assert "法定代表人" in seen
    assert "（负责人）" in seen


def test_a_table_of_many_rows_repeats_its_head():
    source = "|序号|材料|\n|:--:|----|\n{% for row in rows %}\n|{{ forloop.counter }}|{{ row }}|\n{% endfor %}"
    reader = PdfReader(io.BytesIO(documents.compose(source, {"rows": ["平面图"] * 90}, title="清单")))

    assert len(reader.pages) > 1
    assert all("序号" in page.extract_text() for page in reader.pages)


def test_a_letter_is_set_in_well_under_60_ms_and_is_small():
    source = TEMPLATES["receipt"].text
    context = {
        "number": "1",
        "case": {"number": "1", "submitted_at": "x", "query_code": "y"},
        "applicant": {"name": "林晓云"},
        "service": {"name": "食品经营许可"},
        "department": {"name": "某局"},
        "materials": [{"name": "平面图", "title": "平面图.pdf"}] * 5,
        "limits": {"acceptance": "5个工作日"},
        "date": date(2026, 1, 1),
    }
    pdf = documents.compose(source, context, title="回执", qr="https://example.cn")

    best = min(_seconds(lambda: documents.compose(source, context, title="回执")) for _ in range(5))

    assert best < 0.06
    assert len(pdf) < 120_000


def _seconds(work):
    start = time.process_time()  # a busy machine must not make it slow
    work()
    return time.process_time() - start


def test_the_typeface_is_the_one_that_is_noted():
    for entry in tomllib.loads((ROOM / "vendored.toml").read_text())["file"]:
        for path, digest in ((entry["path"], entry["sha256"]), (entry["licence_path"], entry["licence_sha256"])):
            assert hashlib.sha256((ROOM / path).read_bytes()).hexdigest() == digest
    assert set(fonts.faces()) >= {fonts.REGULAR, fonts.BOLD}

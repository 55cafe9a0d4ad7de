"""Every letter of the house, filled the way cases fill it."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from tongban.platform.documents import services as documents
from tongban.platform.letters import ports as letters

DAY = date(2026, 11, 22)
CONTEXT = {
    "number": "补字〔2026〕7K3M9QX2号",
    "case": {
        "number": "PA-2026-7K3M9QX2",
        "query_code": "8H2K4M",
        "submitted_at": datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
        "received_on": DAY,
        "accepted_on": DAY,
        "acceptance_due_on": DAY,
        "statutory_due_on": DAY,
        "promised_due_on": DAY,
        "decided_on": DAY,
    },
    "service": {"name": "食品经营许可", "code": "food-business", "result": "食品经营许可证"},
    "applicant": {"name": "云泽市禾香餐饮有限公司"},
    "department": {"name": "云泽市市场监督管理局"},
    "points": [
        {"material": "经营场所平面布局图", "text": "未标明专间的位置和面积，请补充。"},
        {"material": "", "text": "法定代表人姓名与营业执照不一致。"},
    ],
    "reason": "经现场核查，操作间与厕所直接相通，不符合食品经营许可审查的要求。\n请整改后重新申请。",
    "materials": [{"name": "经营场所平面布局图", "title": "平面图.pdf"}],
    "summary": [("经营信息", [("经营项目", "热食类食品制售"), ("面积", "120 平方米")])],
    "answers": {"area": 120.5},
    "basis": [{"title": "中华人民共和国食品安全法", "article": "第三十五条"}],
    "remedies": {
        "review": "对本决定不服的，可以自收到决定书之日起六十日内向云泽市人民政府申请行政复议。",
        "litigation": "也可以自收到决定书之日起六个月内直接向临湖区人民法院提起行政诉讼。",
    },
    "limits": {"promised": "8个工作日", "statutory": "10个工作日", "acceptance": "5个工作日"},
    "contacts": {"consult": "0990-55510101", "complaint": "0990-55510109"},
    "date": DAY,
    "deemed": False,
    # special procedures, extensions
    "procedure": "检验",
    "days": 10,
    "due_on": DAY,
    # fees
    "amount": "270.00元",
    "capitals": "贰佰柒拾元整",
    "code": "99010026000000000017",
    # ends, deliveries, archive
    "cause": "applicant-gone",
    "conditions": ["符合国家卫生标准和要求"],
    "named": "劳务派遣协议样本",
    "day": DAY,
    "time": "上午9时",
    "where": "政务大厅三楼",
    "host": "许文清",
    "office": "海州省市场监督管理局",
    "how": "window",
    "receiver": "周文博",
    "papers": ["准予行政许可决定书"],
    "contents": [{"title": "准予行政许可决定书", "number": "准〔2026〕1号", "digest": "a" * 64}],
    # files that move
    "from_office": "云泽市政务服务中心",
    "to_office": "岚川市公安局",
    "signed_by": "顾岚",
    "window": {"name": "云泽市政务服务中心"},
    # after the decision
    "authority": "云泽市人民政府",
    "file": "云政复决〔2026〕18号",
    "ended_on": DAY,
    "licence": {"kind_name": "食品经营许可证", "number": "JY23301000000017"},
    "licence_number": "JY23301000000017",
    # extracts
    "title": "营业执照信息",
    "source": "云泽市市场监督管理局",
    "register": "市场主体登记簿",
    "holder": "云泽市禾香餐饮有限公司",
    "as_of": DAY,
    "answered_at": datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
    "data": [("名称", "云泽市禾香餐饮有限公司"), ("登记状态", "存续")],
    # licences
    "kind_name": "食品经营许可证",
    "issuer": "云泽市市场监督管理局",
    "issued_on": DAY,
    "valid_from": DAY,
    "valid_until": date(2031, 11, 21),
    "face": {"经营者名称": "云泽市禾香餐饮有限公司", "经营项目": "热食类食品制售"},
}


FEES = {
    "fees": [
        {
            "name": "城市道路占用费",
            "amount_fen": 27000,
            "basis": "《城市道路管理条例》第三十七条",
            "rate_fen": 100,
            "unit": "平方米·日",
            "quantity": 270,
            "waived": "",
        }
    ],
}


def context_of(template):
    """Fill what only one room's letters name, or name otherwise than letters about an application, with a word."""
    own = {name for name, shape in template.names.items() if letters.APPLICATION_NAMES.get(name) != shape}
    unknown = template.names.keys() - letters.APPLICATION_NAMES.keys() - CONTEXT.keys()
    return CONTEXT | dict.fromkeys((own & letters.APPLICATION_NAMES.keys()) | unknown, "样本")


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


@pytest.mark.parametrize("name", sorted(letters.TEMPLATES))
def test_each_letter_is_sound_and_fits_a_case(name):
    assert documents.check(letters.TEMPLATES[name].text) == []

    charged = name == "payment-notice"
    context = context_of(letters.TEMPLATES[name]) | (FEES if charged else {})
    pdf = documents.compose(letters.TEMPLATES[name].text, context, title=name, qr="https://example.cn/v/1")

    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 2  # a decision on a penalty is long
    assert "〓" not in text_of(pdf)


def test_a_supplement_notice_names_every_point_at_once():
    text = text_of(documents.compose(letters.TEMPLATES["supplement-notice"].text, CONTEXT, title="一次性补正告知书"))

    assert "未标明专间的位置和面积，请补充。" in text
    assert "法定代表人姓名与营业执照不一致。" in text
    assert "第三十二条第一款第四项" in text


def test_a_refusal_gives_its_reason_and_the_remedies():
    text = text_of(documents.compose(letters.TEMPLATES["refusal"].text, CONTEXT, title="不予行政许可决定书"))

    assert "操作间与厕所直接相通" in text
    assert "六十日内向云泽市人民政府申请行政复议" in text
    assert "六个月内直接向临湖区人民法院提起行政诉讼" in text


def test_what_is_no_permit_does_not_quote_the_law_on_permits():
    benefit = CONTEXT | {"service": {"name": "高龄津贴", "type": "05", "result": "高龄津贴发放决定"}}

    for name in ("grant", "refusal", "acceptance", "supplement-notice", "non-acceptance"):
        assert "行政许可法" not in text_of(documents.compose(letters.TEMPLATES[name].text, benefit, title=name))


@pytest.mark.found("B10")
def test_a_decision_is_called_as_its_matter_has_it():
    given = CONTEXT | {
        "service": {"name": "高龄津贴", "type": "05", "result": "高龄津贴发放决定"},
        "decided": {"title": "准予行政给付决定书", "words": "准予给付"},
    }

    text = text_of(documents.compose(letters.TEMPLATES["grant"].text, given, title="准予行政给付决定书"))

    assert "准予行政给付决定书" in text
    assert "本机关决定准予给付。" in text
    assert "准予许可" not in text


@pytest.mark.parametrize("name", sorted(letters.TEMPLATES))
def test_each_letter_asks_only_for_what_it_gets(name):
    letter = letters.TEMPLATES[name]

    assert "{{" in letter.text
    assert documents.check(letter.text, names=letter.names) == []


def test_a_letter_belongs_to_one_room(tmp_path):
    file = tmp_path / "grant.md"
    file.write_text("# 决定书\n")

    with pytest.raises(ValueError, match="two modules register the letter grant"):
        letters.register(file)

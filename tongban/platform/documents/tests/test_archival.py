"""Papers can be copied from, read aloud, and read in decades."""

import io
import re
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from tongban.platform.documents import services as documents

FACE = """---
style: licence
orientation: landscape
---
# {{ kind }}
^ 证照编号：JZ9901002026000001

经营者名称 :: {{ name }}
法定代表人（负责人） :: 何文涛
住所 :: 云泽市云溪区青云路18号
统一社会信用代码 :: 91990102MA99H00124

===

有效期至 :: 长期

> 发证机关：云泽市公安局
> 2026年11月28日
"""
LETTER = """# 决定书
^ 准字〔2026〕1号

= {{ name }}：

你（单位）于2026年11月20日提出的“食品经营许可”申请（办件编号：990102-20261128-STKY20R），经审查，符合法定条件、标准。

## 收到的材料

|序号|材料|
|:-:|---|
|1|平面图|

名称 :: 某某

***

> 云泽市公安局
> 2026年11月28日
"""


@pytest.fixture(params=[(FACE, True), (LETTER, True), (LETTER, False)], ids=["licence", "letter", "receipt"])
def pdf(request):
    source, seal = request.param
    said = {"name": "云泽市禾香餐饮有限公司", "kind": "食品经营许可证"}
    return documents.compose(source, said, title="决定书 <1>", qr="http://example.cn/licences/v/ABC/", seal=seal)


@pytest.fixture
def licence():
    return documents.compose(FACE, {"name": "云泽市禾香餐饮有限公司", "kind": "居住证"}, title="居住证")


def streams(pdf):
    return b"".join(page.get_contents().get_data() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.found("J-LICENCE")
def test_every_typeface_is_embedded(pdf):
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            described = font.get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in described
            assert "/Encoding" not in font.get_object()


@pytest.mark.found("J-LICENCE")
def test_the_file_says_that_it_is_pdf_a_and_in_which_colours(pdf):
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    said = ElementTree.fromstring(re.sub(rb"<[?]xpacket.*?[?]>", b"", root["/Metadata"].get_data()))
    values = {one.tag.partition("}")[2]: "".join(one.itertext()).strip() for one in said.iter()}

    assert pdf.startswith(b"%PDF-1.7")
    assert "/Version" not in root
    assert (values["part"], values["conformance"]) == ("2", "B")
    assert values["title"] == "决定书 <1>"
    assert values["creator"] == "云泽市公安局"
    (intent,) = root["/OutputIntents"]
    assert intent["/DestOutputProfile"].get_data()[36:40] == b"acsp"
    assert intent["/DestOutputProfile"]["/N"] == 3


@pytest.mark.found("J-LICENCE")
def test_all_content_is_tagged_in_reading_order(pdf):
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    kinds, parts = [], []

    def walk(node):
        node = node.get_object()
        if node.get("/Type") == "/MCR":
            parts.append(node["/MCID"])
        if "/S" in node:
            kinds.append(node["/S"])
            for kid in node["/K"]:
                walk(kid)

    walk(root["/StructTreeRoot"]["/K"])
    content = streams(pdf)
    assert root["/MarkInfo"]["/Marked"]
    assert kinds[:2] == ["/Document", "/H1"]
    assert parts == sorted(parts) == list(range(len(parts)))
    assert content.count(b" BDC") + content.count(b" BMC") == content.count(b"EMC")
    assert len(re.findall(rb"MCID", content)) == len(parts)
    assert len(root["/StructTreeRoot"]["/ParentTree"]["/Nums"][1]) == len(parts)


@pytest.mark.found("J-LICENCE")
def test_labels_are_said_as_words_however_wide_they_are_set(licence):
    said = re.findall(rb"ActualText <(\w+)>", streams(licence))

    words = {bytes.fromhex(one.decode()).decode("utf-16") for one in said}
    assert {"经营者名称", "住所", "法定代表人"} <= words


@pytest.mark.found("J-LICENCE")
def test_what_stands_around_the_text_comes_after_it(pdf):
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)

    assert text.index("决定书" if "决定书" in text else "食品经营许可证") < text.index("演示系统")


@pytest.mark.found("J-LICENCE")
def test_the_author_is_the_department_without_its_label(licence):
    assert PdfReader(io.BytesIO(licence)).metadata.author == "云泽市公安局"


@pytest.mark.found("J-LICENCE")
def test_a_number_is_never_torn_at_its_hyphens():
    for before in range(30):
        source = f"{'文' * before}（办件编号：990102-20261128-STKY20R），经审查，符合法定条件、标准。"
        text = PdfReader(io.BytesIO(documents.compose(source, {}, title="x", seal=False))).pages[0].extract_text()
        assert "990102-20261128-STKY20R" in text

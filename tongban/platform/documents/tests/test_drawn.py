"""What a PDF of ours draws, read again for another format: checked against poppler, which reads it by itself."""

import re
import shutil
import subprocess
from io import BytesIO

import pytest
from PIL import Image

from tongban.platform.documents import services as documents
from tongban.platform.documents.composing.drawn import MM, DrawnPath, DrawnPicture, DrawnText

LETTER = """# 行政许可决定书

= 林晓云：

经审查，**准予**许可。编号 JY2-9901(02)\\A，期限五年。

| 材料 | 份数 |
|:-:|---|
| 申请书 | 1 |

> 云泽市市场监督管理局
> 2026年11月30日"""


def a_letter(text=LETTER, **more):
    return documents.compose(text, {}, title="决定书", qr="https://city.example/v/1", caption="扫码核验", **more)


def texts(page):
    return [piece for piece in page.pieces if isinstance(piece, DrawnText)]


def test_every_character_is_drawn_by_a_glyph_that_is_there():
    (page,) = documents.drawn(a_letter()).pages

    said = "".join(piece.text for piece in texts(page))
    for words in ("行政许可决定书", "准予", "编号", "JY2-9901(02)", "云泽市市场监督管理局", "2026", "扫码核验"):
        assert words in said
    assert all(all(piece.glyphs) for piece in texts(page))
    assert "\ufffd" not in said


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_words_stand_where_poppler_finds_them(tmp_path):
    pdf = a_letter()
    (tmp_path / "a.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-bbox", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True)
    left, top = map(float, re.search(r'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>行政许可决定书<', told.stdout).groups())

    (page,) = documents.drawn(pdf).pages
    (title,) = [piece for piece in texts(page) if piece.text == "行政许可决定书"]

    assert title.x == pytest.approx(left * MM, abs=0.2)
    assert top * MM < title.y < top * MM + 1.5 * title.size
    assert title.size == pytest.approx(22 * MM, abs=0.01)
    assert sum(title.steps) == pytest.approx(7 * title.size, abs=0.1)


def test_lines_grounds_and_the_code_are_paths_in_their_colours():
    (page,) = documents.drawn(a_letter()).pages
    paths = [piece for piece in page.pieces if isinstance(piece, DrawnPath)]

    assert any(path.stroke and len(path.moves) == 2 for path in paths), "lines of the table"
    code = max((path for path in paths if path.fill), key=lambda path: len(path.moves))
    across = [numbers[0] for _mark, numbers in code.moves if numbers]
    assert max(across) - min(across) == pytest.approx(24, abs=1.5), "the QR code is 24 mm wide"


def test_the_place_of_the_seal_is_on_the_page_of_the_signature():
    long = LETTER.replace("期限五年。", "期限五年。" + "\n\n依照有关规定办理。" * 60)
    paper = documents.drawn(a_letter(long))

    page, x, y, width, height = paper.seal
    assert len(paper.pages) > 2
    assert page == len(paper.pages) - 1
    assert (width, height) == (pytest.approx(42, abs=0.1), pytest.approx(42, abs=0.1))
    assert 0 < x < 210 - width
    assert 0 < y < 297 - height


def test_a_picture_comes_along():
    out = BytesIO()
    Image.new("RGB", (358, 441), (10, 20, 200)).save(out, "JPEG")
    text = "# 证\n\n@ photo 相片\n\n> 某局"

    (page,) = documents.drawn(a_letter(text, pictures={"photo": out.getvalue()})).pages
    (picture,) = [piece for piece in page.pieces if isinstance(piece, DrawnPicture)]

    assert (picture.width, picture.height) == (pytest.approx(26, abs=0.1), pytest.approx(32, abs=0.1))
    red, _green, blue = Image.open(BytesIO(picture.content)).convert("RGB").getpixel((100, 100))
    assert blue > red

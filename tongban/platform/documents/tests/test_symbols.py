import io
import re

import pytest
import segno
from pypdf import PdfReader
from segno import encoder

from tongban.platform.documents import services as documents
from tongban.platform.documents.composing import symbols

# A short one, a licence's address, one with Chinese in it, and one that is long enough to bear its version's number.
TEXTS = ["1", "https://yunze.example.cn/licences/v/WJN9F4EB25E9/", "通办·云泽市", "https://example.cn/" + "x" * 200]
FINDER = re.compile("(?=(?<=0000)1011101|1011101(?=0000))")


def codes(text):
    return [segno.make(text, error="m", micro=False, mask=mask) for mask in symbols.MASKS]


def judged(code):
    """Judge by segno, but count each finder pattern, also one that begins before another ends."""
    side = len(code.matrix)
    runs, blocks, _finders, dark = encoder.mask_scores(code.matrix, side, side)
    lines = ["0000" + "".join(map(str, line)) + "0000" for line in (*code.matrix, *zip(*code.matrix, strict=True))]
    return runs + blocks + dark + 40 * sum(len(FINDER.findall(line)) for line in lines)


@pytest.mark.parametrize("text", TEXTS)
def test_a_code_is_one_of_the_eight_that_say_the_text_and_the_easiest_to_read(text):
    written = [tuple("".join(map(str, row)) for row in code.matrix) for code in codes(text)]
    penalties = [judged(code) for code in codes(text)]

    assert symbols.qr(text) == written[penalties.index(min(penalties))]


@pytest.mark.parametrize("text", TEXTS)
def test_a_code_is_judged_by_the_standard(text):
    for code in codes(text):
        assert symbols.penalty(symbols._dots(code), len(code.matrix)) == judged(code)


def test_every_dark_dot_is_drawn_and_no_light_one():
    text = TEXTS[1]
    page = PdfReader(io.BytesIO(documents.compose("# x\n", {}, title="x", qr=text))).pages[0]
    words = page.get_contents().get_data().decode("latin-1").split()
    rows = symbols.qr(text)

    drawn = set()
    for place, word in enumerate(words):
        if word == "re" and words[place - 1] == "1":
            column, row, length = map(int, words[place - 4 : place - 1])
            drawn |= {(row, column + step) for step in range(length)}

    assert drawn == {(y, x) for y, row in enumerate(rows) for x, dot in enumerate(row) if dot == "1"}

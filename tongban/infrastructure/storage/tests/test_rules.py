import zlib

import pytest

from tongban.infrastructure.storage import rules


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"MZ\x90", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(content, kind):
    assert rules.kind_of(content) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("平面图.PDF", "平面图.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\林\\平面图.pdf", "平面图.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "a b Set-Cookie x.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("图" * 300 + ".pdf", "图" * 120 + ".pdf"),
    ],
)
def test_a_name_is_safe_to_store_and_to_send(given, kept):
    assert rules.clean_name(given, "pdf") == kept


def test_the_scanners_test_file_is_found():
    assert rules.harmful(b"a" + rules.EICAR) == "EICAR"


@pytest.mark.parametrize(
    "part",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /S /J#61vaScript >>",
        b"<</S/Launch/F(cmd.exe)>>",
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n"
        + zlib.compress(b"1 0 << /S /JavaScript >>")
        + b"\nendstream",
    ],
)
def test_a_pdf_that_would_run_something_is_found(part):
    assert rules.harmful(b"%PDF-1.7\n1 0 obj\n" + part)


def test_a_pdf_that_only_speaks_of_scripts_is_not_harmful():
    assert rules.harmful(b"%PDF-1.7\n(JavaScript for beginners) /Launcher") is None


def test_a_bomb_in_an_object_stream_stays_small():
    bomb = b"%PDF-1.7\n" + b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + zlib.compress(b"\0" * 200_000_000)

    assert rules.harmful(bomb) is None

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
        (b"\xef\xbb\xbf%PDF-1.7\n", "pdf"),
        (b"\r\n" * 512 + b"%PDF-1.7\n", "pdf"),
        (b"\r\n" * 600 + b"%PDF-1.7\n", None),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
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
        ("photo.JFIF", "photo.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("图" * 300 + ".pdf", "图" * 120 + ".pdf"),
    ],
)
def test_a_name_is_safe_to_store_and_to_send(given, kept):
    assert rules.clean_name(given, "pdf") == kept


def test_the_scanners_test_file_is_found():
    assert rules.harmful(b"a" + rules.EICAR) == "EICAR"


@pytest.mark.found("F14")
@pytest.mark.parametrize("name", ["photo.jfif", "photo.pjpeg", "photo.PJP", "photo.jpe", "photo.png"])
def test_a_picture_gets_the_ending_that_every_device_knows(name):
    assert rules.clean_name(name, "jpg") == "photo.jpg"
    assert rules.clean_name("photo.JPEG", "jpg") == "photo.jpeg"

import errno
import io
import os
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tongban.infrastructure.storage import disk, rules, services
from tongban.infrastructure.storage.models import Blob

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.VAR = tmp_path


def a_pdf(pages=1, password=""):
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def a_picture(kind="PNG", size=(20, 10)):
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (a_pdf(), "平面图.pdf", "application/pdf"),
        (a_picture(), "照片.png", "image/png"),
        (a_picture("JPEG"), "照片.jpeg", "image/jpeg"),
        (a_picture("JPEG"), "照片", "image/jpeg"),
    ],
)
def test_a_sound_file_is_kept_by_its_content(content, name, media_type):
    blob = services.put(content, name=name, max_bytes=MB)

    assert (blob.media_type, blob.size) == (media_type, len(content))
    assert services.read(blob) == content


def test_an_upload_is_read_like_a_file():
    assert services.put(io.BytesIO(a_pdf()), name="a.pdf", max_bytes=MB).pk


def test_the_same_content_is_kept_once(tmp_path):
    first = services.put(a_pdf(), name="a.pdf", max_bytes=MB)
    second = services.put(a_pdf(), name="b.pdf", max_bytes=MB)

    assert first.pk == second.pk
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.pdf", services.Empty),
        (b"x" * (MB + 1), "a.pdf", services.TooLarge),
        (b"MZ\x90\x00 this program", "a.pdf", services.Disguised),
        (a_picture(), "a.pdf", services.Disguised),
        (a_pdf(), "a.exe", services.Disguised),
        (b"<svg onload=alert(1)>", "a.svg", services.Disguised),
        (a_pdf(password="secret"), "a.pdf", services.Locked),
        (b"%PDF-1.7 and then nothing", "a.pdf", services.Broken),
        (a_picture()[:40], "a.png", services.Broken),
        (a_pdf(pages=0), "a.pdf", services.Broken),
        (a_pdf() + rules.EICAR, "a.pdf", services.Infected),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_leaves_nothing(tmp_path, content, name, refusal):
    with pytest.raises(refusal) as refused:
        services.put(content, name=name, max_bytes=MB)

    assert name in str(refused.value)
    assert not files(tmp_path)
    assert not Blob.objects.exists()


def test_a_kind_that_is_not_asked_for_is_refused():
    with pytest.raises(services.Disguised) as refused:
        services.put(a_picture(), name="a.png", accept=["pdf"], max_bytes=MB)

    assert "PDF" in str(refused.value)


def test_a_pdf_with_a_script_is_refused():
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app")})
    writer.root_object[NameObject("/OpenAction")] = action
    writer.write(out)

    with pytest.raises(services.Infected):
        services.put(out.getvalue(), name="a.pdf", max_bytes=MB)


def test_a_picture_that_would_unpack_to_gigabytes_is_refused_unopened():
    def chunk(kind, data):
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack("!LLBBBBB", 90_000, 90_000, 8, 2, 0, 0, 0))
    bomb += chunk(b"IDAT", zlib.compress(b"\0"))

    with pytest.raises(services.TooManyPixels):
        services.put(bomb, name="a.png", max_bytes=MB)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_clearly_and_leaves_no_half_file(tmp_path, monkeypatch, code):
    def no_room(handle):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", no_room)

    with pytest.raises(services.DiskFull):
        services.put(a_pdf(), name="a.pdf", max_bytes=MB)

    assert not files(tmp_path)
    assert not Blob.objects.exists()


def test_a_file_that_changed_on_disk_is_not_given_out():
    blob = services.put(a_pdf(), name="a.pdf", max_bytes=MB)
    disk.path_of(blob.digest).write_bytes(b"something else")

    with pytest.raises(services.Lost):
        services.read(blob)


def test_a_file_that_is_gone_is_a_refusal():
    blob = services.put(a_pdf(), name="a.pdf", max_bytes=MB)
    disk.path_of(blob.digest).unlink()

    with pytest.raises(services.Lost):
        services.open(blob)

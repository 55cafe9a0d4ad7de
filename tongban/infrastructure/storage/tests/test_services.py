import errno
import io
import os
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tongban.infrastructure.storage import disk, rules, sandbox, services
from tongban.infrastructure.storage.models import Blob, Damage
from tongban.infrastructure.storage.supplies import files as files_check
from tongban.infrastructure.telemetry.services import CheckFailed

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


@pytest.mark.found("F14")
@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (a_picture("JPEG"), "照片.jfif", "image/jpeg"),
        (a_picture("JPEG"), "照片.pjpeg", "image/jpeg"),
        (a_picture("JPEG"), "照片.png", "image/jpeg"),
        (a_picture("PNG"), "照片.pdf", "image/png"),
        (a_pdf(), "扫描件.jpg", "application/pdf"),
    ],
)
def test_among_the_kinds_that_are_taken_the_content_decides(content, name, media_type):
    blob = services.put(content, name=name, max_bytes=MB)

    assert blob.media_type == media_type
    assert rules.ending_of(services.clean_name(name, blob)) == rules.kind_of(content)


@pytest.mark.found("F8")
@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_opens_without_a_password_is_taken(algorithm):
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("", "the owner's", algorithm=algorithm)
    writer.write(out)

    assert services.put(out.getvalue(), name="对账单.pdf", max_bytes=MB).pk


@pytest.mark.found("F8")
@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\n" * 1000])
def test_what_readers_accept_before_a_pdf_is_accepted(before):
    assert services.put(before + a_pdf(), name="a.pdf", max_bytes=MB).pk


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
        (b"MZ\x90\x00 this program", "a.pdf", services.WrongType),
        (a_pdf(), "a.exe", services.WrongExtension),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.heic", services.Heic),
        (b"<svg onload=alert(1)>", "a.svg", services.WrongType),
        (a_pdf(password="secret"), "a.pdf", services.PasswordProtected),
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
    with pytest.raises(services.WrongType) as refused:
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


@pytest.mark.found("S-H6")
@pytest.mark.parametrize("door", [services.read, services.open])
def test_a_file_that_changed_on_disk_is_not_given_out(door):
    blob = services.put(a_pdf(), name="a.pdf", max_bytes=MB)
    disk.path_of(blob.digest).write_bytes(b"something else")

    with pytest.raises(services.FileMissing):
        door(blob)


@pytest.mark.found("S-H6")
def test_a_comparison_finds_what_changed_and_what_is_gone_until_it_is_there_again():
    sound, changed, gone = (services.put(a_pdf(n), name="a.pdf", max_bytes=MB) for n in (1, 2, 3))
    disk.path_of(changed.digest).write_bytes(b"x" + a_pdf(2)[1:])
    disk.path_of(gone.digest).unlink()

    found = services.compare()

    assert found.files == 3
    assert found.damaged == {changed.digest: "changed", gone.digest: "missing"}
    with pytest.raises(CheckFailed, match="2 kept files"):
        files_check()

    services.put(a_pdf(2), name="a.pdf", max_bytes=MB)  # whoever brings it again mends it
    services.put(a_pdf(3), name="a.pdf", max_bytes=MB)

    assert services.compare().damaged == {}
    assert not Damage.objects.exists()
    assert files_check()
    assert services.read(sound)


@pytest.mark.found("S-H6")
def test_a_comparison_goes_on_where_it_stopped():
    blobs = [services.put(a_pdf(n), name="a.pdf", max_bytes=MB) for n in (1, 2)]

    first = services.compare(seconds=0, at_once=1)
    second = services.compare(after=first.reached)

    assert (first.files, first.reached) == (1, blobs[0].pk)
    assert (second.files, second.reached) == (1, None)


def test_a_file_that_is_gone_is_a_refusal():
    blob = services.put(a_pdf(), name="a.pdf", max_bytes=MB)
    disk.path_of(blob.digest).unlink()

    with pytest.raises(services.FileMissing):
        services.open(blob)


@pytest.mark.found("S-LOW")
def test_what_people_bring_is_for_nobody_else_on_the_machine(tmp_path):
    blob = services.put(a_pdf(), name="a.pdf", max_bytes=MB)
    place = disk.path_of(blob.digest)

    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_small_copy_is_made_of_every_picture_that_is_taken(kind):
    blob = services.put(a_picture(kind, (900, 600)), name="现场", accept=("png", "jpg"), max_bytes=MB)

    assert Image.open(io.BytesIO(services.thumbnail(blob))).size == (320, 213)


def test_where_many_files_are_looked_at_a_picture_is_not_called_damaged(monkeypatch):
    blob = services.put(a_picture(), name="现场.png", accept=("png",), max_bytes=MB)
    monkeypatch.setattr(sandbox._turns, "acquire", lambda **_options: False)

    with pytest.raises(services.ChecksBusy) as refusal:
        services.portrait(blob, width=358, height=441)

    assert (refusal.value.status, refusal.value.wait_seconds) == (503, 60)


@pytest.mark.found("B10")
def test_a_portrait_holds_nothing_but_the_picture_in_the_size_that_is_asked_for():
    seen_through = Image.new("RGBA", (300, 900), (0, 0, 0, 0))
    camera = Image.Exif()
    camera[0x010E] = "家庭住址"
    out = io.BytesIO()
    seen_through.save(out, "PNG", exif=camera)
    blob = services.put(out.getvalue(), name="相片.png", accept=("png",), max_bytes=MB)

    made = Image.open(io.BytesIO(services.portrait(blob, width=358, height=441)))

    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (358, 441))
    assert made.getpixel((179, 220)) == (255, 255, 255)
    assert not made.getexif()

"""Take files in, save them, give them back."""

import hashlib
from collections.abc import Callable, Collection
from functools import cache, partial
from typing import Any, BinaryIO, Protocol

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import turns
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.storage import disk, pictures, rules, sandbox
from tongban.infrastructure.storage.adapters.clamd import ClamdScanner
from tongban.infrastructure.storage.adapters.local import LocalScanner
from tongban.infrastructure.storage.comparing import Comparison as Comparison
from tongban.infrastructure.storage.comparing import compare as compare
from tongban.infrastructure.storage.models import Blob
from tongban.infrastructure.storage.ports import Scanner, ScannerUnavailable, TooLargeForScanner

log = structlog.get_logger(__name__)
MEGABYTE = 1024 * 1024


class FileRefused(Refusal):
    """A file is not taken in; the subclasses say why."""

    status = 422


class Empty(FileRefused):
    message = _("The file %(name)s is empty. Check it on your device and upload it again.")


class TooLarge(FileRefused):
    message = _(
        "The file %(name)s is larger than %(max_mb)s MB. "
        "Scan it at a lower resolution, or split it, and upload it again."
    )


class WrongType(FileRefused):
    message = _(
        "The content of the file %(name)s is not of an accepted type. Upload a file of one of these types: %(accept)s."
    )


class WrongExtension(FileRefused):
    message = _(
        "The name of the file %(name)s ends in “%(ending)s”, which is not accepted. Save the file as one of these "
        "types and upload it again: %(accept)s."
    )


class Heic(FileRefused):
    message = _(
        "The photo %(name)s is in the HEIC format, which many devices cannot open. Upload it as a JPG: on an iPhone, "
        "choose “Most Compatible” under Settings, Camera, Formats before you take it, or take a screenshot of it."
    )


class Broken(FileRefused):
    message = _("The file %(name)s cannot be opened; it may be damaged. Save it again and upload the new copy.")


class PasswordProtected(FileRefused):
    message = _("The file %(name)s is protected by a password. Remove the protection and upload it again.")


class TooManyPixels(FileRefused):
    message = _("The picture %(name)s has too many pixels to be processed. Make it smaller and upload it again.")


class Infected(FileRefused):
    message = _(
        "The file %(name)s did not pass the safety check (%(found)s). Print it to a new PDF or take a photo of it, "
        "and upload that."
    )


class Unscanned(Refusal):
    message = _("Files cannot be checked for viruses right now, so none can be accepted. Try again in a few minutes.")


class CheckTimedOut(FileRefused):
    message = _(
        "The file %(name)s takes too long to check. Print it to a new PDF or take a photo of it, and upload that."
    )


class ChecksBusy(Refusal):
    status = 503
    message = _("Many files are being checked right now. Wait a minute, then try again.")

    @property
    def wait_seconds(self) -> int:
        return 60


class TooLargeToScan(FileRefused):
    message = _(
        "The file %(name)s is %(size_mb)s MB, more than the virus check accepts. Scan it at a lower resolution, or "
        "split it, and upload it again."
    )


class DiskFull(Refusal):
    message = _(
        "There is no storage space for files right now. Nothing you sent before has been lost; try again later."
    )


class FileMissing(Refusal):
    status = 404
    message = _("The content of this file cannot be found or is damaged. This has been recorded for the operator.")


FAULTS = {"password": PasswordProtected, "unreadable": Broken, "pixels": TooManyPixels}
INSPECT = "tongban.infrastructure.storage.inspection:inspect"


class Readable(Protocol):
    """Anything that is read like an open file, e.g. an upload."""

    def read(self, size: int = -1, /) -> bytes: ...


def max_file_mb(max_mb: int) -> int:
    """Return how many megabytes a file may have where this much is wanted; the scanner reads only so much."""
    return min(max_mb, int(settings.STORAGE_MAX_MB))


def choosable(accept: Collection[str]) -> str:
    """Return what a browser offers to choose where these kinds are taken: endings and media types."""
    endings = [f".{ending}" for ending, kind in rules.ENDINGS.items() if kind in accept]
    return ",".join([*endings, *(rules.MEDIA_TYPES[kind] for kind in rules.MEDIA_TYPES if kind in accept)])


def kind_of(blob: Blob) -> str:
    """Return what a saved file is: "pdf", "png", "jpg" or "ofd"; "" where it is something else."""
    return next((kind for kind, media_type in rules.MEDIA_TYPES.items() if media_type == blob.media_type), "")


def put(
    content: bytes | Readable, *, name: str, accept: Collection[str] = ("pdf", "png", "jpg"), max_bytes: int
) -> Blob:
    """Take in what somebody sent; the content decides what it is.

    Raises FileRefused in one of its kinds, ChecksBusy, Unscanned, DiskFull.
    """
    max_bytes = min(max_bytes, settings.STORAGE_MAX_MB * MEGABYTE)
    data = content if isinstance(content, bytes) else content.read(max_bytes + 1)
    shown = rules.safe_name(name)
    if not data:
        raise Empty(name=shown)
    if len(data) > max_bytes:
        raise TooLarge(name=shown, max_mb=f"{max_bytes / MEGABYTE:g}")
    kind = _kind(data, shown, accept)
    _inspect(data, kind, shown)
    _scan(data, shown)
    return _save(data, rules.MEDIA_TYPES[kind], scanner=scanner().name)


def save(content: bytes, media_type: str) -> Blob:
    """Save what the house made itself. Raises DiskFull."""
    return _save(content, media_type, scanner="")


def read(blob: Blob) -> bytes:
    """Return the content, exactly as it was saved. Raises FileMissing where the disk no longer has it."""
    with open(blob) as file:
        return file.read()


def open(blob: Blob) -> BinaryIO:  # noqa: A001 - storage.open(blob) is what one says
    """Open the content for reading, to send it on without holding all of it; compared first. Raises FileMissing."""
    try:
        return disk.open_(blob.digest)
    except disk.DamagedFile as damaged:
        log.error("a saved file is missing or has changed on disk", digest=blob.digest, how=damaged.how)
        raise FileMissing() from damaged


def thumbnail(blob: Blob) -> bytes:
    """Return a small JPEG of a picture. Raises FileMissing where it is gone or cannot be unpacked, ChecksBusy."""
    return _copied(blob, pictures.small)


def picture(blob: Blob) -> bytes:
    """Return a picture as a JPEG that says nothing of where and by what it was taken. Raises as `thumbnail` does."""
    return _copied(blob, pictures.shown)


def portrait(blob: Blob, *, width: int, height: int) -> bytes:
    """Return a picture of somebody as a JPEG of this size in dots, to print. Raises FileMissing, ChecksBusy."""
    return _copied(blob, partial(pictures.portrait, width=width, height=height))


def _copied(blob: Blob, copy: Callable[[str], bytes]) -> bytes:
    try:
        return copy(blob.digest)
    except sandbox.SandboxBusy as problem:
        raise ChecksBusy() from problem
    except (disk.DamagedFile, sandbox.LimitExceeded, sandbox.SandboxFailed) as problem:
        log.error("a picture cannot be unpacked", digest=blob.digest, reason=repr(problem))
        raise FileMissing() from problem


def digest_of(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal by which a content is known here."""
    return hashlib.sha256(content).hexdigest()


def clean_name(name: str, blob: Blob) -> str:
    """Return the name under which a file is saved and sent: safe, and ending as its content asks for."""
    kinds = {media_type: kind for kind, media_type in {**rules.MEDIA_TYPES, **rules.MADE}.items()}
    return rules.clean_name(name, kinds.get(blob.media_type, "bin"))


def ask_sandbox(function: str, content: bytes, **options: Any) -> Any:
    """Ask a process of its own, as `sandbox.ask` does, and let other requests have their turn meanwhile."""
    with turns.away():
        return sandbox.ask(function, content, **options)


def scanner() -> Scanner:
    """Return the virus scanner in use."""
    max_bytes = settings.STORAGE_MAX_MB * MEGABYTE
    return _scanner(settings.STORAGE_CLAMD, settings.STORAGE_CLAMD_SECONDS, max_bytes)


@cache
def _scanner(clamd: str, seconds: float, max_bytes: int) -> Scanner:
    return ClamdScanner(clamd, seconds=seconds, max_bytes=max_bytes) if clamd else LocalScanner()


def _kind(data: bytes, name: str, accept: Collection[str]) -> str:
    """Return what the content is; among the kinds that are taken, the name has no say."""
    kind = rules.kind_of(data)
    kinds = ", ".join(sorted(item.upper() for item in accept))
    if kind == "heic" and "jpg" in accept:
        raise Heic(name=name)
    if kind is None or kind not in accept:
        raise WrongType(name=name, accept=kinds)
    ending = rules.ending_of(name)
    if ending and ending not in rules.MEDIA_TYPES:
        raise WrongExtension(name=name, ending=f".{ending}", accept=kinds)
    return kind


def fault_of(content: bytes) -> str:
    """Say what is wrong with a file that was taken in or made before: "" where it opens and is harmless."""
    kind = rules.kind_of(content)
    if kind not in rules.MEDIA_TYPES:
        return "unknown"
    try:
        return str(ask_sandbox(INSPECT, content, kind=kind, pixels=settings.STORAGE_MAX_PIXELS)["fault"])
    except sandbox.LimitExceeded:
        return "costly"
    except sandbox.SandboxBusy as crowded:
        raise ChecksBusy() from crowded


def virus_in(content: bytes) -> str:
    """Return what the scanner finds in a file, "" for nothing. Raises Unscanned."""
    try:
        with turns.away():
            return rules.harmful(content) or scanner().scan(content) or ""
    except (ScannerUnavailable, TooLargeForScanner) as silence:
        raise Unscanned() from silence


def _inspect(data: bytes, kind: str, name: str) -> None:
    """Have the file opened in a process of its own: whatever it does to its reader, it does it there."""
    try:
        result = ask_sandbox(INSPECT, data, kind=kind, pixels=settings.STORAGE_MAX_PIXELS)
    except sandbox.LimitExceeded as overrun:
        log.warning("a file took more than it may", digest=digest_of(data), size=len(data))
        raise CheckTimedOut(name=name) from overrun
    except sandbox.SandboxBusy as crowded:
        raise ChecksBusy() from crowded
    if result["fault"] == "active":
        log.warning("a harmful file was refused", found=result["found"], digest=digest_of(data))
        raise Infected(name=name, found=result["found"])
    if result["fault"]:
        raise FAULTS[result["fault"]](name=name)


def _scan(data: bytes, name: str) -> None:
    found = rules.harmful(data)
    try:
        with turns.away():
            found = found or scanner().scan(data)
    except ScannerUnavailable as silence:
        log.error("the virus scanner does not answer", reason=str(silence))
        raise Unscanned() from silence
    except TooLargeForScanner as limit:
        log.error("a file is larger than the virus scanner takes", size=len(data))
        raise TooLargeToScan(name=name, size_mb=f"{len(data) / MEGABYTE:.1f}") from limit
    if found:
        log.warning("a harmful file was refused", found=found, digest=digest_of(data))
        raise Infected(name=name, found=found)


def _save(data: bytes, media_type: str, *, scanner: str) -> Blob:
    """Write the file first, then its row: a row never points at nothing; a file without a row harms nobody."""
    digest = digest_of(data)
    try:
        disk.write(data, digest)
    except disk.Full as full:
        log.error("the disk is full", size=len(data))
        raise DiskFull() from full
    blob = Blob(digest=digest, size=len(data), media_type=media_type, scanner=scanner, created_at=clock.now())
    # One statement whether or not it was here before, safe when two bring the same content at once.
    Blob.objects.bulk_create([blob], update_conflicts=True, unique_fields=["digest"], update_fields=["size"])
    return blob

"""Files on disk by the digest of their content: written beside, flushed, then moved into place."""

import contextlib
import errno
import hashlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_FULL = {errno.ENOSPC, errno.EDQUOT}


class Full(Exception):
    """There is no room left; nothing was kept."""


class DamagedFile(Exception):
    """What lies on disk is not what was kept. how: "missing", "changed" or "unreadable"."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


def path_of(digest: str) -> Path:
    return Path(settings.VAR) / "files" / digest[:2] / digest[2:4] / digest


def write(content: bytes, digest: str) -> None:
    """Keep the content for good, or not at all; what was damaged is mended by it. Raises Full."""
    path = path_of(digest)
    with contextlib.suppress(DamagedFile), open_(digest):
        return
    beside = path.parent / f".{digest[:8]}-{secrets.token_hex(6)}"
    try:
        _make(path.parent)
        # What people bring is for nobody else on this machine.
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if error.errno in _FULL:
            raise Full(str(error)) from error
        raise


def open_(digest: str) -> BinaryIO:
    """Open a saved content for reading, once it was compared with its digest. Raises DamagedFile."""
    try:
        file = path_of(digest).open("rb")
    except FileNotFoundError as missing:
        raise DamagedFile("missing") from missing
    except OSError as error:
        raise DamagedFile("unreadable") from error
    if hashlib.file_digest(file, "sha256").hexdigest() != digest:
        file.close()
        raise DamagedFile("changed")
    file.seek(0)
    return file


def _make(folder: Path) -> None:
    """Make the folder so that it is still there after a power cut: each new level is flushed in the one above."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

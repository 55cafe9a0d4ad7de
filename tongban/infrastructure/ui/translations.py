"""The words of the interface: compiled from their sources, without gettext."""

import os
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed


def compile_changed(root: Path) -> None:
    """Compile each translation next to its source, unless it is newer, and use it from now on.

    Safe while other processes do the same: what another compiled since this one read it is read again.
    """
    target = None
    for source in root.rglob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        scratch = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(scratch))
        scratch.replace(target)
    if target:
        translation_file_changed(sender=None, file_path=target)

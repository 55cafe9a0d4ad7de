"""What lies on the disk is for its owner only."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.house import ROOT


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.requirement("QUA-05")
def test_a_new_installation_is_readable_for_its_owner_only(tmp_path):
    folder = tmp_path / "new" / "var"
    environment = os.environ | {"TONGBAN_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "tongban.settings"}

    subprocess.run(
        [sys.executable, "-c", "import os; os.umask(0o022); import tongban.settings"],
        cwd=ROOT,
        env=environment,
        check=True,
    )

    assert mode(folder) == 0o700
    assert mode(folder / "keys") == 0o700
    assert {file.name: mode(file) for file in (folder / "keys").iterdir()} == {"secret": 0o600, "data": 0o600}

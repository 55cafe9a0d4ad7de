"""Outside validators that run where Node.js is: `make test` fetches them."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.laws.house import ROOT

REDOCLY = ROOT / ".venv" / "validators" / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"


def redocly() -> bool:
    """Say whether Redocly can be asked."""
    return REDOCLY.exists() and shutil.which("node") is not None


def refused(file: Path) -> str:
    """Return what Redocly has to say against a description of an interface; "" where nothing."""
    done = subprocess.run(
        ["node", str(REDOCLY), "lint", "--extends=recommended-strict", "--max-problems=50", str(file)],
        env=os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""

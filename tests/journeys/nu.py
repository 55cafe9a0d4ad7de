"""The Nu Html Checker, an outside validator: does what the server sends keep to the HTML standard?"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.laws.house import ROOT

CHECKER = ROOT / ".venv" / "validators" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# What is meant so: a list without bullets says that it is one, because VoiceOver forgets it otherwise.
MEANT = re.compile(r"The “list” role is unnecessary for element “[uo]l”")


def there() -> bool:
    """Say whether it can be asked: `make test` fetches it where Node.js is, and it runs on Java."""
    return CHECKER.exists() and shutil.which("java") is not None


def faults(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Return what it has to say about pages. pages: where a page is -> its source; folder: an empty one."""
    names = {}
    for number, (where, source) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(source)
        names[file.name] = where
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    found = [message for message in json.loads(said)["messages"] if message["type"] != "info" or "subType" in message]
    return [
        f"{names[Path(message['url']).name]}, line {message.get('lastLine')}: {message['message']}"
        for message in found
        if not MEANT.search(message["message"])
    ]

"""The SMS provider's local counterpart beside the tests."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.counterparts import LocalCounterpart, running


class TextingCounterpart(LocalCounterpart):
    module = "tongban.city.texting"

    def texts(self) -> list[tuple[str, str]]:
        """Return what phones would show, the newest first: number and words."""
        return re.findall(r"<b>(\d+)</b> <span[^>]*>[^<]*</span><br>(.*?)</div>", self.page())


def texting(folder: Path) -> Iterator[TextingCounterpart]:
    """Run it; a fixture yields from this."""
    with running(TextingCounterpart(folder)) as made:
        yield made

"""What others may supply: a virus scanner."""

from typing import Protocol


class Silent(Exception):
    """The scanner gave no answer, so nothing is known about the file. The text says why."""


class Scanner(Protocol):
    """Looks at a content and names what is wrong with it.

    name   what the product says is in use
    """

    name: str

    def scan(self, content: bytes) -> str | None:
        """Return the name of what was found, None when nothing was. Raises Silent."""
        ...

    def check(self) -> list[str]:
        """Say what is wrong: are the settings there, does it answer, does it find the test file? [] if well."""
        ...

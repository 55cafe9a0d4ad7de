"""What others may supply: a virus scanner."""

from typing import Protocol

from tongban.infrastructure.kernel.module import StrOrPromise


class ScannerUnavailable(Exception):
    """The scanner gave no answer, so nothing is known about the file. The text says why."""


class TooLargeForScanner(Exception):
    """The scanner takes no file of this size, so nothing is known about it; asking again does not help."""


class Scanner(Protocol):
    """Looks at a content and names what is wrong with it.

    name    what is kept with each file that it looked at
    title   the same for people, who are told what is in use
    """

    name: str
    title: StrOrPromise

    def scan(self, content: bytes) -> str | None:
        """Return the name of what was found, None when nothing was. Raises ScannerUnavailable, TooLargeForScanner."""
        ...

    def check(self) -> list[str]:
        """Say what is wrong: are the settings there, does it answer, does it find the test file,
        does it take the largest file that may be uploaded? [] if well."""
        ...

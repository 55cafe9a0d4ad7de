"""The built-in check: the scanners' test file, and PDF files that would run something."""

from tongban.infrastructure.storage import rules


class Local:
    """Needs nothing installed. It knows no viruses; an installation that takes files from the public wants clamd."""

    name = "built-in check"

    def scan(self, content: bytes) -> str | None:
        return rules.harmful(content)

    def check(self) -> list[str]:
        return [] if self.scan(rules.EICAR) else ["the built-in check does not find the test file"]

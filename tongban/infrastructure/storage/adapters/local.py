"""The built-in check: it finds the scanners' test file."""

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.storage import rules


class LocalScanner:
    """Needs nothing installed. It knows no viruses; an installation that takes files from the public wants clamd."""

    name = "built-in check"
    title: StrOrPromise = _("built-in check, without virus definitions")

    def scan(self, content: bytes) -> str | None:
        return rules.harmful(content)

    def check(self) -> list[str]:
        return [] if self.scan(rules.EICAR) else ["the built-in check does not find the test file"]

"""What a form sends along with its answers."""

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui.views import Request


class NoFile(Refusal):
    status = 422
    message = _("Choose a file first.")


def revision(request: Request) -> int:
    """Return the revision of the case that the page showed; 0, which no case has, where it says nothing sensible."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0

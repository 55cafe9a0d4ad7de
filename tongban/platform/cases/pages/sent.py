"""What a form sends along with its answers."""

from tongban.infrastructure.ui.doors import Request


def revision(request: Request) -> int:
    """Return the revision of the case that the page showed; 0, which no case has, where it says nothing sensible."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.platform.notices import services as notices
from tongban.platform.parties.models import Party
from tongban.platform.registers.events import CorrectionDecided


@journal.on(CorrectionDecided)
def tell_about_correction(event: CorrectionDecided) -> None:
    """Tell the person what came of the correction they asked for."""
    said = {"register": event.register_title, "field": event.field_title, "reason": event.reason}
    if event.accepted:
        title = _("Your data has been corrected")
        body = _("In “%(register)s”, “%(field)s” has been corrected as you asked. The department says: %(reason)s")
    else:
        title = _("Your data has not been changed")
        body = _("In “%(register)s”, “%(field)s” remains unchanged. The department says: %(reason)s")
    notices.send(
        to=Party.objects.get(pk=event.party),
        **notices.in_both(title, body, said),
        url=reverse("hall:registers:mine"),
        subject=f"correction:{event.correction}",
        key=f"correction:{event.correction}",
    )

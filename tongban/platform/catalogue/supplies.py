"""What the catalogue supplies to identity: the services that are applied for at a department."""

from collections.abc import Iterable

from django.utils.translation import ngettext

from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity import ports


def open_work(department: int) -> Iterable[str]:
    number = catalogue.offered_at(department)
    told = ngettext("%(number)s service on offer", "%(number)s services on offer", number)
    return [told % {"number": number}] if number else []


ports.register_work(open_work)

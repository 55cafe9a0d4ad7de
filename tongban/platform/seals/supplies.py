from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.documents import ports as documents
from tongban.platform.seals import services as seals


def _in_use() -> StrOrPromise:
    stamper = seals.stamper()
    return (
        stamper.title
        if stamper
        else _("None: seals carry the time of this machine. To use one, name it with SEALS_TSA.")
    )


def _check() -> list[StrOrPromise]:
    stamper = seals.stamper()
    return stamper.check() if stamper else []


telemetry.connection("tsa", _("Time-stamping authority"), in_use=_in_use, check=_check)
documents.NOTES.register("seals", seals.notes_of)

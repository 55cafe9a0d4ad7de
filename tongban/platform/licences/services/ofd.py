"""A licence as OFD (GB/T 33190) with metadata (GB/T 36903) and the issuer's SM2 seal, beside its PDF."""

from xml.etree.ElementTree import Element, SubElement, tostring

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.licences.events import LicenceOfdOrdered
from tongban.platform.licences.models import Licence
from tongban.platform.licences.services.changing import WrongLicenceState
from tongban.platform.licences.services.reading import must_be_sealed_here, own
from tongban.platform.licences.services.verifying import OFD_KEY
from tongban.platform.seals import services as seals

LONG_TERM = "长期"
MEDIA_TYPE = "application/ofd"


class OfdNotReady(Refusal):
    message = _(
        "The OFD of this licence is not made yet. Order it on the page of the licence; it is there in a moment."
    )


@transaction.atomic
def order_ofd(*, actor: Actor, token: str) -> Licence:
    """Order one's own licence as OFD; the worker makes and seals it once. Raises NotFound, WrongLicenceState."""
    licence = own(actor=actor, token=token)
    must_be_sealed_here(licence)
    if licence.state != Licence.State.VALID:
        raise WrongLicenceState(number=licence.number, state=licence.get_state_display())
    if not ofd_state(licence):
        fact = LicenceOfdOrdered(licence.pk, licence.identifier)
        journal.write(fact, by=actor, subject=f"licence:{licence.identifier}")
    return licence


def ofd_state(licence: Licence) -> str:
    """Return "ready", "ordered" or ""."""
    if Document.objects.with_key(f"{OFD_KEY}{licence.identifier}"):
        return "ready"
    return "ordered" if journal.newest_fact(f"licence:{licence.identifier}", LicenceOfdOrdered) else ""


def ofd_of(*, actor: Actor, token: str) -> Document:
    """Return one's own licence as OFD. Raises NotFound, OfdNotReady."""
    kept = Document.objects.with_key(f"{OFD_KEY}{own(actor=actor, token=token).identifier}")
    if kept is None:
        raise OfdNotReady()
    return kept


def make_ofd(licence: Licence) -> Document:
    """Make and seal the OFD of a licence, once: the pages of its PDF, and its metadata.

    Call it outside a transaction, in the worker. Raises what seals raise.
    """
    key = f"{OFD_KEY}{licence.identifier}"
    kept = Document.objects.with_key(key)
    if kept:
        return kept
    must_be_sealed_here(licence)
    assert licence.document
    drawn = documents.drawn(storage.read(licence.document.blob))
    sealed = seals.apply_ofd(
        actor=SYSTEM,
        department=licence.issuer,
        files=seals.paper(
            drawn,
            title=f"{licence.kind_name} {licence.number}",
            author=licence.issuer.name,
            day=licence.issued_on.isoformat(),
            metadata=_metadata(licence),
        ),
        reason=f"核发{licence.kind_name}",
        subject=licence.subject,
        place=drawn.seal,
    )
    return documents.keep_issued(
        owner=licence.holder,
        kind=licence.kind,
        title=licence.kind_name,
        pdf=sealed,
        media_type=MEDIA_TYPE,
        source=licence.issuer.name,
        service=licence.service,
        valid_until=licence.valid_until,
        key=key,
    )


def _metadata(licence: Licence) -> bytes:
    """Return what the licence says for machines, by the words of GB/T 36903."""
    root = Element("电子证照元数据")
    said = {
        "电子证照标识": licence.identifier,
        "证照类型代码": licence.kind_code,
        "证照名称": licence.kind_name,
        "证照编号": licence.number,
        "版本号": f"{licence.version:03}",
        "颁发机构名称": licence.issuer.name,
        "颁发机构代码": licence.issuer.uscc,
        "颁发日期": licence.issued_on.isoformat(),
        "有效期起始日期": licence.valid_from.isoformat(),
        "有效期截至日期": licence.valid_until.isoformat() if licence.valid_until else LONG_TERM,
        "管辖属地编码": licence.area,
        "持证主体名称": licence.holder.name,
    }
    for name, text in said.items():
        SubElement(root, name).text = text
    face = SubElement(root, "扩展业务信息")
    for label, text in licence.face.items():
        SubElement(face, "照面要素", {"名称": label}).text = str(text)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True))

"""PAdES signatures in PDF files by pyHanko: put one in, in the worker. Knows no database; `reading` reads them."""

import asyncio
import zlib
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from asn1crypto import cms, crl, parser
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tongban.platform.seals import drawing
from tongban.platform.seals.certificates import read_certificate
from tongban.platform.seals.ports import SigningOrder, Unsealable

# What pyHanko raises over a file that is no PDF, damaged, encrypted or locked by an earlier signature.
UNREADABLE = (PdfError, SigningError, ValueError, TypeError, KeyError, IndexError, NotImplementedError)
FIELD = "Seal"
SEQUENCE, SET = 16, 17  # tags of ASN.1
POINTS = drawing.DIAMETER_MM * 72 / 25.4
VERMILION = (0.70, 0.11, 0.07)


def sealed(pdf: bytes, order: SigningOrder) -> bytes:
    """Return the file with a PAdES signature in its empty field "Seal", else in a new invisible one.

    It is of level B-T where the order has a stamp, else B-B; what vouches for the signer is covered by it, too.
    Raises Unsealable, and StamperUnavailable where the stamp is not to be had.
    """
    try:
        return _sealed(pdf, order)
    except UNREADABLE as error:
        raise Unsealable from error


def _sealed(pdf: bytes, order: SigningOrder) -> bytes:
    writer = Archived(BytesIO(pdf), strict=False)
    if order.revocations:
        lists = [crl.CertificateList.load(one) for one in order.revocations]
        chain = [read_certificate(one) for one in (order.certificate, *order.chain)]
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=chain, crls=lists)
    metadata = signers.PdfSignatureMetadata(
        field_name=_free_field(writer),
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=order.name,
        reason=order.reason,
        location=order.location,
        contact_info=order.contact,
    )
    style = StaticStampStyle(
        border_width=0,
        background=ImpressionContent(order.picture),
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID, margins=layout.Margins()
        ),
    )
    out = BytesIO()
    signer = FixedTimeSigner(metadata, signer=PortSigner(order), stamp_style=style, at=order.at)
    signer.sign_pdf(writer, output=out, bytes_reserved=_room(order))
    return out.getvalue()


class Archived(IncrementalPdfFileWriter):
    """Leaves a file what it says it is: PDF/A-2 is of version 1.7, and takes PAdES signatures as they are."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        super().ensure_output_version(min(version, (1, 7)))

    def register_extension(self, ext: object) -> None:
        pass

    def _update_meta(self) -> None:
        """Leave the particulars alone: when it was sealed stands in the signature."""


class ImpressionContent(PdfContent):
    """The seal's picture: a stencil through which vermilion is painted, so that the text under it stays legible."""

    def __init__(self, picture: bytes) -> None:
        super().__init__(box=layout.BoxConstraints(width=POINTS, height=POINTS))
        self.picture = picture

    def render(self) -> bytes:
        stencil = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Image"),
                pdf_name("/Width"): generic.NumberObject(drawing.SIZE),
                pdf_name("/Height"): generic.NumberObject(drawing.SIZE),
                pdf_name("/ImageMask"): generic.BooleanObject(True),
                pdf_name("/BitsPerComponent"): generic.NumberObject(1),
                pdf_name("/Decode"): generic.ArrayObject([generic.NumberObject(1), generic.NumberObject(0)]),
                pdf_name("/Filter"): pdf_name("/FlateDecode"),
            },
            encoded_data=_compressed(self.picture),
        )
        name = pdf_name("/Impression")
        self.set_resource(ResourceType.XOBJECT, name, self._ensure_writer.add_object(stencil))
        return b"%g %g %g rg %g 0 0 %g 0 0 cm /Impression Do" % (*VERMILION, POINTS, POINTS)


class FixedTimeSigner(signers.PdfSigner):
    """Signs at the moment the house's clock says, in the zone where the city is."""

    def __init__(self, *args: object, at: datetime, **options: object) -> None:
        super().__init__(*args, **options)
        self.at = at

    def init_signing_session(self, *args: object, **options: object) -> object:
        session = super().init_signing_session(*args, **options)
        session.system_time = self.at
        return session


class PortSigner(signers.Signer):
    """Signs through the port, wherever the private key is kept."""

    def __init__(self, order: SigningOrder) -> None:
        super().__init__(signing_cert=read_certificate(order.certificate))
        self.order, self.template = order, _signature_template(order.certificate, order.chain)

    async def async_sign(self, data_digest: bytes, *_words: object, **_options: object) -> cms.ContentInfo:
        signature = self.order.sign(self.template.signed(data_digest))
        token = await self.order.stamp(sha256(signature).digest()) if self.order.stamp else b""
        return cms.ContentInfo.load(self.template.filled(data_digest, signature, token))


class SignatureTemplate:
    """What all signatures with one certificate share: everything but the digest and the signature itself.

    pyHanko makes one whole, with others in the place of the two; to fill these in takes a hundredth of that time.
    """

    def __init__(self, whole: cms.ContentInfo, digest: bytes) -> None:
        signer: cms.SignerInfo = whole["content"]["signer_infos"][0]
        self.attributes = signer["signed_attrs"].untag().dump().split(digest)
        # One part within the other, the signature at the end of the last: what stands in each before the next.
        self.parts, content = [], whole.dump()
        while content:
            kind, structured, tag, _head, content, _tail = parser.parse(content)
            last = _last(content) if structured else len(content)
            self.parts.append((kind, structured, tag, content[: last if structured else 0].split(digest)))
            content = content[last:]

    def signed(self, digest: bytes) -> bytes:
        """Return what has to be signed: the attributes that hold the digest, DER."""
        return digest.join(self.attributes)

    def filled(self, digest: bytes, signature: bytes, token: bytes = b"") -> bytes:
        """Return the whole, DER, with this digest, its signature and, where there is one, its time stamp."""
        content, behind = signature, _unsigned(token) if token else b""
        for kind, structured, tag, before in reversed(self.parts):
            content = parser.emit(kind, structured, tag, digest.join(before) + content) + behind
            behind = b""
        return content


def _unsigned(token: bytes) -> bytes:
    """Return what stands behind a signature: the attribute "signature time-stamp" (RFC 3161, appendix A), DER."""
    kind = cms.CMSAttributeType("signature_time_stamp_token").dump()
    attribute = parser.emit(0, 1, SEQUENCE, kind + parser.emit(0, 1, SET, token))
    return bytes(parser.emit(2, 1, 1, attribute))


def _last(content: bytes) -> int:
    """Return where the last of the values begins that stand one after another."""
    start = 0
    while (end := start + parser.peek(content[start:])) < len(content):
        start = end
    return start


@lru_cache(maxsize=200)
def _signature_template(certificate: str, chain: tuple[str, ...]) -> SignatureTemplate:
    store = SimpleCertificateStore()
    store.register_multiple([read_certificate(one) for one in chain])
    signer = signers.ExternalSigner(read_certificate(certificate), store, signature_value=b"signature")
    digest = sha256(b"digest").digest()
    return SignatureTemplate(asyncio.run(signer.async_sign(digest, "sha256", use_pades=True)), digest)


def _room(order: SigningOrder) -> int:
    """Return how many hexadecimal digits a signature needs; said beforehand, pyHanko does not make it twice."""
    certificates = sum(len(read_certificate(one).dump()) for one in (order.certificate, *order.chain))
    return 2 * (certificates + 2048 + order.stamp_bytes)


def _free_field(writer: IncrementalPdfFileWriter) -> str:
    names = {name: value is not None for name, value, _ in enumerate_sig_fields(writer.prev)}
    if not names.get(FIELD, False):
        return FIELD
    empty = [name for name, filled in names.items() if not filled]
    return empty[0] if empty else next(f"{FIELD}{n}" for n in range(2, 1000) if f"{FIELD}{n}" not in names)


@lru_cache(maxsize=200)
def _compressed(picture: bytes) -> bytes:
    return zlib.compress(drawing.bits(picture), 9)

"""What a page shows of each line of materials, and what it sends to change them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import pgettext

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.wording import all_worded
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.ui.forms import refusals
from tongban.platform.documents import ports
from tongban.platform.documents.models import Attachment, Document
from tongban.platform.documents.services import attaching
from tongban.platform.documents.services.attaching import Line, MaterialList

A = TypeVar("A", bound=Attachment)
FILES, PAPERS = "file-", "paper-"  # before a line's code, in names of controls


@dataclass(frozen=True)
class Offer:
    """What a line takes.

    accept     what the browser offers to choose
    kinds      the same in words
    max_mb     size of one file; max_bytes: for the script
    pictures   a photograph will do
    reusable   what the owner has with us already
    """

    accept: str
    kinds: str
    max_mb: int
    pictures: bool
    reusable: list[Document]

    @property
    def max_bytes(self) -> int:
        return self.max_mb * storage.MEGABYTE


class Problems(dict[str, str]):
    """What went wrong with papers, by line. wait_seconds: until it may be tried again; 0 where waiting is no help."""

    wait_seconds = 0

    @property
    def status(self) -> int:
        return 503 if self.wait_seconds else 422 if self else 200

    def by_id(self, known: Sequence[str]) -> dict[str, list[str]]:
        """Return them for the summary of the page: id of a line -> sentences; "" for lines that it does not show."""
        found: dict[str, list[str]] = {}
        for code, text in self.items():
            found.setdefault(f"material-{code}" if code in known else "", []).append(text)
        return found


def offers(materials: MaterialList, actor: Actor) -> dict[str, Offer]:
    """Return for each line what may be handed in under it."""
    had = attaching.reusable(materials, actor=actor)
    there = {attachment.document.blob_id for attachment in materials.model.objects.current_of(materials.subject)}
    return {
        line["code"]: Offer(
            accept=storage.choosable(attaching.kinds_of(line)),
            kinds=pgettext("between chosen answers", ", ").join(attaching.kinds_of(line)).upper(),
            max_mb=attaching.largest_mb(line),
            pictures="jpg" in attaching.kinds_of(line),
            reusable=[document for document in had[line["code"]] if document.blob_id not in there],
        )
        for line in materials.lines
    }


def line_rows(
    lines: Sequence[Line],
    attachments: Sequence[Any],
    problems: Mapping[str, str] | None = None,
    offered: Mapping[str, Offer] | None = None,
) -> list[dict[str, Any]]:
    """Return what `documents/part/materials.html` shows of each line: line, papers, problem, offer.

    lines     those that are asked for now
    offered   what each takes, where papers may be added
    """
    there: dict[str, list[Any]] = {}
    for attachment in with_notes(attachments):
        there.setdefault(attachment.code, []).append(attachment)
    return [
        {
            "line": all_worded(line),
            "papers": there.get(line["code"], []),
            "problem": (problems or {}).get(line["code"], ""),
            "offer": (offered or {}).get(line["code"]),
        }
        for line in lines
    ]


def with_notes(attachments: Sequence[A]) -> Sequence[A]:
    """Let each attachment have what other rooms say of its paper: `notes`, for `documents/part/notes.html`."""
    if attachments:
        papers = [attachment.document for attachment in attachments]
        said = [ask(papers) for ask in ports.NOTES.values()]
        for attachment in attachments:
            attachment.notes = [note for found in said if (note := found.get(attachment.document_id))]
    return attachments


def change(materials: MaterialList, *, actor: Actor, request: HttpRequest) -> Problems:
    """Do what was asked for: take every file that was chosen, fetch, take out. Return what went wrong, by line."""
    problems: dict[str, list[str]] = {}
    wait_seconds = 0
    for code, work in _asked_for(materials, actor, request):
        with refusals(404) as refused:
            work()
        if refused:
            problems.setdefault(code, []).append(refused.sentence)
            wait_seconds = max(wait_seconds, refused.wait_seconds)
    found = Problems({code: " ".join(dict.fromkeys(texts)) for code, texts in problems.items()})
    found.wait_seconds = wait_seconds
    return found


def brings_papers(request: HttpRequest) -> bool:
    """Say whether a page that is sent for something else brings files along, or documents to be used again."""
    return bool(request.FILES) or any(request.POST[name] for name in request.POST if name.startswith(PAPERS))


def _asked_for(
    materials: MaterialList, actor: Actor, request: HttpRequest
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is to be done, each with the line it is about."""
    post, alone = request.POST, request.POST.get("code", "")
    attach = partial(attaching.attach_to, materials, actor=actor)
    works: list[tuple[str, Callable[[], object]]] = []
    for name, files in request.FILES.lists():
        code = alone if name == "file" else name.removeprefix(FILES)
        if name == "file" or name.startswith(FILES):
            works += [(code, partial(attach, code=code, file=file)) for file in files]
    for name in post:
        if name.startswith(PAPERS) and post[name]:
            code = name.removeprefix(PAPERS)
            works.append((code, partial(attaching.reuse, materials, actor=actor, code=code, document=post[name])))
    if uid := post.get("remove"):
        works.append((alone, partial(attaching.remove, materials, document=uid)))
    if "fetch" in post:
        code = alone or post["fetch"]
        works.append((code, partial(attaching.fetch, materials, code=code)))
    wanted = alone or post.get("upload", "") or post.get("reuse", "")
    yield from works or ([(wanted, partial(attach, code=wanted, file=None))] if wanted else [])

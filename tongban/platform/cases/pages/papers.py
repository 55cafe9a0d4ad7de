"""The materials of an application: each line with its papers, what it takes, and what the applicant has already."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import pgettext

from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.pages import post_data
from tongban.platform.documents.models import Document

FILES, PAPERS = "file-", "paper-"  # before a line's code, in names of controls

Work = tuple[str, Callable[[], Any]]


@dataclass(frozen=True)
class Offer:
    """What a line takes.

    accept     what the browser offers to choose
    kinds      the same in words
    max_mb     size of one file; max_bytes: for the script
    pictures   a photograph will do
    reusable   what the applicant has with us already
    """

    accept: str
    kinds: str
    max_mb: int
    pictures: bool
    reusable: list[Document]

    @property
    def max_bytes(self) -> int:
        return self.max_mb * cases.MEGABYTE


def offers(request: Request, case: Case) -> dict[str, Offer]:
    """Return for each line what may be handed in under it."""
    had = cases.reusable(actor=request.actor, case=case)
    there = {material.document.blob_id for material in Material.objects.current_of(case)}
    return {
        line["code"]: Offer(
            accept=storage.choosable(cases.kinds_of(line)),
            kinds=pgettext("between chosen answers", ", ").join(cases.kinds_of(line)).upper(),
            max_mb=cases.largest_mb(line),
            pictures="jpg" in cases.kinds_of(line),
            reusable=[document for document in had[line["code"]] if document.blob_id not in there],
        )
        for line in cases.plan_of(case.version).lines
    }


class Problems(dict[str, str]):
    """What went wrong with papers, by line. wait_seconds: until it may be tried again; 0 where waiting is no help."""

    wait_seconds = 0

    @property
    def status(self) -> int:
        return 503 if self.wait_seconds else 422 if self else 200


def change(request: Request, case: Case) -> Problems:
    """Do what was asked for: take every file that was chosen, fetch, take out. Return what went wrong, by line."""
    problems: dict[str, list[str]] = {}
    wait_seconds = 0
    for code, work in _asked_for(request, case):
        with refusals(404) as refused:
            work()
        if refused:
            problems.setdefault(code, []).append(refused.sentence)
            wait_seconds = max(wait_seconds, refused.wait_seconds)
    found = Problems({code: " ".join(dict.fromkeys(texts)) for code, texts in problems.items()})
    found.wait_seconds = wait_seconds
    return found


def _asked_for(request: Request, case: Case) -> Iterator[Work]:
    """Yield what is to be done, each with the line it is about."""
    do, post = partial(partial, actor=request.actor, case=case), request.POST
    alone = post.get("code", "")
    works: list[Work] = []
    for name, files in request.FILES.lists():
        code = alone if name == "file" else name.removeprefix(FILES)
        if name == "file" or name.startswith(FILES):
            works += [(code, do(cases.attach, code=code, file=file)) for file in files]
    for name in post:
        if name.startswith(PAPERS) and post[name]:
            code = name.removeprefix(PAPERS)
            works.append((code, do(cases.reuse, code=code, document=post[name])))
    if uid := post.get("remove"):
        works.append((alone, do(cases.remove, document=uid)))
    if "fetch" in post:
        code = alone or post["fetch"]
        works.append((code, do(cases.fetch, code=code)))
    wanted = alone or post.get("upload", "") or post.get("reuse", "")
    yield from works or ([(wanted, _no_file)] if wanted else [])


def _no_file() -> None:
    raise post_data.NoFile()

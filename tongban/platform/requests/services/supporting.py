"""Me too 附议, and telling me 关注."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.platform.parties.models import Party
from tongban.platform.requests.events import RequestSupported
from tongban.platform.requests.models import PublicRequest, RequestSupport


class YourOwn(Refusal):
    message = _("This is your own request; you are told about it anyway.")


@transaction.atomic
def support(*, actor: Actor, request: PublicRequest, supports: bool, follows: bool) -> None:
    """Say the same, follow it, or neither any more; the same again changes nothing. Raises NotFound, YourOwn.

    Only what everybody may know of can be supported.
    """
    party = actor.represents_fully
    if party is None or not PublicRequest.objects.in_public().filter(pk=request.pk).exists():
        raise NotFound()
    request = PublicRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.party_id == party:
        raise YourOwn()
    before = RequestSupport.objects.of(request, party)
    if (bool(before and before.supports), bool(before and before.follows)) == (supports, follows):
        return
    _put(request, party, supports=supports, follows=follows)
    event = RequestSupported(request.pk, supports, follows)
    journal.write(event, by=actor, subject=request.subject)


def carry_over(request: PublicRequest, into: PublicRequest) -> None:
    """Let whose request was merged, and who supported it, stand behind the other one."""
    rows = {row.party_id: row.supports for row in RequestSupport.objects.filter(request=request)}
    if request.party_id:
        rows[request.party_id] = True
    for party, supports in rows.items():
        there = RequestSupport.objects.of(into, party)
        if party != into.party_id:
            _put(into, party, supports=supports or bool(there and there.supports), follows=True)
    if not request.party_id:  # nobody to tell, but one more voice
        PublicRequest.objects.filter(pk=into.pk).update(supporters=F("supporters") + 1)


def _put(request: PublicRequest, party: int, *, supports: bool, follows: bool) -> None:
    row = RequestSupport.objects.of(request, party)
    more = int(supports) - int(bool(row and row.supports))
    if not (supports or follows):
        if row:
            row.delete()
    elif row:
        row.supports, row.follows = supports, follows
        row.save()
    else:
        RequestSupport.objects.create(
            request=request, party=Party.objects.get(pk=party), supports=supports, follows=follows, since=clock.now()
        )
    if more:
        PublicRequest.objects.filter(pk=request.pk).update(supporters=F("supporters") + more)

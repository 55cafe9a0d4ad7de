"""What several forms of the room let somebody choose among."""

from django.db.models import QuerySet

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity.models import Department


def departments(actor: Actor, duty: str) -> QuerySet[Department]:
    """Return the departments for which the actor holds a duty."""
    found = Department.objects.of_the_house().in_order()
    reach = actor.reach(duty)
    return found if None in reach else found.filter(pk__in=list(reach))

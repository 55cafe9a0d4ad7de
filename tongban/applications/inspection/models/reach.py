"""What several duties reach together, in parts that an index by department holds in order."""

from django.db.models import Q

from tongban.infrastructure.kernel.actors import EVERYTHING, MAX_PARTS, Actor, in_areas, within_reach


def parts_within(actor: Actor, *duties: str) -> list[Q]:
    """Return what one of these duties reaches, one part for each department; [] for nothing."""
    reach = actor.reach(*duties)
    if None in reach or len(reach) > MAX_PARTS:
        return [within_reach(reach) or EVERYTHING]
    places = sorted((number, areas) for number, areas in reach.items() if number is not None)
    return [Q(department=number) & in_areas(areas) for number, areas in places]

"""What the demonstration shows of places: who looks after maps, and a base map of a city that does not exist."""

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.demonstration import Demonstration
from tongban.platform.places import plan, services
from tongban.platform.places.inventing import Town
from tongban.platform.places.models import Layer

PLAN = {"role": [{"key": "operator", "duties": ["places.manage"]}]}


def found(city: Demonstration) -> None:
    """Draw the map once; one that was imported since stays."""
    if Layer.objects.exists():
        return
    features = Town().features()
    for order, row in enumerate(plan.layers()):
        words = {name: row[name] for name in ("key", "title", "english")}
        layer = services.LayerPlan(**words, source="演示数据，虚构", is_base=True, order=order)
        services.take_over_layer(actor=SYSTEM, plan=layer, features=features.get(row["key"], []))

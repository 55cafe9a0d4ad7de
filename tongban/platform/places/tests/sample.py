"""What the laws need to know of places."""

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.places import services as places
from tongban.platform.places.models import AddressPosition, Area, Feature, Hall, Layer, Tile

HALL = {
    "key": "city",
    "name": "云泽市政务服务中心",
    "address": "云泽市临湖区市民路1号",
    "hours": "工作日 9:00—17:00",
    "phone": "0990-55521234",
}
TABLE = {
    "source": "测绘",
    "valid_from": "2020-01-01",
    "area": [{"code": "990000", "name": "云省"}, {"code": "990100", "name": "云泽市"}],
    "point": [{"text": "云泽市临湖区柳岸街15号", "latitude": 30.5, "longitude": 104.1}],
    "hall": [HALL],
}


ROADS = places.LayerPlan(key="roads", title="道路", source="测绘", is_base=True)
STREET = {"type": "LineString", "coordinates": [[104.10, 30.50], [104.12, 30.51]]}


def make(city: SampleCity) -> None:
    places.load(actor=SYSTEM, table=TABLE)
    street = {"key": "1", "name": "柳岸街", "kind": "main", "geometry": STREET}
    places.take_over_layer(actor=SYSTEM, plan=ROADS, features=[street])
    places.keep_tiles([(14, 12928, 6715, b"tile")])


def many(city: SampleCity, number: int) -> None:
    copies(Feature.objects.all()[0], number, key=lambda n: f"{n}-{token(8)}")
    copies(Tile.objects.all()[0], number, row=lambda n: int(token(7), 16))
    copies(AddressPosition.objects.all()[0], number, text=lambda n: f"云泽市临湖区柳岸街{n}号{token(8)}")


sample = Sample(
    make=make,
    many=many,
    small=(Area, Hall, Layer),
    common={
        "map/tiles/<int:zoom>/<int:column>/<int:row>": "14 12928 6715",
        "ogc/collections/<slug:layer>": "roads",
        "ogc/collections/<slug:layer>/items": "roads",
        "ogc/collections/<slug:layer>/items/<path:key>": "roads 1",
    },
)

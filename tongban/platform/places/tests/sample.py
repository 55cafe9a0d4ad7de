"""What the laws need to know of places."""

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.places import services as places
from tongban.platform.places.models import AddressPosition, Area, Hall

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


def make(city: SampleCity) -> None:
    places.load(actor=SYSTEM, table=TABLE)


def many(city: SampleCity, number: int) -> None:
    copies(AddressPosition.objects.all()[0], number, text=lambda n: f"云泽市临湖区柳岸街{n}号{token(8)}")


sample = Sample(make=make, many=many, small=(Area, Hall))

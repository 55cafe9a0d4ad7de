"""What the laws need to know of the catalogue."""

from tests.copies import copies, token
from tests.samples import Sample
from tests.town import Town
from tongban.infrastructure.kernel import clock
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Definition, Edition, FailedSearch, Heading, Service, Version


def make(town: Town) -> None:
    """The service is the one that the town was founded with."""
    catalogue.record_failed_search("没有的事")


def many(town: Town, number: int) -> None:
    today = clock.today()
    copies(FailedSearch(day=today, text=""), number, text=lambda n: f"没有的事{n}{token(6)}", times=lambda n: n % 7)


sample = Sample(
    make=make,
    many=many,
    small=(Service, Heading, Definition, Version, Edition),
    office={
        "desk/catalogue/<str:code>/": "food-business",
        "desk/catalogue/<str:code>/<int:number>/": "food-business 1",
        "desk/catalogue/<str:code>/<int:number>/publish/": "food-business 1",
        "desk/catalogue/<str:code>/withdraw/": "food-business",
    },
    common={
        "catalogue/guide/<str:code>/": "food-business",
        "catalogue/guide/<str:code>/files/<path:name>": "food-business floor-plan-sample.pdf",
        "catalogue/under/<slug:kind>/<slug:code>/": "audience 2",
    },
)

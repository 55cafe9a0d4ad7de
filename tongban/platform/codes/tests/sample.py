"""What the laws need to know of codes."""

from tests.samples import Sample
from tongban.platform.codes.models import Code, CodeList, Day, FixedDay, Year

# Its rows come with the product: founding the city has loaded them.
sample = Sample(
    small=(Year, Day, FixedDay, CodeList, Code),
    common={"desk/codes/<slug:key>/": "satisfaction", "desk/codes/calendar/<int:year>/": "2026"},
)

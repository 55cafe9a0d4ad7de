from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.delivery import services as delivery


@jobs.periodic(timedelta(seconds=30))
def ask_about_parcels() -> None:
    """What a carrier does not tell is asked."""
    delivery.ask_carriers()

"""The door for the clock: hours and days of the air are published, forecasts made, old packets forgotten."""

from datetime import datetime, timedelta

from tongban.applications.environment import services as environment
from tongban.applications.environment.models import MonitoringPoint, ReceivedPacket
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock

PACKETS_KEPT_DAYS = 30


@jobs.periodic(timedelta(minutes=5))
def publish_air() -> None:
    """Publish the last hours and yesterday; once a quarter of a day, plan what will be."""
    hour = environment.current_hour()
    for back in range(3):
        environment.publish_hour(at=hour - timedelta(hours=back))
    environment.publish_day(day=clock.today() - timedelta(days=1))
    for station in MonitoringPoint.objects.stations():
        key = f"environment.forecast:{station.pk}:{hour:%Y%m%d}:{hour.hour // 6}"
        jobs.enqueue(forecast, key=key, station=station.pk)


@jobs.task(atomic=False)
def forecast(station: int) -> None:
    environment.forecast_air(station=MonitoringPoint.objects.get(pk=station))


@jobs.periodic(timedelta(minutes=10))
def give_up_old_commands() -> None:
    environment.expire()


@jobs.periodic(timedelta(days=1))
def forget_old_packets() -> None:
    """Forget which packets came already: no device sends a packet again after so long."""
    before: datetime = clock.now() - timedelta(days=PACKETS_KEPT_DAYS)
    ReceivedPacket.objects.before(before).delete()

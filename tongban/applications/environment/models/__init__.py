"""Sources and the points at which they, air and water are watched; limits, commands, samples, published values."""

from tongban.applications.environment.models.air import AirForecast, AirReport
from tongban.applications.environment.models.devices import DeviceCommand, ReceivedPacket
from tongban.applications.environment.models.evidence import RetainedSample
from tongban.applications.environment.models.sources import EmissionLimit, MonitoringPoint, PollutionSource

__all__ = [
    "AirForecast",
    "AirReport",
    "DeviceCommand",
    "EmissionLimit",
    "MonitoringPoint",
    "PollutionSource",
    "ReceivedPacket",
    "RetainedSample",
]

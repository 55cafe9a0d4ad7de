"""The verbs: register sources and points, set limits, take packets in, ask loggers, keep evidence, publish the air."""

from tongban.applications.environment.services.air import current_hour, publish_day, publish_hour, recomputed
from tongban.applications.environment.services.commanding import (
    UnknownCommand,
    ask,
    expire,
    take_answer,
    take_to_send,
)
from tongban.applications.environment.services.evidence import (
    NoCamera,
    TestedAlready,
    open_video,
    record_result,
    retain_sample,
)
from tongban.applications.environment.services.exceedances import (
    CrewUnderWay,
    ExceedanceClosed,
    alerts_joined,
    begin_handling,
    crews_of,
    end_handling,
    handle_exceedance,
    send_crew,
)
from tongban.applications.environment.services.forecasting import forecast_air
from tongban.applications.environment.services.intake import WholePacket, take_in
from tongban.applications.environment.services.sources import (
    open_stream,
    register_point,
    register_source,
    set_limit,
)
from tongban.applications.environment.services.tables import aqi_edition, data_terms, dialects, water_edition

__all__ = [
    "CrewUnderWay",
    "ExceedanceClosed",
    "NoCamera",
    "TestedAlready",
    "UnknownCommand",
    "WholePacket",
    "alerts_joined",
    "aqi_edition",
    "ask",
    "begin_handling",
    "crews_of",
    "current_hour",
    "data_terms",
    "dialects",
    "end_handling",
    "expire",
    "forecast_air",
    "handle_exceedance",
    "open_stream",
    "open_video",
    "publish_day",
    "publish_hour",
    "recomputed",
    "record_result",
    "register_point",
    "register_source",
    "retain_sample",
    "send_crew",
    "set_limit",
    "take_answer",
    "take_in",
    "take_to_send",
    "water_edition",
]

"""The dated tables of the standards: those shipped, or the city's own where a setting names a file."""

import json
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from tongban.applications.environment.rules import aqi, quality, water
from tongban.applications.environment.rules import dialects as hj212
from tongban.infrastructure.kernel import clock
from tongban.platform.codes import services as codes

DATA = Path(__file__).parent.parent / "data"


def dialects() -> hj212.Dialects:
    """Return the editions of HJ 212 that are known here."""
    return _dialects(settings.ENVIRONMENT_HJ212_FILE or str(DATA / "hj212.json"))


def aqi_edition(on: date | None = None) -> aqi.AqiEdition:
    """Return the table of the air quality index that is in force on a day, today by default."""
    return codes.in_force(_aqi(settings.ENVIRONMENT_AQI_FILE or str(DATA / "aqi.json")), on or clock.today())


def aqi_editions() -> tuple[aqi.AqiEdition, ...]:
    return _aqi(settings.ENVIRONMENT_AQI_FILE or str(DATA / "aqi.json"))


def water_edition(on: date | None = None) -> water.WaterEdition:
    """Return the table of water classes that is in force on a day."""
    file = settings.ENVIRONMENT_WATER_FILE or str(DATA / "surface_water.json")
    return codes.in_force(_water(file), on or clock.today())


def data_terms(on: date | None = None) -> quality.DataTerms:
    """Return by which terms data is judged on a day."""
    return codes.in_force(
        _terms(settings.ENVIRONMENT_DATA_FILE or str(DATA / "data_quality.json")), on or clock.today()
    )


@cache
def _dialects(file: str) -> hj212.Dialects:
    return hj212.read(json.loads(Path(file).read_text()))


@cache
def _aqi(file: str) -> tuple[aqi.AqiEdition, ...]:
    return aqi.read(json.loads(Path(file).read_text()))


@cache
def _water(file: str) -> tuple[water.WaterEdition, ...]:
    return water.read(json.loads(Path(file).read_text()))


@cache
def _terms(file: str) -> tuple[quality.DataTerms, ...]:
    return quality.read(json.loads(Path(file).read_text()))

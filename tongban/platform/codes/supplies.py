from datetime import timedelta

from django.conf import settings

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.codes import services as codes


@telemetry.check("calendar")
def calendar_reaches_far_enough() -> str:
    """Warn before due dates would be computed without the holidays of the year they fall in."""
    try:
        known_until = codes.calendar().known_until
    except codes.NoCalendar as refusal:
        raise telemetry.CheckFailed("no working calendar is loaded; run manage.py codes load") from refusal
    if known_until < clock.today() + timedelta(days=settings.CODES_WARN_DAYS_BEFORE_END):
        raise telemetry.CheckFailed(f"holidays are known until {known_until} only; load the notice for the next year")
    return f"holidays known until {known_until}"

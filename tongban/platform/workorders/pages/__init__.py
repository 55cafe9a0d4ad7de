"""The doors for people: dispatchers and verifiers at the desk, crews in the field."""

from tongban.platform.workorders.pages import crew as crew_pages
from tongban.platform.workorders.pages import desk as desk_pages

desk = desk_pages.routes
crew = crew_pages.routes

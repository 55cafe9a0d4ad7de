"""The doors of the cases, by who knocks."""

from tongban.platform.cases.pages import counter as counter_pages
from tongban.platform.cases.pages import crew as crew_pages
from tongban.platform.cases.pages import desk as desk_pages
from tongban.platform.cases.pages import hall as hall_pages

hall = hall_pages.routes
counter = counter_pages.routes
desk = desk_pages.routes
crew = crew_pages.routes

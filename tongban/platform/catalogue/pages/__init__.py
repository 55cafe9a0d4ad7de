"""The doors of the catalogue, by who comes."""

from tongban.platform.catalogue.pages import areas as areas_pages
from tongban.platform.catalogue.pages import changes as changes_pages
from tongban.platform.catalogue.pages import guides as guides_pages

hall = [*guides_pages.hall, *changes_pages.hall]
desk = [*guides_pages.desk, *areas_pages.routes, *changes_pages.desk]

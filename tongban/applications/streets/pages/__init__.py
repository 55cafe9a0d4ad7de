"""The doors for people: whoever sees something in the street, collectors, and the two centres."""

from tongban.applications.streets.pages.crew import crew
from tongban.applications.streets.pages.desk import desk
from tongban.applications.streets.pages.hall import hall

__all__ = ["crew", "desk", "hall"]

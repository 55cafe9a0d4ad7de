"""The doors for people: hall, crew, desk."""

from django.urls import path

from tongban.applications.inspection.pages.cases import act, case, case_file, cases, open_case
from tongban.applications.inspection.pages.clues import clue, clues, compare, pursue
from tongban.applications.inspection.pages.crew import crew
from tongban.applications.inspection.pages.hall import hall
from tongban.applications.inspection.pages.inspections import (
    correction,
    correction_file,
    corrections,
    inspection_page,
    inspections,
    photo,
)
from tongban.applications.inspection.pages.objects import draw, draws, entities, entity, new_draw, plan

__all__ = ["crew", "desk", "hall"]

desk = [
    path("", entities, name="entities"),
    path("objects/<uuid:uid>/", entity, name="entity"),
    path("objects/<uuid:uid>/plan/", plan, name="plan"),
    path("draws/", draws, name="draws"),
    path("draws/new/", new_draw, name="new_draw"),
    path("draws/<uuid:uid>/", draw, name="draw"),
    path("inspections/", inspections, name="inspections"),
    path("inspections/<uuid:uid>/", inspection_page, name="inspection"),
    path("inspections/<uuid:uid>/file/", open_case, name="open_case"),
    path("inspections/<uuid:uid>/photos/<uuid:document>/", photo, name="photo"),
    path("corrections/", corrections, name="corrections"),
    path("corrections/<uuid:uid>/", correction, name="correction"),
    path("corrections/<uuid:uid>/files/<uuid:document>/", correction_file, name="correction_file"),
    path("cases/", cases, name="cases"),
    path("cases/<uuid:uid>/", case, name="case"),
    path("cases/<uuid:uid>/files/<uuid:document>/", case_file, name="case_file"),
    path("cases/<uuid:uid>/steps/<slug:step>/", act, name="act"),
    path("clues/", clues, name="clues"),
    path("clues/compare/", compare, name="compare"),
    path("clues/<uuid:uid>/", clue, name="clue"),
    path("clues/<uuid:uid>/pursue/", pursue, name="pursue"),
]

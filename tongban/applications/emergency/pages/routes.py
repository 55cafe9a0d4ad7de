from django.urls import path

from tongban.applications.emergency.pages.calls import call, incidents
from tongban.applications.emergency.pages.figures import figures
from tongban.applications.emergency.pages.incidents import act, activate, callers, dispatch, incident, report, settle
from tongban.applications.emergency.pages.telling import telling
from tongban.applications.emergency.pages.units import plan, plans, unit, units
from tongban.applications.emergency.pages.warnings import answer, in_force, lift, publish, warn, warning, warnings

hall = [path("", in_force, name="in_force")]
desk = [
    path("", incidents, name="incidents"),
    path("call/", call, name="call"),
    path("units/", units, name="units"),
    path("units/<uuid:uid>/", unit, name="unit"),
    path("plans/", plans, name="plans"),
    path("plans/<slug:key>/", plan, name="plan"),
    path("figures/", figures, name="figures"),
    path("warnings/", warnings, name="warnings"),
    path("warnings/new/", warn, name="warn"),
    path("warnings/<uuid:uid>/", warning, name="warning"),
    path("warnings/<uuid:uid>/publish/", publish, name="publish"),
    path("warnings/<uuid:uid>/lift/", lift, name="lift"),
    path("warnings/<uuid:uid>/answer/", answer, name="answer"),
    path("<uuid:uid>/", incident, name="incident"),
    path("<uuid:uid>/steps/<slug:step>/", act, name="act"),
    path("<uuid:uid>/plan/", activate, name="activate"),
    path("<uuid:uid>/actions/<uuid:action>/", settle, name="settle"),
    path("<uuid:uid>/dispatch/", dispatch, name="dispatch"),
    path("<uuid:uid>/messages/", telling, name="telling"),
    path("<uuid:uid>/callers/", callers, name="callers"),
    path("<uuid:uid>/report/", report, name="report"),
]

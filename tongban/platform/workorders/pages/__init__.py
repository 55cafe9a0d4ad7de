"""The doors for people: dispatchers and verifiers at the desk, crews in the field."""

from django.urls import path

from tongban.platform.workorders.pages import crew as crew_pages
from tongban.platform.workorders.pages import desk as desk_pages
from tongban.platform.workorders.pages import more, routing, teams

desk = [
    path("board/", more.board, name="board"),
    path("export/", more.export, name="export"),
    path("figures/", more.figures, name="figures"),
    path("proposals/<uuid:uid>/", more.decide, name="decide"),
    path("conflicts/<uuid:uid>/", more.settle, name="settle"),
    path("routing/", routing.routing, name="routing"),
    path("routing/rules/<slug:department>/", routing.edit, name="rules"),
    path("routing/<uuid:uid>/", routing.edition, name="edition"),
    path("routing/<uuid:uid>/try/", routing.try_rules, name="try"),
    path("routing/<uuid:uid>/publish/", routing.publish, name="publish"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<uuid:uid>/", teams.team, name="team"),
    path("teams/<uuid:uid>/end/", teams.end, name="end_team"),
    path("teams/<uuid:uid>/members/<int:member>/leave/", teams.leave, name="leave"),
    path("positions/", teams.positions, name="positions"),
    *desk_pages.routes,
]
crew = [
    path("duty/", teams.duty, name="duty"),
    path("duty/end/", teams.off_duty, name="off_duty"),
    path("duty/place/", teams.place, name="place"),
    *crew_pages.routes,
]

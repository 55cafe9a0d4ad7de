from django.urls import path

from tongban.infrastructure.ui.views import routes
from tongban.portals.cockpit import pages

app_name = "cockpit"
urlpatterns = [
    path("", pages.wall, name="start"),
    path("board/", pages.board, name="board"),
    path("marks/", pages.marks, name="marks"),
    *routes("cockpit"),
]

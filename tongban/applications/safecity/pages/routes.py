"""Where the pages stand, by portal."""

from django.urls import path

from tongban.applications.safecity.pages import alarms, cameras, corrections, outside, patrols, picture, videos, walking

hall = [
    path("", cameras.public_cameras, name="cameras"),
    path("cameras/<uuid:uid>/", cameras.public_camera, name="camera"),
    path("positions/", corrections.orders, name="orders"),
    path("positions/<uuid:uid>/", corrections.order, name="order"),
]
desk = [
    path("", picture.picture, name="picture"),
    path("marks/", picture.marks, name="marks"),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/<uuid:uid>/", alarms.alarm, name="alarm"),
    path("alarms/<uuid:uid>/<slug:step>/", alarms.act, name="act"),
    path("cameras/", cameras.cameras, name="cameras"),
    path("cameras/new/", cameras.add_camera, name="add_camera"),
    path("cameras/<uuid:uid>/", cameras.camera, name="camera"),
    path("cameras/<uuid:uid>/change/", cameras.change_camera, name="change_camera"),
    path("cameras/<uuid:uid>/end/", cameras.end_camera, name="end_camera"),
    path("cameras/<uuid:uid>/video/", videos.ask_video, name="ask_video"),
    path("devices/", cameras.devices, name="devices"),
    path("devices/new/", cameras.add_device, name="add_device"),
    path("devices/<uuid:uid>/", cameras.device, name="device"),
    path("patrols/", patrols.shifts, name="shifts"),
    path("patrols/<uuid:uid>/", patrols.shift, name="shift"),
    path("routes/", patrols.routes, name="routes"),
    path("routes/new/", patrols.add_route, name="add_route"),
    path("routes/<uuid:uid>/", patrols.route, name="route"),
    path("routes/<uuid:uid>/shift/", patrols.add_shift, name="add_shift"),
    path("routes/<uuid:uid>/end/", patrols.end_route, name="end_route"),
    path("video/", videos.videos, name="videos"),
    path("video/looks/", videos.looks, name="looks"),
    path("video/look/<slug:token>/", videos.look, name="look"),
    path("video/<uuid:uid>/", videos.video, name="video"),
    path("video/<uuid:uid>/open/", videos.open_video, name="open_video"),
    path("outside/", outside.sources, name="sources"),
    path("outside/new/", outside.add_source, name="add_source"),
    path("outside/<uuid:uid>/", outside.source, name="source"),
    path("outside/<uuid:uid>/approve/", outside.approve_source, name="approve_source"),
    path("outside/<uuid:uid>/end/", outside.end_source, name="end_source"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/new/", corrections.add_correction, name="add_correction"),
    path("corrections/<uuid:uid>/", corrections.correction, name="correction"),
    path("corrections/<uuid:uid>/approve/", corrections.approve_correction, name="approve_correction"),
    path("corrections/<uuid:uid>/end/", corrections.end_correction, name="end_correction"),
    path("corrections/<uuid:uid>/positions/", corrections.positions, name="positions"),
]
crew = [
    path("", walking.mine, name="mine"),
    path("ready/", walking.ready, name="ready"),
    path("worker.js", walking.worker, name="worker"),
    path("<uuid:uid>/", walking.patrol, name="patrol"),
    path("<uuid:uid>/<uuid:visit>/", walking.check_in, name="check_in"),
]

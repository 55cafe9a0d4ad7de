"""The desk of sensing: alerts, things with their streams and frames, and the rules."""

from django.urls import path

from tongban.platform.sensing.pages import alerts, frames, rules, things

desk = [
    path("", alerts.alerts, name="alerts"),
    path("alerts/<uuid:uid>/", alerts.alert, name="alert"),
    path("alerts/<uuid:uid>/acknowledge/", alerts.acknowledge, name="acknowledge"),
    path("alerts/<uuid:uid>/close/", alerts.close, name="close"),
    path("things/", things.things, name="things"),
    path("things/<uuid:uid>/", things.thing, name="thing"),
    path("streams/<uuid:uid>/", things.stream, name="stream"),
    path("frames/", frames.frames, name="frames"),
    path("frames/<uuid:uid>/", frames.frame, name="frame"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.new, name="new_rule"),
    path("rules/<uuid:uid>/", rules.rule, name="rule"),
    path("rules/<uuid:uid>/change/", rules.change, name="change_rule"),
]

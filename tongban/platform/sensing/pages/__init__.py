"""The desk of sensing: alerts, things with their streams and frames, and the rules."""

from django.urls import path

from tongban.platform.sensing.pages import alert_rules, alerts, frames, things

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
    path("rules/", alert_rules.rules, name="rules"),
    path("rules/new/", alert_rules.new, name="new_rule"),
    path("rules/<uuid:uid>/", alert_rules.rule, name="rule"),
    path("rules/<uuid:uid>/change/", alert_rules.change, name="change_rule"),
]

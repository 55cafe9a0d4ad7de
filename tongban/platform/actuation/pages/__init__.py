"""The desk of remote control: commands, devices, and what was approved ahead."""

from django.urls import path

from tongban.platform.actuation.pages import commands, devices

desk = [
    path("", commands.commands, name="commands"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<uuid:uid>/", devices.device, name="device"),
    path("devices/<uuid:uid>/standing/<slug:command>/", devices.grant, name="grant"),
    path("devices/<uuid:uid>/<slug:command>/", devices.ask, name="ask"),
    path("standing/<uuid:uid>/end/", devices.end, name="end"),
    path("<uuid:uid>/", commands.command, name="command"),
    path("<uuid:uid>/<slug:move>/", commands.act, name="act"),
]

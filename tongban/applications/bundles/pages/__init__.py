"""The doors of bundles for people: hall and desk."""

from django.urls import path

from tongban.applications.bundles.pages import (
    applying,
    asking,
    definitions,
    following,
    leading,
    supplementing,
    zones,
)

hall = [
    path("", asking.browse, name="browse"),
    path("mine/", following.mine, name="mine"),
    path("mine/<slug:uid>/", following.follow, name="follow"),
    path("mine/<slug:uid>/situation/", applying.situation, name="situation"),
    path("mine/<slug:uid>/fill/<slug:step>/", applying.fill, name="fill"),
    path("mine/<slug:uid>/confirm/<slug:step>/", applying.confirm, name="confirm"),
    path("mine/<slug:uid>/materials/", applying.materials, name="materials"),
    path("mine/<slug:uid>/review/", applying.review, name="review"),
    path("mine/<slug:uid>/renew/", applying.renew, name="renew"),
    path("mine/<slug:uid>/discard/", applying.discard, name="discard"),
    path("mine/<slug:uid>/supplement/", supplementing.supplement, name="supplement"),
    path("mine/<slug:uid>/withdraw/", following.withdraw, name="withdraw"),
    path("mine/<slug:uid>/retry/", following.retry, name="retry"),
    path("mine/<slug:uid>/results/", following.results, name="results"),
    path("mine/<slug:uid>/files/<uuid:document>/", following.paper, name="paper"),
    path("zones/<slug:uid>/", asking.zone, name="zone"),
    path("<slug:code>/", asking.bundle, name="bundle"),
    path("<slug:code>/which/", asking.which, name="which"),
    path("<slug:code>/begin/", applying.begin, name="begin"),
]

desk = [
    path("", leading.led, name="led"),
    path("zones/", zones.zones, name="zones"),
    path("zones/new/", zones.new, name="zone_new"),
    path("zones/<slug:uid>/", zones.zone, name="zone"),
    path("zones/<slug:uid>/edit/", zones.edit, name="zone_edit"),
    path("zones/<slug:uid>/publish/", zones.publish, name="zone_publish"),
    path("zones/<slug:uid>/withdraw/", zones.withdraw, name="zone_withdraw"),
    path("definitions/", definitions.definitions, name="definitions"),
    path("definitions/<slug:code>/publish/<int:number>/", definitions.publish, name="publish"),
    path("definitions/<slug:code>/withdraw/", definitions.withdraw, name="bundle_withdraw"),
    path("<slug:uid>/", leading.whole, name="whole"),
    path("<slug:uid>/retry/", leading.retry, name="retry"),
    path("<slug:uid>/extend/", leading.extend, name="extend"),
]

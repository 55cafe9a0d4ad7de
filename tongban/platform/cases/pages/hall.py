"""For the applicant."""

from django.urls import path

from tongban.platform.cases.pages import (
    annulment,
    applying,
    deferred,
    following,
    hearing,
    posting,
    publicity,
    supplementing,
)

routes = [
    path("", following.mine, name="mine"),
    path("public/", publicity.published, name="published"),
    path("public/<slug:uid>/", publicity.publication, name="publication"),
    path("query/", following.query, name="query"),
    path("begin/<slug:code>/", applying.begin, name="begin"),
    path("<slug:uid>/", following.follow, name="follow"),
    path("<slug:uid>/fill/<slug:step>/", applying.fill, name="fill"),
    path("<slug:uid>/confirm/<slug:step>/", applying.confirm, name="confirm"),
    path("<slug:uid>/materials/", applying.materials, name="materials"),
    path("<slug:uid>/review/", applying.review, name="review"),
    path("<slug:uid>/submitted/", applying.submitted, name="submitted"),
    path("<slug:uid>/receipt.pdf", applying.receipt, name="receipt"),
    path("<slug:uid>/supplement/", supplementing.supplement, name="supplement"),
    path("<slug:uid>/deferred/", deferred.bring, name="deferred"),
    path("<slug:uid>/hearing/", hearing.answer, name="hearing"),
    path("<slug:uid>/annulment/", annulment.answer, name="annulment"),
    path("<slug:uid>/posting/", posting.choose, name="posting"),
    path("<slug:uid>/sent/", posting.sent, name="sent"),
    path("<slug:uid>/visit/", following.visit, name="visit"),
    path("<slug:uid>/withdraw/", following.withdraw, name="withdraw"),
    path("<slug:uid>/person/", following.ask_for_person, name="person"),
    path("<slug:uid>/again/", following.again, name="again"),
    path("<slug:uid>/discard/", applying.discard, name="discard"),
    path("<slug:uid>/move-on/", applying.upgrade_version, name="upgrade_version"),
    path("<slug:uid>/files/<uuid:document>/", following.paper, name="paper"),
]

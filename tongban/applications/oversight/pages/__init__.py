"""What everyone reads of supervision, what a supervised office answers, and where who supervises works."""

from django.urls import path

from tongban.applications.oversight.pages import answering, figures, lights, orders, supervising

hall = [path("", figures.public_page, name="figures")]
desk = [
    path("", answering.cards, name="cards"),
    path("orders/", orders.ours, name="orders"),
    path("orders/<uuid:uid>/", orders.order, name="order"),
    path("orders/<uuid:uid>/return/", orders.return_answer, name="return_order"),
    path("orders/<uuid:uid>/conclude/", orders.conclude, name="conclude_order"),
    path("supervision/", supervising.cards, name="supervision"),
    path("supervision/orders/", orders.issued, name="issued"),
    path("supervision/orders/new/", orders.ask, name="ask"),
    path("supervision/lights/", lights.board, name="board"),
    path("supervision/lights/cases/", lights.behind, name="lit"),
    path("supervision/sheet/sheet.csv", figures.sheet_csv, name="sheet_csv"),
    path("supervision/sheet/", figures.sheet, name="sheet"),
    path("supervision/behind/", supervising.behind, name="behind"),
    path("supervision/process/", figures.process, name="process"),
    path("supervision/rules/", supervising.rules, name="rules"),
    path("<uuid:uid>/", answering.card, name="card"),
    path("<uuid:uid>/close/", supervising.close, name="close"),
    path("<uuid:uid>/return/", supervising.return_answer, name="return_answer"),
    path("<uuid:uid>/raise/", supervising.raise_card, name="raise_card"),
]

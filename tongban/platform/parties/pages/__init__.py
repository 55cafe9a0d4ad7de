"""The doors of parties: for whom one acts, in the hall; who stands at the window, at the counter."""

from tongban.platform.parties.pages import representation, window

hall = representation.routes
counter = window.routes
desk = window.desk_routes

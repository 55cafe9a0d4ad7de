"""The doors of licences, by who stands before them."""

from tongban.platform.licences.pages import copies, kinds, register, showing, versions

hall = [*kinds.hall, *copies.hall, *showing.hall, *register.hall]
desk = [*versions.desk, *register.desk]

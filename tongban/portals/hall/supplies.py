"""What the hall supplies to rooms below: its own pages as answers to questions."""

from tongban.platform.catalogue import ports
from tongban.portals.hall.services import answers_to

ports.register(answers_to)

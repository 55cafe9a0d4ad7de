"""A password alone is not always enough."""

from tongban.platform.identity import ports
from tongban.platform.signin import services as signin

ports.register_second_step(signin.second_step)

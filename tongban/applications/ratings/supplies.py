from tongban.applications.ratings import services as ratings
from tongban.platform.cases import ports

ports.register_rates(ratings.counted)
ports.register_asks(ratings.asked)

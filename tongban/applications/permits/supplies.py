from tongban.applications.permits import services as permits
from tongban.platform.cases import ports

ports.register(permits.preview)

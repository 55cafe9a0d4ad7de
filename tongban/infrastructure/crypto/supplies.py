from tongban.infrastructure.crypto import ports
from tongban.infrastructure.crypto.adapters import local

ports.register(local.LocalSigner())

from tongban.infrastructure.crypto import ports
from tongban.infrastructure.crypto.adapters import local, pkcs11

ports.register(local.LocalSigner())
ports.register(pkcs11.HardwareSigner())

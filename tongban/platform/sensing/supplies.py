"""What sensing supplies to itself: how messages are read that were kept as frames."""

from tongban.platform.sensing import ports
from tongban.platform.sensing.sensorthings import messages

ports.DECODERS.register(messages.PROTOCOL, messages.decode)

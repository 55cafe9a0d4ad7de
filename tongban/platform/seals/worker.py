"""What only the worker loads: sealing, and judging time stamps at once, by pyHanko."""

from tongban.platform.seals import ports, sealing, stamp_checking

ports.SEALERS.register(ports.PADES, sealing.sealed)
ports.JUDGES.register(ports.PADES, stamp_checking.answered)

"""Workers by the dozen: the house is loaded once, and each line read starts one worker as a process of its own.

python -m tests.faults.worker_spawner       reads lines, answers each with the process id of a new worker
"""

import os
import signal
import sys

import django
from django.core.management import call_command

django.setup()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody mourns
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            call_command("work", idle=0.1)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()

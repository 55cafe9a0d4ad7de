"""Listen at a socket that another process opened."""

import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(door: type[BaseHTTPRequestHandler], listening: socket.socket) -> None:
    """Answer until somebody ends it."""
    server = Listener(("127.0.0.1", 0), door, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    with suppress(KeyboardInterrupt):
        server.serve_forever()


def own_folder(path: str) -> Path:
    folder = Path(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder

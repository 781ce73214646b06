"""The web process: uvicorn on a socket that the launcher has opened.

python -m athanor.launch.web_server <file descriptor>
"""

import socket
import sys

import uvicorn

GOODBYE = 1  # seconds that open streams get when the server stops; browsers reconnect


def main(descriptor: int) -> None:
    listener = socket.socket(fileno=descriptor)
    config = uvicorn.Config(
        "athanor.config.asgi:application", lifespan="off", http="httptools", ws="none", access_log=False,
        server_header=False, timeout_graceful_shutdown=GOODBYE, log_config=None,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]))

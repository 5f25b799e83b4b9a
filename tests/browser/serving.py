"""The real application on a free port of this process, for browsers: middleware, static files and all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connections


class Server(ThreadingMixIn, WSGIServer):
    """One thread per request; they end with the process."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing on the console."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def closing_connections(application: Any) -> Any:
    """Give each request's thread its database connection back: threads here are never reused."""

    def wrapped(environ: Any, start_response: Any) -> Any:
        try:
            answer = application(environ, start_response)
            try:
                yield from answer
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        finally:
            connections.close_all()

    return wrapped


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve during the block; give the address."""
    server = make_server("127.0.0.1", 0, closing_connections(application), server_class=Server, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

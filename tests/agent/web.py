"""A small real HTTP server on loopback, for the length of a `with`."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from agent.transport import Response
from tests.processes import said


@dataclass
class Web:
    """What it answers, one a request, and what it was asked."""

    url: str = ""
    answers: list[Response] = field(default_factory=list)
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)


@contextmanager
def web(
    *answers: Response, certificate: Path | None = None, silent_after: int | None = None
) -> Iterator[Web]:
    """Serves the answers in their order; with a certificate (its key in the same file) over TLS.

    silent_after: after so many answers it closes the connection without saying so.
    """
    here = Web(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            here.asked.append((self.command, self.path, body))
            here.connections.add(self.client_address[1])
            answer = here.answers.pop(0)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = len(here.asked) == silent_after

        do_GET = do_POST = answer  # noqa: N815 - named by the standard library

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    here.url = f"http{'s' if certificate else ''}://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def made_certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate that signs itself, and its key, in one file."""
    path = folder / f"{name}.pem"
    said(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
        "-keyout", str(path), "-out", str(folder / "only.pem"),
    )  # fmt: skip
    with path.open("a") as whole:
        whole.write((folder / "only.pem").read_text())
    return path

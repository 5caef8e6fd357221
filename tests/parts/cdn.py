"""The CDN's files from `node_modules`, over TLS on this machine, which a browser may keep."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parts.shared_data import REPOSITORY

NODE_MODULES = REPOSITORY / "node_modules"
HOST = "cdn.jsdelivr.net"
# /npm/<package>@<version>/<file>, where the package may be @scope/name.
FILE = re.compile(r"/npm/((?:@[^/]+/)?[^@/]+)@([^/]+)/(.+)")
KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".map": "text/plain"}
FOR_EVER = "public, max-age=31536000, immutable"


@contextmanager
def serving_cdn(folder: Path) -> Iterator[int]:
    """Answers on the port given while the context lasts; its certificate is kept in the folder."""
    server = _Server(("127.0.0.1", 0), _Files)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(_certificate(folder / "cdn.pem"))
    # Each connection shakes hands in its own thread: one that waits stops no other.
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser hangs up when it likes."""


class _Files(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match = FILE.fullmatch(self.path)
        file = NODE_MODULES / match[1] / match[3] if match else None
        if file is None or not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", KINDS.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cache-Control", FOR_EVER)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is said."""


def _certificate(file: Path) -> Path:
    """A key and a certificate that it signed itself, good for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, pkcs8, plain) + made.public_bytes(pem))
    return file

"""A double of identity for tests of one service: it issues access tokens and publishes the key that verifies them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from backbone.ids import new_id


class Issuer:
    """Signs tokens as identity does; `url` is where the key is published."""

    def __init__(self) -> None:
        self.key = OKPKey.generate_key("Ed25519", parameters={"kid": new_id()})
        self.url = ""

    def headers(
        self, *roles: str, organisation: str = "", kind: str = "supplier", second_factor: bool = True, **claims: Any
    ) -> dict[str, str]:
        """The Authorization header of a person with these roles."""
        now = int(time.time())
        told = {"iss": "identity", "aud": "licita", "sub": new_id(), "sid": new_id(), "iat": now, "exp": now + 300}
        told |= {"org": organisation, "org_kind": kind, "roles": list(roles), "mfa_at": now if second_factor else 0}
        header = {"alg": "Ed25519", "kid": self.key.kid}
        return {"Authorization": f"Bearer {jwt.encode(header, told | claims, self.key, algorithms=['Ed25519'])}"}


@contextmanager
def issuer() -> Iterator[Issuer]:
    """An issuer that answers on a free port of the loopback until the block ends."""
    found = Issuer()
    published = json.dumps({"keys": [found.key.as_dict(private=False)]}).encode()

    class Jwks(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(published)))
            self.end_headers()
            self.wfile.write(published)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Jwks) as server:
        found.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()

"""The way to an installation's REST API: one address, tokens renewed by themselves, refusals as `Refused`."""

import uuid
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from licita_formats.notes import Verifier

from licita_client.home import Home

SESSION = "session.json"
TIMEOUT = httpx.Timeout(30, connect=5)


class Refused(Exception):
    """A problem document (RFC 9457). `code` is stable; `detail` is a sentence in the reader's language."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or str(status))
        self.status = status
        self.problem = dict(problem)
        self.code = str(problem.get("code", ""))


class Unreachable(Exception):
    """The installation does not answer."""


class Api:
    """Calls as one person. Nobody is signed in until `sign_in`, or where the profile has no session."""

    def __init__(self, url: str, home: Home, language: str = "es") -> None:
        self._url = url.rstrip("/")
        self._home = home
        self._http = httpx.Client(timeout=TIMEOUT, headers={"Accept-Language": language})

    @cached_property
    def directory(self) -> dict[str, Any]:
        """Addresses and public keys of the installation."""
        found: dict[str, Any] = self._read(self._send("GET", f"{self._url}/.well-known/licita.json"))
        return found

    @cached_property
    def verifiers(self) -> list[Verifier]:
        """The public keys of all services."""
        return [Verifier.parse(vkey) for vkey in self.directory["keys"].values()]

    @property
    def session(self) -> dict[str, Any]:
        """The session of this profile; empty for nobody."""
        return self._home.read(SESSION) or {}

    def address(self, service: str, path: str) -> str:
        """The full address of a path of a service."""
        return str(self.directory["services"][service]["url"]) + path

    def sign_in(self, email: str, password: str, totp: str = "", organisation: str = "") -> dict[str, Any]:
        """Opens a session and keeps it in the profile.

        Raises:
            Refused: wrong credentials, or too many attempts.
        """
        body = {"email": email, "password": password, "totp": totp, "organisation": organisation}
        answer = self.call("identity", "POST", "/v1/sessions", {name: value for name, value in body.items() if value})
        self._home.write(SESSION, answer)
        return dict(answer)

    def renew(self) -> None:
        """New tokens for the session, for example after joining an organisation."""
        token = self.session.get("refreshToken", "")
        url = self.address("identity", "/v1/sessions/refresh")
        self._home.write(SESSION, self._read(self._send("POST", url, json={"refreshToken": token})))

    def confirm(self, totp: str) -> None:
        """A fresh second factor for the acts that ask for one."""
        answer = self.call("identity", "POST", "/v1/sessions/second-factor", {"totp": totp})
        self._home.write(SESSION, {**self.session, **answer})

    def sign_out(self) -> None:
        """Ends the session here and on the server."""
        if self.session:
            self.call("identity", "DELETE", f"/v1/sessions/{self.session['session']}")
        self._home.path(SESSION).unlink(missing_ok=True)

    def get(self, service: str, path: str, **query: str) -> Any:
        """The JSON at a path."""
        return self._read(self._authorised("GET", self.address(service, path), params=query))

    def text(self, service: str, path: str, **query: str) -> str:
        """The text at a path."""
        return self._checked(self._authorised("GET", self.address(service, path), params=query)).text

    def download(self, service: str, path: str, target: Path) -> Path:
        """Streams what is at a path into a file."""
        with self._http.stream("GET", self.address(service, path), headers=self._bearer()) as answer:
            if answer.is_error:
                answer.read()
                self._checked(answer)
            with target.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
        return target

    def call(self, service: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """An act, with an Idempotency-Key, so that a repeated sending after a lost answer changes nothing more."""
        sent = {
            "Idempotency-Key": uuid.uuid4().hex,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self._read(self._authorised(method, self.address(service, path), json=body, headers=sent))

    def upload(self, service: str, path: str, file: Path, media_type: str, **fields: str) -> Any:
        """A file with form fields."""
        with file.open("rb") as stream:
            files = {"file": (file.name, stream, media_type)}
            return self._read(self._authorised("POST", self.address(service, path), files=files, data=fields))

    def put_to_store(self, url: str, headers: Mapping[str, str], file: Path) -> None:
        """Sends a file straight to the object store by a presigned address.

        Raises:
            Refused: the store did not take it.
        """
        with file.open("rb") as stream:
            sent = {"Content-Length": str(file.stat().st_size), **headers}
            self._checked(self._send("PUT", url, content=stream, headers=sent))

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _bearer(self) -> dict[str, str]:
        token = self.session.get("accessToken")
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _authorised(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, **rest: Any
    ) -> httpx.Response:
        answer = self._send(method, url, headers={**(headers or {}), **self._bearer()}, **rest)
        if answer.status_code == httpx.codes.UNAUTHORIZED and self.session.get("refreshToken"):
            self.renew()
            for file in (rest.get("files") or {}).values():
                file[1].seek(0)
            answer = self._send(method, url, headers={**(headers or {}), **self._bearer()}, **rest)
        return answer

    def _send(self, method: str, url: str, **rest: Any) -> httpx.Response:
        try:
            return self._http.request(method, url, **rest)
        except httpx.TransportError as error:
            raise Unreachable(url) from error

    def _read(self, answer: httpx.Response) -> Any:
        checked = self._checked(answer)
        return checked.json() if checked.content else None

    @staticmethod
    def _checked(answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            is_json = "json" in answer.headers.get("content-type", "")
            raise Refused(answer.status_code, answer.json() if is_json else {"detail": answer.text[:500]})
        return answer

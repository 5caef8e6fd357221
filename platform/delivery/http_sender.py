"""Sends one HTTP request: to a judged address, without redirects, within its time and size."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Final

import httpx2

from orderloom.platform.app.calls import Request, Response, Undelivered
from orderloom.platform.delivery.addresses import Forbidden, Resolve, reachable, resolve

MOST_BYTES: Final = 1_048_576
PORTS: Final = {"http": 80, "https": 443}


class HttpSender:
    """A `Sender`. Each request has its own connection: after a failure nothing is shared.

    `allow_private`: private and loopback addresses are allowed (a test, a network of one's own).
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        most_bytes: int = MOST_BYTES,
        resolved: Resolve = resolve,
    ) -> None:
        self._allow_private = allow_private
        self._most_bytes = most_bytes
        self._resolved = resolved

    def __call__(self, request: Request, /) -> Response | Undelivered:
        try:
            url = httpx2.URL(request.url)
        except httpx2.InvalidURL:
            return _refused("address.invalid", "the address cannot be read")
        if url.scheme not in PORTS or not url.host or url.userinfo:
            return _refused("address.invalid", "the address must be http or https, without a user")
        try:
            port = url.port or PORTS[url.scheme]
            address = reachable(
                url.host, port, allow_private=self._allow_private, resolved=self._resolved
            )
        except (OSError, UnicodeError):
            return Undelivered("unreachable", "address.unknown", "the host's name is not known")
        if isinstance(address, Forbidden):
            return _refused("address.refused", "the address is private; calls may not go there")
        return self._sent(request, url, address)

    def _sent(self, request: Request, url: httpx2.URL, address: str) -> Response | Undelivered:
        headers = {**request.headers, "Host": url.netloc.decode(), "Accept-Encoding": "identity"}
        seconds = request.timeout / timedelta(seconds=1)
        try:
            with (
                httpx2.Client(trust_env=False, timeout=seconds, follow_redirects=False) as client,
                client.stream(
                    request.method,
                    url.copy_with(host=address),
                    headers=headers,
                    content=request.body,
                    extensions={"sni_hostname": url.host},
                ) as response,
            ):
                return self._read(response, monotonic() + seconds)
        except httpx2.TimeoutException:
            return Undelivered("timeout", "call.timeout", "the other side did not answer in time")
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            # The text of the error could quote the address's parts: its kind is enough.
            return Undelivered(
                "unreachable", "call.no_answer", f"no answer: {type(error).__name__}"
            )

    def _read(self, response: httpx2.Response, until: float) -> Response | Undelivered:
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > self._most_bytes:
                return _refused("answer.too_large", "the answer is too large")
            if monotonic() > until:
                return Undelivered("timeout", "call.timeout", "the answer did not end in time")
        if response.headers.get("content-encoding", "identity") != "identity":
            return _refused("answer.encoded", "the answer is packed, which was not asked for")
        return Response(response.status_code, bytes(body))


def _refused(code: str, message: str) -> Undelivered:
    return Undelivered("invalid", code, message, again=False)

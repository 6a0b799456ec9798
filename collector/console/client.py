"""Calls of the API, and how they fail, each in one line.

CallFault
  Unreachable   nobody answers at that address
  NotAllowed    the token is not valid, or its role does not suffice
  NotFound      there is no such thing
  Rejected      the collector refuses for another reason
"""

from collections.abc import Mapping
from typing import Any

import requests

from collector.console.settings import Settings
from collector.legible import legible

TIMEOUT_S = 30


class CallFault(Exception):
    """A call that brought nothing; the message is one line."""


class Unreachable(CallFault):
    """Nobody answers at that address."""


class NotAllowed(CallFault):
    """The token is not valid, or its role does not suffice."""


class NotFound(CallFault):
    """There is no such thing."""


class Rejected(CallFault):
    """The collector refuses for another reason."""


FAULTS = {401: NotAllowed, 403: NotAllowed, 404: NotFound}


class Client:
    """The API at one address with one token."""

    def __init__(self, settings: Settings) -> None:
        self.url = settings.url
        self._session = requests.Session()
        self._session.headers["authorization"] = f"Bearer {settings.token}"
        self._session.trust_env = False  # a proxy or .netrc of the shell gets no token
        self._session.verify = settings.ca or True

    def get(self, path: str, **query: str | int) -> Any:
        """What a call says."""
        return self._call("GET", path, params=query)

    def post(self, path: str, document: Mapping[str, Any]) -> Any:
        """What a call says that makes something."""
        return self._call("POST", path, json=document)

    def _call(self, method: str, path: str, **more: Any) -> Any:
        try:
            response = self._session.request(
                method, self.url + path, timeout=TIMEOUT_S, allow_redirects=False, **more
            )
        except requests.exceptions.SSLError as error:
            raise Unreachable(
                f"{self.url}: its certificate is not trusted: {_why(error)}"
            ) from error
        except requests.exceptions.Timeout as error:
            raise Unreachable(f"{self.url} did not answer within {TIMEOUT_S} s") from error
        except requests.exceptions.RequestException as error:
            raise Unreachable(f"no collector answers at {self.url}: {_why(error)}") from error
        if response.status_code >= 300:
            raise _fault(response)
        try:
            return response.json()
        except ValueError as error:
            raise Rejected(
                f"{self.url} is no Farmwatch collector: its answer is not JSON"
            ) from error


def _fault(response: requests.Response) -> CallFault:
    kind = FAULTS.get(response.status_code, Rejected)
    if response.status_code == 401:
        return kind("the token is not valid here; see FARMWATCH_TOKEN")
    try:
        problem = response.json()
        place = f"{problem['place']}: " if problem.get("place") else ""
        return kind(legible(f"{place}{problem.get('detail') or problem['title']}", 300))
    except (ValueError, KeyError, TypeError, AttributeError):
        return kind(f"the collector answers {response.status_code}")


def _why(error: Exception) -> str:
    inner: BaseException = error
    while inner.__cause__ or inner.__context__:
        inner = inner.__cause__ or inner.__context__ or inner
    words = getattr(inner, "strerror", None) or str(inner)
    return legible(words.splitlines()[0] if words else type(error).__name__, 120)

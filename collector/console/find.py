"""Which host somebody means: by its id, its name, or what either begins with."""

from collections.abc import Callable, Mapping
from typing import Any

from collector.console.client import Client, NotFound, Rejected
from collector.legible import legible

MOST = 500
Host = Mapping[str, Any]


def host_id(client: Client, words: str) -> str:
    """The id of the one host that `words` means; raises when there is none, or more than one."""
    hosts = client.get("/v1/hosts", q=words, limit=MOST)["hosts"]
    wanted = words.strip().lower()
    tests: tuple[Callable[[Host], bool], ...] = (
        lambda host: host["host_id"] == wanted,
        lambda host: host["name"].lower() == wanted,
        bool,
    )
    for test in tests:
        found = [host for host in hosts if test(host)]
        if len(found) == 1:
            return str(found[0]["host_id"])
        if found:
            raise Rejected(_several(words, found))
    raise NotFound(f"no host's name or id begins with {legible(words, 80)!r}")


def _several(words: str, found: list[Host]) -> str:
    names = [f"{legible(host['name'], 40)} ({host['host_id']})" for host in found[:3]]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"{legible(words, 80)!r} may be {', '.join(names)}{more}; say more of the id"

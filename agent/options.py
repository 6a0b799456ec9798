"""The command line of the agent: read whole, with all its faults told at once.

BadOptions   every fault of the flags and of the files they name (the operator's)
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from agent.policy import CeilingFault, ceiling
from agent.transport import BadAddress, address

CEILING = Path("/etc/farmwatch/ceiling.yaml")

# sha256:3f0a...  64 hex digits, colons between them or not
FINGERPRINT = re.compile(r"sha256:(?P<hex>(?:[0-9a-fA-F]{2}:?){32})")
# 7d, 12h, 30m
AGO = re.compile(r"(?P<count>\d{1,5})(?P<unit>[mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class BadOptions(Exception):
    """The command line, or a file that it names, is not right; carries every fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Options:
    """What was asked, checked."""

    command: str
    data: Path
    url: str = ""
    recording: Path | None = None
    ceiling: frozenset[str] = frozenset()
    token: str = ""
    ca: str = ""
    anew: bool = False
    json: bool = False
    since: datetime | None = None
    file: Path | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadOptions((message,))


def default_data() -> Path:
    """Where the agent keeps its things unless it is told otherwise."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", "C:/ProgramData")) / "Farmwatch"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/Farmwatch")
    return Path("/var/lib/farmwatch-agent")


def read(words: Sequence[str], now: datetime) -> Options:
    """The options of a command line; raises BadOptions with all that is wrong."""
    found, unknown = _parser().parse_known_args(words)
    given = {name: value for name, value in vars(found).items() if value is not None}
    faults = [f"{word}: no such option" for word in unknown]
    faults += [f"{_flag(name)}: needs a value" for name, value in given.items() if value == ""]
    checked = {
        name: _checked(name, value, now, faults) for name, value in given.items() if value != ""
    }
    faults += [f"{_flag(name)}: is needed" for name in _needed(found.command) if name not in given]
    if "ceiling" not in given and CEILING.exists():
        checked["ceiling"] = _checked("ceiling", str(CEILING), now, faults)
    if faults:
        raise BadOptions(faults)
    return Options(**{"data": default_data()} | checked)  # type: ignore[arg-type]


def _checked(name: str, value: object, now: datetime, faults: list[str]) -> object:
    check = CHECKS.get(name)
    if check is None or not isinstance(value, str):
        return value
    try:
        return check(value, now)
    except CeilingFault as fault:
        faults += fault.faults
    except (BadAddress, ValueError, OSError) as fault:
        faults.append(f"{_flag(name)}: {fault}")
    return None


def _url(text: str, _: datetime) -> str:
    return address(text).url


def _path(text: str, _: datetime) -> Path:
    return Path(text)


def _file(text: str, _: datetime) -> Path:
    if not Path(text).is_file():
        raise ValueError(f"{text}: no such file")
    return Path(text)


def _ceiling(text: str, now: datetime) -> frozenset[str]:
    return ceiling(_file(text, now).read_text(encoding="utf-8"), text)


def _ca(text: str, now: datetime) -> str:
    found = FINGERPRINT.fullmatch(text)
    if found:
        return "sha256:" + found["hex"].replace(":", "").lower()
    return str(_file(text, now))


def _since(text: str, now: datetime) -> datetime:
    ago = AGO.fullmatch(text)
    if ago:
        return now - timedelta(**{UNITS[ago["unit"]]: int(ago["count"])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r}: expected 7d, 12h, 30m or 2026-11-24[T09:00]") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


CHECKS: dict[str, Callable[[str, datetime], object]] = {
    "data": _path,
    "url": _url,
    "recording": _file,
    "ceiling": _ceiling,
    "ca": _ca,
    "since": _since,
    "file": _path,
}


def _flag(name: str) -> str:
    return "FILE" if name == "file" else f"--{name}"


def _needed(command: str) -> tuple[str, ...]:
    return ("url", "token") if command == "enrol" else ()


def _parser() -> _Parser:
    parser = _Parser(
        prog="farmwatch-agent",
        allow_abbrev=False,
        description="Says what is on this laptop that could drive it from elsewhere.",
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    _run(commands.add_parser("run", help="work until told to end", allow_abbrev=False))
    _once(commands.add_parser("once", help="print the report it would send", allow_abbrev=False))
    _enrol(commands.add_parser("enrol", help="make this laptop a host", allow_abbrev=False))
    _show(commands.add_parser("show", help="print all that was sent", allow_abbrev=False))
    _sensors(commands.add_parser("sensors", help="list the sensors", allow_abbrev=False))
    _record(commands.add_parser("record", help="write a recording", allow_abbrev=False))
    _doctor(commands.add_parser("doctor", help="say what is amiss", allow_abbrev=False))
    return parser


def _value(parser: argparse.ArgumentParser, name: str, metavar: str, help: str) -> None:
    parser.add_argument(name, nargs="?", const="", metavar=metavar, help=help)


def _data(parser: argparse.ArgumentParser) -> None:
    _value(parser, "--data", "DIR", f"the agent's folder, by default {default_data()}")
    _value(parser, "--ceiling", "FILE", f"sensors that may never run, by default {CEILING}")


def _run(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    _value(parser, "--url", "URL", "another collector than at enrolment")
    _value(parser, "--recording", "FILE", "play a recording instead of looking at this machine")


def _once(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    _value(parser, "--recording", "FILE", "play a recording instead of looking at this machine")
    parser.add_argument("--json", action="store_true", help="on one line, also on a terminal")


def _enrol(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    _value(parser, "--url", "URL", "the collector")
    _value(parser, "--token", "TOKEN", "the enrolment token")
    _value(parser, "--ca", "FILE|sha256:HEX", "its certificate authority, or a fingerprint of it")
    parser.add_argument(
        "--anew", action="store_true", help="become a new host, give up the old one"
    )


def _show(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    _value(parser, "--since", "WHEN", "7d, 12h, 30m or a date; by default all that is kept")
    parser.add_argument("--json", action="store_true", help="each request as it was written down")


def _sensors(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")


def _record(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    parser.add_argument("file", metavar="FILE", help="the YAML page to write")


def _doctor(parser: argparse.ArgumentParser) -> None:
    _data(parser)
    _value(parser, "--url", "URL", "another collector than at enrolment")

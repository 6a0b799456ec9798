"""farmwatch: asks the collector, and shows what it says.

Exit codes: 0 done; 1 the collector did not do it, or the host did not answer in time; 2 wrongly
called, or no address or token.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from collector.console import show
from collector.console.client import CallFault, Client
from collector.console.find import host_id
from collector.console.settings import SettingsFault, read
from collector.labels import LEVELS

PROGRAM = "farmwatch"
POLL_S = 1.0
FOLLOW_S = 5.0
LONGER_S = 30
MOST = 500
F = TypeVar("F", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="The collector's answer as JSON.")
quiet = click.option("--quiet", is_flag=True, help="Only the secret or link itself.")


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point."""
    try:
        code = commands.main(arguments, PROGRAM, standalone_mode=False)
    except CallFault as fault:
        code = _say(str(fault), 1)
    except SettingsFault as fault:
        code = _say(str(fault), 2)
    except click.ClickException as error:
        code = _say(error.format_message(), 2)
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="Instead of the usual file.")
@click.version_option(package_name="farmwatch", prog_name=PROGRAM)
@click.pass_context
def commands(context: click.Context, config: Path | None) -> None:
    """Asks the Farmwatch collector.

    Its address and a token come from FARMWATCH_URL and FARMWATCH_TOKEN, or from
    ~/.config/farmwatch/config.yaml (url: ..., token: ...). FARMWATCH_CA, or ca: there, names a file
    of certificates to trust instead of the usual ones.
    """
    context.obj = config


@commands.command()
@click.option("--level", type=click.Choice(list(LEVELS)), help="Only hosts of this level.")
@click.option("--search", metavar="WORDS", default="", help="Name, serial tail, MDM id, host id.")
@as_json
@click.pass_obj
def hosts(config: Path | None, level: str | None, search: str, *, as_json: bool) -> None:
    """Lists the hosts, the most urgent first."""
    client = _client(config)
    query: dict[str, str | int] = {"q": search, "limit": MOST}
    if level:
        query["level"] = level
    if as_json:
        _print({"hosts": _every_host(client, query)})
    else:
        show.hosts(_console(), client.get("/v1/hosts", **query))


@commands.command()
@click.argument("host")
@as_json
@click.pass_obj
def host(config: Path | None, host: str, *, as_json: bool) -> None:
    """Shows one host, by its id, its name, or what either begins with."""
    client = _client(config)
    document = client.get(f"/v1/hosts/{host_id(client, host)}")
    if as_json:
        _print(document)
    else:
        show.host(_console(), document)


@commands.command()
@click.option("--after", type=click.IntRange(min=0), default=0, help="Only later ones than this.")
@click.option("--follow", is_flag=True, help="Stay, and show new ones as they come.")
@as_json
@click.pass_obj
def findings(config: Path | None, after: int, *, follow: bool, as_json: bool) -> None:
    """Lists findings in order; with --json each on a line of its own."""
    client = _client(config)
    while True:
        page = client.get("/v1/findings", after=after, limit=MOST)
        if as_json:
            for one in page["findings"]:
                click.echo(json.dumps(one))
        elif page["findings"] or not follow:
            show.findings(_console(), page)
        after = page["last"]
        if len(page["findings"]) == MOST:
            continue
        if not follow:
            return
        time.sleep(FOLLOW_S)


@commands.command()
@click.argument("host")
@click.argument("sensor")
@click.option("--reason", default="", help="Why; it is written down.")
@click.option(
    "--wait",
    type=click.IntRange(0, 86_400),
    metavar="S",
    help="Wait so long; without it, until the host's next report and a little longer.",
)
@as_json
@click.pass_obj
def ask(
    config: Path | None, host: str, sensor: str, reason: str, wait: int | None, *, as_json: bool
) -> int:
    """Asks a host to run one sensor now; nothing else can be asked for."""
    client = _client(config)
    host = host_id(client, host)
    asked = client.post("/v1/questions", {"hosts": [host], "sensor": sensor, "reason": reason})
    click.echo(f"{asked['id']}: {_reach(asked)}", err=True)
    document = client.get(f"/v1/questions/{asked['id']}")
    if wait is None:
        wait = asked["next_report_s"] + LONGER_S
    until = time.monotonic() + wait
    while document["hosts"][0]["state"] in {"pending", "sent"} and time.monotonic() < until:
        time.sleep(min(POLL_S, max(0.0, until - time.monotonic())))
        document = client.get(f"/v1/questions/{asked['id']}")
    if as_json:
        _print(document)
    else:
        show.answer(_console(), document, document["hosts"][0])
    waits = document["hosts"][0]["state"] in {"pending", "sent"}
    return 1 if waits and wait else 0


@commands.command("enrolment-token")
@click.option("--uses", type=click.IntRange(1, 1_000_000), default=1, show_default=True)
@click.option(
    "--expires", type=click.IntRange(min=60), default=86_400, show_default=True, metavar="S"
)
@click.option("--network", default="", metavar="CIDR", help="Only from there.")
@quiet
@as_json
@click.pass_obj
def enrolment_token(
    config: Path | None, uses: int, expires: int, network: str, *, quiet: bool, as_json: bool
) -> None:
    """Makes a token with which laptops enrol."""
    client = _client(config)
    made = client.post(
        "/v1/tokens",
        {"kind": "enrolment", "uses": uses, "expires_in_s": expires, "network": network},
    )
    if as_json:
        _print(made)
    elif quiet:
        click.echo(made["token"])
    else:
        click.echo(f"{made['token']}\n")
        click.echo(
            f"For {uses} {'laptop' if uses == 1 else 'laptops'} until {_until(made)}. There:"
        )
        click.echo(f"  farmwatch-agent enrol --url {client.url} --token {made['token']}")


@commands.command("sign-in-link")
@quiet
@as_json
@click.pass_obj
def sign_in_link(config: Path | None, *, quiet: bool, as_json: bool) -> None:
    """Makes a link that signs one browser in, once, within ten minutes."""
    made = _client(config).post("/v1/sign-in-links", {})
    if as_json:
        _print(made)
    elif quiet:
        click.echo(made["url"])
    else:
        click.echo(made["url"])
        click.echo("It signs one browser in, once, within 10 minutes.", err=True)


def _client(config: Path | None) -> Client:
    return Client(read(os.environ, config))


def _console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def _every_host(client: Client, query: dict[str, str | int]) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        page = client.get("/v1/hosts", **query, cursor=cursor)
        found += page["hosts"]
        cursor = page["next"] or ""
        if not cursor:
            return found


def _reach(asked: dict[str, Any]) -> str:
    if asked["reachability"] == "next_report":
        return f"it goes out with the host's next report, within {asked['next_report_s']} s or so"
    return "the host is reached at once"


def _until(made: dict[str, Any]) -> str:
    return show.when(made["expires_at"])


def _print(document: object) -> None:
    click.echo(json.dumps(document, indent=2))


def _say(words: str, code: int) -> int:
    click.echo(f"{PROGRAM}: {words}", err=True)
    return code


if __name__ == "__main__":
    main()

"""farmwatch-collector: makes a data directory, serves, checks a policy.

What the operator got wrong is said all at once, one line each, and ends with exit code 2.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import uvloop

from collector import flags, keys, logs
from collector.assembly import Collector, database_of
from collector.flags import Check, Given, Serve, Wrong
from collector.operator_env import OperatorEnv, OperatorEnvFault
from collector.store import tokens as store
from collector.store.database import Database, StoreFault
from collector.tokens import Role, hashed, mint

PROGRAM = "farmwatch-collector"


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point."""
    try:
        code = commands.main(arguments, PROGRAM, standalone_mode=False)
    except Wrong as wrong:
        code = _say(wrong.faults)
    except click.ClickException as error:
        code = _say([error.format_message()])
    except click.Abort:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="farmwatch", prog_name=PROGRAM)
def commands() -> None:
    """The collector of Farmwatch."""


@commands.command()
@click.option("--data", metavar="DIR", help="Where the database and the keys are kept.")
@click.option("--operator-env", metavar="FILE", help="Write the address and an admin token there.")
@click.option("--url", default="http://127.0.0.1:8787", show_default=True, help="Its address.")
def init(data: str | None, operator_env: str | None, url: str) -> None:
    """Makes the data directory, its database and keys; does no harm when they are there."""
    check = Check()
    folder, address = check.data(data), check.url(url)
    check.done()
    database = _open(folder)
    try:
        if operator_env:
            _write_env(database, OperatorEnv(Path(operator_env)), address)
    finally:
        database.close()


@commands.command()
@click.option("--data", metavar="DIR", help="Where the database and the keys are kept.")
@click.option("--listen", metavar="HOST:PORT", default="127.0.0.1:8787", show_default=True)
@click.option("--policy", metavar="FILE", help="A policy; without one the last stays in force.")
@click.option("--tls-cert", metavar="FILE", help="Certificate chain, PEM.")
@click.option("--tls-key", metavar="FILE", help="Its key, PEM.")
@click.option(
    "--trusted-proxy", metavar="CIDR", multiple=True, help="Who ends TLS; may be repeated."
)
@click.option("--tick-s", default="60", show_default=True, help="Seconds between two ticks.")
def serve(
    *,
    data: str | None,
    listen: str,
    policy: str | None,
    tls_cert: str | None,
    tls_key: str | None,
    trusted_proxy: tuple[str, ...],
    tick_s: str,
) -> int:
    """Serves laptops and people until it is told to end."""
    logs.configure()
    wanted = flags.serve(Given(data, listen, policy, tls_cert, tls_key, trusted_proxy, tick_s))
    listening = _bind(wanted.address)
    database = _open(wanted.settings.data)
    try:
        collector = Collector(wanted.settings, database, _now, os.urandom)
        _collect_rarely()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(collector, listening, wanted))
    except StoreFault as fault:
        raise Wrong([str(fault)]) from fault
    finally:
        database.close()


@commands.group()
def policy() -> None:
    """Policies."""


@policy.command()
@click.argument("file")
def check(file: str) -> None:
    """Says all that is wrong with a policy file."""
    reading = Check()
    page = reading.page(Path(file))
    if page is not None:
        reading.faults += flags.policy_faults(page)
    reading.done()
    click.echo(f"{file}: ok")


async def _serve(collector: Collector, listening: socket.socket, wanted: Serve) -> int:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    return 0 if await collector.serve(listening, wanted.tls, ending) else 1


def _collect_rarely() -> None:
    """What was built stays for good, and a report leaves no cycles: look for garbage seldom."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _open(folder: Path) -> Database:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys.load(folder / "keys")
        return database_of(folder)
    except OSError as error:
        raise Wrong([f"--data: {folder} cannot be written: {error.strerror}"]) from error
    except (keys.KeysFault, StoreFault) as fault:
        raise Wrong([str(fault)]) from fault


def _bind(address: tuple[str, int]) -> socket.socket:
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise Wrong([f"--listen: {host} port {port}: {error.strerror}"]) from error
    return listening


def _write_env(database: Database, env: OperatorEnv, url: str) -> None:
    try:
        token = env.token()
        if not token or not _is_known(database, token):
            token = mint(os.urandom)
            _keep(database, token)
        env.write(url, token)
    except OperatorEnvFault as fault:
        raise Wrong([f"--operator-env: {fault}"]) from fault


def _is_known(database: Database, token: str) -> bool:
    with database.reading() as connection:
        found = store.api_token_of(connection, hashed(token))
    return found is not None and found.valid(_now())


def _keep(database: Database, token: str) -> None:
    database.write_now(
        lambda connection: store.put_api_token(
            connection,
            hashed(token),
            name="operator",
            role=Role.admin,
            now=_now(),
            expires_at=None,
        )
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _say(faults: Sequence[str]) -> int:
    for fault in faults:
        click.echo(f"{PROGRAM}: {fault}", err=True)
    return 2


if __name__ == "__main__":
    main()

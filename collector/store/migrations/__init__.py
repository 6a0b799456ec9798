"""The migrations: Alembic revisions that bring a database to the tables of `tables.py`."""

from pathlib import Path
from sqlite3 import Connection

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection as Connected
from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

FOLDER = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Brings the database behind the connection to the newest revision, in one transaction."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with engine.connect() as connected:
        config.attributes["connection"] = connected
        command.upgrade(config, "head")


def _begin(connected: Connected) -> None:
    connected.exec_driver_sql("BEGIN IMMEDIATE")  # sqlite3 itself begins none before DDL

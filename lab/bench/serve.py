"""Ingest alone on uvicorn, without judge, pages or questions: what storing by itself costs."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from collector import keys
from collector.ingest.application import Ingest, Parts
from collector.ingest.offers import NoOffers
from collector.ingest.terms import Terms
from collector.store import reports
from collector.store.database import Database
from collector.store.memory import Memory


def main() -> None:
    """Serves: the port, and the data directory."""
    port, data = int(sys.argv[1]), Path(sys.argv[2])
    database = Database.open(data / "farmwatch.sqlite")
    key = database.write_now(lambda connection: reports.body_key(connection, os.urandom))
    memory = Memory()
    with database.reading() as connection:
        memory.load(connection)
    ingest = Ingest(
        Parts(
            database=database,
            memory=memory,
            keys=keys.load(data / "keys"),
            body_id=reports.body_ids(key),
            offers=NoOffers(),
            terms=Terms,
            clock=lambda: datetime.now(UTC),
            random=os.urandom,
            wake=lambda: None,
            audit=lambda _address, _did, _detail: None,
        )
    )
    uvicorn.run(
        ingest.application,
        host="127.0.0.1",
        port=port,
        interface="asgi3",
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
    )
    database.close()


if __name__ == "__main__":
    main()

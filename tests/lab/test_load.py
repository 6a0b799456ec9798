"""The load driver: it sends all, in order for each connection, and says when it was late itself."""

import asyncio

import pytest

from lab.load import Figures, closed, paced, percentile, request

AT = 1_772_442_000.0


class Echo:
    """A server that keeps what it read and answers 202, or 503 to every third."""

    def __init__(self) -> None:
        self.read: list[bytes] = []
        self.served: list[asyncio.Future[None]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.served.append(done)
        while head := await reader.readline():
            head += await reader.readuntil(b"\r\n\r\n")
            length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            self.read.append(await reader.readexactly(length))
            status = b"503 Busy" if len(self.read) % 3 == 0 else b"202 Accepted"
            writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 2\r\n\r\n{}")
        writer.close()
        await writer.wait_closed()
        done.set_result(None)


def lanes(count: int) -> list[list[bytes]]:
    return [[request(f"{lane} {n}".encode(), AT) for n in range(count)] for lane in "ab"]


def driven(rate: float | None) -> tuple[Figures, list[bytes]]:
    async def run() -> tuple[Figures, list[bytes]]:
        echo = Echo()
        server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        figures = await (paced(port, lanes(6), rate) if rate else closed(port, lanes(6)))
        await asyncio.gather(*echo.served)
        server.close()
        return figures, echo.read

    return asyncio.run(run())


@pytest.mark.parametrize("rate", [None, 200.0])
def test_every_request_is_sent_once_and_in_order_of_its_lane(rate: float | None) -> None:
    figures, read = driven(rate)

    assert [body for body in read if body.startswith(b"a")] == [b"a %d" % n for n in range(6)]
    assert [body for body in read if body.startswith(b"b")] == [b"b %d" % n for n in range(6)]
    assert (figures.sent, figures.statuses) == (12, {202: 8, 503: 4})


def test_a_pace_is_kept() -> None:
    figures, _ = driven(200.0)

    assert figures.seconds >= 11 / 200


def test_a_run_whose_sender_was_late_is_void_and_says_so() -> None:
    late = Figures(100, 1.0, 1.0, 2.0, 20.1, {202: 100})
    in_time = Figures(100, 1.0, 1.0, 2.0, 20.0, {202: 99, 503: 1})

    assert (late.void, in_time.void) == (True, False)
    assert str(late).startswith("VOID: 100/s, p50 1.0 ms")
    assert str(in_time).endswith("other statuses {503: 1}")


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]

    assert [percentile(values, of) for of in (50, 99, 100)] == [50.0, 99.0, 100.0]
    assert percentile([], 99) == 0.0


def test_a_request_says_when_it_was_made() -> None:
    assert b"\r\nDate: Mon, 02 Mar 2026 09:00:00 GMT\r\n" in request(b"x", AT)

"""Calls that are not taken, and what the sender is told: where, and how to go on."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from collector.ingest.messages import Message
from lab.laptops import Laptop
from tests.collector.ingest.conftest import AT, Site
from wire.codec import MAX_CALL, encode
from wire.digest import digest
from wire.envelope import REPORT, Envelope, Signature
from wire.report import Report

STICK = {"kind": "usb.device", "port": "1-2", "product": "stick"}


def begun(site: Site) -> Laptop:
    laptop = site.enrolled()
    laptop.sees("usb", [STICK])
    assert site.send(laptop.line(laptop.report(AT, full=True))).status == 202
    return laptop


def altered(report: Report, **fields: object) -> bytes:
    """The report's payload with some fields of any kind."""
    return msgspec.json.encode({**msgspec.json.decode(encode(report)), **fields})


OUTCOME = {"sensor": "usb", "ended": "ok", "rows": [STICK]}
# For each case: the fields that are wrong, and the place that is named.
MALFORMED: dict[str, tuple[dict[str, object], str]] = {
    "an unknown version": ({"v": 2}, "$.v"),
    "a version that is no number": ({"v": "1"}, "$.v"),
    "no epoch worth the name": ({"epoch": "short"}, "$.epoch"),
    "an epoch of other characters": ({"epoch": "ü" * 22}, "$.epoch"),
    "number zero": ({"seq": 0}, "$.seq"),
    "a number that is text": ({"seq": "2"}, "$.seq"),
    "a digest that is too long": ({"prev": "x" * 23}, "$.prev"),
    "a state that is too short": ({"state": "x"}, "$.state"),
    "a time before 1970": ({"at": -1}, "$.at"),
    "a word for yes": ({"full": "yes"}, "$.full"),
    "outcomes that are no list": ({"outcomes": {}}, "$.outcomes"),
    "an outcome without a sensor": ({"outcomes": [{"ended": "ok"}]}, "$.outcomes[0].sensor"),
    "a sensor named by a sentence": (
        {"outcomes": [{**OUTCOME, "sensor": "All of them"}]}, "$.outcomes[0].sensor",
    ),
    "an end of its own invention": (
        {"outcomes": [OUTCOME, {**OUTCOME, "ended": "fine"}]}, "$.outcomes[1].ended",
    ),
    "a sensor listed three times": ({"outcomes": [OUTCOME] * 3}, "$.outcomes[2].sensor"),
    "rows of a sensor that could not look": (
        {"outcomes": [{**OUTCOME, "ended": "denied"}]}, "$.outcomes[0].rows",
    ),
    "a reason as long as a book": (
        {"outcomes": [{**OUTCOME, "why": "x" * 513}]}, "$.outcomes[0].why",
    ),
    "a gauge that is text": ({"gauges": [{"name": "a", "value": "b"}]}, "$.gauges[0].value"),
    "a gauge without a noun": ({"gauges": [{"name": "A b", "value": 1}]}, "$.gauges[0].name"),
    "a gauge beyond measure": ({"gauges": [{"name": "a", "value": 1e300}]}, "$.gauges[0].value"),
    "questions by number": ({"questions_seen": [7]}, "$.questions_seen[0]"),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_report_is_told_its_field(site: Site, name: str) -> None:
    fields, place = MALFORMED[name]
    laptop = begun(site)
    payload = altered(laptop.report(AT, ["usb"]), **fields)

    said = site.send(encode(laptop.seal(payload)))

    assert (said.status, said.problem, said.document["place"]) == (400, "malformed", place)
    assert said.headers["content-type"] == "application/problem+json"
    assert site.rows("SELECT max(n) FROM journal") == [(2,)]


@pytest.mark.parametrize("field", ["v", "epoch", "seq", "state", "at"])
def test_a_report_that_lacks_a_field_is_told_which(site: Site, field: str) -> None:
    laptop = begun(site)
    fields = msgspec.json.decode(encode(laptop.report(AT)))
    del fields[field]

    said = site.send(encode(laptop.seal(msgspec.json.encode(fields))))

    assert (said.status, said.document["place"]) == (400, f"$.{field}")


# For each case: the line, and the place that is named.
ENVELOPES = {
    "nothing": (b"", "$"),
    "no JSON": (b"hello", "$"),
    "an empty object": (b"{}", "$.payloadType"),
    "nested too deep": (b"[" * 100_000, "$"),
    "no signature": (encode(Envelope(REPORT, b"{}", ())), "$.signatures"),
    "two signatures": (
        encode(Envelope(REPORT, b"{}", (Signature("1.0", b"x" * 64),) * 2)), "$.signatures",
    ),
    "another type": (
        encode(Envelope("text/plain", b"{}", (Signature("1.0", b"x" * 64),))), "$.payloadType",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_malformed_envelope_is_told_its_field(site: Site, name: str) -> None:
    line, place = ENVELOPES[name]

    said = site.send(line)

    assert (said.status, said.problem, said.document["place"]) == (400, "malformed", place)


def test_a_malformed_report_in_a_call_is_told_its_line_and_number(site: Site) -> None:
    laptop = begun(site)
    good = laptop.line(laptop.report(AT))
    bad = encode(laptop.seal(altered(laptop.report(AT), at="noon")))
    after = laptop.line(laptop.report(AT))

    said = site.send(good, bad, after)

    assert said.status == 400
    assert said.document["place"] == "$.at"
    assert (said.document["index"], said.document["seq"], said.document["stored"]) == (1, 3, 2)
    assert site.rows("SELECT seq FROM host_hot") == [(2,)]


def test_a_bad_row_is_refused_alone_and_shown_with_its_index(site: Site) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [{"kind": "usb"}, STICK, {"kind": "usb.device", "ports": {"deep": 1}}])

    said = site.send(laptop.line(laptop.report(AT, full=True)))

    refused = [
        {"seq": 1, "sensor": "usb", "index": 0,
         "why": "a row has a kind such as usb.device at $.kind"},
        {"seq": 1, "sensor": "usb", "index": 2,
         "why": "a field is a scalar or a list of scalars at $.ports"},
    ]  # fmt: skip
    assert (said.status, said.document["refused_rows"]) == (202, refused)
    assert site.intervals("usb.%") == [("usb", STICK, 2, None)]
    assert [(row["index"], row["why"]) for _, row, _, _ in site.intervals("report.refused")] == [
        (row["index"], row["why"]) for row in refused
    ]
    assert site.ingest.counters.refused_rows == 2
    laptop.sees("usb", [STICK])
    site.send(laptop.line(laptop.report(AT, ["usb"])))
    assert [until for *_, until in site.intervals("report.refused")] == [3, 3]


def test_a_laptop_cannot_write_the_collectors_own_rows(site: Site) -> None:
    laptop = site.enrolled()
    laptop.sees("usb", [{"kind": "egress.address", "address": "192.0.2.200"}])

    said = site.send(laptop.line(laptop.report(AT, full=True)))

    assert [row["index"] for row in said.document["refused_rows"]] == [0]
    assert [sensor for sensor, *_ in site.intervals("egress.%")] == [""]


@pytest.mark.parametrize("pieces", [1, 7])
def test_a_call_that_is_too_large_is_refused_unread(site: Site, pieces: int) -> None:
    laptop = begun(site)
    lines = b"\n".join([laptop.line(laptop.report(AT))] * 3000)
    assert len(lines) > MAX_CALL

    said = site.post("/v1/reports", lines)
    chunked = site.post("/v1/reports", lines, headers={"content-length": "0"}, pieces=pieces)

    for one in (said, chunked):
        assert (one.status, one.problem, one.headers["connection"]) == (413, "too-large", "close")


def test_a_body_is_not_read_further_than_its_limit(site: Site) -> None:
    asked = []

    async def receive() -> Message:
        asked.append(1)
        return {"type": "http.request", "body": b"x" * (MAX_CALL // 2 + 1), "more_body": True}

    async def send(message: Message) -> None:
        del message

    scope: Message = {"type": "http", "path": "/v1/reports", "headers": [], "client": None}
    asyncio.run(site.ingest.application(scope, receive, send))

    assert len(asked) == 2
    assert site.ingest.counters.too_large == 1


def test_a_report_with_too_many_rows_is_too_large(site: Site) -> None:
    laptop = begun(site)
    laptop.sees("usb", [{"kind": "a.b", "n": n} for n in range(5_001)])

    said = site.send(laptop.line(laptop.report(AT, ["usb"])))

    assert (said.status, said.document["place"], said.document["seq"]) == (413, "$.outcomes", 2)


def flipped(text: bytes) -> Iterator[bytes]:
    """The text with each of its bytes changed in turn."""
    for at in range(len(text)):
        yield text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]


def refused(site: Site, lines: list[bytes]) -> list[tuple[int, str]]:
    """Status and problem of a call with each of the lines."""

    async def each() -> list[tuple[int, str]]:
        calls = [await site.call("/v1/reports", line) for line in lines]
        return [(said.status, said.problem) for said in calls]

    return asyncio.run(each())


def test_any_byte_changed_in_the_payload_is_unauthenticated(site: Site) -> None:
    laptop = begun(site)
    envelope = laptop.seal(encode(laptop.report(AT)))
    lines = [
        encode(msgspec.structs.replace(envelope, payload=payload))
        for payload in flipped(envelope.payload)
    ]

    assert refused(site, lines) == [(401, "unauthenticated")] * len(envelope.payload)


def test_any_byte_changed_in_the_signature_is_unauthenticated(site: Site) -> None:
    laptop = begun(site)
    envelope = laptop.seal(encode(laptop.report(AT)))
    lines = [
        encode(msgspec.structs.replace(envelope, signatures=(Signature(laptop.keyid, sig),)))
        for sig in (*flipped(envelope.signatures[0].sig), b"", b"x" * 63)
    ]

    assert refused(site, lines) == [(401, "unauthenticated")] * 66


def test_any_byte_changed_in_the_key_id_is_nobodys(site: Site) -> None:
    laptop = begun(site)
    site.enrolled(2)
    envelope = laptop.seal(encode(laptop.report(AT)))
    sig = envelope.signatures[0].sig
    lines = [
        encode(msgspec.structs.replace(envelope, signatures=(Signature(keyid.decode(), sig),)))
        for keyid in flipped(laptop.keyid.encode())
    ]

    assert refused(site, lines) == [(401, "unknown-host")] * len("1.01234567")


def test_another_hosts_key_id_is_unauthenticated(site: Site) -> None:
    laptop, other = begun(site), site.enrolled(2)
    envelope = laptop.seal(encode(laptop.report(AT)))
    changed = (Signature(other.keyid, envelope.signatures[0].sig),)

    said = site.send(encode(msgspec.structs.replace(envelope, signatures=changed)))

    assert (said.status, said.problem) == (401, "unauthenticated")


@pytest.mark.parametrize("field", ["payload", "sig"])
def test_any_byte_changed_in_the_text_of_payload_and_signature_is_unauthenticated(
    site: Site, field: str
) -> None:
    laptop = begun(site)
    line = laptop.line(laptop.report(AT))
    start = line.index(f'"{field}":"'.encode()) + len(field) + 4
    end = line.index(b'"', start)
    lines = [  # z is base64 too, @ is not
        line[:at] + other + line[at + 1 :]
        for at in range(start, end)
        for other in (b"z", b"@")
        if line[at : at + 1] != other
    ]

    said = refused(site, lines)

    assert len(said) > 150
    assert set(said) == {(401, "unauthenticated")}


def test_spare_bits_of_base64_make_no_second_spelling(site: Site) -> None:
    laptop = begun(site)
    envelope = laptop.seal(encode(laptop.report(AT)))
    right = b64encode(envelope.signatures[0].sig)
    spare = right[:-3] + bytes([right[-3] + 1]) + b"=="
    line = encode(envelope).replace(right, spare)
    assert msgspec.json.decode(line, type=Envelope) == envelope

    assert site.send(line).status == 401
    assert site.send(encode(envelope)).status == 202


def test_fields_that_are_not_known_are_ignored_and_counted(site: Site) -> None:
    laptop = begun(site)
    payload = altered(laptop.report(AT), mood="good", weather="fair")
    envelope = msgspec.json.decode(encode(laptop.seal(payload)))
    envelope["stamp"] = 1
    envelope["signatures"][0]["algorithm"] = "none"

    said = site.send(msgspec.json.encode(envelope))

    assert said.status == 202
    assert site.ingest.counters.unknown_fields == 4


@pytest.mark.parametrize("keyid", ["", "7", "7.", "x.0", "01.0", "-1.0", "1" * 40 + ".0", "0.0"])
def test_a_key_id_of_no_host_is_unknown(site: Site, keyid: str) -> None:
    laptop = begun(site)
    envelope = laptop.seal(encode(laptop.report(AT)))
    changed = (Signature(keyid, envelope.signatures[0].sig),)

    said = site.send(encode(msgspec.structs.replace(envelope, signatures=changed)))

    assert (said.status, said.problem) == (401, "unknown-host")


def test_a_host_that_was_revoked_is_told_so(site: Site) -> None:
    laptop = begun(site)
    site.memory.revoke(laptop.n)

    said = site.send(laptop.line(laptop.report(AT)))

    assert (said.status, said.problem) == (401, "revoked")


def test_one_call_carries_one_hosts_reports(site: Site) -> None:
    laptop, other = begun(site), site.enrolled(2)

    said = site.send(laptop.line(laptop.report(AT)), other.line(other.report(AT)))

    assert (said.status, said.document["index"], said.document["stored"]) == (400, 1, 2)
    assert said.document["place"] == "$.signatures[0].keyid"


def test_a_lower_number_with_other_content_is_forked_and_put_aside(site: Site) -> None:
    laptop = begun(site)
    clone = Laptop(laptop.key, laptop.n, laptop.epoch)
    clone.sees("usb", [])
    site.send(laptop.line(laptop.report(AT)))
    line = clone.line(clone.report(AT, full=True))
    before = site.intervals()

    said = site.send(line)

    assert (said.status, said.problem) == (409, "forked")
    assert said.document["seq"] == 1
    assert (said.document["epoch"], said.document["stored"], said.document["digest"]) == (
        laptop.epoch, 2, laptop.prev,
    )  # fmt: skip
    fork = {"kind": "report.fork", "epoch": laptop.epoch, "seq": 1, "digest": clone.prev,
            "stored": 2}  # fmt: skip
    assert site.intervals() == [*before, ("", fork, 3, None)]
    assert site.rows("SELECT host, epoch, seq, digest, envelope FROM quarantine") == [
        (1, laptop.epoch, 1, clone.prev, line)
    ]
    assert site.rows(
        "SELECT cause, host, epoch, seq, digest, envelope FROM journal WHERE n = 3"
    ) == [("fork", 1, laptop.epoch, 1, clone.prev, None)]
    assert site.woken == 2


def test_the_same_contradiction_again_is_refused_again_and_noted_once(site: Site) -> None:
    laptop = begun(site)
    clone = Laptop(laptop.key, laptop.n, laptop.epoch)
    clone.sees("usb", [])
    line = clone.line(clone.report(AT, full=True))

    assert [site.send(line).status for _ in range(3)] == [409, 409, 409]
    assert site.rows("SELECT count(*) FROM quarantine") == [(1,)]
    assert len(site.intervals("report.fork")) == 1


def test_no_host_fills_the_quarantine(site: Site) -> None:
    laptop = begun(site)
    for n in range(105):
        clone = Laptop(laptop.key, laptop.n, laptop.epoch)
        assert site.send(clone.line(clone.report(AT + n, full=True))).status == 409

    assert site.rows("SELECT count(*) FROM quarantine") == [(100,)]


def test_after_a_fork_the_laptop_goes_on_from_what_is_stored(site: Site) -> None:
    laptop = begun(site)
    clone = Laptop(laptop.key, laptop.n, laptop.epoch)
    clone.sees("usb", [])
    told = site.send(clone.line(clone.report(AT, full=True))).document
    clone.seq, clone.prev = told["stored"], told["digest"]

    said = site.send(clone.line(clone.report(AT, full=True, replaces=("x" * 22,))))

    assert (said.status, said.document["stored"]) == (202, 2)
    assert [(since, until) for *_, since, until in site.intervals("report.fork")] == [(3, 4)]
    assert site.intervals("usb.%") == [("usb", STICK, 2, 4)]


def test_an_epoch_that_was_left_is_forked(site: Site) -> None:
    laptop = begun(site)
    again = Laptop(laptop.key, laptop.n, "Q" * 22)
    site.send(again.line(again.report(AT, full=True)))

    said = site.send(laptop.line(laptop.report(AT)))

    assert (said.status, said.document["epoch"], said.document["stored"]) == (409, "Q" * 22, 1)


def test_reports_before_a_contradiction_are_stored(site: Site) -> None:
    laptop = begun(site)
    good = laptop.line(laptop.report(AT))
    laptop.prev = digest(b"something else")
    bad = laptop.line(laptop.report(AT))

    said = site.send(good, bad)

    assert (said.status, said.document["index"], said.document["stored"]) == (409, 1, 2)


def test_failures_are_written_down_once_a_minute_and_address(site: Site) -> None:
    stranger = Laptop.seeded(9, 77)
    for peer in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        site.send(stranger.line(stranger.report(AT)), peer=peer)
    site.now += timedelta(minutes=1)
    site.send(stranger.line(stranger.report(AT)), peer="192.0.2.1")

    line = ("refuse.unknown-host", "no such host")
    assert site.audited == [
        ("192.0.2.1", *line), ("192.0.2.2", *line), ("192.0.2.1", *line),
    ]  # fmt: skip
    assert site.ingest.counters.unauthenticated == 4


def test_an_encoding_is_refused_before_it_is_undone(site: Site) -> None:
    said = site.post("/v1/reports", b"x", headers={"content-encoding": "gzip"})

    assert (said.status, said.document["place"]) == (400, "Content-Encoding")


def test_more_calls_than_can_wait_are_told_when_to_come_back(site: Site) -> None:
    laptop = begun(site)
    site.database.close()
    site.depth = -1
    site.open()

    said = site.send(laptop.line(laptop.report(AT)))

    assert (said.status, said.problem) == (503, "busy")
    assert 1 <= int(said.headers["retry-after"]) <= 5
    assert site.ingest.counters.shed == 1


def test_a_full_disk_takes_nothing_and_says_come_back(site: Site) -> None:
    laptop = begun(site)
    pages = site.rows("PRAGMA page_count")[0][0]
    site.database.write_now(
        lambda connection: connection.execute(f"PRAGMA max_page_count={pages}").fetchone()
    )
    laptop.sees(
        "usb", [{"kind": "usb.device", "port": f"1-{n}", "x": "y" * 99} for n in range(999)]
    )
    line = laptop.line(laptop.report(AT, ["usb"]))

    said = site.send(line)

    assert (said.status, said.problem) == (503, "busy")
    assert site.memory.hot(1).seq == 1
    site.database.write_now(
        lambda connection: connection.execute("PRAGMA max_page_count=1000000").fetchone()
    )
    assert site.send(line).status == 202

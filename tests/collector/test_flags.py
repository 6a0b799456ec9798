from pathlib import Path

import pytest

from collector.assembly import Page
from collector.flags import Check, Given, Wrong, policy_faults, serve


def given(**more: object) -> Given:
    usual: dict[str, object] = {
        "data": "var", "listen": "127.0.0.1:8787", "policy": None, "tls_cert": None,
        "tls_key": None, "trusted_proxy": (), "tick_s": "60",
    }  # fmt: skip
    return Given(**(usual | more))  # type: ignore[arg-type]


def test_good_flags_become_values() -> None:
    wanted = serve(given(listen="[::1]:9000", tick_s="0.5"))
    assert wanted.address == ("::1", 9000)
    assert wanted.settings.data == Path("var")
    assert wanted.settings.tick_s == 0.5
    assert wanted.tls is None


def test_all_faults_of_the_flags_and_of_the_policy_come_at_once(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("judge_virtual: perhaps\ncadense: {}\n")
    with pytest.raises(Wrong) as found:
        serve(
            given(
                data=None, listen="here", policy=str(policy), tls_cert="a.pem",
                trusted_proxy=("10.0.0.0/33",), tick_s="soon",
            )
        )  # fmt: skip
    assert [fault.partition(" ")[0] for fault in found.value.faults] == [
        "--data:", "--listen:", "--tls-key:", "--trusted-proxy:", f"{policy}:1:", f"{policy}:2:",
        "--tick-s:",
    ]  # fmt: skip


def test_beyond_loopback_tls_is_needed_or_a_proxy_that_ends_it() -> None:
    with pytest.raises(Wrong, match="reachable from elsewhere"):
        serve(given(listen="0.0.0.0:8787"))
    wanted = serve(given(listen="0.0.0.0:8787", trusted_proxy=("10.0.0.0/8",)))
    assert wanted.address == ("0.0.0.0", 8787)


def test_each_fault_of_a_policy_names_file_line_and_key() -> None:
    page = Page("policy.yaml", "sanctioned: [{tool: remote_access.anydes}]\nsilent_days: 0\n")
    first, second = policy_faults(page)
    assert first.startswith("policy.yaml:1:")
    assert "remote_access.anydesk" in first
    assert second.startswith("policy.yaml:2: silent_days")


def faults(**more: object) -> tuple[str, ...]:
    with pytest.raises(Wrong) as found:
        serve(given(**more))
    return found.value.faults


@pytest.mark.parametrize("listen", ["8787", "127.0.0.1", "127.0.0.1:65536", "::1:8787", "a b:1"])
def test_what_is_no_address_is_said(listen: str) -> None:
    assert faults(listen=listen) == (
        f"--listen: {listen!r} is not HOST:PORT such as 127.0.0.1:8787",
    )


@pytest.mark.parametrize("tick", ["0", "-1", "nan", "inf", "3601", "x"])
def test_a_tick_is_a_sensible_time(tick: str) -> None:
    assert faults(tick_s=tick) == (
        f"--tick-s: {tick!r} is not a number of seconds from 0.05 to 3600",
    )


def test_a_certificate_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    none, page = str(tmp_path / "none.pem"), tmp_path / "cert.pem"
    page.write_text("no certificate")
    assert faults(tls_cert=none, tls_key=none) == (
        f"--tls-cert, --tls-key: {none}, {none} do not fit: No such file or directory",
    )
    (broken,) = faults(tls_cert=str(page), tls_key=str(page))
    assert broken.startswith(f"--tls-cert, --tls-key: {page}, {page} do not fit: ")


def test_a_policy_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"# \xff")
    assert faults(policy=str(latin)) == (f"--policy: {latin} is not UTF-8",)
    assert faults(policy=f"{tmp_path}/none") == (
        f"--policy: {tmp_path}/none cannot be read: No such file or directory",
    )


@pytest.mark.parametrize("url", ["127.0.0.1", "ftp://x", "http://x/path", "http://x'; rm -rf"])
def test_an_address_that_a_shell_would_read_otherwise_is_refused(url: str) -> None:
    check = Check()
    check.url(url)
    assert check.faults == [f"--url: {url!r} is not an address such as http://127.0.0.1:8787"]

from pathlib import Path

import pytest

from collector.assembly import Page
from collector.flags import Given, Wrong, policy_faults, serve


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

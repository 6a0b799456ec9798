import pytest

from agent.sensors.machine.linux import born, canonical, chassis, hypervisor, settings


def test_os_release_is_read_with_its_quotes_and_comments() -> None:
    text = "# a comment\nNAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID='12'\nbroken\n"
    assert settings(text) == {"NAME": "Debian GNU/Linux", "ID": "debian", "VERSION_ID": "12"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [("10", "laptop"), ("31", "laptop"), ("3", "desktop"), ("32", "tablet"), ("23", "server"),
     ("1", "other"), ("", "")],
)  # fmt: skip
def test_the_kind_of_case_is_told_by_its_number(code: str, kind: str) -> None:
    assert chassis(code) == kind


def test_a_serial_number_has_one_spelling() -> None:
    assert canonical(" pf 3abCde\n") == "PF3ABCDE"


def test_the_root_file_system_may_not_know_when_it_was_made() -> None:
    assert [born(text) for text in ("1718013000\n", "0\n", "-\n", "")] == ["2024-06-10", "", "", ""]


def test_a_machine_is_virtual_if_systemd_or_else_the_cpu_says_so() -> None:
    flag = "model\t: x\nflags\t\t: fpu hypervisor lahf_lm\n"
    assert [hypervisor(*each) for each in (("kvm", ""), ("none", flag), ("", flag), ("", ""))] == [
        "kvm", "", "unknown", "",
    ]  # fmt: skip

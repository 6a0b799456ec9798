"""The shape of a signature: what its small questions answer."""

import pytest

from signatures.shape import STRENGTHS, Unattended


def test_strengths_go_from_the_strongest_to_the_weakest() -> None:
    assert STRENGTHS == ("decisive", "strong", "moderate", "weak", "context")


@pytest.mark.parametrize(
    ("line", "text", "expected"),
    [
        ("password =", "id = 'x'\npassword = '00abc'\n", True),
        ("password =", "password = ''\n", False),
        ("password =", "password = \n", False),
        ("password =", "# password = 'x'\n", False),
        ("ad.anynet.pwd_hash=", "ad.anynet.pwd_hash=ab12\n", True),
        ("", "", True),
    ],
)
def test_a_file_sets_up_unattended_access_by_a_line_that_says_more(
    line: str, text: str, *, expected: bool
) -> None:
    assert Unattended(shows="file", files=("/x",), line=line).set_by(text) is expected

from agent.system.pseudonyms import pseudonym


def test_equal_things_are_equal_under_one_key_only() -> None:
    assert pseudonym("x", b"k" * 32) == pseudonym("x", b"k" * 32)
    assert len({pseudonym("x", bytes([n]) * 32) for n in range(8)}) == 8
    assert {len(pseudonym(text, bytes(32))) for text in ("", "x", "ü" * 99)} == {22}

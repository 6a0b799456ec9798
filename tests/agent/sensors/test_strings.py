from agent.sensors.strings import said


def test_blanks_and_zeros_around_a_text_are_taken_off() -> None:
    assert said(" PiKVM \n") == said("PiKVM\0\0") == said("\0 PiKVM \0\n") == "PiKVM"


def test_a_text_longer_than_a_descriptor_can_be_is_cut() -> None:
    assert len(said("x" * 65_536)) == 128

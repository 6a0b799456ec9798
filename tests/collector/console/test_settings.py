from pathlib import Path

import pytest

from collector.console.settings import Settings, SettingsFault, read

BOTH = {"FARMWATCH_URL": "https://watch.example", "FARMWATCH_TOKEN": "secret"}


def written(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def test_the_environment_says_where_and_with_what() -> None:
    assert read(BOTH, None) == Settings("https://watch.example", "secret")


def test_a_file_says_it_and_the_environment_wins(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("")
    config = written(tmp_path, f"url: http://127.0.0.1:8787/\ntoken: of-the-file\nca: {ca}\n")
    assert read({}, config) == Settings("http://127.0.0.1:8787", "of-the-file", str(ca))
    assert read(BOTH, config) == Settings("https://watch.example", "secret", str(ca))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("url: http://127.0.0.1:1\n", "no token: set FARMWATCH_TOKEN, or write `token: ...` in"),
        ("token: a\n", "no url: set FARMWATCH_URL, or write `url: ...` in"),
        ("url: watch.example\ntoken: a\n", "'watch.example' is no address"),
        ("url: http://a\ntoken: a\nca: /not/there.pem\n", "/not/there.pem: no such file"),
        ("url: http://a\ntoken: a\ncolour: red\n", "colour: known are url, token and ca"),
        ("url: [1]\n", "url: known are url, token and ca, all texts"),
        ("- a\n", "must say `url: ...` and `token: ...`"),
        ("url: {\n", "is not YAML"),
    ],
)
def test_a_fault_names_the_key_or_the_file(tmp_path: Path, text: str, says: str) -> None:
    config = written(tmp_path, text)
    with pytest.raises(SettingsFault) as found:
        read({}, config)
    assert says in str(found.value)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="cannot be read"):
        read(BOTH, tmp_path / "none.yaml")

"""Where the collector is and which token opens it: from the environment, else from a file.

SettingsFault   neither says it, or what they say cannot be used (the operator's)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path("~/.config/farmwatch/config.yaml")
KEYS = {"url": "FARMWATCH_URL", "token": "FARMWATCH_TOKEN", "ca": "FARMWATCH_CA"}
NEEDED = ("url", "token")


class SettingsFault(Exception):
    """No address or token, or one that cannot be used; the message names where it stands."""


@dataclass(frozen=True)
class Settings:
    """The collector's address, a token, and whose certificates are trusted (else the usual)."""

    url: str
    token: str
    ca: str = ""


def read(environment: Mapping[str, str], config: Path | None) -> Settings:
    """The settings; a file that is named must be there, the usual one need not."""
    path = config or FILE.expanduser()
    said = _file(path) if config or path.exists() else {}
    found = {key: environment.get(name) or said.get(key, "") for key, name in KEYS.items()}
    for key in NEEDED:
        if not found[key]:
            raise SettingsFault(f"no {key}: set {KEYS[key]}, or write `{key}: ...` in {path}")
    if found["ca"] and not Path(found["ca"]).is_file():
        raise SettingsFault(f"{found['ca']}: no such file of certificates (ca, {KEYS['ca']})")
    if not found["url"].startswith(("http://", "https://")):
        raise SettingsFault(f"{found['url']!r} is no address such as http://127.0.0.1:8787")
    if not (found["token"].isascii() and found["token"].isprintable()):
        raise SettingsFault("the token has characters that no token has")
    return Settings(found["url"].rstrip("/"), found["token"].strip(), found["ca"])


def _file(path: Path) -> dict[str, str]:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsFault(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsFault(f"{path} is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(said, dict):
        raise SettingsFault(f"{path} must say `url: ...` and `token: ...`")
    wrong = [key for key, value in said.items() if key not in KEYS or not isinstance(value, str)]
    if wrong:
        raise SettingsFault(f"{path}: {wrong[0]}: known are url, token and ca, all texts")
    return said

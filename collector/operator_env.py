"""The file from which a shell learns the collector's address and a token for it."""

import os
from dataclasses import dataclass
from pathlib import Path


class OperatorEnvFault(Exception):
    """The file cannot be read or written (the operator's); the message names it."""


@dataclass(frozen=True)
class OperatorEnv:
    """The file and what it says."""

    path: Path

    def token(self) -> str:
        """The token that was written, empty for none."""
        try:
            lines = self.path.read_text().splitlines() if self.path.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise OperatorEnvFault(f"{self.path} cannot be read: {error}") from error
        found = [line.partition("=")[2] for line in lines if line.startswith("FARMWATCH_TOKEN=")]
        return found[-1].strip() if found else ""

    def write(self, url: str, token: str) -> None:
        """Writes it anew, readable by its owner alone."""
        new = self.path.with_name(self.path.name + ".new")
        try:
            new.unlink(missing_ok=True)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(f"FARMWATCH_URL={url}\nFARMWATCH_TOKEN={token}\n")
            new.rename(self.path)
        except OSError as error:
            raise OperatorEnvFault(f"{self.path} cannot be written: {error.strerror}") from error

"""`python -m collector.console.ready URL`: ends with 0 when the collector there is ready."""

import sys

import requests


def main(url: str) -> int:
    """Asks once; 0 for ready."""
    try:
        return 0 if requests.get(f"{url}/readyz", timeout=5).status_code == 200 else 1
    except requests.RequestException as error:
        print(f"{url}: {type(error).__name__}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

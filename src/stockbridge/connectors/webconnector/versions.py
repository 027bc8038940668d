"""Which Web Connectors may work with us: our answer to `clientVersion`.

The guide knows four answers: nothing (go on), `W:` and `E:` with a text, `O:` with the
version that is needed. A warning asks the person in front of the screen; where nobody
sits, an automatic update waits for him. So we never warn by ourselves.
"""

import re
from dataclasses import dataclass

_NUMBERS = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,3}")


@dataclass(frozen=True, slots=True)
class VersionPolicy:
    """From which version on it works, and which ones never do."""

    needed: str = "2.0"  # before it there was no clientVersion at all
    warned_before: str = ""  # "": nobody is warned
    refused: tuple[str, ...] = ()


def version_answer(version: str, policy: VersionPolicy) -> str:
    """Return what the Web Connector is told about its version.

    One that does not say its version goes on: a wrong guess would stop a shop.
    """
    said = _numbers(version)
    if not said:
        return ""
    if version.strip() in policy.refused:
        return (
            f"E:Version {version.strip()} of the Web Connector does not work with "
            "Stockbridge. Please install the newest one from Intuit's site."
        )
    if said < _numbers(policy.needed):
        return f"O:{policy.needed}"
    if said < _numbers(policy.warned_before):
        return (
            f"W:Version {version.strip()} of the Web Connector is old. "
            "Please install the newest one from Intuit's site."
        )
    return ""


def version_words(version: str) -> str:
    """Return a version fit for a log; "" where it is none: anyone can send one."""
    found = _NUMBERS.fullmatch(version.strip())
    return found.group(0) if found else ""


def _numbers(version: str) -> tuple[int, ...]:
    words = version_words(version)
    return tuple(int(part) for part in words.split(".")) if words else ()

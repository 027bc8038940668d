"""What was learnt about a store, kept with its connection.

Learnt at one address, true at that address only: after the user changed it, nothing
of the old is believed.
"""

from collections.abc import Mapping

from stockbridge.ports import Link

_LEARNT_AT = "learnt_at"


class Facts:
    """Reads and remembers facts of one connection."""

    def __init__(self, link: Link, address: str) -> None:
        self._save = link.save_facts
        self._address = address
        self._known = dict(link.facts)

    def get(self, name: str) -> str:
        """Return a fact, "" when unknown or learnt elsewhere."""
        if self._known.get(_LEARNT_AT) != self._address:
            return ""
        return self._known.get(name, "")

    def learn(self, facts: Mapping[str, str]) -> None:
        """Remember facts, here and with the connection."""
        if self._known.get(_LEARNT_AT) != self._address:
            # The engine merges what we save: stale facts are overwritten by blanks.
            stale = {name: "" for name in self._known if name not in _NOT_OURS}
            facts = {**stale, **facts}
            self._known = {}
        new = {_LEARNT_AT: self._address, **facts}
        self._known.update(new)
        if self._save is not None:
            self._save(new)


_NOT_OURS = frozenset({"pairing_id"})  # kept by whoever pairs

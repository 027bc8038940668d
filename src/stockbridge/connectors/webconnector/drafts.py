"""What a check wrote on trial, until the envelope takes it: nothing is written twice.

A document is checked by writing it. Where the trial was no different from the real
thing, it is the real thing.
"""

from typing import Generic, TypeVar

from stockbridge.ports import PostRequest

Draft = TypeVar("Draft")


class Drafts(Generic[Draft]):
    """Drafts by the very post that they were written for; each is taken once."""

    def __init__(self) -> None:
        # The post is kept with its draft, so that no other can have its identity.
        self._kept: dict[int, tuple[PostRequest, Draft]] = {}

    def keep(self, post: PostRequest, draft: Draft) -> None:
        """Keep what was written for a post."""
        self._kept[id(post)] = (post, draft)

    def take(self, post: PostRequest) -> Draft | None:
        """Return what was written for it, or None; it is another's from now on."""
        kept = self._kept.pop(id(post), None)
        return kept[1] if kept else None

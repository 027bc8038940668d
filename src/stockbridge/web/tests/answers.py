"""What the test client's browser gets: an answer with its context and its JSON."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

#: Only the types of Django know its class; the answer is made as the test runs.
Answer: TypeAlias = "_MonkeyPatchedWSGIResponse"

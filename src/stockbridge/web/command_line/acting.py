"""Saying what an act on many records did, and why it left some as they are."""

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.actions.hand import Acted
from stockbridge.web.api.records import acted_out
from stockbridge.web.command_line.output import Column, Output

REFUSED = (Column("id", "Left as it is"), Column("reason", "Because"))


def say_acted(out: Output, acted: Acted, done: str) -> None:
    """Say it; ActionNeededError where nothing at all could be done."""
    data = acted_out(acted).model_dump(mode="json")
    out.document(data)
    out.say(f"{acted.count} {done}.")
    if acted.refused:
        out.table(data["refused"], REFUSED)
    if acted.refused and not acted.count:
        raise ActionNeededError(
            "Nothing could be done.", remedy=acted.refused[0].reason
        )

"""The schemas that a simulated company holds requests against, where they are at hand.

They are Intuit's, or derived from its documents, and no part of Stockbridge: whoever
has them says where.
"""

from pathlib import Path
from typing import Any

from lxml import etree


def schema_in(folder: Path, name: str) -> Any:  # noqa: ANN401 – lxml comes without types
    """Return the schema of this name, from the folder or one inside; ValueError."""
    found = sorted(folder.rglob(name)) if folder.is_dir() else []
    if not found:
        raise ValueError(f"There is no {name} in {folder}, nor in a folder inside it.")
    try:
        return etree.XMLSchema(etree.parse(str(found[0])))
    except etree.LxmlError as error:
        raise ValueError(f"{found[0]} is no schema: {error}") from error

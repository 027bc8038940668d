"""Build the icon sprite from an unpacked `@tabler/icons` package.

    python scripts/icons.py FOLDER [NAME …]

keeps the icons that the sprite has and adds those named.
"""

import re
import sys
from pathlib import Path

SPRITE = (
    Path(__file__).parent.parent
    / "src/stockbridge/web/static/web/vendor/tabler-icons/icons.svg"
)


def symbol(name: str, source: str) -> str:
    """Return one icon as a symbol that takes its colour from the text around it."""
    shapes = re.findall(r"<(?:path|circle|rect|line|polyline)[^>]*/>", source)
    drawn = [s for s in shapes if 'd="M0 0h24v24H0z"' not in s]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(drawn)}</symbol>'


def main(folder: Path, names: list[str]) -> None:
    """Write the sprite anew."""
    known = re.findall(r'id="([^"]+)"', SPRITE.read_text()) if SPRITE.exists() else []
    symbols = [
        symbol(name, (folder / "icons" / "outline" / f"{name}.svg").read_text())
        for name in sorted({*known, *names})
    ]
    body = "\n".join(symbols)
    SPRITE.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

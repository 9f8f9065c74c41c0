"""The page's letters come from a text font, whatever fonts a machine has."""

import re
from pathlib import Path

THEME = Path(__file__).resolve().parents[3] / "sandbox" / "page" / "styles" / "theme.css"


def test_a_text_font_comes_before_every_emoji_font() -> None:
    """Emoji fonts have digits and spaces too, which are drawn from the first font that has them."""
    stack = re.search(r"--letters:([^;]+);", THEME.read_text())
    assert stack is not None
    fonts = [font.strip().strip('"') for font in stack[1].split(",")]
    # Chromium on Debian may resolve no generic family, so the font that Debian has is named.
    assert {"DejaVu Sans", "sans-serif"} <= set(fonts)
    assert fonts.index("sans-serif") < min(place for place, font in enumerate(fonts) if "Emoji" in font)

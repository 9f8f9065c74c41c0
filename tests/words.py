"""Writes what people read into one page: `python -m tests.words [PATH]`. Read it aloud from top to bottom."""

import sys
from pathlib import Path

from tests.support.every_word import every_word, page

if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "var/words.md")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(every_word()), encoding="utf-8")
    sys.stdout.write(f"{target}\n")

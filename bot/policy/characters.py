"""Characters that no text may have: the null character, which databases reject, and surrogates, which encodings do."""

import re
from typing import Any, Final

_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")


def readable(value: Any) -> Any:
    """Return what came from outside with such characters replaced, in all its texts; nobody types either."""
    if isinstance(value, str):
        return _NO_TEXT.sub("\ufffd", value) if _NO_TEXT.search(value) else value
    if isinstance(value, dict):
        return {readable(key): readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    return value

"""Characters that XML 1.0 cannot hold in any form, not even escaped."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def xml_text(text: str) -> str:
    """The text with U+FFFD in place of what would make an XML document unreadable."""
    return _FORBIDDEN.sub("\ufffd", text)

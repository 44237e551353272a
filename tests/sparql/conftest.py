"""A door that counts who knocks, for every test that nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Iterator

import listening
import pytest


@pytest.fixture
def door() -> Iterator[listening.Door]:
    """An address on this machine that must not be asked."""
    with listening.door() as opened:
        yield opened

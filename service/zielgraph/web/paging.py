"""Lists in pages: which one the address asks for, and the addresses of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request
from flask_babel import ngettext

from zielgraph.errors import NotFound
from zielgraph.web.address import here

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """A page of ``size`` out of ``total``; pages count from 1."""

    total: int
    size: int
    page: int

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.size))

    def cut(self, everything: Sequence[T]) -> Sequence[T]:
        """What is on the page."""
        return everything[(self.page - 1) * self.size : self.page * self.size]

    @staticmethod
    def turned(page: int) -> str:
        """Address of another page."""
        return here(page=str(page) if page > 1 else None)

    @property
    def numbers(self) -> list[int]:
        """Pages to offer: the first, the last, those near this one; 0 stands for a gap."""
        near = sorted({1, self.pages, *(n for n in range(self.page - 2, self.page + 3) if 0 < n <= self.pages)})
        found: list[int] = []
        for number in near:
            if found and number > found[-1] + 1:
                found.append(0)
            found.append(number)
        return found


def paging(total: int, size: int) -> Paging:
    """The page that the address asks for. Raises NotFound for one that there is not."""
    number = request.args.get("page", "") or "1"
    asked = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    found = Paging(total, size, asked)
    if not 1 <= asked <= found.pages:
        raise NotFound(
            ngettext(
                "Die Seite „%(page)s“ gibt es nicht; die Liste hat %(num)s Seite.",
                "Die Seite „%(page)s“ gibt es nicht; die Liste hat %(num)s Seiten.",
                found.pages,
                page=number,
            )
        )
    return found

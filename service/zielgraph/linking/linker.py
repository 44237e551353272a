"""From a raw cell to the actors it names: names, codes, coordination, candidates, roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zielgraph.linking.candidates import CandidateFinder
from zielgraph.linking.codes import CodeFinder, CodeMatch
from zielgraph.linking.model import Mention
from zielgraph.linking.names import Match, compound
from zielgraph.linking.roles import Place, RoleReader
from zielgraph.linking.tokens import HYPHENS, NUMBER, QUOTES, WORD, Token, sentence_starts, tokenize
from zielgraph.linking.vocabulary import Vocabulary
from zielgraph.linking.world import World
from zielgraph.register.model import Actor, Register
from zielgraph.table.clean import mask_markup

_TITLE = 7
_METHOD = {"code-with-head": "code", "code-compound": "code"}


class _Found:
    """An actor or candidate at tokens ``first`` to ``last``."""

    __slots__ = ("candidate", "confidence", "first", "last", "method", "target")

    def __init__(
        self, first: int, last: int, target: str | None, method: str, confidence: float, candidate: str = ""
    ) -> None:
        self.first, self.last, self.target = first, last, target
        self.method, self.confidence, self.candidate = method, confidence, candidate


class Linker:
    """Finds the actors of one city's report. Build it once per import; :meth:`link` is linear in the text.

    ``provisional`` holds the actors minted on the way; ``extra_codes`` what the file's abbreviation list adds
    to actors of the register.
    """

    def __init__(
        self,
        register: Register,
        vocabulary: Vocabulary,
        *,
        day: date | None,
        abbreviations: Sequence[tuple[str, str]] = (),
        city_actor_base: str,
    ) -> None:
        self._vocabulary = vocabulary
        self._world = World(register, vocabulary, day, abbreviations, city_actor_base)
        self._codes = CodeFinder(self._world.codes, vocabulary)
        self._candidates = CandidateFinder(vocabulary)
        self._roles = RoleReader(vocabulary)
        self._ordinals = vocabulary.codes.lists["ordinal_nouns"]

    @property
    def provisional(self) -> dict[str, Actor]:
        """Actors made from the abbreviation list or from usual municipal units, by IRI."""
        return self._world.provisional

    @property
    def extra_codes(self) -> dict[str, list[str]]:
        """Codes that the file's abbreviation list gives to actors of the register, by IRI."""
        return self._world.extra_codes

    def label_actor(self, text: str) -> str | None:
        """The actor that a whole cell of an explicit column names, None if unknown."""
        return self._world.label_actor(text)

    def label_actors(self, text: str) -> list[str]:
        """Like :meth:`label_actor`, and both of "Amt 50/51" where that is no code of its own; empty if unknown."""
        return self._world.label_actors(text)

    def kind_of(self, name: str) -> str | None:
        """The class of actor that a name tells by its words, None if it tells none."""
        return self._world.kind_of(name)

    def link(self, raw: str) -> list[Mention]:
        """The actors of one raw cell, in order; positions are code points of the raw cell."""
        text = mask_markup(raw)
        tokens = tokenize(text, self._vocabulary.text)
        if not tokens:
            return []
        begins = sentence_starts(tokens, self._ordinals)
        found = self._find_names(text, tokens)
        taken = {i: (item.first, item.last) for item in found for i in range(item.first, item.last + 1)}
        for code in self._codes.find(tokens, begins, taken):
            item = self._coded(code)
            found.append(item)
            taken.update(dict.fromkeys(range(item.first, item.last + 1), (item.first, item.last)))
        confidence = self._vocabulary.names.confidence["candidate"]
        for candidate in self._candidates.find(tokens, begins, taken):
            name = text[tokens[candidate.first].start : tokens[candidate.last].end]
            found.append(_Found(candidate.first, candidate.last, None, "candidate", confidence, name))
        found.sort(key=lambda item: (item.first, item.last))
        return self._mentions(raw, text, tokens, begins, found)

    def _find_names(self, text: str, tokens: list[Token]) -> list[_Found]:
        found: list[_Found] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            code = self._codes.compound_at(tokens, index)
            match = self._world.names.longest(tokens, index) if token.kind in (WORD, NUMBER) else None
            if match is None and token.kind == WORD:
                match = self._world.names.misspelt(tokens, index)
            if code is not None and (match is None or code.last > match.last):
                found.append(self._coded(code))
                index = code.last + 1
                continue
            item = self._named(text, tokens, match) if match is not None else None
            if item is None or match is None:
                index += 1
                continue
            found += self._ellipsis(tokens, item, match)
            found.append(item)
            index = item.last + 1
            for more in self._shared_head(tokens, match):
                found.append(more)
                index = more.last + 1
        return found

    def _named(self, text: str, tokens: list[Token], match: Match) -> _Found | None:
        rules = self._vocabulary.names
        meant = compound(tokens, match, rules)
        if meant is False:
            return None
        start, end = tokens[match.first].start, tokens[match.last].end
        for guard in () if meant else rules.guards.get(match.name.lower(), ()):
            if guard.forbids(text, start, end, self._world.is_unit(match.target)):
                return None
        if self._in_title(tokens, match):
            return None
        if self._world.is_review(match.target):
            return _Found(match.first, match.last, None, "candidate", rules.confidence["candidate"], match.name)
        misspelt = match.method == "misspelt"
        method = "compound" if meant and not misspelt else match.method
        confidence = rules.confidence[method]
        if self._world.is_unit(match.target):
            confidence = min(confidence, rules.confidence["unit-type"])
            method = method if misspelt or method == "compound" else "unit-type"
        return _Found(match.first, match.last, self._world.resolve(match.target), method, confidence)

    @staticmethod
    def _in_title(tokens: list[Token], match: Match) -> bool:
        """Whether the name is only a part of a short title in quotation marks („Polizei zum Anfassen“)."""
        before = range(match.first - 1, max(-1, match.first - _TITLE), -1)
        after = range(match.last + 1, min(len(tokens), match.last + _TITLE))
        left = next((i for i in before if tokens[i].text in QUOTES), None)
        right = next((i for i in after if tokens[i].text in QUOTES), None)
        if left is None or right is None or right - left > _TITLE:
            return False
        if tokens[left].text in "“”" or (left + 1 < len(tokens) and not tokens[left + 1].glued):
            return False  # the mark to the left closes another title
        return left < match.first - 1 or right > match.last + 1

    def _ellipsis(self, tokens: list[Token], item: _Found, match: Match) -> list[_Found]:
        """The first part of "Gesundheits- und Jugendamt": its head ends the name that follows."""
        place = match.first - 1
        found: list[_Found] = []
        if match.first != match.last:
            return found
        while place >= 2:
            joint = tokens[place].norm in self._vocabulary.words["conjunctions"] or tokens[place].text == ","
            hyphen, stump = tokens[place - 1], tokens[place - 2]
            if not (joint and hyphen.glued and hyphen.text in HYPHENS and stump.capital):
                break
            word = tokens[match.first].plain.lower()
            for size in range(3, len(word) - 1):
                if target := self._world.names.single(stump.plain + word[-size:]):
                    confidence = self._vocabulary.names.confidence["coordination"]
                    found.insert(
                        0,
                        _Found(place - 2, place - 1, self._world.resolve(target), "coordination", confidence),
                    )
                    break
            else:
                break
            place -= 3
        return found

    def _shared_head(self, tokens: list[Token], match: Match) -> list[_Found]:
        """The second of "Bezirksregierungen Köln und Düsseldorf": names that share all but the end."""
        found: list[_Found] = []
        words = [t.stem for t in tokens[match.first : match.last + 1] if t.kind in (WORD, NUMBER)]
        if len(words) < 2:
            return found
        place = match.last + 1
        while place + 1 < len(tokens):
            joint = tokens[place].norm in self._vocabulary.words["conjunctions"] or tokens[place].text in (
                ",",
                "/",
            )
            if not joint:
                break
            more = self._world.names.longest(tokens, place + 1, tuple(words[:-1]))
            alone = self._world.names.longest(tokens, place + 1)
            if more is None or (alone is not None and alone.last >= more.last):
                break
            confidence = self._vocabulary.names.confidence["coordination"]
            found.append(_Found(more.first, more.last, self._world.resolve(more.target), "coordination", confidence))
            place = more.last + 1
        return found

    def _coded(self, code: CodeMatch) -> _Found:
        values = self._vocabulary.names.confidence
        if code.target is None:
            return _Found(code.first, code.last, None, "candidate", values["candidate"], code.code)
        confidence = values["code-weak"] if code.weak else values[code.method]
        return _Found(code.first, code.last, code.target, _METHOD.get(code.method, code.method), confidence)

    def _mentions(
        self, raw: str, text: str, tokens: list[Token], begins: list[int], found: list[_Found]
    ) -> list[Mention]:
        places: list[Place] = []
        ends: dict[int, int] = {}  # sentence -> its last token
        for index, begin in enumerate(begins):
            ends[begin] = index
        for item in found:
            begin = begins[item.first]
            stop = max(ends[begin], item.last) + 1
            places.append(
                Place(
                    tokens[item.first].start,
                    tokens[item.last].end,
                    tokens[begin].start,
                    tokens[stop].start if stop < len(tokens) else len(text),
                    self._world.kind(item.target),
                )
            )
        return [
            Mention(
                place.start,
                place.end,
                raw[place.start : place.end],
                item.target,
                item.method,
                item.confidence,
                role.name,
                role.quote,
                role.confidence,
                item.candidate,
            )
            for item, place, role in zip(found, places, self._roles.read(text, places), strict=True)
        ]

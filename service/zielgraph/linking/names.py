"""Names of actors as a trie over word stems: longest match, tolerant of German inflection."""

from __future__ import annotations

from dataclasses import dataclass, field

from zielgraph.linking.spelling import Spelling
from zielgraph.linking.tokens import HYPHENS, JOINERS, MARK, NUMBER, QUOTES, Token, tokenize
from zielgraph.linking.vocabulary import NameRules, Vocabulary


@dataclass(slots=True)
class Entry:
    """One name: its words, whom it names, and whether each word must be written exactly so."""

    words: tuple[str, ...]
    target: str
    strict: tuple[bool, ...]
    lower_first: bool
    text: str

    @property
    def acronym(self) -> bool:
        """Whether the name is an abbreviation."""
        return len(self.words) == 1 and self.strict[0]


@dataclass(slots=True)
class Node:
    """A place in the trie."""

    children: dict[str, Node] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Match:
    """A name found at tokens ``first`` to ``last`` (inclusive)."""

    first: int
    last: int
    target: str
    method: str
    name: str


class NameIndex:
    """All names of one city's world. Names added first win over equal names added later."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._rules: NameRules = vocabulary.names
        self._root = Node()
        self._exact: dict[tuple[str, ...], str] = {}
        self._single: dict[str, str] = {}
        self._spelling = Spelling(self._rules.misspelt_heads, self._rules.misspelt_length)
        self._suffixes = tuple(word for words in vocabulary.heads.values() for word in words)

    def add(self, name: str, target: str) -> None:
        """Add a name of an actor, unless just this name is taken."""
        tokens = self._label_tokens(name)
        if not tokens:
            return
        key = tuple(token.plain if _strict(token.plain) else token.norm for token in tokens)
        if key in self._exact:
            return
        self._exact[key] = target
        node = self._root
        for token in tokens:
            node = node.children.setdefault(token.stem, Node())
        words = tuple(token.plain if token.norm == token.plain.lower() else token.norm for token in tokens)
        last = words[-1].lower()
        lower = not words[0][:1].isupper() or len(words) > 2 or (len(words) == 2 and last.endswith(self._suffixes))
        single_lower = len(words) == 1 and words[0].islower()
        strict = tuple(_strict(word) or single_lower for word in words)
        node.entries.append(Entry(words, target, strict, lower and len(words) > 1, name))
        if len(words) == 1 and not strict[0]:
            self._single.setdefault(last, target)
            self._spelling.add(last)

    def replace(self, name: str, target: str) -> None:
        """Let a name mean another actor from now on."""
        tokens = self._label_tokens(name)
        key = tuple(token.plain if _strict(token.plain) else token.norm for token in tokens)
        if key not in self._exact:
            self.add(name, target)
            return
        self._exact[key] = target
        node = self._root
        for token in tokens:
            node = node.children[token.stem]
        for entry in node.entries:
            if entry.text == name:
                entry.target = target

    def lookup(self, name: str) -> str | None:
        """The target of exactly this name (inflected or not), if it is one."""
        tokens = self._label_tokens(name)
        match = self.longest(tokens, 0) if tokens else None
        return match.target if match and match.last == len(tokens) - 1 else None

    def single(self, word: str) -> str | None:
        """The target of a one-word name in any inflection that only appends an ending."""
        low = word.lower()
        for ending in ("", "s", "es", "n", "en", "e"):
            if low.endswith(ending) and (target := self._single.get(low[: len(low) - len(ending)])):
                return target
        return None

    def _label_tokens(self, name: str) -> list[Token]:
        tokens = [t for t in tokenize(name, self._vocabulary.text) if t.kind != MARK or t.text == ","]
        while len(tokens) > 1 and tokens[0].norm in self._rules.articles:
            tokens = tokens[1:]
        return tokens

    def misspelt(self, tokens: list[Token], index: int) -> Match | None:
        """The long name of a unit that a single word misspells by one letter."""
        token = tokens[index]
        if not token.capital or (name := self._spelling.find(token.norm)) is None:
            return None
        return Match(index, index, self._single[name], "misspelt", name)

    def longest(self, tokens: list[Token], first: int, prefix: tuple[str, ...] = ()) -> Match | None:
        """The longest name that begins at a token; ``prefix`` are words of the name that stand elsewhere."""
        node = self._root
        for word in prefix:
            found = node.children.get(word)
            if found is None:
                return None
            node = found
        used: list[Token] = []
        best: Match | None = None
        index = first
        while index < len(tokens):
            token = tokens[index]
            if index > first and token.kind == MARK and token.text != "," and self._skips(tokens, index):
                index += 1
                continue
            child = node.children.get(token.stem)
            if child is None:
                break
            node = child
            used.append(token)
            if node.entries and (found_match := self._best(node.entries, used, first, index, len(prefix))):
                best = found_match
            index += 1
        return best

    @staticmethod
    def _skips(tokens: list[Token], index: int) -> bool:
        token = tokens[index]
        if token.text in QUOTES:
            return True
        return token.text in JOINERS and index + 1 < len(tokens) and (token.text in "-–/" or tokens[index + 1].glued)

    def _best(self, entries: list[Entry], used: list[Token], first: int, last: int, skip: int) -> Match | None:
        for exact in (True, False):
            for entry in entries:
                if self._fits(entry, used, skip, exact):
                    method = "coordination" if skip else "label" if exact else "inflected"
                    if entry.acronym:
                        method = "acronym"
                    return Match(first, last, entry.target, method, entry.text)
        return None

    def _fits(self, entry: Entry, used: list[Token], skip: int, exact: bool) -> bool:
        final = len(used) - 1
        for place, token in enumerate(used):
            word, strict = entry.words[skip + place], entry.strict[skip + place]
            if exact:
                if token.plain != word and (strict or token.norm != word.lower() or place == 0):
                    return False
            elif not self._inflected(token, word, strict, place == final):
                return False
        if skip:
            return used[final].capital or used[final].kind == NUMBER
        if not used[0].capital and used[0].kind != NUMBER and not entry.lower_first and not entry.strict[0]:
            return False
        return used[final].capital or used[final].kind == NUMBER or not entry.words[-1][:1].isupper()

    def _inflected(self, token: Token, word: str, strict: bool, final: bool) -> bool:
        if strict:
            return token.plain in (word, word + "s")
        text, name = token.norm, word.lower()
        if text == name:
            return not (_shouted(token.plain) and not _shouted(word))
        if _shouted(token.plain):
            return False
        size = 0
        for left, right in zip(text, name, strict=False):
            if left != right:
                break
            size += 1
        if len(name) <= self._rules.short_length:
            return size == len(name) and text[size:] in self._rules.short_endings
        name_endings = self._rules.final_endings if final else self._rules.endings
        return any(
            text[common:] in self._rules.endings and name[common:] in name_endings
            for common in range(size, max(3, size - 3), -1)
        )


def _strict(word: str) -> bool:
    """Whether a word of a name is an abbreviation that must be written in just these capitals."""
    return len(word) <= 8 and sum(letter.isupper() for letter in word) >= 2


def _shouted(word: str) -> bool:
    return len(word) > 1 and len(word) <= 8 and word.isupper()


def compound(tokens: list[Token], match: Match, rules: NameRules) -> bool | None:
    """How a name sits in a hyphen compound: None not at all, True it is meant, False it is not."""
    first, last = match.first, match.last
    doubtful = match.name.lower() in rules.ambiguous
    plain_word = match.first == match.last and match.method != "acronym" and len(match.name) < 5
    if last + 1 < len(tokens) and tokens[last + 1].norm.endswith(rules.place_heads) and tokens[last + 1].capital:
        return False
    if first >= 2 and tokens[first].glued and tokens[first - 1].glued and tokens[first - 1].text in HYPHENS:
        before = tokens[first - 2]
        if before.norm not in rules.compound_left:
            return False
    if last + 2 < len(tokens) and tokens[last + 1].glued and tokens[last + 1].text in HYPHENS:
        after = tokens[last + 2]
        if after.glued and after.norm.endswith(rules.place_heads):
            return False
        if after.glued and after.kind not in (MARK, NUMBER):
            head = after.norm.endswith(tuple(rules.compound_heads))
            return head or not (doubtful or plain_word)
        if not after.glued and after.norm in rules.stump_joints:
            return not doubtful
    return None

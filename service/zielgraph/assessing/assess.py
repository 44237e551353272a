"""Applies the rules: one assessment for every progress note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zielgraph.assessing.copies import copied_notes
from zielgraph.assessing.model import Assessment, DispositionRules
from zielgraph.assessing.sentences import sentence_spans

_BLANK = re.compile(r"\s")


def assess_disposition(progress: str, rules: DispositionRules, activity: str = "") -> Assessment:
    """What became of an item, read from its note. The activity only says which rules do not speak about it.

    Of all rules that match in a sentence where nothing vetoes them the surest wins; of equally sure ones
    the one found last in the note, since notes tell the story in order.
    """
    bare = _BLANK.sub("", progress).lower().removesuffix(".")
    if bare in rules.no_text or not any(char.isalpha() for char in bare):
        return Assessment("unknown", "no-text", 1.0)
    # One character for one character, so that positions hold in the note itself.
    text = _BLANK.sub(" ", progress)
    best: tuple[float, int, int] | None = None
    value, quote = "unknown", ""
    for begin, end in sentence_spans(text, rules.abbreviations, rules.closing):
        sentence = text[begin:end]
        for rule in rules.rules:
            if rule.unless_activity is not None and rule.unless_activity.search(activity):
                continue
            if best is not None and rule.confidence < best[0]:
                continue
            match = rule.pattern.search(sentence)
            if match is None or (rule.unless is not None and rule.unless.search(sentence)):
                continue
            rank = (rule.confidence, begin, match.start())
            if best is None or rank > best:
                best = rank
                value, quote = rule.disposition, progress[begin + match.start() : begin + match.end()].strip()
    if best is None:
        return Assessment("unknown", "wording", rules.unread)
    return Assessment(value, "wording", best[0], quote)


def assess_all(items: Sequence[tuple[str, str]], rules: DispositionRules) -> list[Assessment]:
    """One assessment per (activity, progress), in order.

    Suspected copies are unknown and quote their first sentence. Every distinct note is read once
    for all activities that the rules do not tell apart.
    """
    copies = copied_notes(items)
    vetoes = [rule.unless_activity for rule in rules.rules if rule.unless_activity is not None]
    read: dict[tuple[str, tuple[bool, ...]], Assessment] = {}
    result: list[Assessment] = []
    for index, (activity, progress) in enumerate(items):
        if index in copies:
            begin, end = sentence_spans(progress, rules.abbreviations, rules.closing)[0]
            result.append(Assessment("unknown", "copied-text", rules.copied, progress[begin:end]))
            continue
        key = progress, tuple(veto.search(activity) is not None for veto in vetoes)
        if key not in read:
            read[key] = assess_disposition(progress, rules, activity)
        result.append(read[key])
    return result

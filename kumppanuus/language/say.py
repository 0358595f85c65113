"""Saying things in the language of the report: texts by key, numbers, dates and percents by locale."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kumppanuus.errors import DeclarationError
from kumppanuus.language.catalogue import common_texts

if TYPE_CHECKING:
    from kumppanuus.study import Language, Study, Words
    from kumppanuus.study_peers import PeerIndicator

_NBSP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_GROUPED = re.compile(rf"(?<!\d)\d{{1,3}}(?:[{_NBSP} ,]\d{{3}})+(?!\d)")
Texts = Mapping[str, Mapping[str, str]]
_OF_INDICATORS: Mapping[str, str] = {
    "indicators": "title", "indicator_definitions": "definition", "indicator_sources": "source",
}  # fmt: skip
"""List of names → what of a public indicator it holds."""


@dataclass(frozen=True, slots=True)
class Say:
    """Speaks one language.

    texts : the room's own texts; the common ones are behind them.
    names : names of the study's own codes: list → code → name (``services``, ``areas``).
    exact : the numbers are exact (internal face): a text ``exact.KEY`` goes before ``KEY``, and no number is said to
        be "about" anything.
    written : digits of every number of four digits or more that it wrote, itself or a speaker made of it, those of
        the texts included; the scan of the finished files does not take them for the numbers of clients.
    """

    language: Language
    texts: Texts = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    exact: bool = False
    written: set[str] = field(default_factory=set, compare=False, repr=False)

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key`; numbers among `values` are written by locale.

        Raises
        ------
        DeclarationError
            KU903 when no such text exists.
        """
        entry = self._entry(key)
        if entry is None:
            raise DeclarationError("KU903", key=key)
        self.written.update(_numbers_in(entry[self.language]))
        written = {name: self._written(value) for name, value in values.items()}
        text = entry[self.language].format(**written)
        return _about_word(self.language).sub("", text) if self.exact else text

    def has(self, key: str) -> bool:
        """Say whether a text exists."""
        return self._entry(key) is not None

    def with_texts(self, texts: Texts) -> Say:
        """Return the same speaker with a room's texts."""
        return replace(self, texts=texts)

    def label(self, codes: str, code: object) -> str:
        """Return the name of a code: the study's own, else the common list's, else "unknown code" (R14).

        What the gate merged has the code ``other`` in every list, neighbours that it made one ``first..last``. Things
        used together are joined by ``+``. Years and numbers are written as they are.
        """
        if codes in ("signals", "rooms"):
            from kumppanuus.language.signals import title_of, title_of_room

            return (title_of if codes == "signals" else title_of_room)(str(code), self)
        first, merged, last = str(code).partition("..")
        if merged:
            ends = self.label(codes, first), self.label(codes, last)
            return (" – " if any(" " in end for end in ends) else "–").join(ends)
        if codes in ("years", "numbers", "cohorts") and str(code) not in ("other", "earlier"):
            return str(code)
        own = self.names.get(codes, {}).get(str(code))
        if own:
            return own
        key = f"{codes}.{code}"
        parts = str(code).split("+")
        if len(parts) > 1 and all(parts) and not self.has(key):
            return " + ".join(self.label(codes, part) for part in parts)
        rest = "word.other" if str(code) == "other" else "codes.unknown"
        return self(key if self.has(key) else rest)

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number: ``1 305``, ``0,77``, ``−5`` in Finnish; an en dash when it does not exist."""
        if value is None or math.isnan(value):
            return "–"
        text = _decimal(value, digits, self.language)
        if abs(value) >= 1000 and not digits:
            self.written.add("".join(filter(str.isdigit, text)))
        return text

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share (0–1) as percent: ``16 %`` in Finnish and Swedish, ``16%`` in English."""
        if share is None or math.isnan(share):
            return "–"
        return self.number(share * 100, digits) + ("%" if self.language == "en" else f"{_NBSP}%")

    def percents(self, low: float, high: float) -> str:
        """Write a range of shares with one sign: ``56–70 %``; one share when both read the same."""
        if self.percent(low) == self.percent(high):
            return self.percent(high)
        return f"{self.number(low * 100)}–{self.percent(high)}"

    def euros(self, value: float) -> str:
        """Write euros, in millions with 2–3 significant digits from one million up."""
        if value is None or math.isnan(value):
            return "–"
        millions = value / 1e6
        if abs(millions) >= 1:
            digits = 0 if abs(millions) >= 100 else 1
            return self("unit.million_euros", n=self.number(millions, digits))
        return self("unit.euros", n=self.number(value))

    def euros_between(self, low: float, high: float) -> str:
        """Write a range of euros with one sign where both ends have it: ``24,5–33,1 milj. €``."""
        ends = self.euros(low), self.euros(high)
        if ends[0] == ends[1]:
            return ends[1]
        if low <= 0 or (low < 1e6) != (high < 1e6):
            return " – ".join(ends)
        sign = "unit.million_euros" if high >= 1e6 else "unit.euros"
        numbers = (self.number(each / 1e6, 0 if each >= 1e8 else 1) if high >= 1e6 else self.number(each)
                   for each in (low, high))  # fmt: skip
        return self(sign, n="–".join(numbers))

    def about(self, value: float, hidden: bool = False) -> str:
        """Write a protected count: ``noin 9``, ``0``, or the one neutral word for hidden."""
        if hidden:
            return self("word.hidden")
        if value is None or math.isnan(value):
            return "–"
        return self.number(value) if value == 0 else self("word.about", n=self.number(value))

    def date(self, day: datetime.date) -> str:
        """Write a date: ``3.2.2026`` in Finnish."""
        from babel.dates import format_date

        pattern = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y"}[self.language]
        return str(format_date(day, pattern, locale=self.language))

    def _entry(self, key: str) -> Mapping[str, str] | None:
        keys = (f"exact.{key}", key) if self.exact else (key,)
        found = (texts.get(each) for each in keys for texts in (self.texts, common_texts()))
        return next((entry for entry in found if entry is not None), None)

    def _written(self, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        return self.number(value, 0 if float(value).is_integer() else 1)


@lru_cache(maxsize=16384)
def _decimal(value: float, digits: int, language: Language) -> str:
    """Write a number by locale; a report writes the same ones again and again."""
    from babel.numbers import format_decimal

    text = str(format_decimal(value, "#,##0" + ("." + "0" * digits if digits else ""), locale=language))
    return text.replace("-", _MINUS).replace("\N{NARROW NO-BREAK SPACE}", _NBSP)


@lru_cache(maxsize=4096)
def _numbers_in(text: str) -> frozenset[str]:
    """Return the digits of the numbers in groups that stand in a text of ours."""
    return frozenset("".join(filter(str.isdigit, found)) for found in _GROUPED.findall(text))


@lru_cache(maxsize=3)
def _about_word(language: str) -> re.Pattern[str]:
    """Return where the word for rounded numbers stands: before a number, or behind the title of a column."""
    word = re.escape(common_texts()["word.about"][language].partition("{n}")[0].strip())
    return re.compile(rf"(?<!\w){word}\s+(?=[\d€{_MINUS}])|, {word}$", re.IGNORECASE)


def speaker(study: Study, language: Language | None = None) -> Say:
    """Return a speaker that knows the study's own names: services, areas, and facts of the report's footer."""
    from kumppanuus.language.scenarios import scenario_names
    from kumppanuus.language.segments import rules_in_words
    from kumppanuus.study_parts import answer_names, question_names

    spoken = language or study.about.language
    bare = Say(spoken)
    names = {
        "services": {service.code: service.name.of(spoken) for service in study.services},
        "areas": {area.code: area.name.of(spoken) for area in study.areas},
        "needs": {need.code: need.name.of(spoken) for need in study.needs},
        "segments": {segment.code: segment.name.of(spoken) for segment in study.segments},
        "questionnaires": {each.code: each.name.of(spoken) for each in study.questionnaires},
        "themes": {theme.code: theme.name.of(spoken) for each in study.questionnaires for theme in each.themes},
        "answer_names": answer_names(study.questionnaires, spoken),
        "questions": question_names(study.questionnaires, spoken, bare("word.turned")),
        "turned": {item.code: "yes" for each in study.questionnaires for item in each.items if item.reversed},
        "regions": {region.code: region.name.of(spoken) for region in study.peers.regions},
        **{
            codes: {each.indicator: _words(each, part, spoken) for each in study.peers.indicators}
            for codes, part in _OF_INDICATORS.items()
        },
        "unit_cost_includes": {
            service.code: service.unit_cost_includes.of(spoken)
            for service in study.services
            if service.unit_cost_includes is not None
        },
        "unit_costs_include": {
            f"{service.code} {way}": words.of(spoken)
            for service in study.services
            for way, words in service.unit_costs_include.items()
        },
        "study": {
            "organiser": study.about.organiser,
            "period": f"{bare.date(study.window.first)}–{bare.date(study.window.last)}",
            "synthetic": "yes" if study.about.synthetic else "",
            "benefits_whose": "; ".join(dict.fromkeys(each.whose.of(spoken) for each in study.benefits)),
            "price_index": "" if study.price_index is None else study.price_index.name.of(spoken),
            "price_base": "" if study.price_index is None else study.price_index.base,
        },
    }
    named = Say(spoken, {}, names)
    rules = rules_in_words(study.resources, named)
    return Say(spoken, {}, {**names, "segment_rules": rules, **scenario_names(study.scenarios, named)})


def _words(indicator: PeerIndicator, part: str, language: Language) -> str:
    words: Words | None = getattr(indicator, part)
    return words.of(language) if words else "–"


def footer(say: Say, n_text: str, *left_out: str) -> str:
    """Return the one line under a chart: n, source, what is left out, protection, and that data are made up."""
    study = say.names.get("study", {})
    source = say("footer.source", organiser=study.get("organiser", "–"), period=study.get("period", "–"))
    synthetic = (say("footer.synthetic"),) if study.get("synthetic") else ()
    return " · ".join(part for part in (n_text, source, *synthetic, *left_out, say("footer.protection")) if part)

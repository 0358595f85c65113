"""Ask the user what the extracts do not tell. No cell is shown, but for texts that the study file names anyway."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from kumppanuus.intake.code_drafts import CodeDraft
from kumppanuus.intake.codebook import ValueDraft
from kumppanuus.intake.draft import ORDER, SourceDraft
from kumppanuus.intake.forms import DATE_FORMS, DateForm
from kumppanuus.intake.recognise import Recognised, recognise_as
from kumppanuus.intake.sample import Sample
from kumppanuus.intake.source_text import date_doubt
from kumppanuus.intake.vocabulary import vocabulary
from kumppanuus.intake.window import WindowDraft
from kumppanuus.language.say import Say
from kumppanuus.register.codes import LEVELS
from kumppanuus.register.tables import TABLES


class Ask(Protocol):
    """Someone who answers: a person at a terminal, or a test."""

    def text(self, question: str, proposed: str) -> str:
        """Return a text; the proposed one when nothing is typed."""
        ...

    def choice(self, question: str, options: Sequence[str], proposed: int) -> int:
        """Return the position of the chosen option."""
        ...

    def yes(self, question: str, proposed: bool) -> bool:
        """Return yes or no."""
        ...

    def day(self, question: str, proposed: datetime.date) -> datetime.date:
        """Return a day."""
        ...


class Interview:
    """Asks one after another; every question has a proposed answer."""

    def __init__(self, ask: Ask, say: Say) -> None:
        self._ask, self._say = ask, say
        self._accepted: bool | None = None

    def organiser(self) -> str:
        """Ask who asks; empty when nobody tells."""
        return self._ask.text(self._say("ask.organiser"), "").strip()

    def table(self, sample: Sample, proposed: str = "") -> Recognised | None:
        """Ask what an extract is, or leave it out."""
        options: dict[str, str] = {name: self._say.label("tables", name) for name in ORDER}
        options[""] = self._say("ask.leave_out")
        chosen = self._one(self._say("ask.table", file=sample.title), options, proposed)
        return recognise_as(sample, chosen) if chosen else None

    def source(self, source: SourceDraft) -> SourceDraft:
        """Ask about the columns, the dates and the numbers of a source that are not sure."""
        unsure = [name for name, guess in source.columns.items() if guess.certainty == "guess"]
        for column in [*unsure, *source.lacking]:
            source = self._column(source, column)
        return self._temporary(self._decimal(self._dates(source)))

    def values(self, source: SourceDraft, values: Mapping[str, ValueDraft]) -> dict[str, ValueDraft]:
        """Ask what the texts of closed code columns mean that no word list knows."""
        told = dict(values)
        for column, meaning in values.items():
            known = dict.fromkeys((vocabulary().closed(source.table, column) or {}).values())
            codes = {code: self._code(column, code) for code in known} | {"": self._say("ask.not_known")}
            for text in meaning.unknown:
                question = self._say("ask.value", text=text, column=self._named(column), file=_files(source))
                code = self._one(question, codes, "")
                told[column] = told[column].with_code(text, code) if code else told[column]
        return told

    def services(self, services: Sequence[CodeDraft]) -> tuple[CodeDraft, ...]:
        """Ask the levels of the services whose name does not tell."""
        levels = {level: self._say.label("levels", level) for level in LEVELS}
        return tuple(
            service
            if service.level
            else replace(
                service, level=self._one(self._say("ask.level", service=service.name), levels, "early"), told=True
            )
            for service in services
        )

    def window(self, window: WindowDraft) -> WindowDraft:
        """Ask for the first and the last day, unless file names told them."""
        if window.sure:
            return window
        first = self._ask.day(self._say("ask.window_from"), window.first)
        last = self._ask.day(self._say("ask.window_to"), window.last)
        while last <= first:
            last = self._ask.day(self._say("ask.window_to_later"), max(window.last, first + datetime.timedelta(days=1)))
        starts = f"{first:%m}-01" if first.day == 1 else "01-01"
        return WindowDraft(first, last, starts, "told")

    def synthetic(self, sources: Sequence[SourceDraft]) -> bool:
        """Ask whether all data are made up, where the identity codes are."""
        codes = any(one.temporary for source in sources for one in source.found)
        return codes and self._ask.yes(self._say("ask.synthetic"), False)

    def _column(self, source: SourceDraft, column: str) -> SourceDraft:
        options: dict[str, str] = {f"={header}": header for header in source.headers}
        if column == "service" and column in source.lacking:
            options["one"] = self._say("ask.one_service")
        options[""] = self._say("ask.no_column")
        guess = source.columns.get(column)
        proposed = f"={guess.header}" if guess and f"={guess.header}" in options else ""
        asked = self._say("ask.column", file=_files(source), column=self._named(column))
        chosen = self._one(asked, options, proposed)
        if chosen == "one":
            name = self._ask.text(self._say("ask.service_name", file=_files(source)), "").strip()
            return _changed(source, lambda one: one.with_constant("service", name, "sure")) if name else source
        return _changed(source, lambda one: one.with_column(column, chosen[1:] or None))

    def _dates(self, source: SourceDraft) -> SourceDraft:
        has_dates = any(TABLES[source.table].columns[name].kind == "date" for name in source.columns)
        if not has_dates or not date_doubt(source):
            return source
        formats = {name: name for name in DATE_FORMS}
        usual = source.found[0].dates.date_format
        chosen = self._one(self._say("ask.date_format", file=_files(source)), formats, usual)
        return _changed(source, lambda one: replace(one, dates=DateForm(chosen, 1.0, told=True)))

    def _decimal(self, source: SourceDraft) -> SourceDraft:
        numbers = any(TABLES[source.table].columns[name].kind in ("money", "decimal") for name in source.columns)
        if not (numbers or source.questions) or source.one_of([one.decimal for one in source.found], ""):
            return source
        signs = {",": self._say("ask.comma"), ".": self._say("ask.point")}
        chosen = self._one(self._say("ask.decimal", file=_files(source)), signs, ",")
        return _changed(source, lambda one: replace(one, decimal=chosen))

    def _temporary(self, source: SourceDraft) -> SourceDraft:
        if not any(one.temporary for one in source.found):
            return source
        if self._accepted is None:  # asked once for all sources
            self._accepted = self._ask.yes(self._say("ask.temporary", file=_files(source)), True)
        accepted = self._accepted
        return _changed(source, lambda one: replace(one, accepted=accepted, temporary=accepted and one.temporary))

    def _code(self, column: str, code: str) -> str:
        key = f"code.{column}.{code}"
        return self._say(key) if self._say.has(key) else code

    def _named(self, column: str) -> str:
        return self._say(f"column.{column}")

    def _one(self, question: str, options: Mapping[str, str], proposed: str) -> str:
        keys = list(options)
        return keys[self._ask.choice(question, list(options.values()), keys.index(proposed))]


def _files(source: SourceDraft) -> str:
    sheet = source.found[0].sample.sheet
    return ", ".join(source.files) + (f" [{sheet}]" if sheet else "")


def _changed(source: SourceDraft, change: Callable[[Recognised], Recognised]) -> SourceDraft:
    return replace(source, found=tuple(change(one) for one in source.found))

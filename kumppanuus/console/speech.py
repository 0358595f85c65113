"""Progress, tables and errors on the command line."""

from __future__ import annotations

import codecs
import json
import re
import sys
import time
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from kumppanuus.analysis import files
from kumppanuus.errors import KumppanuusError
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say

if TYPE_CHECKING:
    from kumppanuus.study import Language

STEPS = ("read", "count", "protect", "report")
EXACT_STEPS = ("read", "count", "exact", "report")
_WIDTH = 42
_NO_NEAREST = re.compile(r" \([^():]+: -\)|(?:^|(?<=[.?] ))[^.?:]+(?::| is) -[.?] ?")
"""A nearest name that there is none of: ``(lähin: -)``, ``Tarkoititko: -?``."""
_LIVE_AFTER = 1.0
"""Seconds until a running step is shown on a terminal: what is done in a moment only flickers."""
_NEAREST = "kumppanuus-nearest"
_PLAINER = {
    "\N{MINUS SIGN}": "-", "–": "-", "—": "-", "·": "-", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ",
    "”": '"', "“": '"', "’": "'", "‘": "'", "→": "->", "≥": ">=", "≤": "<=", "€": "EUR", "×": "x",
}  # fmt: skip


def console_say(language: Language) -> Say:
    """Return the speaker of the command line."""
    folder = files("kumppanuus.language")
    return Say(language, {**read_texts(folder / "cli.toml"), **read_texts(folder / "errors.toml")})


def plain_output() -> None:
    """Let a console that knows fewer characters show the nearest ones: ``-`` for a true minus, ``a`` for ``ä``."""
    codecs.register_error(_NEAREST, _nearest)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors=_NEAREST)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plainer, error.object[error.start : error.end])), error.end


def _plainer(character: str) -> str:
    if character in _PLAINER:
        return _PLAINER[character]
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return letters or ("" if unicodedata.combining(character) else "?")


def print_json(value: object) -> None:
    """Print a value as JSON; on a console that is not UTF-8 the other letters are written as escapes."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    click.echo(json.dumps(value, ensure_ascii=encoding != "utf8", indent=2))


class Steps:
    """Progress of the main job: one numbered line a step; on a terminal the running one is live."""

    def __init__(self, say: Say, *, steps: Sequence[str] = STEPS, quiet: bool = False) -> None:
        self._say, self._steps, self._quiet = say, tuple(steps), quiet
        self._step, self._began, self._total = "", 0.0, 0
        self._live = sys.stderr.isatty() and not quiet

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note of where the work is."""
        if step != self._step:
            self.finish()
            self._step, self._began = step, time.perf_counter()
        self._total = total or self._total
        if self._live and time.perf_counter() - self._began >= _LIVE_AFTER:
            part = f" {done}/{total}" if total else ""
            click.echo(f"\r{self._title()}{part}   ", nl=False, err=True)

    def finish(self, note: str = "") -> None:
        """End the running step with its time and a note."""
        if self._step and not self._quiet:
            seconds = self._say.number(time.perf_counter() - self._began, 1)
            line = f"{self._title():<{_WIDTH}} {self._say('step.done', seconds=seconds)}{'   ' + note if note else ''}"
            click.echo(("\r" if self._live else "") + line, err=True)
        self._step, self._total = "", 0

    def _title(self) -> str:
        text = self._say(f"step.{self._step}", n=self._total)
        if self._step not in self._steps:  # something said about the step before
            return " " * len(f"[1/{len(self._steps)}] ") + text
        return f"[{self._steps.index(self._step) + 1}/{len(self._steps)}] {text}"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], left: Collection[int] = frozenset({0})) -> None:
    """Print an aligned table: the columns of `left` to the left, the others to the right."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    for row in [head, *rows]:
        cells = [
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def print_error(error: KumppanuusError, say: Say, rules: Mapping[str, tuple[str, str]]) -> None:
    """Say what happened, where, and how to mend it; `rules` has (what, mend) of intake's own codes."""
    what, mend = told_error(error, say, rules)
    click.echo(f"{say('error.label')} {error.code}: {what}", err=True)
    if mend:
        click.echo(f"  {say('error.mend')}: {mend}", err=True)


def told_error(error: KumppanuusError, say: Say, rules: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Return what happened and where, and how to mend it."""
    if say.has(f"{error.code}.what"):
        what, mend = say(f"{error.code}.what", **error.facts), say(f"{error.code}.mend", **error.facts)
    else:
        what, mend = (filled(text, error.facts, say) for text in rules.get(error.code, (str(error), "")))
    if error.facts.get("near") == "-":
        what, mend = _NO_NEAREST.sub("", what), _NO_NEAREST.sub("", mend)
    place = ", ".join(str(error.facts[name]) for name in ("file", "sheet", "row", "column") if error.facts.get(name))
    return what + (f" ({place})" if place and place not in what else ""), mend


def filled(text: str, facts: Mapping[str, object], say: Say) -> str:
    """Fill a rule's text with safe facts; a fact that is not known becomes a dash."""

    class Known(dict[str, object]):
        def __missing__(self, _name: str) -> str:
            return "–"

    written = {name: say.number(value) if isinstance(value, int) else value for name, value in facts.items()}
    return text.format_map(Known(written))


def rule_texts(say: Say) -> dict[str, tuple[str, str]]:
    """Return what and how to mend of intake's rules, by code."""
    from kumppanuus.intake.rules import load_rules

    return {code: (rule.what[say.language], rule.mend[say.language]) for code, rule in load_rules().items()}

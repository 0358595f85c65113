"""Words on slides: clean, measured for fonts that are not ours, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kumppanuus.analysis import files
from kumppanuus.drawing.text import printable, width, wrap
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say
from kumppanuus.report.words import plain, report_texts

LANGUAGE = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
"""What spelling checkers and screen readers are told."""
WIDER = 1.13
"""How much wider the type of slides (Arial, or a template's own) is taken to be than that of the drawings."""
_MANY = 99


@lru_cache(maxsize=1)
def slide_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of the slides, those of the report behind them."""
    return {**report_texts(), **read_texts(files("kumppanuus.language") / "slides.toml")}


def say_of_slides(say: Say) -> Say:
    """Return the speaker with the texts of slides and report."""
    return say.with_texts(slide_texts())


def clean(text: str) -> str:
    """Return a text on one line, without characters that a slide cannot hold or that turn its direction."""
    return printable(plain(text))


def broken(text: str) -> str:
    """Return a text as `clean` does, its line feeds kept."""
    return "\n".join(clean(line) for line in text.split("\n") if line.strip())


def room_of(text: str, size: float, bold: bool = False) -> float:
    """Return the width that a text may need, in points."""
    return WIDER * width(clean(text), size, bold)


def widest_of(texts: Iterable[str], size: float, bold: bool = False) -> float:
    """Return the room of the widest text, its lines apart; 0 when there is none."""
    return max((room_of(line, size, bold) for text in texts for line in text.split("\n")), default=0.0)


def lines_of(text: str, limit: float, size: float, bold: bool = False, most: int = _MANY) -> tuple[str, ...]:
    """Return the lines that a text will take in a box of a width in points."""
    return wrap(clean(text), limit / WIDER, size, bold, most, False)


def height_of(texts: Sequence[str], limit: float, size: float, bold: bool = False, apart: float = 0.0) -> float:
    """Return the height in points of paragraphs in a box of a width, `apart` points between them."""
    count = sum(len(lines_of(text, limit, size, bold)) for text in texts)
    return 1.2 * size * count + apart * max(len(texts) - 1, 0)


def fitting(text: str, wide: float, high: float, sizes: Sequence[float], bold: bool = False) -> float:
    """Return the first of some sizes in which a text fits a box; the last where none does."""
    return next((size for size in sizes if height_of([text], wide, size, bold) <= high), sizes[-1])

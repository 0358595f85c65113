"""Source Sans Pro from its package on PyPI (OFL): files, measures, and subsets for pages that stand alone."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

FAMILY = "Source Sans Pro"
FALLBACK = "DejaVu Sans"
_STYLES = {False: "Regular", True: "Bold"}
_USUAL = frozenset([*range(0x20, 0x7F), *map(ord, "\u00a0åäöÅÄÖéÉüÜæøÆØšžŠŽ§°±·×«»–—‘’“”„…−→←≥≤≈‹›€½²³′")])
"""The letters of the three languages, punctuation and the signs that charts print."""


def font_file(bold: bool = False) -> Path:
    """Path of the TrueType file of a weight."""
    return Path(str(files("font_source_sans_pro"))) / "files" / f"SourceSansPro-{_STYLES[bold]}.ttf"


def _fallback_file(bold: bool) -> Path:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


@cache
def _opened(path: Path) -> tuple[dict[int, str], Any, int]:
    """(character map, advances, units per em) of a font file."""
    font = TTFont(path, lazy=True)
    return font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm


@cache
def advance(character: str, bold: bool = False) -> float:
    """Advance of one character in ems; characters the font lacks are measured in the fallback font.

    Parameters
    ----------
    character : a string of length 1.
    bold : weight.
    """
    for path in (font_file(bold), _fallback_file(bold)):
        names, advances, units = _opened(path)
        if ord(character) in names:
            return float(advances[names[ord(character)]][0]) / units
    return 1.0


@cache
def _registered() -> None:
    for bold in _STYLES:
        font_manager.fontManager.addfont(str(font_file(bold)))


@cache
def properties(size: float, bold: bool = False) -> FontProperties:
    """The font for matplotlib, with DejaVu Sans behind it for scripts that Source Sans lacks."""
    _registered()
    return FontProperties(family=[FAMILY, FALLBACK], weight="bold" if bold else "normal", size=size)


def _cut(font: TTFont, letters: Iterable[int], flavor: str | None) -> bytes:
    options = subset.Options()
    options.flavor = flavor
    options.layout_features = ["kern", "mark", "ccmp", "locl"]
    options.hinting = False
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    font.flavor = flavor
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


@cache
def _subset_woff(letters: frozenset[int], bold: bool) -> str:
    font = TTFont(font_file(bold), recalcTimestamp=False)
    return base64.b64encode(_cut(font, letters, "woff")).decode("ascii")


def font_face_css(characters: str) -> str:
    """``@font-face`` rules of both weights holding the usual letters and the given ones, as base64 WOFF.

    Parameters
    ----------
    characters : every character the page prints, in any order, repeats allowed; characters the font lacks are
        left to the reader's own fonts. Where all are usual the rules are the same for every page: cutting a font is
        slower than drawing a chart.
    """
    wanted = _USUAL | {ord(each) for each in characters if each.isprintable()}
    rules = []
    for bold, weight in ((False, 400), (True, 700)):
        rules.append(
            f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};font-style:normal;font-display:block;"
            f"src:url(data:font/woff;base64,{_subset_woff(wanted, bold)}) format('woff')}}"
        )
    return "".join(rules)

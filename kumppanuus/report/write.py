"""Writing a run: charts, page, workbook, and the manifest last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from kumppanuus import drawing
from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.drawing import Chart
from kumppanuus.language.say import Say
from kumppanuus.report.account import Account, account_of
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.manifest import MANIFEST_FILE, manifest_text
from kumppanuus.report.page import render_page
from kumppanuus.report.place import put_in_place
from kumppanuus.report.words import plain, say_of_report
from kumppanuus.report.workbook import write_workbook
from kumppanuus.study import Study

__all__ = ["RunFacts", "put_in_place", "write_report"]

CHARTS, WORKBOOK_FILE = "charts", "tables.xlsx"
_NO_WORDS: Mapping[str, str] = MappingProxyType({})


def write_report(
    released: Released,
    analyses: Sequence[Analysis],
    study: Study,
    *,
    say: Say,
    facts: RunFacts,
    folder: Path,
    rule_words: Mapping[str, str] = _NO_WORDS,
    png: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Path, ...]:
    """Write everything a run publishes into `folder` and return the files, the page first and the manifest last.

    Parameters
    ----------
    say : speaks the language of the report and knows the study's names.
    folder : an existing, empty folder; `put_in_place` gives it its name afterwards.
    rule_words : rule of intake → short text in the language of the report.
    png : also write every chart as a 1920 × 1080 picture, the slow part.
    progress : called with (files written, files in all).

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate; nothing is written.
    """
    shown = exhibits(demand(released), analyses, say)
    pictures = _pictures(shown, account_of(released, study, say, rule_words))
    steps = len(pictures) * (2 if png else 1) + 3
    written: list[Path] = []

    def done(path: Path) -> None:
        written.append(path)
        if progress:
            progress(len(written), steps)

    page = folder / page_file(say)
    page.write_text(
        render_page(released, shown, study, say=say, facts=facts, rule_words=rule_words), encoding="utf-8", newline="\n"
    )
    done(page)
    for path in _charts(pictures, folder / CHARTS, png):
        done(path)
    workbook = folder / WORKBOOK_FILE
    write_workbook(workbook, released, analyses, shown, study, say=say, facts=facts, rule_words=rule_words)
    done(workbook)
    text = manifest_text(released, shown, study, say=say, facts=facts, folder=folder, written=written)
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8", newline="\n")
    done(folder / MANIFEST_FILE)
    return tuple(written)


def page_file(say: Say) -> str:
    """Return the name of the page: ``raportti.html``, ``rapport.html``, ``report.html``."""
    return f"{say_of_report(say)('report.file')}.html"


def chart_file(exhibit: Exhibit) -> str:
    """Return the name of a chart's files without its ending: ``02-lifecycle-durations-levels``."""
    slug = re.sub(r"[^a-z0-9]+", "-", exhibit.key.lower()).strip("-")
    return f"{exhibit.number:02d}-{slug}"


def _pictures(shown: Sequence[Exhibit], account: Account | None) -> list[tuple[str, Chart]]:
    """Return every chart with the name of its files: the account of the rows as number 0, then the exhibits."""
    first = [("00-data-account", account.chart)] if account and account.chart else []
    return [*first, *((chart_file(exhibit), exhibit.chart) for exhibit in shown)]


def _charts(pictures: Sequence[tuple[str, Chart]], folder: Path, png: bool) -> Iterator[Path]:
    """Write every chart in its full frame, one at a time, so that the caller can tell how far it is."""
    folder.mkdir()
    for name, chart in pictures:
        vector = folder / f"{name}.svg"
        text = drawing.svg_text(chart, prefix=f"c{name[:2]}", frame="full", embed_font=True)
        vector.write_text(plain(text), encoding="utf-8", newline="\n")
        yield vector
        if png:
            raster = vector.with_suffix(".png")
            raster.write_bytes(drawing.png_bytes(chart))
            yield raster

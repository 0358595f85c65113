"""Writing a run: page, charts, workbook, the list of what is published, and the manifest last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.changes import Changes
from kumppanuus.report.edition import CHARTS, Edition, Format, chart_file, page_file
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.figures import Figures
from kumppanuus.report.graph import NETWORKS, graphs_of, texts_of_graphs
from kumppanuus.report.manifest import MANIFEST_FILE, manifest_text
from kumppanuus.report.page import render_page
from kumppanuus.report.place import put_in_place
from kumppanuus.report.publication import PUBLICATION_FILE, publication_list
from kumppanuus.report.words import plain
from kumppanuus.report.workbook import write_workbook
from kumppanuus.study import Study

__all__ = ["RunFacts", "chart_file", "page_file", "put_in_place", "write_report"]

WORKBOOK_STEM, WORKBOOK_ENDING = "tables", ".xlsx"
_NO_WORDS: Mapping[str, str] = MappingProxyType({})
_DRAWN_ANEW = Figures()


def write_report(
    released: Released,
    analyses: Sequence[Analysis],
    study: Study,
    *,
    say: Say,
    facts: RunFacts,
    folder: Path,
    rule_words: Mapping[str, str] = _NO_WORDS,
    png: bool = False,
    changes: Changes | None = None,
    figures: Figures = _DRAWN_ANEW,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Path, ...]:
    """Write everything a run publishes into `folder` and return the files, the page first and the manifest last.

    Parameters
    ----------
    say : speaks the language of the report and knows the study's names.
    folder : an existing, empty folder; `put_in_place` gives it its name afterwards.
    rule_words : rule of intake → short text in the language of the report.
    png : also write every chart as a 1920 × 1080 picture, the slow part.
    changes : since the last run; None when there is none to compare with.
    figures : draws the charts, or knows them.
    progress : called with (files written, files in all).

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate; nothing is written.
    """
    shown = exhibits(demand(released), analyses, say)
    edition = Edition(released, analyses, shown, study, say, facts, rule_words, changes, figures)
    formats: tuple[Format, ...] = ("html", "svg", *(("png",) if png else ()), "xlsx")
    steps = steps_of(edition, formats) + 1
    written: list[Path] = []

    def done(path: Path) -> None:
        written.append(path)
        if progress:
            progress(len(written), steps)

    for path in write_formats(edition, formats, folder):
        done(path)
    done(write_manifest(edition, folder, tuple(written)))
    return tuple(written)


def steps_of(edition: Edition, formats: Sequence[Format], charts: Sequence[str] = ()) -> int:
    """Return how many files the formats of an edition are."""
    pictures = len(edition.pictures(charts)) * sum(name in formats for name in ("svg", "png"))
    numbers = 2 + len(_networks(edition)) if "xlsx" in formats else 0
    return pictures + ("html" in formats) + ("pptx" in formats) + numbers


def write_formats(
    edition: Edition, formats: Sequence[Format], folder: Path, *, charts: Sequence[str] = (),
    template: Path | None = None,
) -> Iterator[Path]:  # fmt: skip
    """Write some formats of an edition, one file at a time, so that the caller can tell how far it is.

    Parameters
    ----------
    charts : keys of the exhibits for pictures and slides; empty for all.
    template : slides of the consultant's own to build on.
    """
    if "html" in formats:
        yield _page(edition, folder)
    yield from _charts(edition, formats, folder, charts)
    if "pptx" in formats:
        yield _slides(edition, folder, charts, template)
    if "xlsx" in formats:
        yield _workbook(edition, folder)
        yield _publication(edition, folder)
        yield from _written_networks(edition, folder)


def write_manifest(edition: Edition, folder: Path, written: Sequence[Path]) -> Path:
    """Write the manifest of everything that lies in the folder of a run."""
    since = edition.changes.since if edition.changes else None
    text = manifest_text(
        edition.released, edition.shown, edition.study, say=edition.say, facts=edition.facts, folder=folder,
        written=written, since=since,
    )  # fmt: skip
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8", newline="\n")
    return folder / MANIFEST_FILE


def _page(edition: Edition, folder: Path) -> Path:
    page = folder / edition.page
    text = render_page(
        edition.released, edition.shown, edition.study, say=edition.say, facts=edition.facts,
        rule_words=edition.rule_words, figures=edition.figures, changes=edition.changes,
    )  # fmt: skip
    page.write_text(text, encoding="utf-8", newline="\n")
    return page


def _charts(edition: Edition, formats: Sequence[Format], folder: Path, charts: Sequence[str]) -> Iterator[Path]:
    """Write every chart in its full frame."""
    if not {"svg", "png"} & set(formats):
        return
    inside = folder / edition.named(CHARTS, "")
    inside.mkdir(exist_ok=True)
    for name, chart in edition.pictures(charts):
        if "svg" in formats:
            vector = inside / f"{name}.svg"
            text = edition.figures.svg(chart, prefix=f"c{name[:2]}", frame="full", embed_font=True)
            vector.write_text(plain(text), encoding="utf-8", newline="\n")
            yield vector
        if "png" in formats:
            raster = inside / f"{name}.png"
            raster.write_bytes(edition.figures.png(chart))
            yield raster


def _slides(edition: Edition, folder: Path, charts: Sequence[str], template: Path | None) -> Path:
    from kumppanuus.report.slides import write_slides  # heavy, and seldom asked for

    path = folder / edition.slides
    write_slides(
        path, edition.released, edition.shown, edition.study, say=edition.say, facts=edition.facts, template=template,
        charts=charts,
    )  # fmt: skip
    return path


def _workbook(edition: Edition, folder: Path) -> Path:
    path = folder / edition.named(WORKBOOK_STEM, WORKBOOK_ENDING)
    write_workbook(
        path, edition.released, edition.analyses, edition.shown, edition.study, say=edition.say, facts=edition.facts,
        rule_words=edition.rule_words,
    )  # fmt: skip
    return path


def _networks(edition: Edition) -> Mapping[str, str]:
    """Return the graphs of the run as files: name → text."""
    return texts_of_graphs(graphs_of(edition.released, edition.analyses, edition.say))


def _written_networks(edition: Edition, folder: Path) -> Iterator[Path]:
    """Write the graphs into a folder of their own; none, no folder."""
    for name, text in _networks(edition).items():
        path = folder / edition.named(NETWORKS, "") / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        yield path


def _publication(edition: Edition, folder: Path) -> Path:
    stem, _, ending = PUBLICATION_FILE.partition(".")
    path = folder / edition.named(stem, f".{ending}")
    text = publication_list(
        edition.released, edition.analyses, edition.shown, edition.say, rule_words=edition.rule_words
    )
    path.write_text(text, encoding="utf-8", newline="")
    return path

"""The deck: cover, main findings, the row account, one slide per exhibit, what is hidden."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

from kumppanuus.disclosure.released import Released, demand
from kumppanuus.drawing import Chart, theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.errors import StudyError
from kumppanuus.language.say import Say
from kumppanuus.report.account import account_of
from kumppanuus.report.exhibits import Exhibit, main_findings
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.protection import rules_of, status_of
from kumppanuus.report.slides.dark import on_white
from kumppanuus.report.slides.native import draw, fits, picture, remark
from kumppanuus.report.slides.native.chart import Ground
from kumppanuus.report.slides.notes import notes_of
from kumppanuus.report.slides.page import Deck
from kumppanuus.report.slides.settle import describe_file, settled
from kumppanuus.report.slides.template import open_paper
from kumppanuus.report.slides.texts import clean, height_of, lines_of, room_of, say_of_slides
from kumppanuus.report.slides.writing import INK, QUIET, Run, emu, text_box, write
from kumppanuus.report.words import faced, mark_of
from kumppanuus.study import Study

_SUBTITLE, _FOOTER, _APART, _UNDER = 24.0, 19.0, 9.0, 64.0
_DOT = " · "
_FINDING_SIZES = (20.0, 18.0, 17.0, 16.0, 15.0, 14.0)


def write_slides(
    path: Path,
    released: Released,
    shown: Sequence[Exhibit],
    study: Study,
    *,
    say: Say,
    facts: RunFacts,
    template: Path | None = None,
    charts: Sequence[str] = (),
) -> None:
    """Write the report as slides that PowerPoint and LibreOffice can edit.

    Parameters
    ----------
    shown : the exhibits of the run, in order.
    template : a presentation (``.pptx``, ``.potx``) whose size, layouts and theme are used; None = our own.
    charts : keys of the exhibits to take; empty = all.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate; nothing is written.
    StudyError
        KU540 the template has no layout with a title, KU541 it cannot be opened, KU542 there is no such exhibit,
        KU543 it holds macros; nothing is written.
    """
    demand(released)
    chosen = chosen_of(shown, charts)
    say = say_of_slides(faced(say, released))
    deck = Deck(open_paper(template), say, mark_of(say))
    teller = _Teller(deck, released, study, facts, len(shown))
    teller.cover()
    findings = teller.findings(chosen)
    if not charts:
        teller.account()
    slides = {exhibit.key: teller.exhibit(exhibit) for exhibit in chosen}
    if findings is not None:
        _linked(findings, [slides[exhibit.key] for exhibit in main_findings(chosen)])
    teller.closing()
    describe_file(deck.paper.deck, study, say, deck.mark)
    path.write_bytes(settled(deck.paper.deck, study, deck.language))


def chosen_of(shown: Sequence[Exhibit], charts: Sequence[str]) -> tuple[Exhibit, ...]:
    """Return the exhibits of some keys in the order of the report, all for none.

    Raises
    ------
    StudyError
        KU542 for a key that is not among them, with the nearest.
    """
    keys = [exhibit.key for exhibit in shown]
    for key in charts:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1, cutoff=0.3)
            raise StudyError("KU542", chart=key, near=near[0] if near else "-")
    return tuple(exhibit for exhibit in shown if not charts or exhibit.key in charts)


def parted(footer: str, room: float) -> list[str]:
    """Return a footer in lines; one begins with a whole part of it where that is possible."""
    lines: list[str] = []
    for part in clean(footer).split(_DOT):
        longer = f"{lines[-1]}{_DOT}{part}" if lines else part
        if lines and room_of(longer, theme.SMALLEST) <= room:
            lines[-1] = longer
        else:
            lines += lines_of(part, room, theme.SMALLEST)
    return lines


class _Teller:
    """Tells the report slide by slide."""

    def __init__(self, deck: Deck, released: Released, study: Study, facts: RunFacts, total: int) -> None:
        self.deck, self.released, self.study, self.facts, self.total = deck, released, study, facts, total
        self.say = deck.say
        self.body = deck.paper.body

    def cover(self) -> None:
        """Who, what, when; synthetic or real; how far it is protected; the run."""
        say, about, window = self.say, self.study.about, self.study.window
        period = say("report.period", first=say.date(window.first), last=say.date(window.last))
        status = [say("report.synthetic")] if about.synthetic else []
        status += [status_of(self.released, say), say("report.run", run=self.facts.run_id)]
        notes = [self.deck.mark, *status] if self.deck.mark else status
        slide = self.deck.add(about.title_in(say.language) or say("report.title"), notes, cover=True)
        lines = [about.organiser, period]
        holder = next(
            (shape for shape in slide.placeholders if shape.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE), None
        )
        top, left = self.deck.paper.height * 0.66, self.body.left
        if holder is not None:
            holder.left, holder.top, holder.width, holder.height = holder.left, holder.top, holder.width, emu(_UNDER)
            top, left = (holder.top + holder.height) / emu(1) + 12, holder.left / emu(1)
            write(holder.text_frame, [[Run(line, 22.0)] for line in lines], self.deck.language)
            holder.name = clean(say("slides.name_subtitle"))
        else:
            status = [*lines, *status]
        box = Box(left, top, self.deck.paper.width - left, max(self.deck.paper.height - 30, top + 60))
        runs = [[Run(line, theme.LABEL, None, QUIET)] for line in status]
        text_box(slide.shapes, box, runs, self.deck.language, name=say("slides.name_status"), apart=6.0)
        self.deck.finish(slide)

    def findings(self, chosen: Sequence[Exhibit]) -> Any:
        """The main findings; returns the box whose lines lead to their slides, or None when there is none."""
        found, say = main_findings(chosen), self.say
        texts = [exhibit.chart.headline for exhibit in found] or [say("report.no_findings")]
        slide = self.deck.add(say("report.findings"), [say("slides.findings_note")] if found else [])
        box = Box(self.body.left, self.body.top + 14, self.body.right, self.body.bottom - 26)
        size = self._size(texts, box, _FINDING_SIZES)
        runs = [[Run(text, size, None, INK)] for text in texts]
        for row, exhibit in zip(runs, found, strict=False):
            row += [Run("\N{EN SPACE}", size), Run(say("report.chart", number=exhibit.number), size)]
        shape = text_box(slide.shapes, box, runs, self.deck.language, name=say("report.findings"), apart=_APART)
        self.deck.finish(slide)
        return shape if found else None

    def _size(self, texts: Sequence[str], box: Box, sizes: Sequence[float]) -> float:
        """Return the first size of type in which paragraphs fit a box, the last where none does."""
        room = box.width - 80  # the number of the chart stands behind its finding
        fits = (size for size in sizes if height_of(texts, room, size, False, _APART) <= box.height)
        return next(fits, sizes[-1])

    def account(self) -> None:
        """Where the rows went, when the run has an account of them."""
        account = account_of(self.released, self.study, self.say, {})
        if account is None or account.chart is None:
            return
        say = self.say
        notes = [
            say("account.title"),
            say("account.lead"),
            account.chart.footer,
            say("report.run", run=self.facts.run_id),
        ]
        # As a picture: its thinnest parts are drawn wider than they are, which a table must not say.
        self._chart(account.chart, account.chart.footer, notes, native=False)

    def exhibit(self, exhibit: Exhibit) -> Any:
        """One exhibit; returns its slide."""
        number = self.say("report.chart", number=exhibit.number)
        footer = _DOT.join(filter(None, (number, exhibit.chart.footer)))
        notes = notes_of(exhibit, self.total, self.say, self.facts, self.deck.mark)
        return self._chart(exhibit.chart, footer, notes)

    def _chart(self, chart: Chart, footer: str, notes: Sequence[str], *, native: bool = True) -> Any:
        slide = self.deck.add(chart.headline, notes)
        box = self.body
        size = self._subtitle_size(chart.subtitle)
        tall = _SUBTITLE * len(lines_of(chart.subtitle, box.width, size))
        under = Box(box.left, box.top + 4, box.right, box.top + 4 + tall)
        self.deck.line(slide, under, chart.subtitle, size, QUIET, "slides.name_subtitle")
        top = under.bottom + 8 if chart.subtitle.strip() else box.top + 10
        edges = remark(chart.form, self.say) if native else ""
        lines, foot = self._foot(_DOT.join(filter(None, (footer, edges))))
        if edges and not fits(chart.form, Box(box.left, top, box.right, foot.top - 10)):
            native = False
            lines, foot = self._foot(footer)
        space = Box(box.left, top, box.right, foot.top - 10)
        ground = Ground(slide, space, self.say, self._alt(chart), self.study.window.last)
        before = len(slide.shapes)
        (draw if native else picture.draw)(ground, chart)
        if self.deck.paper.dark:
            on_white(slide, space, list(slide.shapes)[before:], self.say("slides.name_panel"))
        runs = [[Run(line, theme.SMALLEST, None, QUIET)] for line in lines]
        text_box(slide.shapes, foot, runs, self.deck.language, name=self.say("slides.name_footer"), anchor="bottom")
        self.deck.finish(slide)
        return slide

    def _foot(self, footer: str) -> tuple[list[str], Box]:
        """A footer in lines and where it stands, clear of the number of the slide."""
        room = self.body.width - (70 if self.deck.paper.own else 0)
        lines = parted(footer, room)
        bottom = self.body.bottom
        return lines, Box(self.body.left, bottom - _FOOTER * len(lines), self.body.left + room, bottom)

    def _subtitle_size(self, text: str) -> float:
        fits = [size for size in (theme.SUBTITLE, theme.LABEL) if len(lines_of(text, self.body.width, size)) == 1]
        return fits[0] if fits else theme.SMALLEST

    def _alt(self, chart: Chart) -> str:
        return f"{chart.mark}. {chart.alt}" if chart.mark else chart.alt

    def closing(self) -> None:
        """What is hidden and why, on as many slides as it takes."""
        say = self.say
        box = Box(self.body.left, self.body.top + 14, self.body.right, self.body.bottom - 26)
        pages: list[list[str]] = [[]]
        said = (*rules_of(self.released, say), say("slides.editing"))
        size = self._size(said, box, (theme.LABEL, theme.FOOTER, theme.SMALLEST))
        for text in said:
            if pages[-1] and height_of([*pages[-1], text], box.width, size, False, _APART) > box.height:
                pages.append([])
            pages[-1].append(text)
        for place, texts in enumerate(pages, start=1):
            title = say("slides.closing_internal" if say.exact else "slides.closing")
            title += f" ({place}/{len(pages)})" if len(pages) > 1 else ""
            slide = self.deck.add(title, [say("report.run", run=self.facts.run_id)])
            runs = [[Run(text, size, None, INK)] for text in texts]
            text_box(slide.shapes, box, runs, self.deck.language, name=title, apart=_APART)
            self.deck.finish(slide)


def _linked(shape: Any, slides: Sequence[Any]) -> None:
    """Let the number at the end of each line lead to the slide of its chart."""
    for paragraph, slide in zip(shape.text_frame.paragraphs, slides, strict=True):
        key = shape.part.relate_to(slide.part, RT.SLIDE)
        link = f'<a:hlinkClick {nsdecls("a", "r")} r:id="{key}" action="ppaction://hlinksldjump"/>'
        paragraph.runs[-1]._r.get_or_add_rPr().append(parse_xml(link))

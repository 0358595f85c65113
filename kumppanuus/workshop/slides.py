"""The summary of a workshop as slides that can be edited: the ranked table, then each decision with its chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx.enum.shapes import PP_PLACEHOLDER

from kumppanuus.disclosure.released import Released, demand
from kumppanuus.drawing import Chart, theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Bars, Curves, Dumbbell, Lines, Notice, StackedBars
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.protection import status_of
from kumppanuus.report.slides.native import draw
from kumppanuus.report.slides.native.chart import Ground
from kumppanuus.report.slides.notes import notes_of
from kumppanuus.report.slides.page import Deck
from kumppanuus.report.slides.settle import describe_file, settled
from kumppanuus.report.slides.template import Paper, open_paper
from kumppanuus.report.slides.texts import clean, height_of, lines_of, slide_texts
from kumppanuus.report.slides.writing import INK, QUIET, Run, text_box, write
from kumppanuus.report.words import faced, mark_of
from kumppanuus.study import Study
from kumppanuus.workshop.slide_band import add_band, place_of, remarks_of
from kumppanuus.workshop.slide_table import add_tables, link
from kumppanuus.workshop.summary import Decision, Summary
from kumppanuus.workshop.words import priority_key, workshop_texts

_APART, _FOOTER, _NUMBER = 8.0, 19.0, 70.0
_AROUND, _HEADING, _ROW, _LEAST_PLOT = 128.0, 26.0, 17.0, 260.0
"""Points that a band of two lines, the subtitle and the source take; what a chart of rows needs, and one of curves."""


def write_summary_slides(
    path: Path,
    summary: Summary,
    released: Released,
    study: Study,
    *,
    say: Say,
    facts: RunFacts,
    template: Path | None = None,
) -> None:
    """Write the summary as slides.

    Parameters
    ----------
    template : a presentation whose size, layouts and theme are used; None = our own.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate; nothing is written.
    StudyError
        What `kumppanuus.report.slides.template.open_paper` raises of a template; nothing is written.
    """
    say = faced(say, demand(released))
    say = say.with_texts({**slide_texts(), **workshop_texts()})
    deck = Deck(open_paper(template), say, mark_of(say))
    teller = _Teller(deck, summary, study, facts)
    teller.cover(status_of(released, say))
    links = add_tables(deck, summary)
    slides = [teller.decision(decision) for decision in summary.decisions]
    for place, slide in zip(links, slides, strict=True):
        link(place, slide)
    teller.silent()
    describe_file(deck.paper.deck, study, say, deck.mark)
    deck.paper.deck.core_properties.title = clean(f"{study.about.organiser}: {say('summary.title')}")
    path.write_bytes(settled(deck.paper.deck, study, deck.language))


@dataclass(frozen=True, slots=True, eq=False)
class _Teller:
    """Tells the summary slide by slide."""

    deck: Deck
    summary: Summary
    study: Study
    facts: RunFacts

    def cover(self, status: str) -> None:
        """Whose workshop, about what, how many scribes; synthetic or real; how far it is protected; the run."""
        say, about, window = self.deck.say, self.study.about, self.study.window
        title = about.title_in(say.language) or say("report.title")
        of = say("summary.of_report", title=title, first=say.date(window.first), last=say.date(window.last))
        told = [say("report.synthetic")] if about.synthetic else []
        run = " · ".join((say("report.run", run=self.facts.run_id), say("summary.scribes", n=self.summary.scribes)))
        told += [status, run, say("summary.no_personal")]
        slide = self.deck.add(say("summary.title"), told, cover=True)
        paper, lines = self.deck.paper, [about.organiser, of]
        holder = next(
            (each for each in slide.placeholders if each.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE), None
        )
        if holder is not None:
            write(holder.text_frame, [[Run(line)] for line in lines], self.deck.language)
            holder.name = clean(say("slides.name_subtitle"))
        if paper.own or holder is None:  # of a template it is not known what room is left; the speaker's notes have it
            box = Box(paper.body.left + 24, paper.height * 0.66, paper.body.right - 24, paper.height - 40)
            runs = [[Run(line, theme.LABEL, None, QUIET)] for line in (told if holder is not None else [*lines, *told])]
            text_box(slide.shapes, box, runs, self.deck.language, name=say("slides.name_status"), apart=6.0)
        self.deck.finish(slide)

    def decision(self, decision: Decision) -> Any:
        """One decision with its chart; returns its first slide.

        A chart that needs the whole slide, and remarks that are too long for the band, have slides of their own.
        """
        exhibit = decision.exhibit
        slide = self.deck.add(decision.title, list(self._spoken(decision)))
        if exhibit is None:
            self._remarks(slide, decision)
        elif _shares(exhibit.chart, self.deck.paper):
            self._together(slide, decision, exhibit)
        elif not (decision.item.action or decision.item.owner or remarks_of(decision, self.deck.say)):
            self._chart(slide, exhibit, self.deck.paper.body.top + 4, decision)
        else:
            self._remarks(slide, decision)
            own = self.deck.add(decision.title, list(self._of_chart(exhibit)))
            self._chart(own, exhibit, self.deck.paper.body.top + 4)
        return slide

    def silent(self) -> None:
        """The charts nothing was written down of."""
        say = self.deck.say
        names = [f"{say('summary.chart', number=each.number)}: {each.chart.headline}" for each in self.summary.silent]
        self._texts(say("summary.silent"), names, theme.LABEL)

    def _together(self, slide: Any, decision: Decision, exhibit: Exhibit) -> None:
        """The band over the chart; remarks that are too long for the band follow."""
        say = self.deck.say
        bottom, told = add_band(self.deck, slide, decision, remarks=True)
        self._chart(slide, exhibit, bottom + 8)
        if not told:
            self._texts(say("summary.notes_of", title=decision.title), remarks_of(decision, say), theme.LARGE)

    def _remarks(self, slide: Any, decision: Decision) -> None:
        """The band over the remarks, as many as there is room for; the others follow."""
        say = self.deck.say
        bottom, _ = add_band(self.deck, slide, decision, remarks=False)
        rest = self._paragraphs(slide, remarks_of(decision, say), bottom + 16, theme.LARGE)
        self.deck.finish(slide)
        self._texts(say("summary.notes_of", title=decision.title), rest, theme.LARGE)

    def _chart(self, slide: Any, exhibit: Exhibit, top: float, decision: Decision | None = None) -> None:
        """Draw a chart in what is left of a slide; its subtitle and its source stand above and below it.

        Parameters
        ----------
        decision : told beside the subtitle, when there is no band.
        """
        chart, box, say = exhibit.chart, self.deck.paper.body, self.deck.say
        footer = " · ".join(filter(None, (say("summary.chart", number=exhibit.number), chart.footer)))
        room = box.width - _NUMBER
        lines = len(lines_of(footer, room, theme.SMALLEST))
        foot = Box(box.left, box.bottom - _FOOTER * lines, box.left + room, box.bottom)
        under = Box(box.left, top, box.right, top + 20)
        self.deck.line(slide, under, chart.subtitle, theme.SMALLEST, QUIET, "slides.name_subtitle")
        if decision is not None:
            runs = [[Run(self._place(decision), theme.SMALLEST, True, INK)]]
            name = say("summary.name_urgency")
            text_box(slide.shapes, under, runs, self.deck.language, name=name, align="right")
        space = Box(box.left, under.bottom + 4, box.right, foot.top - 6)
        alt = f"{chart.mark}. {chart.alt}" if chart.mark else chart.alt
        draw(Ground(slide, space, say, alt, self.study.window.last), chart)
        self.deck.line(slide, foot, footer, theme.SMALLEST, QUIET, "slides.name_footer", "bottom")
        self.deck.finish(slide)

    def _texts(self, title: str, texts: Sequence[str], size: float) -> None:
        """Set paragraphs on as many slides as they take; none for none."""
        rest = list(texts)
        while rest:
            slide = self.deck.add(title, [])
            rest = self._paragraphs(slide, rest, self.deck.paper.body.top + 14, size)
            self.deck.finish(slide)

    def _paragraphs(self, slide: Any, texts: Sequence[str], top: float, size: float) -> list[str]:
        """Set as many paragraphs as a slide holds, at least one; returns the others."""
        body = self.deck.paper.body
        box = Box(body.left, top, body.right, body.bottom - 26)
        high = [height_of(texts[:n], box.width, size, False, _APART) for n in range(1, len(texts) + 1)]
        taken = max(sum(each <= box.height for each in high), 1)
        runs = [[Run(text, size, None, INK)] for text in texts[:taken]]
        if runs:
            name = self.deck.say("summary.notes")
            text_box(slide.shapes, box, runs, self.deck.language, name=name, apart=_APART)
        return list(texts[taken:])

    def _place(self, decision: Decision) -> str:
        return f"{self.deck.say(priority_key(decision.item.priority))} · {place_of(decision, self.deck.say)}"

    def _spoken(self, decision: Decision) -> Iterator[str]:
        """Yield all that was written down of an exhibit, for the speaker, and what the report says of its chart."""
        say, item = self.deck.say, decision.item
        yield self._place(decision)
        yield from (say(f"summary.{name}_line", text=text) for name, text in
                    (("action", item.action), ("owner", item.owner)) if text)  # fmt: skip
        yield from remarks_of(decision, say)
        if decision.exhibit is not None:
            yield from self._of_chart(decision.exhibit)

    def _of_chart(self, exhibit: Exhibit) -> Iterator[str]:
        total = len(self.summary.silent) + sum(each.exhibit is not None for each in self.summary.decisions)
        yield from notes_of(exhibit, total, self.deck.say, self.facts, self.deck.mark)


def _shares(chart: Chart, paper: Paper) -> bool:
    """Tell whether a chart is legible in what the band leaves of a slide."""
    room = paper.body.height - _AROUND
    match chart.form:
        case Bars() as form:
            lines = len(form.groups) + sum(1 + bar.label.count("\n") for bar in form.bars)
            return _HEADING + _ROW * lines <= room
        case StackedBars() | Dumbbell() as form:
            return _HEADING + _ROW * len(form.rows) <= room
        case Curves() | Lines():
            return room >= _LEAST_PLOT
        case Notice():
            return True
        case _:
            return False

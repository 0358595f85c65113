"""How to read each chart, in the three languages, with the demo's pictures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from docs_build.markdown import escaped, spoken
from kumppanuus import gallery
from kumppanuus.drawing import svg_text
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say, speaker
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.report.page import anchor
from kumppanuus.report.store import StoredRun
from kumppanuus.report.words import say_of_report, say_of_room
from kumppanuus.study import LANGUAGES, Study
from kumppanuus.wings import ROOMS


def exhibit_pages(run: StoredRun) -> dict[str, str]:
    """Return place → content of the pages and their pictures."""
    made: dict[str, str] = {}
    for language in LANGUAGES:
        say = speaker(run.study, language)
        shown = exhibits(run.released, ROOMS, say)
        made[f"exhibits/{language}.md"] = spoken("\n".join(_page(shown, say)), language)
        for exhibit in shown:
            picture = svg_text(exhibit.chart, prefix="k", frame="body", embed_font=True)
            made[f"exhibits/{language}/{anchor(exhibit)}.svg"] = picture
    return {**made, **_forms(run.study)}


def _forms(study: Study) -> dict[str, str]:
    """Return the page of the forms of charts, each on made-up numbers."""
    say = speaker(study, "en")
    shown = exhibits(released_gallery(gallery.ROOMS), gallery.ROOMS, say)
    lead = "# Forms of charts\n\nWhat later analyses are drawn with, each on numbers that are made up.\n"
    made = {f"en/{anchor(each)}.svg": svg_text(each.chart, prefix="k", embed_font=True) for each in shown}
    pages = "\n".join([lead, *_rooms(shown, say)])
    return {"forms/index.md": pages, **{f"forms/{place}": picture for place, picture in made.items()}}


def _page(shown: tuple[Exhibit, ...], say: Say) -> Iterator[str]:
    report = say_of_report(say)
    yield f"# {escaped(report('report.reading'))}\n"
    yield f"{escaped(report('report.synthetic'))}\n"
    yield from _rooms(shown, say)


def _rooms(shown: tuple[Exhibit, ...], say: Say) -> Iterator[str]:
    report = say_of_report(say)
    for _, inside in groupby(shown, key=lambda exhibit: exhibit.analysis.key):
        of_room = list(inside)
        room = say_of_room(of_room[0].analysis, say)
        yield f"## {escaped(room('room.title'))}\n"
        yield f"{escaped(room('room.question'))} (`{of_room[0].analysis.key}`)\n"
        for exhibit in of_room:
            yield from _exhibit(exhibit, report)
        if any(exhibit.method != room("room.method") for exhibit in of_room):
            yield from _told(report("report.method"), room("room.method"))
        yield from _told(report("report.source"), room("room.source"))


def _exhibit(exhibit: Exhibit, report: Say) -> Iterator[str]:
    name = anchor(exhibit)
    yield f"### {escaped(exhibit.chart.headline)} {{ #{name} }}\n"
    yield f"{escaped(exhibit.chart.subtitle)}\n" if exhibit.chart.subtitle else ""
    yield f"![{escaped(exhibit.chart.alt)}]({report.language}/{name}.svg)\n"
    yield f"<small>{escaped(exhibit.chart.footer)}</small>\n" if exhibit.chart.footer else ""
    for part in ("how", "method", "caveat"):
        if text := getattr(exhibit, part):
            yield from _told(report(f"report.{part}"), text)
    if exhibit.questions:
        yield f"**{escaped(report('report.discuss'))}**\n"
        yield from (f"- {escaped(question)}" for question in exhibit.questions)
    yield f"\n`{exhibit.key}`\n"


def _told(what: str, text: str) -> Iterator[str]:
    yield f"**{escaped(what)}.** {escaped(text)}\n"

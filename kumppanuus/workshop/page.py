"""The summary of a workshop as one HTML file in the style of the report: no server, no network, no script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kumppanuus import drawing
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.figures import Figures
from kumppanuus.report.protection import line_of, status_of
from kumppanuus.report.words import faced, mark_of, plain, say_of_report
from kumppanuus.study import Study
from kumppanuus.workshop.summary import Decision, Summary
from kumppanuus.workshop.words import priority_key, say_of_workshop

POLICY = "default-src 'none'; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a browser may load or run for the page: nothing but what stands in the file, and no script."""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A decision as the page shows it.

    svg : the chart as inline SVG; empty when there is none. protection : what is hidden in it, in words.
    paragraphs : the notes, each a list of lines.
    """

    decision: Decision
    svg: Markup
    protection: str
    paragraphs: tuple[tuple[str, ...], ...]


def render_summary(
    summary: Summary, released: Released, study: Study, *, say: Say, facts: RunFacts, figures: Figures
) -> str:
    """Return the whole page.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate.
    """
    say = faced(say, demand(released))
    report = say_of_report(say)
    words = {
        "t": say_of_workshop(say),
        "say": say,
        "study": study,
        "facts": facts,
        "policy": POLICY,
        "organiser": study.about.organiser,
        "report_title": study.about.title_in(say.language) or report("report.title"),
        "first": say.date(study.window.first),
        "last": say.date(study.window.last),
        "run": report("report.run", run=facts.run_id),
        "synthetic": report("report.synthetic") if study.about.synthetic else "",
        "status": status_of(released, say),
        "mark": mark_of(say),
        "summary": summary,
        "sections": [_section(decision, say, figures) for decision in summary.decisions],
    }
    body = _rendered("summary.html.j2", words)
    face = Markup(drawing.font_face_css("".join(sorted({*body.unescape(), *mark_of(say)}))))
    style = _rendered("style.css", words) + _rendered("summary.css", words)
    if words["mark"]:
        style += _rendered("secret.css", words)
    return str(_rendered("summary_page.html.j2", words, body=body, face=face, style=style))


def paragraphs_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the paragraphs of a text, each as its lines."""
    return tuple(tuple(part.strip("\n").split("\n")) for part in text.split("\n\n") if part.strip())


def _section(decision: Decision, say: Say, figures: Figures) -> Section:
    exhibit, paragraphs = decision.exhibit, paragraphs_of(decision.item.notes)
    if exhibit is None:
        return Section(decision, Markup(""), "", paragraphs)
    svg = figures.svg(exhibit.chart, prefix=f"k{exhibit.number}", frame="body")
    return Section(decision, Markup(plain(svg)), line_of(exhibit.tables, say), paragraphs)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    def finish(value: object) -> object:
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    packages = ("kumppanuus.workshop", "kumppanuus.report")
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates") for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finish,
    )
    environment.globals["priority_key"] = priority_key
    return environment


def _rendered(template: str, words: Mapping[str, object], **more: object) -> Markup:
    return Markup(_templates().get_template(template).render(words, **more))

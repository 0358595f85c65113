"""Scenarios as one HTML page: what is assumed and by whom, what follows, and the charts; no script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from kumppanuus import drawing
from kumppanuus.disclosure.released import Released, demand
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.figures import Figures
from kumppanuus.report.page import rendered, rooms_of
from kumppanuus.report.protection import status_of
from kumppanuus.report.scenario_words import Grid, say_of_what_if
from kumppanuus.report.table_markup import table_markup
from kumppanuus.report.words import faced, mark_of, say_of_report
from kumppanuus.study import Study

POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""What a browser may load or run for the page: nothing but what stands in the file, and no script."""


def render_scenarios(
    released: Released, shown: Sequence[Exhibit], study: Study, *, title: str, results: Sequence[Grid],
    inputs: Sequence[Grid], result: str, remark: str, say: Say, facts: RunFacts, figures: Figures,
) -> str:  # fmt: skip
    """Return the whole page.

    Parameters
    ----------
    released : with the tables of the scenarios made anew. shown : their exhibits.
    results, inputs : tables of what follows and of what is assumed.
    result, remark : a sentence under each of the two; empty for none.

    Raises
    ------
    DisclosureError
        KU501 when the results have not passed the gate.
    """
    say = faced(say, demand(released))
    report = say_of_report(say)
    words = {
        "t": report,
        "w": say_of_what_if(say),
        "say": say,
        "study": study,
        "facts": facts,
        "policy": POLICY,
        "title": title,
        "results": results,
        "inputs": inputs,
        "result": result,
        "remark": remark,
        "rooms": rooms_of(shown, say, figures),
        "total": len(shown),
        "status": status_of(released, say),
        "mark": mark_of(say),
        "table": partial(table_markup, say=say),
    }
    body = rendered("scenarios.html.j2", words)
    face = Markup(drawing.font_face_css("".join(sorted({*body.unescape(), *mark_of(say)}))))
    sheets = ("style.css", *(("secret.css",) if words["mark"] else ()))
    style = Markup("").join(rendered(sheet, words) for sheet in sheets)
    return str(rendered("scenarios_page.html.j2", words, body=body, face=face, style=style))

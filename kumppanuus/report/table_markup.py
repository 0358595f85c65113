"""Tables of numbers as HTML, as little of it as a browser and a screen reader need.

Most of a page's bytes are cells, so the end tags that HTML lets out are left out, a cell without a class is a number,
and direction of text is left to the style sheet. Rows are put together here, not in a template: it is ten times faster.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from kumppanuus.language.say import Say
from kumppanuus.report.shown import ShownColumn, ShownTable
from kumppanuus.report.words import plain, say_of_report


def table_markup(table: ShownTable, say: Say) -> Markup:
    """Return a table with caption and scopes, in a box that is scrolled sideways on narrow screens."""
    label = escape(say_of_report(say)("report.table_label", title=table.title))
    heads = "".join(_head(column) for column in table.columns)
    return Markup(
        plain(
            f'<div class="scroller" tabindex="0" role="group" aria-label="{label}">\n<table class="data">\n'
            f"<caption>{escape(table.title)}</caption>\n<thead><tr>{heads}</thead>\n"
            f"<tbody>{_body(table, say('word.hidden'))}</tbody>\n</table>\n</div>"
        )
    )


def _head(column: ShownColumn) -> str:
    return f"<th scope=col{_class('' if column.kind == 'label' else 'number')}>{escape(column.title)}"


def _body(table: ShownTable, hidden: str) -> str:
    """Return the rows; one that says why there is none."""
    rows = list(zip(*(column.texts for column in table.columns), strict=True))
    if not rows:
        return f'<tr><td colspan="{len(table.columns)}" class="words">{escape(hidden) if table.hidden else "–"}'
    headed = table.headed
    opening = [_opening(column, place < headed) for place, column in enumerate(table.columns)]
    shut = f'<td class="word">{escape(hidden)}'
    return "".join(
        "<tr>"
        + "".join(
            shut if text == hidden and start == "<td>" else f"{start}{escape(text)}"
            for start, text in zip(opening, row, strict=True)
        )
        for row in rows
    )


def _opening(column: ShownColumn, heads: bool) -> str:
    if heads:
        return f"<th scope=row{_class('' if column.kind == 'label' else 'number')}>"
    return f"<td{_class('words' if column.kind == 'label' else '')}>"


def _class(name: str) -> str:
    return f" class={name}" if name else ""

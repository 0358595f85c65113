"""The charts: which services go together, on a circle and by forces; the one with most ties highlighted."""

from __future__ import annotations

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, NetworkCircle
from kumppanuus.forms.network_circle import Layout, hub_of, network_circle, pairs_from
from kumppanuus.forms.nothing import nothing
from kumppanuus.gallery.ties.compute import LEAST_LIFT
from kumppanuus.language.say import Say, footer

_LONGEST = 110


def circle(released: ReleasedResult, say: Say) -> Chart:
    """Draw the services around a circle, those of one level beside each other."""
    return _chart(released, say, "circle")


def force(released: ReleasedResult, say: Say) -> Chart:
    """Draw services near each other that go together."""
    return _chart(released, say, "force")


def _chart(released: ReleasedResult, say: Say, layout: Layout) -> Chart:
    services, pairs = released.tables["services"], pairs_from(released.tables["pairs"], LEAST_LIFT)
    if services.frame["families"].notna().sum() == 0:
        return nothing(say("circle.nothing"), say)
    hub = hub_of(pairs, services)
    form = network_circle(released.tables["pairs"], say, nodes=services, least=LEAST_LIFT, bold=hub, layout=layout)
    headline = ties_headline(pairs, hub, say)
    everybody = float(released["everyone"]["families"].iloc[0])
    left = len(pairs) - len(form.edges)
    note = footer(say, say("note.n", n=everybody), say("note.least", lift=LEAST_LIFT),
                  say("note.left_out", n=left) if left else "")  # fmt: skip
    return Chart(form, headline, say(f"{layout}.subtitle"), note, _alt(headline, form))


def ties_headline(pairs: pd.DataFrame, hub: str, say: Say) -> str:
    """Name the service with most ties and its strongest one; say so when nothing goes together."""
    if not hub:
        return say("circle.headline.none", lift=LEAST_LIFT)
    own = pairs[(pairs["first"] == hub) | (pairs["second"] == hub)].iloc[0]
    other = own["second"] if own["first"] == hub else own["first"]
    count = int(((pairs["first"] == hub) | (pairs["second"] == hub)).sum())
    names = {
        "hub": say.label("helps", hub),
        "other": say.label("helps", other),
        "lift": say.number(float(own["lift"]), 1),
    }
    case = "one" if count == 1 else "many"
    whole = say(f"circle.headline.{case}", n=count, **names)
    return whole if len(whole) <= _LONGEST else say("circle.headline.short", n=count, hub=names["hub"])


def _alt(headline: str, form: NetworkCircle) -> str:
    """The finding, then the highlighted ties."""
    names = {node.key: node.label for node in form.nodes}
    ties = [f"{names[edge.a]} – {names[edge.b]} {edge.text}" for edge in form.edges if edge.highlight]
    return ". ".join([headline, *ties]) + "."

"""The register's own number beside the public one of the county and the country."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.forest import forest_of, is_clear
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rates import PER, published_rates
from kumppanuus.language.say import Say, footer

_ABOVE = ("county", "country")


def compared(released: ReleasedResult, say: Say) -> Chart:
    """Draw the register's children per 1,000 beside the public values of the first indicator that can be compared."""
    found = comparisons(released)
    if found.empty:
        return nothing(say(_why_nothing(released)), say)
    indicator = found["indicator"].iloc[0]
    rows = found[found["indicator"] == indicator]
    own = rows[rows["part"] == "register"].iloc[0]
    against = rows[rows["part"].isin(_ABOVE)].iloc[0]
    shown = rows.assign(
        label=[say(f"compared.{part}") for part in rows["part"]],
        n_text=[say.about(n) if not math.isnan(n) else "" for n in rows["persons"]], bold=rows["part"] == "register",
    )  # fmt: skip
    form = forest_of(
        shown, say, reference=float(against["value"]), log=False, axis_title=say("compared.axis"), digits=0,
        reference_text=say("compared.reference", part=say(f"compared.{against['part']}")),
        text_title=say("compared.text"), n_title=say("compared.n"), below="neutral", above="neutral",
    )  # fmt: skip
    headline = _headline(own, against, say)
    subtitle = say("compared.subtitle", indicator=say.label("indicators", indicator), year=str(own["year"]))
    source = say("compared.source", source=say.label("indicator_sources", indicator))
    words = footer(say, say("n.children", n=say.about(float(own["persons"])), year=str(own["year"])), source)
    return Chart(form, headline, subtitle, words, say("compared.alt", headline=headline, n=len(shown)))


def comparisons(released: ReleasedResult) -> pd.DataFrame:
    """Return what can be compared, per 1,000 inhabitants aged 0-17.

    Returns
    -------
    ``indicator``, ``part`` (``register``: our own count; ``own``, ``county``, ``country``: public values), ``year``,
    ``worse``, ``value``, ``lower``, ``upper``, ``persons``, ``families``; indicators in the order of the study.
    """
    table, public = released.tables["compared"], released["public"]
    counted = table.frame.join(published_rates(table, of="persons", families="families", base="population"))
    ours = counted.dropna(subset=["value"]).assign(part="register")
    known = public.assign(value=public["value"] * PER / public["per"], lower=math.nan, upper=math.nan)
    above = known.loc[known["part"].isin(_ABOVE), "indicator"]
    both = [each for each in public["indicator"].drop_duplicates() if each in set(ours["indicator"]) & set(above)]
    worse = public.drop_duplicates("indicator").set_index("indicator")["worse"]
    columns = ["indicator", "part", "year", "worse", "value", "lower", "upper", "persons", "families"]
    parts = [part for each in both for part in (ours[ours["indicator"] == each], known[known["indicator"] == each])]
    if not parts:
        return pd.DataFrame(columns=columns)
    rows: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return rows.assign(worse=rows["indicator"].map(worse)).reindex(columns=columns)


def _why_nothing(released: ReleasedResult) -> str:
    if released["public"].empty:
        return "compared.no_indicators"
    ours = released["compared"]
    if ours.empty:
        return "change.no_children" if released["children"].empty else "compared.nothing"
    return "change.no_population" if ours["population"].isna().all() else "compared.nothing"


def _headline(own: pd.Series, against: pd.Series, say: Say) -> str:
    value, lower, upper, other = (float(each) for each in (*own[["value", "lower", "upper"]], against["value"]))
    case = "unclear" if not is_clear(value, lower, upper, other) else "above" if value > other else "below"
    words = {"ours": say.number(value), "theirs": say.number(other), "year": str(own["year"])}
    return say(f"compared.headline.{case}_{against['part']}", **words)

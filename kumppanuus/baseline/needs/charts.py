"""Pictures of what causes the need for support. Protected numbers only."""

from __future__ import annotations

import math

from kumppanuus.baseline.needs.shown import (
    TOGETHER,
    Apart,
    compared,
    farthest,
    grown,
    known_needs,
    need_name,
    share_in,
    with_shares,
)
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years, rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Dumbbell, DumbbellRow
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.family_shares import Share, difference_of
from kumppanuus.forms.heatmap import heatmap
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.register.codes import UNKNOWN

_MOST_ROWS, _MOST_PAIRS = 12, 8
_FIRST, _SECOND = "contact", "assessment"
Pair = tuple[str, Share, Share]


def stages(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share of the families has each need at the contact and at the assessment."""
    needs = known_needs(released, "stage_reasons")
    found = [
        (need, share_in(released, "stages", need, [_FIRST]), share_in(released, "stages", need, [_SECOND]))
        for need in needs
    ]
    known = [each for each in found if each[1].known and each[2].known]
    if not known:
        return _reasons(released, say)
    headline = _stages_headline(known, say)
    names = (say("stages.start"), say("stages.end"))
    return _dumbbell("stages", known, names, headline, released, say)


def years(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share of the families has each need in the last full year and in the full years before."""
    found, full = grown(released), full_years(released)
    if not found:
        return nothing(say("years.nothing"), say)
    span = full[0] if len(full) == 2 else f"{full[0]}–{full[-2]}"
    headline = _years_headline(found, span, say)
    names = (say("years.start", years=span), say("years.end", year=full[-1]))
    pairs = [(each.need, each.others, each.here) for each in found]
    return _dumbbell("years", pairs, names, headline, released, say)


def ages(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of families with each need by the age of the child or adult it was recorded of."""
    return _table("ages", released, say)


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of families with each need by area."""
    return _table("areas", released, say)


def levels(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of families with each need by the highest level of services that follows."""
    return _table("levels", released, say)


def pairs(released: ReleasedResult, say: Say) -> Chart:
    """Draw the pairs of needs that go together, those above what is expected first."""
    frame = released["pairs"]
    named = frame.assign(label=[_pair_name(row, say) for row in rows_of(frame)], more=frame["mark"] > 0)
    order = ["more", "ratio", "families", "label"]
    ranked = rows_of(named.dropna(subset=["families"]).sort_values(order, ascending=[False, False, False, True]))
    if not ranked:
        return nothing(say("pairs.nothing"), say)
    shown = ranked[:_MOST_PAIRS]
    bars = tuple(
        Bar(str(row["label"]), float(row["families"]), say.number(row["families"]),
            "accent" if row["more"] else "neutral", _times(row["ratio"], say), bold=place == 0 and bool(row["more"]))
        for place, row in enumerate(shown)
    )  # fmt: skip
    headline = _pairs_headline(shown[0], say)
    left_out = say("left_out.pairs", n=len(ranked) - len(shown)) if len(ranked) > len(shown) else ""
    sampled = say("left_out.sampled") if released["everyone"]["sampled"].iloc[0] else ""
    words = footer(say, _n(released, say), left_out, sampled)
    return Chart(Bars(bars, say("pairs.axis")), headline, say("pairs.subtitle"), words,
                 say("pairs.alt", headline=headline, n=len(bars)))  # fmt: skip


def _dumbbell(
    name: str, found: list[Pair], names: tuple[str, str], headline: str, released: ReleasedResult, say: Say
) -> Chart:  # fmt: skip
    ranked = sorted(found, key=lambda each: (-each[2].value, need_name(each[0], say)))
    rows = tuple(
        DumbbellRow(need_name(need, say), first.value, last.value, *_outside(first, last, say),
                    "accent" if _apart(first, last, len(found)) else "neutral")
        for need, first, last in ranked[:_MOST_ROWS]
    )  # fmt: skip
    highest = max(max(row.start or 0.0, row.end or 0.0) for row in rows)
    ticks = tuple((mark / 100, say.percent(mark / 100)) for mark in round_marks(0.0, max(highest * 100, 1.0), 5))
    left_out = say("left_out.needs", n=len(ranked) - len(rows)) if len(ranked) > len(rows) else ""
    return Chart(
        Dumbbell(rows, *names, ticks=ticks, axis_title=say(f"{name}.axis")),
        headline,
        say(f"{name}.subtitle"),
        footer(say, _n(released, say), left_out),
        say(f"{name}.alt", headline=headline, n=len(rows)),
    )


def _outside(first: Share, last: Share, say: Say) -> tuple[str, str]:
    """Return the two texts; equal marks have one."""
    return ("" if first.value == last.value else say.percent(first.value)), say.percent(last.value)


def _apart(first: Share, last: Share, n: int) -> bool:
    """Whether two shares surely differ when so many pairs of shares are compared."""
    low, high = difference_of(last, first, confidence=confidence_of_each(TOGETHER, n))
    return low > 0 or high < 0


def _stages_headline(known: list[Pair], say: Say) -> str:
    """Say what is found at the assessment surely more often than at the contact, else what is commonest."""
    confidence = confidence_of_each(TOGETHER, len(known))
    grown_most = [(difference_of(last, first, confidence=confidence)[0], need, first, last)
                  for need, first, last in known]  # fmt: skip
    low, need, first, last = max(grown_most, key=lambda each: each[0])
    if low > 0:
        return say("stages.headline.more", need=need_name(need, say), contact=say.percent(first.value),
                   assessment=say.percent(last.value))  # fmt: skip
    need, _, last = min(known, key=lambda each: (-each[2].value, each[0]))
    return say("stages.headline.commonest", need=need_name(need, say), assessment=say.percent(last.value))


def _years_headline(found: list[Apart], span: str, say: Say) -> str:
    top = farthest(found)
    if top is None:
        return say("years.headline.same", years=span)
    words = {"need": need_name(top.need, say), "before": say.percent(top.others.value)}
    case = "up" if top.low > 0 else "down"
    return say(f"years.headline.{case}", now=say.percent(top.here.value), year=top.code, years=span, **words)


def _table(name: str, released: ReleasedResult, say: Say) -> Chart:
    table = with_shares(released, name)
    by = table.declaration.dimensions[1]
    told = table.frame[table.frame["share"].notna()]
    order = [code for code in dict.fromkeys(told[by].astype(str)) if code != UNKNOWN]
    if len(order) < 2:  # one group is nothing to compare: ages, areas or services were not given, or are hidden
        return nothing(say(f"{name}.nothing"), say)
    top = farthest(compared(released, name))
    form = heatmap(
        table, say, rows="need", columns=by, of="share", column_order=order, scale_title=say(f"{name}.scale"),
        bold=None if top is None else (top.need, top.code),
    )  # fmt: skip
    headline = _table_headline(name, top, table.declaration.columns[by].codes, say)
    hidden = int(table.masked["share"].sum())
    words = footer(say, _n(released, say), say("left_out.hidden", n=hidden) if hidden else "")
    alt = say(f"{name}.alt", headline=headline, n=len(form.rows))
    return Chart(form, headline, say(f"{name}.subtitle"), words, alt)


def _table_headline(name: str, top: Apart | None, codes: str, say: Say) -> str:
    if top is None:
        return say(f"{name}.headline.same")
    group = say.label(codes, top.code)
    words = {"need": need_name(top.need, say), "group": group if name == "areas" else group[0].lower() + group[1:]}
    case = "more" if top.low > 0 else "fewer"
    return say(f"{name}.headline.{case}", here=say.percent(top.here.value), **words)


def _reasons(released: ReleasedResult, say: Say) -> Chart:
    """Without both stages: how many families have each need."""
    frame = released["reasons"].dropna(subset=["families"])
    named = frame.assign(label=[need_name(str(code), say) for code in frame["need"]])
    ranked = rows_of(named[named["families"] > 0].sort_values(["families", "label"], ascending=[False, True]))
    if not ranked:
        return nothing(say("stages.nothing"), say)
    bars = tuple(
        Bar(row["label"], float(row["families"]), say.number(row["families"]), "neutral", bold=place == 0)
        for place, row in enumerate(ranked[:_MOST_ROWS])
    )
    headline = say("stages.headline.number", need=ranked[0]["label"], n=say.about(float(ranked[0]["families"])))
    form = Bars(bars, say("stages.axis_families"))
    words = footer(say, _n(released, say))
    alt = say("stages.alt", headline=headline, n=len(bars))
    return Chart(form, headline, say("stages.subtitle_families"), words, alt)


def _pairs_headline(top: dict[str, float], say: Say) -> str:
    if not top["more"]:
        return say("pairs.headline.none")
    first, second = (need_name(str(top[end]), say) for end in ("first", "second"))
    ratio = say.number(float(top["ratio"]), 1)
    return say("pairs.headline.more", first=first, second=second, ratio=ratio)


def _pair_name(row: dict[str, str], say: Say) -> str:
    return f"{need_name(str(row['first']), say)} +\n{need_name(str(row['second']), say)}"


def _times(ratio: float, say: Say) -> str:
    return "" if math.isnan(ratio) else say("pairs.times", ratio=say.number(float(ratio), 1))


def _n(released: ReleasedResult, say: Say) -> str:
    everyone = released["everyone"]["families"]
    if everyone.empty:
        return ""
    return say("n.families", n=say.about(float(everyone.iloc[0]), math.isnan(everyone.iloc[0])))

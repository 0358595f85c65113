"""The charts of means: two groups side by side by theme and by question, and how sure their differences are."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kumppanuus.baseline.capability.points import LEAST_RESPONDENTS, differences, means, overall, scale_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow
from kumppanuus.forms.forest import clear_rows, forest_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer

MOST_ITEMS = 8
_LONGEST = 115


def themes(released: ReleasedResult, say: Say) -> Chart:
    """Draw the mean of every theme in the two groups compared, or of everybody where there are no two groups."""
    rows = differences(released)
    if rows.empty:
        return _everybody(released, say)
    top = rows.iloc[0]
    clear = bool(clear_rows(_estimates(rows), 0.0)[0])
    words = {
        "theme": say.label("themes", top["theme"]), **_groups(top, say), **_ends(top, say), "scale": _scale(released)
    }  # fmt: skip
    headline = fitting(say, f"themes.headline.{'apart' if clear else 'alike'}", **words)
    form = _dumbbell(rows, "theme", "themes", released, say)
    return Chart(form, headline, say("themes.subtitle", scale=_scale(released)), note(released, say),
                 _alt(headline, rows, "theme", "themes", say))  # fmt: skip


def apart(released: ReleasedResult, say: Say) -> Chart:
    """Draw how far the two groups are from each other in every theme, with limits that hold for all together."""
    rows = differences(released)
    if rows.empty:
        return nothing(say("differences.nothing", n=LEAST_RESPONDENTS), say)
    estimates = _estimates(rows)
    sure = rows[clear_rows(estimates, 0.0)]
    top = (sure if len(sure) else rows).iloc[0]
    words = {
        "theme": say.label("themes", top["theme"]), **_groups(top, say), "points": _points(abs(top["difference"]), say),
        "lower": _points(min(abs(top["difference_lower"]), abs(top["difference_upper"])), say),
        "upper": _points(max(abs(top["difference_lower"]), abs(top["difference_upper"])), say),
    }  # fmt: skip
    headline = fitting(say, f"differences.headline.{_case(len(sure))}", n=len(sure), all=len(rows), **words)
    drawn = estimates.assign(
        label=[say.label("themes", code) for code in rows["theme"]], n_text="",
        bold=[len(sure) > 0 and code == top["theme"] for code in rows["theme"]],
    ).sort_values(["value", "label"], ascending=[False, True])  # fmt: skip
    form = forest_of(
        drawn, say, reference=0.0, log=False, below="special", above="special", digits=1,
        reference_text=say("differences.same"), text_title=say("differences.points"),
        below_text=say("differences.below", **_groups(top, say)),
        above_text=say("differences.above", **_groups(top, say)), axis_title=say("differences.axis"),
    )  # fmt: skip
    return Chart(form, headline, say("differences.subtitle", **_groups(top, say)), note(released, say),
                 say("differences.alt", headline=headline, n=len(rows)))  # fmt: skip


def items(released: ReleasedResult, say: Say) -> Chart:
    """Draw the questions on which the two groups are farthest from each other."""
    rows = differences(released, "items", "question")
    if rows.empty:
        return nothing(say("items.nothing", n=LEAST_RESPONDENTS), say)
    top = rows.iloc[0]
    case = "apart" if clear_rows(_estimates(rows), 0.0)[0] else "alike"
    words = {**_groups(top, say), **_ends(top, say)}
    headline = fitting(say, f"items.headline.{case}", question=say.label("questions", top["question"]), **words)
    shown = rows.head(MOST_ITEMS)
    form = _dumbbell(shown, "question", "questions", released, say)
    left = len(rows) - len(shown)
    return Chart(form, headline, say("items.subtitle", n=len(shown), all=len(rows), scale=_scale(released)),
                 note(released, say, say("note.left_out", n=left) if left else ""),
                 _alt(headline, shown, "question", "questions", say))  # fmt: skip


def fitting(say: Say, key: str, **words: object) -> str:
    """Return a headline, or its short form where names make it too long."""
    whole = say(key, **words)
    return whole if len(whole) <= _LONGEST or not say.has(f"{key}_short") else say(f"{key}_short", **words)


def note(released: ReleasedResult, say: Say, *left_out: str) -> str:
    """Return the footer: who answered, and which groups are too small to be told apart."""
    groups = released["groups"]
    everyone = released["everyone"]["persons"].dropna()
    n_text = say("note.n", n=float(everyone.sum())) if len(everyone) else ""
    have = set(means(released)["respondent_group"].astype(str))
    small = [say.label("respondent_groups", code) for code, n in zip(groups["respondent_group"], groups["persons"],
             strict=True) if str(code) not in have and n != 0]  # fmt: skip
    few = say("note.small", groups=", ".join(map(_lower, small)), n=LEAST_RESPONDENTS) if small else ""
    return footer(say, n_text, *(each for each in (few, *left_out) if each))


def _everybody(released: ReleasedResult, say: Say) -> Chart:
    """Draw the mean of every theme over all respondents, where groups cannot be told apart."""
    rows = overall(released)
    if rows.empty:
        return nothing(say("themes.nothing", n=LEAST_RESPONDENTS), say)
    low, high = scale_of(released)
    drawn = rows.assign(
        label=[say.label("themes", code) for code in rows["theme"]], value=rows["mean"],
        n_text=[say.about(float(n)) for n in rows["respondents"]], bold=False,
    ).sort_values(["value", "theme"], ascending=[True, True], ignore_index=True)  # fmt: skip
    drawn.loc[0, "bold"] = True
    lowest = drawn.iloc[0]
    case = "below" if lowest["upper"] < (low + high) / 2 else "not_below"
    headline = fitting(say, f"themes.headline.{case}", theme=lowest["label"], mean=say.number(lowest["value"], 1),
                       scale=_scale(released))  # fmt: skip
    form = forest_of(
        drawn, say, reference=(low + high) / 2, log=False, below="special", above="early", digits=1,
        ticks=tuple(range(low, high + 1)), reference_text=say("themes.middle"), text_title=say("themes.mean"),
        n_title=say("themes.n"),
    )  # fmt: skip
    return Chart(form, headline, say("themes.subtitle_everybody", n=LEAST_RESPONDENTS), note(released, say),
                 say("differences.alt", headline=headline, n=len(drawn)))  # fmt: skip


def _dumbbell(rows: pd.DataFrame, over: str, codes: str, released: ReleasedResult, say: Say) -> Dumbbell:
    low, high = scale_of(released)
    clear = clear_rows(_estimates(rows), 0.0)
    first, second = (say.label("respondent_groups", rows[name].iloc[0]) for name in ("first_group", "second_group"))
    return Dumbbell(
        tuple(
            DumbbellRow(say.label(codes, row[over]), row["first"], row["second"], *_both(row, say),
                        "accent" if sure else "neutral")
            for (_, row), sure in zip(rows.iterrows(), clear, strict=True)
        ),
        first,
        second,
        ticks=tuple((float(mark), say.number(mark)) for mark in range(low, high + 1)),
        axis_title=say("themes.axis", scale=_scale(released)),
    )  # fmt: skip


def _both(row: pd.Series, say: Say) -> tuple[str, str]:
    """Write the two means; of equal ones only one."""
    first, second = (say.number(float(row[name]), 1) for name in ("first", "second"))
    return ("" if first == second else first), second


def _estimates(rows: pd.DataFrame) -> pd.DataFrame:
    names = {"difference": "value", "difference_lower": "lower", "difference_upper": "upper"}
    return rows[[*names]].astype(float).rename(columns=names)


def _case(sure: int) -> str:
    return "none" if not sure else "one" if sure == 1 else "several"


def _groups(row: pd.Series, say: Say) -> dict[str, str]:
    return {name: _lower(say.label("respondent_groups", row[f"{name}_group"])) for name in ("first", "second")}


def _ends(row: pd.Series, say: Say) -> dict[str, str]:
    return {f"{name}_mean": say.number(float(row[name]), 1) for name in ("first", "second")}


def _scale(released: ReleasedResult) -> str:
    low, high = scale_of(released)
    return f"{low}–{high}"


def _points(number: float, say: Say) -> str:
    return say.number(number, 1)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _alt(headline: str, rows: pd.DataFrame, over: str, codes: str, say: Say) -> str:
    told: Sequence[str] = [
        say("themes.alt", label=say.label(codes, row[over]), **_groups(row, say), **_ends(row, say))
        for _, row in rows.iterrows()
    ]
    return ". ".join([headline, *told]) + "."

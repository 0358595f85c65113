"""How able the organiser's own people and partners say it is: answers to a questionnaire by theme, item and group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.questionnaires import means_of
from kumppanuus.register.codes import RESPONDENT_GROUPS
from kumppanuus.register.populations import RESPONDENTS, UNREAD_ANSWERS

_PARTS = 10000.0
"""In which the counts measure the scale, from its lowest answer to its highest."""
_PERSONS, _FAMILIES, _RELEASED = Column("persons"), Column("families"), Column("released")
_THEME = Column("dimension", codes="themes")
_QUESTION = Column("dimension", codes="questions")
_GROUP = Column("dimension", codes="respondent_groups", adds=True)
_MEAN: Mapping[str, Column] = MappingProxyType(
    {
        "persons": _PERSONS,
        "families": _FAMILIES,
        "index": Column("bounded", of=("persons", "families")),
        "half": Column("bounded", of=("persons", "families", "index")),
    }
)
"""A mean on the scale, 0 its lowest answer and 1 its highest, and half of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class CapabilityParams(Params):
    """questionnaire : code of the one that is looked at; empty: the first of the study.

    least_response_percent : response rate below which the answers say little of the group.
    """

    questionnaire: str = ""
    least_response_percent: int = 50


@dataclass(frozen=True, slots=True)
class CapabilityResult(Result):
    """Answers to one questionnaire. Every respondent is a person and a family of her own: they are no clients.

    everyone : who answered. groups : respondents of each group, how many were invited (NaN when the study does not say)
        and the response rate that is asked for.
    overall, themes : mean of each theme over all respondents and by group; ``index`` 0 is the lowest answer, 1 the
        highest, agreeing being good in every question; ``half`` of the 95 % interval.
    items : mean of each question by group, as it was answered.
    answers : respondents by answer to each question, as it was answered.
    unread : answers that could not be used.
    scale : its lowest and highest answer.
    means, differences, distances : after the gate, in points of the scale: means by theme and group with limits; the
        difference of two groups by theme and by question, with limits that hold for all themes (questions) together.
    """

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"part": Column("dimension", codes="parts"), "persons": _PERSONS, "families": _FAMILIES}),
        population=RESPONDENTS,
    )
    groups: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "respondent_group": _GROUP,
                "invited": Column("public"),
                "wanted_percent": Column("public", unit="%"),
                "persons": _PERSONS,
                "families": _FAMILIES,
            }
        ),
        within="everyone",
        population=RESPONDENTS,
    )
    overall: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"theme": _THEME, **_MEAN}),
        within="everyone",
        population=RESPONDENTS,
        fixed=(("scored", "theme"),),
    )
    themes: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"theme": _THEME, "respondent_group": _GROUP, **_MEAN}),
        within="groups",
        population=RESPONDENTS,
        fixed=(("scored", "theme"),),
    )
    items: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"theme": _THEME, "question": _QUESTION, "respondent_group": _GROUP, **_MEAN}),
        within="themes",
        population=RESPONDENTS,
    )
    answers: pd.DataFrame = result_table(
        "likert",
        MappingProxyType(
            {
                "theme": _THEME,
                "question": _QUESTION,
                "answer": Column("dimension", codes="answer_names", adds=True),
                "persons": _PERSONS,
                "families": _FAMILIES,
                "share": Column("share", of=("persons", "answered")),
                "answered": Column("behind"),
            }
        ),
        population=RESPONDENTS,
    )
    unread: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"reason": Column("dimension", codes="unread_reasons"), "answers": Column("count", unit="rows")}
        ),
        population=UNREAD_ANSWERS,
    )
    scale: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"end": Column("dimension", codes="scale_ends"), "point": Column("public", unit="points")}),
        population=RESPONDENTS,
    )
    means: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "theme": _THEME,
                "respondent_group": _GROUP,
                **dict.fromkeys(("respondents", "mean", "mean_lower", "mean_upper"), _RELEASED),
            }
        ),
        population=RESPONDENTS,
    )
    differences: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "theme": _THEME,
                "first_group": Column("dimension", codes="respondent_groups"),
                "second_group": Column("dimension", codes="respondent_groups"),
                **dict.fromkeys(("first", "second", "difference", "difference_lower", "difference_upper"), _RELEASED),
            }
        ),
        population=RESPONDENTS,
    )
    distances: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "question": _QUESTION,
                "first_group": Column("dimension", codes="respondent_groups"),
                "second_group": Column("dimension", codes="respondent_groups"),
                **dict.fromkeys(("first", "second", "difference", "difference_lower", "difference_upper"), _RELEASED),
            }
        ),
        population=RESPONDENTS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: CapabilityParams, context: Context) -> CapabilityResult:
    """Return the means and the answers, from the counts of this room."""
    declared = CapabilityResult.tables()
    groups = _groups(counts)
    everyone = groups[["persons", "families"]].sum().to_frame().T.assign(part="all")
    frames = {
        "everyone": everyone if len(groups) else everyone.head(0),
        "groups": groups.assign(wanted_percent=params.least_response_percent),
        **{name: _with_means(counts[name]) for name in ("overall", "themes", "items")},
        "answers": _answers(counts["answers"], counts["scale"]),
        "unread": counts["unread"].sort_values("reason"),
        "scale": _scale(counts["scale"]),
    }
    gathered = {name: pd.DataFrame(columns=list(each.columns)) for name, each in declared.items() if each.gathered}
    ordered = {name: _ordered(frame)[list(declared[name].columns)] for name, frame in frames.items()}
    return CapabilityResult(**ordered, **gathered)


def _groups(counts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return everybody who was invited or answered."""
    found = counts["groups"].merge(counts["invited"], on="respondent_group", how="outer")
    found["persons"] = found["persons"].fillna(0.0)
    return found.assign(families=found["persons"])


def _with_means(counted: pd.DataFrame) -> pd.DataFrame:
    people = counted["persons"].to_numpy(dtype=float)
    found = means_of(people, counted["points"] / _PARTS, counted["squares"] / _PARTS**2)
    index = np.divide(counted["points"] / _PARTS, people, out=np.full(len(people), np.nan), where=people > 0)
    return counted.assign(families=people, index=index, half=found.half)


def _answers(counted: pd.DataFrame, scale: pd.DataFrame) -> pd.DataFrame:
    """Return a row for every answer of the scale, also those that nobody gave."""
    asked = counted[["theme", "question"]].drop_duplicates()
    codes = pd.DataFrame({"answer": answer_codes(scale)}, dtype=object)
    rows = asked.merge(codes, how="cross").merge(counted, on=["theme", "question", "answer"], how="left")
    persons = rows["persons"].astype(float).fillna(0.0)
    answered = persons.groupby([rows["theme"], rows["question"]]).transform("sum")
    return rows.assign(persons=persons, families=persons, answered=answered, share=np.nan)


def answer_codes(scale: pd.DataFrame) -> list[str]:
    """Return the answers of a scale with the columns ``low`` and ``high``, as codes; none when there is no scale."""
    ends = scale[["low", "high"]].astype(int).head(1).to_numpy()
    return [str(code) for low, high in ends for code in range(low, high + 1)]


def _scale(counted: pd.DataFrame) -> pd.DataFrame:
    ends = counted[["low", "high"]].head(1)
    return ends.melt(var_name="end", value_name="point").astype({"end": object, "point": float})


_ORDERS: Mapping[str, Sequence[str]] = MappingProxyType({"respondent_group": RESPONDENT_GROUPS, "end": ("low", "high")})


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort by codes: groups from those who lead, the others by their letters; answers are in order already."""
    by = [name for name in ("theme", "question", "respondent_group", "end") if name in rows]

    def place(column: pd.Series[str]) -> pd.Series[str]:
        known = _ORDERS.get(str(column.name))
        return column if known is None else column.map(lambda code: f"{[*known, code].index(code)}")

    return rows.sort_values(by, key=place, kind="stable", ignore_index=True) if by else rows.reset_index(drop=True)

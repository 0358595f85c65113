"""What the released tables of co-use say to all charts: services, ties that need does not explain, groups, words."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Level, Notice
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.networks import StableCommunities, association, stable_communities
from kumppanuus.methods.nullmodel import FEW_SERVICES
from kumppanuus.methods.seriation import seriated

LEVELS: tuple[Level, ...] = ("universal", "early", "special", "corrective")
LONGEST_HEADLINE = 120
Tie = tuple[str, str, float]


def services_of(released: ReleasedResult, say: Say, table: str = "services") -> pd.DataFrame:
    """Return the services that may be drawn with their ``label``, the largest first (ties by label, R13)."""
    frame = released[table]
    known = frame[~frame["hidden"] & frame["level"].isin(LEVELS) & (frame["families"] > 0)]
    named = known.assign(label=[say.label("services", code) for code in known["service"]])
    return named.sort_values(["families", "label"], ascending=[False, True]).reset_index(drop=True)


def links_of(released: ReleasedResult, say: Say) -> pd.DataFrame:
    """Return the published pairs that are more common than expected, the strongest first (ties by labels)."""
    frame, services = released["pairs"], services_of(released, say)["service"]
    kept = frame[(frame["mark"] > 0) & frame["first"].isin(services) & frame["second"].isin(services)]
    first, second = ([say.label("services", code) for code in kept[end]] for end in ("first", "second"))
    named = kept.assign(label=[f"{a} {b}" for a, b in zip(first, second, strict=True)])
    return named.sort_values(["ratio", "families", "label"], ascending=[False, False, True])


def judged(released: ReleasedResult) -> bool:
    """Whether the null model could say anything of any pair that is shown."""
    return bool(released["pairs"]["mark"].notna().any())


def groups_of(links: pd.DataFrame) -> StableCommunities:
    """Return the groups of services that hang together by ties stronger than expected."""
    ends = zip(links["first"].astype(str), links["second"].astype(str), links["ratio"].astype(float), strict=True)
    return _groups(tuple(sorted(ends)))


@lru_cache(maxsize=32)
def _groups(ties: tuple[Tie, ...]) -> StableCommunities:
    """Find the groups once for every language and format."""
    return stable_communities(pd.DataFrame(list(ties), columns=["first", "second", "ratio"]), "ratio")


def in_order(released: ReleasedResult, services: pd.DataFrame, groups: StableCommunities) -> list[str]:
    """Return the codes of services so that those that go together stand beside each other, groups whole.

    From published numbers only: of a pair that is left out the likeness is not known.
    """
    codes = sorted(services["service"].astype(str))
    order = [codes[place] for place in seriated(_likeness(released, services, codes))]
    placed: list[str] = []
    for code in order:  # each brings the rest of its group along
        group = next((members for members in groups.groups if code in members), (code,))
        placed += [each for each in order if each in group and each not in placed]
    return placed


def _likeness(released: ReleasedResult, services: pd.DataFrame, codes: list[str]) -> np.ndarray:
    """Return phi of every two services; NaN where a number is not published."""
    size = services.set_index(services["service"].astype(str))["families"].reindex(codes).to_numpy(dtype=float)
    place = {code: number for number, code in enumerate(codes)}
    pairs = released["pairs"]
    inside = pairs[pairs["first"].isin(codes) & pairs["second"].isin(codes)]
    both = np.full((len(codes), len(codes)), np.nan)
    one, other = (inside[end].map(place).to_numpy(dtype=np.int64) for end in ("first", "second"))
    both[one, other] = both[other, one] = inside["families"].to_numpy(dtype=float)
    everyone = float(released["everyone"]["families"].iloc[0])
    grown = np.maximum(everyone, size.max(initial=0.0))
    return association(both, np.broadcast_to(size[:, None], both.shape), np.broadcast_to(size, both.shape), grown).phi


def letters(groups: StableCommunities, order: list[str]) -> dict[str, str]:
    """Return the letter of each service's group, A first in the order; services without a tie have none."""
    group = {code: number for number, members in enumerate(groups.groups) for code in members}
    met = list(dict.fromkeys(group[code] for code in order if code in group))
    return {code: chr(ord("A") + met.index(group[code])) for code in order if code in group}


def setting(released: ReleasedResult, name: str) -> float:
    """Return a setting of the room, or what it tells of the run."""
    return float(released["everyone"][name].iloc[0])


def when_of(released: ReleasedResult, say: Say) -> str:
    """Return "at the same time" or "during the period"."""
    return say("when.ever" if setting(released, "ever") else "when.concurrent")


def n_of(released: ReleasedResult, say: Say) -> str:
    """Return the number of families for the footer."""
    row = released["everyone"].iloc[0]
    if row["hidden"]:
        return say("footer.n", n=say("word.hidden"))
    return say("n.families", n=say.about(float(row["families"])))


def of_the_null(released: ReleasedResult, say: Say) -> tuple[str, ...]:
    """Return what the footer must tell of the null model: a sample, few services."""
    few = len(released["services"]) <= FEW_SERVICES
    notes = (("left_out.sampled", setting(released, "sampled") > 0), ("left_out.few", few))
    return (say("left_out.marked"), *(say(key) for key, told in notes if told))


def nothing(name: str, released: ReleasedResult, say: Say, why: str = "") -> Chart:
    """Return a chart that says why there is nothing to show."""
    headline, words = say(f"{name}.headline.nothing"), why or say(f"{name}.nothing")
    subtitle = say(f"{name}.subtitle", when=when_of(released, say))
    return Chart(Notice((words,)), headline, subtitle, footer(say, n_of(released, say)), f"{headline}. {words}")


def published(value: float, text: str) -> str:
    """Return a text, or nothing when its number is not published."""
    return "" if math.isnan(value) else text

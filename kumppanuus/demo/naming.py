"""What the registers of Esimerkkilä call people and families."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.demo.identity import Texts, identity_codes, with_other_sign
from kumppanuus.demo.town import Town


@dataclass(frozen=True, slots=True)
class Numbers:
    """What registers call people: texts by person (number, identity code) and by family (number)."""

    client: Texts
    identity: Texts
    family: Texts
    sign_twins: int


def give_numbers(town: Town, rng: np.random.Generator) -> Numbers:
    """Give every person a client number and an identity code, and two clients codes that differ in the sign alone."""
    people = town.people
    number = rng.choice(np.arange(10_000, 1_000_000), len(people.birth), replace=False)
    family = rng.choice(np.arange(1_000, 100_000), len(people.area), replace=False)
    identity = identity_codes(people.birth.astype("datetime64[D]"), people.female)
    clients = np.unique(town.relationships["client"].to_numpy())
    group = people.birth[clients] * 2 + people.female[clients]
    twins = clients[np.nonzero(pd.Series(group).duplicated(keep=False))[0]]
    pair = twins[(people.birth[twins] == people.birth[twins[:1]]) & (people.female[twins] == people.female[twins[:1]])]
    if len(pair) >= 2:
        identity[pair[1]] = with_other_sign(str(identity[pair[0]]))
    return Numbers(
        client=np.char.zfill(number.astype("U7"), 7).astype(object),
        identity=identity,
        family=np.char.zfill(family.astype("U6"), 6).astype(object),
        sign_twins=int(len(pair) >= 2),
    )

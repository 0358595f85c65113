"""What is wrong in Esimerkkilä on purpose, so that analyses can be told whether they find it. Data only.

Everything that is not named here is neutral: at its reference or better, in every area, service, unit and group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LateClock:
    """Start decisions of one area come late from a day on.

    share_in_time : of decisions there and then; elsewhere the share is `otherwise`.
    """

    area: str
    since: str
    share_in_time: float
    otherwise: float


@dataclass(frozen=True, slots=True)
class Overload:
    """The child-welfare workers of one area carry too many children from the beginning of a year on.

    children : about so many each, as far as whole workers allow; in the other areas and years `otherwise` at most.
    """

    area: str
    first_year: int
    children: int
    otherwise: int


@dataclass(frozen=True, slots=True)
class Bounce:
    """One service sends families on to another door.

    share : of its contacts; `otherwise` of every other service's. The next contact comes within `days`.
    """

    service: str
    share: float
    otherwise: float
    days: int


@dataclass(frozen=True, slots=True)
class UnderServed:
    """In one area fewer people reach any service than age and sex let expect: this part of them.

    What is expected comes from the whole town, the area included, so a little less than this part is reached.
    """

    area: str
    share: float

    def reached(self, of_town: float) -> float:
        """Return the part of the area's people who are reached, when so large a part of the town lives there."""
        return self.share * (1 - of_town) / (1 - self.share * of_town)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Leaders and workers see one theme of the questionnaire differently (means on a scale of 1–5)."""

    theme: str
    leader: float
    worker: float
    partner: float


LATE_CLOCK = LateClock("lantinen", "2024-07-01", 0.55, 0.985)
OVERLOAD = Overload("itainen", 2024, 45, 26)
BOUNCE = Bounce("perheneuvonta", 0.35, 0.05, 30)
UNDER_SERVED = UnderServed("kirkonkyla", 0.60)
DISAGREEMENT = Disagreement("yhteistyo", 4.2, 2.7, 3.4)
# Places a client of the year's last day; the other services have room. Counselling, which sends families on, is over
# full, and the growing substitute care runs out of places within two years.
TIGHT_PLACES: Mapping[str, float] = MappingProxyType({"perheneuvonta": 0.93, "sijaishuolto": 1.15})

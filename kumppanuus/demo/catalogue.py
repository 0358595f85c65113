"""What exists in Esimerkkilä: services, areas, planted links, and the words its registers use. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from kumppanuus.demo.durations import Duration

FIRST_YEAR, LAST_YEAR = 2021, 2025
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
DEFAULT_FAMILIES = 4500
INHABITANTS = 20_000
CHILDREN_OF_DEFAULT = 4_150


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the town.

    arrivals : relationships a year that begin by themselves (followers of a planted link come on top), at the
        default number of families and before double ones of one client are dropped.
    ages : age at the start, from (included) to (excluded), in years; of an adult service, age of the family's child.
    production : ways of production and their shares.
    unit_cost_cents : cost of one unit by way of production.
    visit_every_days : mean days between visits; None when the register has no visits.
    growth : by how much arrivals grow a year from 2017 on (0.15 = 15 %); before that they are steady.
    """

    code: str
    fi: str
    sv: str
    en: str
    level: Literal["universal", "early", "special", "corrective"]
    sector: Literal["social", "health", "education"]
    duration: Duration
    arrivals: float
    ages: tuple[float, float]
    unit_cost_cents: Mapping[str, int]
    includes: str = "own"
    production: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"own": 1.0}))
    adult: bool = False
    visit_every_days: float | None = None
    growth: float = 0.0

    @property
    def unit(self) -> str:
        """``visit`` when visits are priced, otherwise ``day``."""
        return "day" if self.visit_every_days is None else "visit"

    @property
    def usual_production(self) -> str:
        """The commonest way of production."""
        return max(self.production, key=lambda way: self.production[way])


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship in `source` is followed by one of the same client in `target` with this probability.

    The follower starts `delay_days` (first and last possible day, both included) after the start of the source.
    """

    kind: Literal["co_use", "escalation"]
    source: str
    target: str
    probability: float
    delay_days: tuple[int, int]


# A link's source stands before its target.
SERVICES: tuple[Service, ...] = (
    Service("kuraattori", "Koulukuraattori", "Skolkurator", "School social worker", "universal", "education",
            Duration("weibull", 90, 1.2), 400, (7, 17), {"own": 420}),
    Service("koulupsykologi", "Koulupsykologi", "Skolpsykolog", "School psychologist", "universal", "education",
            Duration("lognormal", 110, 0.8), 150, (7, 17), {"own": 600}),
    Service("neuvolan_perhetyo", "Neuvolan perhetyö", "Rådgivningens familjearbete",
            "Family work of the child health clinic", "early", "health",
            Duration("weibull", 120, 1.3), 165, (0, 6), {"own": 1400}),
    Service("perhetyo", "Perhetyö", "Familjearbete", "Family work", "early", "social",
            Duration("exponential", 150), 200, (0, 16), {"own": 2250, "purchased": 3100}, "own",
            {"own": 0.7, "purchased": 0.3}),
    Service("perheneuvonta", "Kasvatus- ja perheneuvonta", "Uppfostrings- och familjerådgivning",
            "Family counselling", "early", "social",
            Duration("lognormal", 130, 0.9), 250, (3, 17), {"own": 14500}, "visit", visit_every_days=40),
    Service("kotipalvelu", "Lapsiperheiden kotipalvelu", "Hemservice för barnfamiljer", "Home help for families",
            "early", "social", Duration("exponential", 60), 180, (0, 10), {"own": 3800, "voucher": 2900}, "own",
            {"own": 0.55, "voucher": 0.45}),
    Service("puheterapia", "Puheterapia", "Talterapi", "Speech therapy", "special", "health",
            Duration("weibull", 210, 1.4), 170, (2, 9), {"purchased": 9200}, "purchased_visit",
            {"purchased": 1.0}, visit_every_days=45),
    Service("lastenpsykiatria", "Lastenpsykiatria", "Barnpsykiatri", "Child psychiatry", "special", "health",
            Duration("lognormal", 260, 0.8), 65, (4, 13), {"own": 31000}, "visit", visit_every_days=45),
    Service("nuorisopsykiatria", "Nuorisopsykiatria", "Ungdomspsykiatri", "Adolescent psychiatry", "special", "health",
            Duration("lognormal", 300, 0.9), 95, (13, 18), {"own": 28000}, "visit", visit_every_days=45),
    Service("aikuissosiaalityo", "Aikuissosiaalityö", "Vuxensocialarbete", "Adult social work", "special", "social",
            Duration("exponential", 240), 150, (0, 18), {"own": 650}, adult=True),
    Service("paihdepalvelut", "Päihdepalvelut", "Missbrukartjänster", "Substance abuse services", "special", "health",
            Duration("weibull", 180, 0.8), 60, (0, 18), {"own": 1100, "purchased": 1650}, "own",
            {"own": 0.6, "purchased": 0.4}, adult=True),
    Service("avohuolto", "Lastensuojelun avohuolto", "Barnskyddets öppenvård", "Open-care child welfare",
            "special", "social", Duration("weibull", 420, 1.1), 45, (0, 18), {"own": 1250}, growth=0.15),
    Service("tehostettu_perhetyo", "Tehostettu perhetyö", "Intensifierat familjearbete", "Intensive family work",
            "special", "social", Duration("weibull", 170, 1.5), 45, (0, 17), {"own": 4100, "purchased": 5800}, "own",
            {"own": 0.4, "purchased": 0.6}),
    Service("sijaishuolto", "Sijaishuolto", "Vård utom hemmet", "Substitute care", "corrective", "social",
            Duration("weibull", 900, 1.5), 10, (0, 14), {"purchased": 31000}, "invoiced", {"purchased": 1.0},
            growth=0.20),
)  # fmt: skip

INVOICED_SERVICE = "sijaishuolto"
PRICE_INDEX: Mapping[int, float] = MappingProxyType({2021: 90.0, 2022: 92.4, 2023: 95.1, 2024: 97.6, 2025: 100.0})
PRICE_BASE = 2025
"""Unit costs of the study are in prices of this year; invoices and the ledger in those of their own."""
CHILD_WELFARE = ("avohuolto", "tehostettu_perhetyo", "sijaishuolto")
"""Services whose clients are children of a responsible social worker."""

LINKS: tuple[Link, ...] = (
    Link("co_use", "kuraattori", "koulupsykologi", 0.25, (0, 30)),
    Link("co_use", "neuvolan_perhetyo", "kotipalvelu", 0.20, (0, 30)),
    Link("co_use", "aikuissosiaalityo", "paihdepalvelut", 0.30, (0, 30)),
    Link("co_use", "avohuolto", "tehostettu_perhetyo", 0.45, (0, 30)),
    Link("escalation", "perhetyo", "avohuolto", 0.18, (1, 365)),
    Link("escalation", "avohuolto", "sijaishuolto", 0.08, (1, 365)),
)

# What a unit cost holds; every one of them is an assumption.
INCLUDES: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "own": (
        "oletus: henkilöstö, tilat ja matkat jaettuna asiakkuuspäiville",
        "antagande: personal, lokaler och resor fördelade på klientdagarna",
        "assumption: staff, premises and travel divided by client days",
    ),
    "purchased": (
        "oletus: ostettu päivä ilman kunnan omaa ohjausta ja valvontaa",
        "antagande: den köpta dagen utan kommunens egen styrning och tillsyn",
        "assumption: the bought day without the town's own steering and oversight",
    ),
    "voucher": (
        "oletus: setelin arvo ilman perheen omavastuuta ja kunnan valvontaa",
        "antagande: sedelns värde utan familjens självrisk och kommunens tillsyn",
        "assumption: value of the voucher, without the family's share",
    ),
    "visit": (
        "oletus: henkilöstö, tilat ja kirjaaminen käyntiä kohti",
        "antagande: personal, lokaler och dokumentation per besök",
        "assumption: staff, premises and documentation per visit",
    ),
    "purchased_visit": (
        "oletus: ostopalvelun käyntihinta ilman kunnan omaa ohjausta",
        "antagande: den köpta tjänstens pris per besök utan kommunens egen styrning",
        "assumption: price of a purchased visit without the town's own steering",
    ),
    "invoiced": (
        "oletus: ostopalvelun hoitovuorokausi; laskurivit ohittavat tämän",
        "antagande: den köpta tjänstens vårddygn; fakturaraderna går före detta",
        "assumption: a day of purchased care; invoice rows go before this",
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the town and its share of the families."""

    code: str
    fi: str
    sv: str
    en: str
    share: float


AREAS: tuple[Area, ...] = (
    Area("keskusta", "Keskusta", "Centrum", "Town centre", 0.38),
    Area("itainen", "Itäinen alue", "Östra området", "Eastern area", 0.27),
    Area("lantinen", "Läntinen alue", "Västra området", "Western area", 0.20),
    Area("kirkonkyla", "Kirkonkylä", "Kyrkbyn", "Church village", 0.15),
)

# Youngest and oldest age of the population's groups.
AGE_GROUPS: tuple[tuple[int, int], ...] = ((0, 6), (7, 12), (13, 17), (18, 120))

# The register changed hands and some of its words at the turn of 2022 and 2023.
LAST_YEAR_OF_OLD_WORDS = 2022
OLD_SERVICE_TEXTS: Mapping[str, str] = MappingProxyType({"perheneuvonta": "Perheneuvola"})
PRODUCTION_TEXTS: Mapping[str, str] = MappingProxyType(
    {"own": "Oma", "purchased": "Ostopalvelu", "voucher": "Palveluseteli"}
)
OLD_PRODUCTION_TEXTS: Mapping[str, str] = MappingProxyType({**PRODUCTION_TEXTS, "own": "Oma tuotanto"})
# Code in the study, text in the register, share. The study declares "-" as a missing value.
END_REASONS: tuple[tuple[str, str, float], ...] = (
    ("goal_met", "Tavoite saavutettu", 0.55),
    ("other_service", "Siirtyi toiseen palveluun", 0.20),
    ("family_wish", "Perheen päätös", 0.15),
    ("moved", "Muutto", 0.06),
    ("", "-", 0.04),
)
UNKNOWN_SERVICE_TEXT = "Kesäleiri"


def service_number(code: str) -> int:
    """Return the place of a service in the catalogue."""
    return [service.code for service in SERVICES].index(code)

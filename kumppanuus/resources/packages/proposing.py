"""The row-level part: single families to single partners, for people to decide about; internal runs only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context, Proposal
from kumppanuus.language.say import Say
from kumppanuus.methods.partners import FATES, PartnerProposal, propose_partners
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.resources.packages.declared import PackagesParams, PackagesResult

LIMIT = 30.0
"""Children of a full post where no limit is in force on the last day."""
FULLNESS = ("under_80", "to_limit", "over_limit", "no_worker")
NOW, PROPOSED = "now", "proposed"
_NEARLY = 0.8
_LIST = ("fate", "children", "load", "worker_now", "worker", "area", "area_fits", "language", "language_fits",
         "protected")  # fmt: skip
Frames = Mapping[str, pd.DataFrame]


def asked(params: PackagesParams) -> bool:
    """Whether the settings ask for it."""
    return params.propose_workers


def propose(rows: Frames, params: PackagesParams, context: Context, say: Say) -> Proposal:
    """Propose a partner for every family with children in child welfare on the last day.

    Parameters
    ----------
    rows : ``families`` (siblings are one row), ``staff`` and ``carried`` of ``rows.sql``.
    """
    families = rows["families"].assign(protected=rows["families"]["protected"] > 0)
    families = families.astype(dict.fromkeys(("worker", "area", "language"), object))
    staff = staff_of(rows)
    if families.empty or staff.empty:
        return Proposal({}, pd.DataFrame())
    in_force = float(families["in_force"].astype(float).max()) or LIMIT
    most_moves = int(params.moves_percent / 100 * families["worker"].notna().sum())
    found = propose_partners(families, staff, limit=in_force, most_moves=most_moves, seconds=params.seconds)
    told = found.families.join(families[["area", "language", "children", "protected"]].reset_index(drop=True))
    listed = _listed(told, say)
    clients, *workers = (say(f"list.{name}") for name in ("children", "worker_now", "worker"))
    return Proposal(_tables(found, told, in_force), listed, (clients,), tuple(workers))


def staff_of(rows: Frames) -> pd.DataFrame:
    """Return who there is: the table of workers and, of those who have children without being in it, the same as one
    full post in the area of most of their children.
    """
    given = rows["staff"].assign(fte=rows["staff"]["fte_hundredths"].astype(float) / 100)
    carried = rows["carried"][~rows["carried"]["worker"].isin(given["worker"])]
    main = carried.sort_values(["worker", "children", "area"], ascending=[True, False, True]).drop_duplicates("worker")
    others = main[["worker", "area"]].assign(language=None, fte=1.0)
    both = pd.concat([given[["worker", "area", "language", "fte"]].astype(object), others.astype(object)])
    return both.astype({"fte": float}).reset_index(drop=True)


def _tables(found: PartnerProposal, told: pd.DataFrame, in_force: float) -> dict[str, pd.DataFrame]:
    declared = PackagesResult.tables()
    plan = {
        "persons": told["load"].sum(), "families": len(told), "moves": found.moves, "most_moves": found.most_moves,
        "workers": len(found.workers), "in_force": in_force, "gap_thousandths": np.ceil(found.gap * 1000),
    }  # fmt: skip
    tables = {
        "partner_areas": _by(told, "area"),
        "partner_languages": _by(told, "language"),
        "partner_loads": _loads(found, told),
        "partner_plan": pd.DataFrame([plan]).astype(float),
    }
    return {name: frame[list(declared[name].columns)] for name, frame in tables.items()}


def _by(told: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return families by a column and by what becomes of them."""
    known = told.assign(**{column: told[column].fillna(UNKNOWN).astype(str)})
    counted = known.groupby([column, "fate"]).agg(
        persons=("load", "sum"), families=("family", "size"), fitted=(f"{column}_fitted", "sum"),
        fitting=(f"{column}_fits", "sum"),
    ).reset_index()  # fmt: skip
    return _ordered(counted, "fate", FATES, column).astype(dict.fromkeys(("fitted", "fitting", "families"), float))


def _loads(found: PartnerProposal, told: pd.DataFrame) -> pd.DataFrame:
    """Return children and families by how full their worker is, now and as proposed."""
    staff = found.workers.set_index("worker")
    parts = [_full(told, staff, worker, load).assign(when=when)
             for when, worker, load in ((NOW, "worker_now", "now"), (PROPOSED, "worker", "proposed"))]  # fmt: skip
    counted = pd.concat(parts).groupby(["when", "fullness"])["load"].agg(["sum", "size"]).reset_index()
    return _ordered(counted.rename(columns={"sum": "persons", "size": "families"}), "fullness", FULLNESS, "when")


def _full(told: pd.DataFrame, staff: pd.DataFrame, worker: str, load: str) -> pd.DataFrame:
    part = told[worker].map(staff[load] / staff["limit"].where(staff["limit"] > 0)).astype(float)
    cases = [part <= _NEARLY, part <= 1.0, told[worker].isin(staff.index)]
    return told[["load"]].assign(fullness=np.select(cases, FULLNESS[:3], FULLNESS[3]))


def _ordered(rows: pd.DataFrame, column: str, codes: Sequence[str], first: str) -> pd.DataFrame:
    places = {code: place for place, code in enumerate(codes)}
    return rows.sort_values(
        [first, column], key=lambda each: each.map(places) if each.name == column else each, ignore_index=True
    )


def _listed(told: pd.DataFrame, say: Say) -> pd.DataFrame:
    """Return the list for those who decide, in words: families that something would change for come first."""
    order = {fate: place for place, fate in enumerate(("without", "moved", "new", "kept"))}
    rows = told.assign(place=told["fate"].map(order)).sort_values(["place", "area", "family"], ignore_index=True)
    said = rows.assign(
        fate=[say.label("partner_fates", code) for code in rows["fate"]],
        load=rows["load"].astype(int),
        **{name: _labels(rows[name], codes, say) for name, codes in (("area", "areas"), ("language", "languages"))},
        **{name: [say("list.yes" if each else "list.no") for each in rows[name]]
           for name in ("area_fits", "language_fits", "protected")},
    )  # fmt: skip
    return said[list(_LIST)].rename(columns={name: say(f"list.{name}") for name in _LIST})


def _labels(codes: pd.Series, names: str, say: Say) -> list[str]:
    return ["" if code is None or code != code else say.label(names, code) for code in codes]

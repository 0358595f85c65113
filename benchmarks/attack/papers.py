"""Written files: what a reader with an unpacker finds in them that the published tables do not hold.

Pages, charts, workbook and manifest are read as they lie on the disk. A curve's line must be the published points and
no others; a cell of a workbook must hold a published number and not a finer one behind its format; nothing is hidden
in sheets, comments or properties; and no exact number that was rounded stands in any text.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from benchmarks.attack.finds import Find
from benchmarks.attack.publish import Case
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.report.page import script

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINE = re.compile(r'<path d="([^"]+)"[^>]*id="([^"]*-(?:curve|band)-\d+)"')
STRANGE_PARTS = ("comments", "embeddings", "externalLinks", "customXml", "vbaProject", "media", "connections",
                 "pivotCache", "docProps/custom", "threadedComments", "persons")  # fmt: skip
PIXELS = 0.15
SUM_OF_CLASSES = 3
"""Published counts are 3 more than a multiple of six, so any sum of them is a multiple of three."""
TICK = 25
"""Axes are marked at round numbers."""
EXHIBITS = 161
"""Running numbers of exhibits."""
LARGE = 1000
"""An exact number below this is too often some other number of the text by chance."""
MONTH = 365.25 / 12
TOPS = {"1": 0.01, "2-5": 0.05}
"""Parts of the top of a curve of concentration, and where they end, from the top."""


def paper_finds(case: Case, folder: Path) -> Iterator[Find]:
    """Attack the files of a written report."""
    assert case.released is not None
    published, secret = published_numbers(case), secret_numbers(case)
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = str(file.relative_to(folder))
        if file.suffix == ".xlsx":
            yield from workbook_finds(name, file, published, secret)
        elif file.suffix in (".html", ".svg", ".json", ".csv"):
            text = file.read_text(encoding="utf-8")
            yield from line_finds(name, text, case)
            yield from _secret_in_text(name, text_of(text, markup=file.suffix in (".html", ".svg")), secret)
            yield from _remarks(name, text)


def published_numbers(case: Case) -> frozenset[float]:
    """Return all numbers of the released tables."""
    found: set[float] = set()
    for result in case.released.results.values():  # type: ignore[union-attr]
        for table in result.tables.values():
            for column in table.frame.select_dtypes("number"):
                found |= {_nine_digits(each) for each in table.frame[column].dropna()}
        tables = {name: table.hidden for name, table in result.tables.items()}
        room = next((each for each in case.rooms if each.key == result.key), None)
        for chart in room.charts if room else ():  # how many numbers an exhibit hides is told
            found.add(float(sum(tables.get(each, 0) for each in room.tables_of(chart))))  # type: ignore[union-attr]
        found |= {float(each) for each in tables.values()}
        found |= {float(len(table.frame)) for table in result.tables.values()}
    return frozenset(found)


def secret_numbers(case: Case) -> frozenset[int]:
    """Return the exact numbers from `LARGE` on that were published rounded or not at all.

    Left out are those that a sum of published ones or a mark of an axis can be.
    """
    published, secret = published_numbers(case), set[int]()
    for key, result in case.released.results.items():  # type: ignore[union-attr]
        for name in result.tables:
            exact = getattr(case.exact[key], name).select_dtypes("number")
            for _, values in exact.drop(columns=["time"], errors="ignore").items():
                secret |= {int(each) for each in values.dropna() if each >= LARGE and float(each).is_integer()}
    return frozenset(
        each
        for each in secret
        if float(each) not in published and each % SUM_OF_CLASSES and each % TICK and not 1900 <= each <= 2100
    )


def line_finds(name: str, text: str, case: Case) -> Iterator[Find]:
    """Every line of a chart of curves must be some published curve, point by point, after scaling."""
    if "-curve-" not in text:
        return
    curves = list(_published_curves(case))
    for path, label in LINE.findall(text):
        points = np.array([[float(x), float(y)] for x, y in re.findall(r"[ML]\s*(-?[\d.]+)[ ,](-?[\d.]+)", path)])
        if "-band-" in label:
            fits = any(_is_band(points, part) for curve in curves for part in _cut(curve))
        else:
            fits = any(_fits(points, part[["months", "survival"]]) for curve in curves for part in _cut(curve))
        if not fits:
            yield Find("line of a chart", f"{name} {label}", "no published curve: its corners are no published points")


def _published_curves(case: Case) -> Iterator[pd.DataFrame]:
    """Every published curve, and of curves of causes or states those of the last few together: charts stack them."""
    for result in case.released.results.values():  # type: ignore[union-attr]
        for table in result.tables.values():
            if table.declaration.form == "lorenz" and len(table.frame):
                yield from _piled_up(table, result)
                continue
            share = next((each for each in ("survival", "share") if each in table.frame), "")
            if table.declaration.form != "curve" or not share:
                continue
            frame = table.frame.dropna(subset=[share]).rename(columns={share: "survival"})
            groups = [each for each in frame if each in table.declaration.dimensions and each != "time"]
            frame = frame.assign(months=np.ceil(frame["time"].astype(float) / MONTH - 1e-9)).sort_values("months")
            for limit in {"lower", "upper"} - {*frame}:
                frame[limit] = np.nan
            for _, curve in frame.groupby(groups or (lambda _row: 0)):
                yield curve
            yield from _stacked(frame, [each for each in groups if each not in table.declaration.together],
                                table.declaration.together)  # fmt: skip


def _piled_up(table: ReleasedTable, result: ReleasedResult) -> Iterator[pd.DataFrame]:
    """A curve of concentration: from nothing to all at the ends of its groups, and where parts of the top begin."""
    tenth, share = table.declaration.dimensions[-1], table.declaration.names("cumulative")[0]
    ends = table.frame[tenth].astype(str).str.split("..", regex=False).str[-1].astype(float)
    points = [(0.0, 0.0), *zip((ends / ends.max()).tolist(), table.frame[share].tolist(), strict=True)]
    several = [points]
    if {"tops", "years"} <= set(result.tables) and len(result["tops"]):
        tops, years = result["tops"], result["years"].set_index("year")["cost_eur"]
        costs = tops.set_index("part")["cost_eur"].reindex(TOPS).cumsum().to_numpy(dtype=float)
        whole = float(years[str(tops["year"].iloc[0])])
        known = [(part, cost) for part, cost in zip(TOPS.values(), costs, strict=True) if not np.isnan(cost)]
        several.append(points + [(1 - part, 1 - min(cost / whole, 1.0)) for part, cost in known])
    for each in several:
        drawn = pd.DataFrame(sorted(each), columns=["months", "survival"])
        raised = np.minimum(drawn["survival"].cummax(), drawn["months"])
        yield drawn.assign(survival=raised, lower=np.nan, upper=np.nan)


def _stacked(frame: pd.DataFrame, groups: list[str], together: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    if not together:
        return
    for _, curves in frame.groupby(groups) if groups else [((), frame)]:
        codes = sorted(curves[together[0]].unique())
        for chosen in (each for n in range(2, len(codes) + 1) for each in itertools.combinations(codes, n)):
            some = curves[curves[together[0]].isin(chosen)]
            added = some.groupby("months", as_index=False)["survival"].sum().assign(lower=np.nan, upper=np.nan)
            yield added


def _cut(curve: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A chart may end before a curve does."""
    return (curve.iloc[:upto] for upto in range(len(curve), 1, -1))


def _fits(points: np.ndarray, curve: pd.DataFrame) -> bool:
    """Tell whether every corner is a point of the curve after stretching; those on straight lines may be left out."""
    values = curve.to_numpy(dtype=float)
    if len(points) < 2 or len(points) > len(values):
        return False
    drawn = np.column_stack([_stretched(values[:, side], points[:, side]) for side in (0, 1)])
    apart = np.abs(points[:, None, :] - drawn[None, :, :]).max(axis=2).min(axis=1)
    return bool((apart <= PIXELS).all())


def _stretched(values: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return where values lie in the picture: their least and most are the ends of what is drawn."""
    rising = (values[-1] - values[0]) * (drawn[-1] - drawn[0]) >= 0
    low, high = (drawn.min(), drawn.max()) if rising else (drawn.max(), drawn.min())
    spread = np.ptp(values)
    return np.asarray(low + (values - values.min()) * ((high - low) / spread if spread else 0.0))


def _is_band(points: np.ndarray, curve: pd.DataFrame) -> bool:
    """A band goes along one limit and back along the other: its corners are limits at published months."""
    bound = curve.dropna(subset=["lower", "upper"])
    limits = pd.DataFrame({"months": [*bound["months"]] * 2, "share": [*bound["lower"], *bound["upper"]]})
    down = limits.sort_values(["months", "share"], ascending=[True, False], ignore_index=True)
    top = points[np.lexsort((points[:, 1], points[:, 0]))]
    return bool(len(bound)) and _fits(top, down)


def workbook_finds(name: str, file: Path, published: frozenset[float], secret: Iterable[int] = ()) -> Iterator[Find]:
    """Attack a workbook: hidden sheets, rows and columns, strange parts, and numbers behind their formats."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.namelist()
        for part in parts:
            if any(strange in part for strange in STRANGE_PARTS):
                yield Find("workbook", f"{name}/{part}", "a part that no reader sees")
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        for sheet in book.iter(f"{SHEET}sheet"):
            if sheet.get("state") in ("hidden", "veryHidden"):
                yield Find("workbook", name, "a hidden sheet")
        for part in sorted(each for each in parts if each.startswith("xl/worksheets/sheet")):
            yield from _sheet_finds(f"{name}/{part}", ElementTree.fromstring(archive.read(part)), published)
        words = " ".join(archive.read(each).decode("utf-8", "replace") for each in parts if each.endswith(".xml")
                         and ("sharedStrings" in each or each.startswith("docProps")))  # fmt: skip
        yield from _secret_in_text(name, text_of(words), frozenset(secret))


def _sheet_finds(name: str, sheet: ElementTree.Element, published: frozenset[float]) -> Iterator[Find]:
    for tag in ("row", "col"):
        if any(each.get("hidden") in ("1", "true") for each in sheet.iter(SHEET + tag)):
            yield Find("workbook", name, f"a hidden {tag}")
    odd = 0
    for cell in sheet.iter(f"{SHEET}c"):
        value = cell.find(f"{SHEET}v")
        if cell.find(f"{SHEET}f") is not None:
            yield Find("workbook", name, "a formula")
        if value is not None and value.text and cell.get("t", "n") == "n":
            odd += not _is_published(float(value.text), published)
    if odd:
        yield Find("workbook", name, f"{odd} cells with a number that was not published")


def _is_published(value: float, published: frozenset[float]) -> bool:
    """A number is published, or a published time in days told in months, or a small running number."""
    days = (np.floor(value * MONTH), np.floor(np.round(value) * MONTH))
    return _nine_digits(value) in published or value in range(EXHIBITS) or any(day in published for day in days)


def _nine_digits(value: float) -> float:
    return float(f"{value:.9g}")


def text_of(source: str, *, markup: bool = True) -> str:
    """Return what can be read in a page or chart: texts, titles, descriptions and labels; no styles, no drawing."""
    plain = re.sub(r"base64,[A-Za-z0-9+/=]+", " ", source)
    if markup:
        labels = " ".join(re.findall(r'(?:alt|title|aria-label|content|data-[\w-]+)="([^"]*)"', plain))
        plain = re.sub(r"<(style|script)\b.*?</\1>", " ", plain, flags=re.S)
        plain = re.sub(r"<[^>]*>", "\n", plain) + "\n" + labels  # two cells side by side are not one number
    return unescape(plain)


def numbers_in(text: str) -> set[float]:
    """Return the numbers that stand in a text, thousands put together, comma or point before decimals."""
    joined = re.sub(r"(?<=\d)[\u00a0\u202f\u2009 ](?=\d{3}(?!\d))", "", text)
    return {float(each.replace(",", ".")) for each in re.findall(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w])", joined)}


def _secret_in_text(name: str, text: str, secret: frozenset[int]) -> Iterator[Find]:
    told = {each for each in numbers_in(text) if each in secret}
    if told:
        yield Find("exact number in a text", name, f"{len(told)} numbers")


def _remarks(name: str, text: str) -> Iterator[Find]:
    if re.search(r"<!--(?!\[if)", text):
        yield Find("remark", name, "a remark that no reader sees")
    own = f"<script>{script()}</script>"  # the page's only one, the same in every report
    if re.search(r"<(script|iframe|object|embed)\b", text.replace(own, "")):
        yield Find("program", name, "a part that no reader sees")


def headline_finds(case: Case, folder: Path) -> Iterator[Find]:
    """Numbers of headlines, descriptions and labels that do not follow from published ones in a step or two."""
    known = _derivable(case)
    for file in sorted((folder / "charts").glob("*.svg")):
        source = file.read_text(encoding="utf-8")
        told = re.findall(r"<(title|desc|text)\b[^>]*>([^<]*)<", source)
        for kind, words in told:
            mark = kind == "text" and re.fullmatch(r"[\d\s\u00a0\u202f]+", unescape(words).strip())
            wrong = [
                each for each in numbers_in(unescape(words)) if not (_near(each, known) or (mark and not each % 5))
            ]
            if wrong:
                yield Find("headline", f"charts/{file.name} {kind}", f"{len(wrong)} numbers do not follow: {wrong[:4]}")


def _quotients(frame: pd.DataFrame) -> set[float]:
    """Return one number of a row over another, in percent: ends over what was open, say."""
    numbers = frame.select_dtypes("number").to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = np.round(100 * numbers[:, :, None] / numbers[:, None, :])
    return {float(each) for each in np.unique(pairs[np.isfinite(pairs)])}


def _near(value: float, known: np.ndarray) -> bool:
    place = int(np.searchsorted(known, value))
    around = known[max(place - 1, 0) : place + 1]
    plain = value <= 100 or 1900 <= value <= 2100 or value % SUM_OF_CLASSES == 0 or value % TICK == 0
    return bool(plain or (np.abs(around - value) <= 1e-6 * max(1.0, value)).any())


def _derivable(case: Case) -> np.ndarray:
    """Return published numbers, and what a text may make of them: percent, thousands, millions, sums of a column."""
    found: set[float] = set(published_numbers(case))
    for result in case.released.results.values():  # type: ignore[union-attr]
        for table in result.tables.values():
            for column in table.frame.select_dtypes("number"):
                values = table.frame[column].fillna(0)
                keys = [each for each in table.frame.columns if table.frame[each].dtype == object]
                found.add(float(values.sum()))
                for key in keys:
                    found |= set(values.groupby(table.frame[key]).sum().tolist())
            found |= _quotients(table.frame)
    values = np.array(sorted(found))
    scaled = [np.round(values * factor, digits) for factor in (1, 100, 1e-3, 1e-6) for digits in (0, 1, 2)]
    return np.unique(np.concatenate([*scaled, 100 - np.round(values[values <= 1] * 100)]))

"""How many clients will there be in two years, if nothing is changed? (stock and forecast)"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.gallery.cases import NO_COUNTS, GalleryParams
from kumppanuus.gallery.stock.charts import months
from kumppanuus.gallery.stock.compute import StockResult, compute

ANALYSIS = Analysis(
    key="gallery.stock",
    needs=MappingProxyType({}),
    counts=NO_COUNTS,
    params=GalleryParams,
    result=StockResult,
    compute=compute,
    charts=MappingProxyType({"months": months}),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType({"months": ("months", "places")}),
)

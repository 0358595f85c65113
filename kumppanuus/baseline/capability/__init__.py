"""How able are we, in the eyes of those who lead, those who work with families and those who work with us?"""

from __future__ import annotations

from types import MappingProxyType

from kumppanuus.analysis import Analysis, files
from kumppanuus.baseline.capability.answers import answers, response
from kumppanuus.baseline.capability.charts import apart, items, themes
from kumppanuus.baseline.capability.compute import CapabilityParams, CapabilityResult, compute
from kumppanuus.baseline.capability.points import gather
from kumppanuus.baseline.capability.signals import signals

ANALYSIS = Analysis(
    key="baseline.capability",
    needs=MappingProxyType(
        {"survey": ("respondent", "instrument", "respondent_group", "question", "answer")},
    ),
    counts=files(__package__) / "counts.sql",
    params=CapabilityParams,
    result=CapabilityResult,
    compute=compute,
    charts=MappingProxyType(
        {"themes": themes, "differences": apart, "items": items, "answers": answers, "response": response}
    ),
    messages=files(__package__) / "messages.toml",
    exhibits=MappingProxyType(
        {"themes": ("means",), "items": ("distances",), "response": ("groups", "unread"), "answers": ("answers",)}
    ),
    signals=signals,
    gather=gather,
)

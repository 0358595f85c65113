"""What goes with a faster end of a relationship, and with the start of a service on a higher level?"""

from __future__ import annotations

from kumppanuus.analysis import Analysis, files
from kumppanuus.lifecycle.determinants.charts import climbs, ends
from kumppanuus.lifecycle.determinants.compute import DeterminantParams, DeterminantResult, compute

ANALYSIS = Analysis(
    key="lifecycle.determinants",
    needs={"relationships": ("client", "service", "start", "end")},
    optional={"clients": ("client", "family", "birth_date", "sex", "area")},
    counts=files(__package__) / "counts.sql",
    params=DeterminantParams,
    result=DeterminantResult,
    compute=compute,
    charts={"ends": ends, "climbs": climbs},
    exhibits={
        "ends": ("ages", "sexes", "areas", "parallels", "beginnings", "tests", "everyone"),
        "climbs": ("climb_ages", "climb_sexes", "climb_areas", "climb_parallels", "climb_tests", "climbers"),
    },
    messages=files(__package__) / "messages.toml",
)

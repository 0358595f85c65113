"""Which numbers of the rooms of the baseline are parts, sums and unions of which, said once more by hand."""

from __future__ import annotations

BOTH = ("persons", "families")
SUMS = (
    # whole, its columns, the parts' table, the codes both tell
    ("timeliness.years", ("due", "in_time"), "timeliness.areas", ("clock", "year")),
    ("timeliness.years", ("due", "in_time"), "timeliness.kinds", ("clock", "year")),
    ("timeliness.years", ("due", "in_time"), "timeliness.quarters", ("clock", "year")),
    ("fragmentation.all_doors", ("contacts", "sent_on", "followed"), "fragmentation.doors", ()),
    ("fragmentation.changes", (*BOTH, "changed"), "caseload.everyone", ("year",)),
    ("needs.everyone", BOTH, "needs.areas", ()),
    ("needs.everyone", BOTH, "needs.levels", ()),
    ("needs.reasons", ("families",), "needs.area_reasons", ("need",)),
    ("needs.reasons", ("families",), "needs.level_reasons", ("need",)),
    ("shared_support.years", ("families",), "shared_support.kinds", ("year",)),
    ("coverage.years", BOTH, "shared_support.years", ("year",)),
    ("shared_support.goals", ("goals",), "shared_support.outcomes", ("year",)),
    ("shared_support.everyone", ("followed", "in_year"), "shared_support.services", ()),
    ("coverage.children", BOTH, "equity.children", ("year",)),
    ("distribution.areas", BOTH, "equity.areas", ("year", "area")),
    ("distribution.ages", ("persons",), "equity.strata", ("year", "age_in_year")),
    ("equity.children", ("persons",), "equity.areas", ("year",)),
    ("equity.children", ("persons",), "equity.strata", ("year",)),
    ("equity.supports", ("persons",), "equity.support_areas", ("year", "support")),
    ("equity.supports", ("persons",), "equity.support_strata", ("year", "support")),
    ("coverage.children", ("persons",), "coverage.child_ages", ("year",)),
    ("coverage.children", ("persons",), "coverage.child_areas", ("year",)),
    ("concentration.dearest", BOTH, "concentration.tops", ("year",)),
    ("concentration.dearest", BOTH, "concentration.before", ("year",)),
    ("capability.everyone", BOTH, "capability.groups", ()),
    ("capability.overall", BOTH, "capability.themes", ("theme",)),
)
"""Numbers that are sums of others; of one part: the same number in two rooms."""
UNIONS = (
    ("timeliness.years", ("families",), "timeliness.areas", ("clock", "year")),
    ("fragmentation.all_doors", ("sent_families",), "fragmentation.doors", ()),
    ("caseload.everyone", (*BOTH, "changed"), "caseload.services", ("year",)),
    ("needs.everyone", BOTH, "needs.years", ()),
    ("needs.everyone", BOTH, "needs.stages", ()),
    ("needs.everyone", BOTH, "needs.ages", ()),
    ("needs.everyone", BOTH, "needs.reasons", ()),
    ("needs.reasons", ("families",), "needs.year_reasons", ("need",)),
    ("needs.reasons", ("families",), "needs.stage_reasons", ("need",)),
    ("needs.reasons", ("families",), "needs.age_reasons", ("need",)),
    ("needs.years", ("families",), "needs.year_reasons", ("year",)),
    ("needs.stages", ("families",), "needs.stage_reasons", ("stage",)),
    ("shared_support.everyone", ("families",), "shared_support.services", ()),
    ("shared_support.first_goals", ("families",), "shared_support.goals", ()),
    ("equity.children", BOTH, "equity.supports", ()),
    ("money.years", BOTH, "money.sectors", ("year",)),
    ("money.years", BOTH, "money.areas", ("year",)),
    ("money.years", BOTH, "money.levels", ("year",)),
    ("money.levels", BOTH, "money.invoiced", ("level", "year")),
)
"""Wholes that are the union of others: each part is at most the whole, and the whole at most their sum."""
PARTS = (
    ("timeliness.quarters", "in_time", "due"), ("timeliness.years", "in_time", "due"),
    ("timeliness.areas", "in_time", "due"), ("timeliness.kinds", "in_time", "due"),
    ("waiting.services", "served", "waited"), ("waiting.areas", "served", "waited"),
    ("waiting.ages", "long_waiting", "waiting"),
    ("fragmentation.doors", "sent_on", "contacts"), ("fragmentation.doors", "followed", "sent_on"),
    ("fragmentation.all_doors", "sent_on", "contacts"), ("fragmentation.all_doors", "followed", "sent_on"),
    ("fragmentation.sent_on", "once", "families"), ("fragmentation.sent_on", "twice", "once"),
    ("fragmentation.changes", "changed", "persons"),
    ("caseload.everyone", "changed", "persons"), ("caseload.services", "changed", "persons"),
    ("caseload.days", "assigned", "persons"), ("caseload.days", "unassigned", "persons"),
    ("shared_support.several", "together", "several"), ("shared_support.goals", "with_family", "goals"),
    ("shared_support.everyone", "in_year", "followed"), ("shared_support.services", "in_year", "followed"),
)  # fmt: skip
"""Columns of one row, the first of which counts some of the second: what is left is a group of people as well."""
AT_MOST = (
    ("timeliness.years", "families", "due"), ("timeliness.areas", "families", "due"),
    ("waiting.services", "families", "waited"), ("waiting.areas", "families", "waited"),
    ("fragmentation.doors", "sent_families", "sent_on"), ("fragmentation.all_doors", "sent_families", "sent_on"),
    ("shared_support.goals", "families", "goals"), ("shared_support.services", "families", "followed"),
    ("shared_support.everyone", "families", "followed"),
)  # fmt: skip

"""Pictures of how far the extracts can be trusted. Protected numbers only; what is odd is judged on them alone."""

from __future__ import annotations

from kumppanuus.baseline.data_quality.filled import families, fields
from kumppanuus.baseline.data_quality.lengths import delays, open_times
from kumppanuus.baseline.data_quality.months import ends, starts
from kumppanuus.baseline.data_quality.spans import services
from kumppanuus.baseline.data_quality.spots import heaps

__all__ = ["delays", "ends", "families", "fields", "heaps", "open_times", "services", "starts"]

"""Closed code lists of the register. A code is what the data say; its words are in ``language/codes.toml``."""

from __future__ import annotations

LEVELS = ("universal", "early", "special", "corrective")
SECTORS = ("social", "health", "education", "other")
PRODUCTIONS = ("own", "purchased", "voucher", "family")
SEXES = ("female", "male", "other")
UNITS = ("day", "visit")
CONTACT_KINDS = ("notification", "application", "contact", "referral", "other")
PHASES = ("start", "middle", "end", "after")
STAGES = ("contact", "assessment", "plan")
OUTCOMES = ("met", "partly", "not_met")
YES_NO = ("yes", "no")
BOOKS = ("invoice", "ledger")
GENDERS = ("total", "male", "female")

UNKNOWN = "unknown"
"""What a code becomes that no catalogue knows: counted, named "unknown code", never printed as it was (R14)."""

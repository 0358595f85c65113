"""Closed code lists of the register. A code is what the data say; its words are in ``language/codes.toml``."""

from __future__ import annotations

LEVELS = ("universal", "early", "special", "corrective")
SECTORS = ("social", "health", "education", "other")
PRODUCTIONS = ("own", "purchased", "voucher", "family")
SEXES = ("female", "male", "other")
UNITS = ("day", "visit")
CONTACT_KINDS = ("notification", "application", "contact", "referral", "other")
CONTACT_OUTCOMES = ("service", "assessment", "redirected", "advice", "no_need", "withdrew", "other")
"""What a contact led to: a service, an assessment first, another service's door, advice on the spot, no need for
support, the family took it back."""
PHASES = ("start", "middle", "end", "after")
STAGES = ("contact", "assessment", "plan")
OUTCOMES = ("met", "partly", "not_met")
YES_NO = ("yes", "no")
RESPONDENT_GROUPS = ("leader", "worker", "partner", "family", "other")
"""Who answers a questionnaire about the organiser: those who lead, those who work with families, partners, families."""
BOOKS = ("invoice", "ledger")
LANGUAGES = ("fi", "sv", "se", "other")
"""Languages that services are given in; se is Sámi, whichever of the three."""
GENDERS = ("total", "male", "female")

UNKNOWN = "unknown"
"""What a code becomes that no catalogue knows: counted, named "unknown code", never printed as it was (R14)."""

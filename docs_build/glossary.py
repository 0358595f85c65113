"""The words of the report beside each other in three languages."""

from __future__ import annotations

from docs_build.markdown import escaped, table
from kumppanuus.report.words import report_texts
from kumppanuus.study import LANGUAGES

HEADS = ("suomi", "svenska", "English")


def glossary_page() -> dict[str, str]:
    """Return place → content; terms in the order of the Finnish alphabet."""
    texts = report_texts()
    names = {key.split(".")[1] for key in texts if key.startswith("glossary.") and key.endswith(".term")}
    rows = [
        tuple(f"**{escaped(texts[f'glossary.{name}.term'][each])}** "
              f"{escaped(texts[f'glossary.{name}.text'][each])}" for each in LANGUAGES)
        for name in sorted(names, key=lambda name: texts[f"glossary.{name}.term"]["fi"].casefold())
    ]  # fmt: skip
    lead = "The words of the report, as its glossary explains them in each language.\n\n"
    return {"glossary.md": "# Glossary\n\n" + lead + table(HEADS, rows)}

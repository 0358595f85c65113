"""Pages that stand elsewhere in the repository: the start page, how to work on the code, what changed, decisions."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}


def repository_pages() -> dict[str, str]:
    """Return place → content; links are turned to where the pages stand on the site."""
    made = {place: _turned((ROOT / file).read_text(encoding="utf-8")) for file, place in PAGES.items()}
    return {**made, "adr/index.md": _decisions()}


def _turned(text: str) -> str:
    def turned(link: re.Match[str]) -> str:
        target = link[1]
        if target.rstrip("/") == "docs/adr":
            return "](adr/index.md)"
        return f"]({PAGES.get(target, target.removeprefix('docs/'))})"

    return re.sub(r"\]\(([^)#:]+)\)", turned, text)


def _decisions() -> str:
    lines = ["# Decisions\n", "What was argued about, and why it is as it is.\n"]
    for file in sorted((ROOT / "docs" / "adr").glob("*.md")):
        title = file.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")
        lines.append(f"- [{title}]({file.name})")
    return "\n".join(lines) + "\n"

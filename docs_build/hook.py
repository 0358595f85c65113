"""What MkDocs asks while it builds the site: pages that are made, and formulas without a script."""

from __future__ import annotations

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs_build.codes import code_pages
from docs_build.demonstration import demonstration
from docs_build.exhibits import exhibit_pages
from docs_build.glossary import glossary_page
from docs_build.repository import repository_pages
from docs_build.settings import settings_tables


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that are made."""
    with demonstration() as run:
        made = {**repository_pages(), **exhibit_pages(run), **code_pages(), **glossary_page()}
    for place, content in made.items():
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """Put the tables of settings behind what is written of them."""
    return markdown + settings_tables() if page.file.src_uri == "settings.md" else markdown

"""The finished file: our metadata instead of a template's, nothing of today, the same bytes every time."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any
from xml.sax.saxutils import escape

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from kumppanuus.language.say import Say
from kumppanuus.report.slides.texts import LANGUAGE, clean
from kumppanuus.study import Study

_STAMP = (1980, 1, 1, 0, 0, 0)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>kumppanuus</Application><Company>{company}</Company></Properties>"
)
_LEFT_OUT = ("thumbnail", "custom-properties", "custom-property", "printerSettings", "customXml", "commentAuthors",
             "authors", "tags", "changesInfo", "revisionInfo")  # fmt: skip
"""Ends of the types of parts that would carry a template's owner, its machine or its history into ours."""
_RANDOM = (
    re.compile(rb'<a:ext uri="\{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236\}">.*?</a:ext>', re.DOTALL),
    re.compile(rb'<p:ext uri="\{BB962C8B-B14F-4D97-AF65-F5344CB8AC3E\}">.*?</p:ext>', re.DOTALL),
    re.compile(rb"<(a|p):extLst>\s*</\1:extLst>"),
)
_OURS = ("ppt/slides/", "ppt/charts/", "ppt/notesSlides/")
_DATED = ("datetimeFigureOut", "datetime")


def describe_file(deck: Any, study: Study, say: Say, mark: str) -> None:
    """Set the metadata: ours, with the last day of the window for a date."""
    core = deck.core_properties
    day = datetime.datetime.combine(study.window.last, datetime.time())
    core.title = clean(f"{study.about.organiser}: {study.about.title_in(say.language) or say('report.title')}")
    core.author = core.last_modified_by = "kumppanuus"
    core.created = core.modified = day
    core.revision = 1
    core.language = LANGUAGE[say.language]
    core.comments = say("report.synthetic") if study.about.synthetic else ""
    core.content_status = mark
    core.subject = core.keywords = core.category = core.identifier = core.version = ""
    printed = core._element.find(qn("cp:lastPrinted"))
    if printed is not None:
        core._element.remove(printed)


def settled(deck: Any, study: Study, language: str) -> bytes:
    """Return the bytes of the file, whose texts are in a language (``fi-FI``)."""
    _left_out(deck)
    _company(deck.part.package, clean(study.about.organiser))
    _notes_known(deck)
    for part in deck.part.package.iter_parts():
        if str(part.partname).startswith("/ppt/notesMasters/"):
            _undated(part._element)
    written = io.BytesIO()
    deck.save(written)
    return _stamped(written.getvalue(), language)


def _left_out(deck: Any) -> None:
    """Drop the relations to parts that are none of ours; parts that nothing names are not written."""
    for part in (deck.part.package, deck.part):
        for key, relation in list(part._rels.items()):
            if relation.reltype.rpartition("/")[2] in _LEFT_OUT:
                part._rels.pop(key)


def _company(package: Any, company: str) -> None:
    for relation in package._rels.values():
        if relation.reltype == RT.EXTENDED_PROPERTIES:
            relation.target_part._blob = _APP.format(company=escape(company)).encode("utf-8")


def _notes_known(deck: Any) -> None:
    """Name the notes master in the presentation, as PowerPoint does and python-pptx does not."""
    root = deck.part._element
    key = next((key for key, relation in deck.part._rels.items() if relation.reltype == RT.NOTES_MASTER), None)
    if key is None or root.find(qn("p:notesMasterIdLst")) is not None:
        return
    listed = f'<p:notesMasterIdLst {nsdecls("p", "r")}><p:notesMasterId r:id="{key}"/></p:notesMasterIdLst>'
    root.find(qn("p:sldMasterIdLst")).addnext(parse_xml(listed))


def _undated(master: Any) -> None:
    """Take out the placeholders of a date from the page of notes."""
    for field in list(master.iter(qn("a:fld"))):
        if field.get("type", "").startswith(_DATED):
            shape = next(each for each in field.iterancestors() if each.tag == qn("p:sp"))
            shape.getparent().remove(shape)


def _stamped(content: bytes, language: str) -> bytes:
    """Return the archive with fixed dates, in the order in which it was written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _STAMP)
            fixed.compress_type = zipfile.ZIP_STORED if entry.filename.endswith((".png", ".xlsx")) else 8
            fixed.external_attr = 0o600 << 16
            fixed.create_system = 3
            part = _anonymous(old.read(entry))
            if entry.filename.startswith(_OURS):
                part = part.replace(b'lang="en-US"', f'lang="{language}"'.encode())  # said by python-pptx of our texts
            new.writestr(fixed, part, compresslevel=9)
    return written.getvalue()


def _anonymous(part: bytes) -> bytes:
    """Return a part of XML without the random ids that PowerPoint gives slides and shapes."""
    if not part.startswith(b"<?xml"):
        return part
    for pattern in _RANDOM:
        part = pattern.sub(b"", part)
    return part

"""Descriptions as people write and paste them, made safe to show: an allow-list of plain formatting, nothing that runs.

Ammonia (through nh3) parses as a browser does, so what it lets through is what a browser will see.
"""

import re
from functools import lru_cache
from html import escape, unescape
from typing import Annotated

import nh3
from pydantic import AfterValidator

_PROSE = (
    "a abbr b blockquote br caption code dd del div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i img ins li ol p pre "
    "s small span strong sub sup table tbody td tfoot th thead tr u ul"
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# Elements whose content is not prose: they go with everything inside them.
_NOT_PROSE = (
    "applet audio button canvas embed form frameset iframe math noembed noframes noscript object script select style "
    "svg template textarea title video"
)
_SCHEMES = {"http", "https", "mailto", "tel"}


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_PROSE.split()),
        attributes=_ATTRIBUTES,
        clean_content_tags=set(_NOT_PROSE.split()),
        url_schemes=_SCHEMES,
        # A shop vouches for no link that a supplier's text brought along, and hands it no way back to its window.
        link_rel="nofollow noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def clean(text: str) -> str:
    """The same description without scripts, styles, frames, forms, event handlers and foreign URL schemes.

    Plain text becomes paragraphs (a blank line parts them). Cleaning twice changes nothing.
    """
    text = text.strip()
    if nh3.is_html(text):
        text = _cleaner().clean(text).strip()
    if text and not nh3.is_html(text):
        # "Salt & pepper" and "Salt &amp; pepper" are both seen in files, and mean the same.
        plain = unescape(text).replace("\r\n", "\n").replace("\r", "\n").strip()
        paragraphs = "".join(f"<p>{_lines(part)}</p>" for part in re.split(r"\n\s*\n", plain))
        text = _cleaner().clean(paragraphs)
    return text


def _lines(paragraph: str) -> str:
    return "<br>".join(escape(line.strip(), quote=False) for line in paragraph.strip().split("\n"))


SafeHtml = Annotated[str, AfterValidator(clean)]
"""A string that has been through `clean`, whoever made it."""

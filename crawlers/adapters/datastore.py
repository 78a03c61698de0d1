"""Lists of 大汉 jpage, which many government sites use (``/col/col123/index.html``): the entries lie as CDATA in an XML
island of the page, from which a script writes the list; its further pages are the same XML alone. Made plain HTML here.
"""

from __future__ import annotations

import re

NEXT = "datastore-next"
"""Class of the link to the following entries."""
_ISLAND = re.compile(r"<script[^>]{0,100}text/xml[^>]{0,100}>(.{0,2000000}?)</script>", re.DOTALL | re.IGNORECASE)
_STORE = re.compile(r"<datastore[\s>]", re.IGNORECASE)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.{0,20000}?)\]\]>\s*</record>", re.DOTALL | re.IGNORECASE)
_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[(.{0,2000}?)\]\]>\s*</nextgroup>", re.DOTALL | re.IGNORECASE)
_ADDRESS = re.compile(r"href\s*=\s*[\"']([^\"'<>]{1,1500})[\"']", re.IGNORECASE)
_HEAD = 2000


def unfolded(text: str) -> str:
    """The page with the entries of its islands as a list each; as it is where it has none."""
    if _STORE.search(text) is None:
        return text
    if "<html" not in text[:_HEAD].lower():
        return f"<html><body>{_list(text)}</body></html>"
    return _ISLAND.sub(lambda island: _list(island[1]) if _STORE.search(island[1]) else island[0], text)


def _list(store: str) -> str:
    entries = "".join(f"<li>{record}</li>" for record in _RECORD.findall(store))
    group = _GROUP.search(store)
    further = _ADDRESS.search(group[1]) if group else None
    following = f'<a class="{NEXT}" href="{further[1]}"></a>' if further else ""
    return f'<ul class="datastore">{entries}</ul>{following}'

"""Reading XML that came from elsewhere."""

from __future__ import annotations

from typing import NoReturn
from xml.etree import ElementTree

from s3fn_core.languages import tr


class _Elements(ElementTree.TreeBuilder):
    """Elements only: a document type could declare entities that grow without end, or files."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        raise ValueError(tr("it declares a document type (DOCTYPE), which is not read"))


def parsed(content: bytes) -> ElementTree.Element:
    """The root element of an XML document.

    Raises
    ------
    ElementTree.ParseError, ValueError
        For what is not XML, or declares a document type.
    """
    return ElementTree.fromstring(content, ElementTree.XMLParser(target=_Elements()))

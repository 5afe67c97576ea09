"""A workbook as the zip of XML parts that it is, for changes that must leave everything else as it was.

openpyxl would lose sparklines, shapes and more on the way. Here only the parts that change are parsed.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.dom.minidom import Document, Element, Text

from defusedxml import minidom

from planner.workbook.parts import TYPES, by_name, folded, relations_of, target
from planner.workbook.save import beside
from planner.workbook.words import UNWRITABLE

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


class Package:
    """The parts of a workbook by name; a part that is not touched is written back byte for byte."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {part.filename: archive.read(part) for part in archive.infolist() if not part.is_dir()}
        self.parts = {name.replace("\\", "/").lstrip("/"): content for name, content in parts.items()}
        self.names = by_name(self.parts)
        self.trees: dict[str, Document] = {}
        self.workbook = self._workbook()

    def _workbook(self) -> str:
        for relation in elements(self.tree("_rels/.rels"), "Relationship"):
            if relation.getAttribute("Type").endswith("/officeDocument"):
                return self.spelt(target("", relation.getAttribute("Target")))
        raise KeyError("officeDocument")

    def spelt(self, name: str) -> str:
        """A part's name as it stands in this file, where it has the part; references may spell it otherwise."""
        return self.names.get(folded(name), name)

    def tree(self, name: str) -> Document:
        """A part as a tree that will be written back; changes to it count."""
        name = self.spelt(name)
        if name not in self.trees:
            self.trees[name] = parse(self.parts[name])
        return self.trees[name]

    def root(self, name: str) -> Element:
        """The outermost element of a part."""
        return root_of(self.tree(name))

    def relations_of(self, part: str) -> str:
        """The name of the part that lists what a part refers to."""
        return self.spelt(relations_of(part))

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, full name of the part it leads to)."""
        name = self.relations_of(part)
        if name not in self.parts and name not in self.trees:
            return {}
        found = {}
        for relation in elements(self.tree(name), "Relationship"):
            kind = relation.getAttribute("Type").rsplit("/", maxsplit=1)[-1]
            found[relation.getAttribute("Id")] = (kind, self.spelt(target(part, relation.getAttribute("Target"))))
        return found

    def relate(self, part: str, kind: str, to: str) -> str:
        """Let a part refer to another; returns the relation's id."""
        name = self.relations_of(part)
        if name not in self.parts and name not in self.trees:
            namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
            self.parts[name] = f'<Relationships xmlns="{namespace}"/>'.encode()
        root = self.root(name)
        taken = {relation.getAttribute("Id") for relation in elements(root, "Relationship")}
        identity = next(f"rIdPlanner{n}" for n in range(1, 100_000) if f"rIdPlanner{n}" not in taken)
        add(root, "Relationship", Id=identity, Type=f"{RELATION}/{kind}", Target=f"/{to}")
        return identity

    def declare(self, name: str, kind: str) -> None:
        """Say what kind of part a new part is."""
        root = self.root(TYPES)
        if all(one.getAttribute("PartName") != f"/{name}" for one in elements(root, "Override")):
            add(root, "Override", PartName=f"/{name}", ContentType=kind)

    def declare_ending(self, ending: str, kind: str) -> None:
        """Say what kind of part every part with this ending is."""
        root = self.root(TYPES)
        if all(one.getAttribute("Extension").lower() != ending for one in elements(root, "Default")):
            made = add(root, "Default", Extension=ending, ContentType=kind)
            root.insertBefore(made, root.firstChild)

    def without_macros(self) -> None:
        """Make a workbook with macros one without, as which alone an .xlsx file opens."""
        root = self.root(TYPES)
        for one in elements(root, "Override"):
            if one.getAttribute("ContentType") == MACROS:
                one.setAttribute("ContentType", PLAIN)
            if one.getAttribute("PartName").endswith("vbaProject.bin"):
                root.removeChild(one)
        for relation in elements(self.tree(self.relations_of(self.workbook)), "Relationship"):
            if relation.getAttribute("Type").endswith("/vbaProject"):
                remove(relation)
        for name in [name for name in self.parts if "vbaProject" in name]:
            del self.parts[name]

    def save(self, path: Path) -> None:
        """Write all parts."""
        for name, tree in self.trees.items():
            self.parts[name] = tree.toxml(encoding="UTF-8")
        with beside(path) as whole, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)


def parse(content: bytes) -> Document:
    """A part as a tree; entities are refused."""
    return minidom.parseString(content)  # type: ignore[arg-type]


def root_of(tree: Document) -> Element:
    """The outermost element."""
    if tree.documentElement is None:
        raise ValueError("an empty part")
    return tree.documentElement


def remove(element: Element) -> None:
    """Take an element out of its parent."""
    if element.parentNode is not None:
        element.parentNode.removeChild(element)


def elements(tree: Document | Element, name: str) -> list[Element]:
    """All elements of a local name, whatever their prefix."""
    return list(tree.getElementsByTagNameNS("*", name))


def words(element: Element) -> str:
    """The text directly inside an element."""
    return "".join(node.data for node in element.childNodes if isinstance(node, Text))


def add(parent: Element, tag: str, content: str | None = None, /, **attributes: str) -> Element:
    """Append a child in the parent's namespace."""
    prefix = parent.tagName.rpartition(":")[0]
    child = Element(f"{prefix}:{tag}" if prefix else tag, parent.namespaceURI, prefix or None)
    child.ownerDocument = parent.ownerDocument
    for key, value in attributes.items():
        child.setAttribute(key, clean(value))
    if content is not None:
        text = Text()
        text.data = clean(content)
        text.ownerDocument = parent.ownerDocument
        child.appendChild(text)
        if content != content.strip() or "\n" in content:
            child.setAttribute("xml:space", "preserve")
    parent.appendChild(child)
    return child


def clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return UNWRITABLE.sub("\ufffd", text)

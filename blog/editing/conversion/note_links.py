"""Finds footnotes in HTML: a link to a place that links back, as Word, Google Docs, LibreOffice and web pages have."""

from __future__ import annotations

import itertools

from blog.editing.conversion.tree import Element

# Longer words with a link each way are two chapters, not a number and its note.
LONGEST_SIGN = 12
# Elements of the place where a reference stands that are looked at.
NEAR = 10
_HOLDERS = {"li", "aside", "section", "dd"}


class NoteLinks:
    """The notes of a tree by their elements, in the order of their first references."""

    def __init__(self, root: Element) -> None:
        elements = list(root.descendants())
        self.order = {id(element): number for number, element in enumerate(elements)}
        self.places: dict[str, Element] = {}
        for element in elements:
            for name in ("id", "name"):
                if element.attrs.get(name):
                    self.places.setdefault(element.attrs[name], element)
        self.numbers: dict[int, int] = {}
        self.references: dict[int, int] = {}
        self.holder_of: dict[int, Element | None] = {}
        self.known: dict[int, bool] = {}
        self.holders: list[Element] = []
        for link in elements:
            if link.tag == "a" and (holder := self.note_of(link)) is not None:
                if id(holder) not in self.numbers:
                    self.numbers[id(holder)] = len(self.numbers)
                    self.holders.append(holder)
                self.references[id(link)] = self.numbers[id(holder)]

    def target(self, link: Element) -> Element | None:
        """Where a link within the text leads."""
        _page, sign, fragment = link.attrs.get("href", "").partition("#")
        return self.places.get(fragment) if sign else None

    def number(self, link: Element) -> int | None:
        """The place of the note, from 0, that this link refers to."""
        return self.references.get(id(link))

    def note_of(self, link: Element) -> Element | None:
        """The element of the note that this link refers to."""
        target = self.target(link)
        if target is None or len(link.words()) > LONGEST_SIGN:
            return None
        if self.order[id(target)] < self.order[id(link)]:  # a note is below; the other way leads back
            return None
        holder = self.holder(target)
        if holder is None or link is holder or holder in link.ancestors():
            return None
        if id(holder) not in self.known:
            self.known[id(holder)] = any(self.leads_back(back, holder) for back in _links_in(holder))
        return holder if self.known[id(holder)] else None

    def holder(self, target: Element) -> Element | None:
        """The block that is the note whose place `target` is."""
        if id(target) not in self.holder_of:
            self.holder_of[id(target)] = _find_holder(target)
        return self.holder_of[id(target)]

    def leads_back(self, back: Element, holder: Element) -> bool:
        """Does this link in a note lead to where the note is referred to?"""
        place = self.target(back)
        if place is None or holder in (place, *place.ancestors()):
            return False
        inside = itertools.islice(place.descendants(), NEAR)
        raised = [place.parent] if place.parent and place.parent.tag == "sup" else []
        near = [place, *inside, *raised]
        targets = (self.target(link) for link in near if link.tag == "a")
        return any(to is not None and self.holder(to) is holder for to in targets)

    def holds(self, element: Element) -> bool:
        """Is this the element of a note? It is not part of the text."""
        return id(element) in self.numbers

    def take_notes(self) -> list[Element]:
        """The notes, without their links back; the line above the first is removed."""
        for holder in self.holders:
            for back in _links_in(holder):
                if self.leads_back(back, holder):
                    back.children = []
        if self.holders:
            _remove_rule_before(min(self.holders, key=lambda holder: self.order[id(holder)]))
        return self.holders


def _links_in(element: Element) -> list[Element]:
    return [each for each in [element, *element.descendants()] if each.tag == "a"]


def _find_holder(target: Element) -> Element | None:
    """The block that is the note whose place `target` is."""
    around = [target, *target.ancestors()]
    for element in around:
        if element.tag in _HOLDERS:
            return element
    block = next((element for element in around if element.tag in ("p", "div")), None)
    if block is None or block.parent is None:
        return None
    above = block.parent
    alone = [child for child in above.children if not isinstance(child, str) or child.strip()]
    is_first = above.tag == "div" and alone[:1] == [block]
    return above if is_first and _is_one_note(above, block) else block


def _is_one_note(above: Element, block: Element) -> bool:
    """Is `block` the first paragraph of a note that is all of `above`?"""
    if "footnote" in above.style.get("mso-element", "") and "list" not in above.style["mso-element"]:
        return True
    others = [child for child in above.children if isinstance(child, Element) and child is not block]
    named = [link for other in others for link in _links_in(other) if "#" in link.attrs.get("href", "")]
    return above.parent is not None and above.parent.parent is not None and not named


def _remove_rule_before(holder: Element) -> None:
    """The line between text and notes."""
    for element in [holder, *holder.ancestors()]:
        if element.parent is None:
            return
        siblings = [child for child in element.parent.children if not isinstance(child, str) or child.strip()]
        at = next(number for number, child in enumerate(siblings) if child is element)
        before = siblings[at - 1] if at else None
        if isinstance(before, Element):
            if before.tag == "hr":
                before.remove()
            return

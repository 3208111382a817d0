"""Takes the footnotes out of a tree, wherever they come from: Gutenberg, plug-ins, links that lead there and back."""

from __future__ import annotations

import itertools
from collections import Counter

from blog.editing.conversion.note_links import NoteLinks
from blog.editing.conversion.tree import Element
from registan.transfer.wordpress_text.tree_parts import as_blocks, has_content, new_element

# Elements that may have held nothing but notes.
_LISTS = ("ol", "ul")
NOTES = {"class": "footnotes"}


def take_notes(root: Element) -> tuple[NoteLinks, list[Element]]:
    """The links to notes, which are as our pages have them now, and the notes in their order, each as an `li`."""
    notes = NoteLinks(root)
    holders = notes.take_notes()
    counts: Counter[int] = Counter()
    for link in [each for each in root.descendants() if each.tag == "a"] if holders else []:
        number = notes.number(link)
        if number is not None:
            counts[number] += 1
            _mark_reference(link, number + 1, counts[number])
    for holder in holders:
        holder.remove()
        for link in [each for each in holder.descendants() if each.tag == "a" and not has_content(each)]:
            link.remove()  # it led back
    root.children = [
        child
        for child in root.children
        if not (isinstance(child, Element) and child.tag in _LISTS and not has_content(child))
    ]
    return notes, [new_element("li", as_blocks(holder.children, holder)) for holder in holders]


def notes_section(items: list[Element]) -> Element:
    """The notes as HTML with links back, as our renderer writes them."""
    return new_element("section", [new_element("ol", map(_with_link_back, itertools.count(1), items))], NOTES)


def _with_link_back(number: int, item: Element) -> Element:
    back = new_element("a", ["↩"], {"href": f"#fnref-{number}", "class": "footnote-back"})
    return new_element("li", [*item.children, back], {"id": f"fn-{number}"})


def _mark_reference(link: Element, number: int, count: int) -> None:
    name = f"fnref-{number}" + (f"-{count}" if count > 1 else "")
    link.attrs, link.children = {"href": f"#fn-{number}", "id": name}, [str(number)]
    raised = link.parent
    if raised is not None and raised.tag == "sup" and len(raised.children) == 1:
        raised.attrs = {"class": "footnote-ref"}
    elif raised is not None:
        sup = new_element("sup", [link], {"class": "footnote-ref"}, raised)
        raised.children = [sup if child is link else child for child in raised.children]

"""The menu of the old blog becomes that of the Site page, unless the owner has chosen one here already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from blog.models import MenuLink, Tag
from blog.models.fields import max_length_of
from blog.models.menu import Part, Place
from blog.text.validators import to_single_line, validate_menu_address
from registan.transfer.content.import_plan import MENU_TAXONOMY, ImportPlan
from registan.transfer.content.import_terms import plain_words
from registan.transfer.content.item_keys import first_key
from registan.transfer.content.item_spool import SpooledItem
from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.ledger import Ledger, StoredRow
from registan.transfer.models.reasons import Remark
from registan.transfer.records.export_records import Item
from registan.transfer.records.own_fields import own_text
from registan.transfer.wordpress_text.addresses import absolute_address, address_key

# An export does not say where a menu is shown. Names by which people mean the one at the top.
MAIN_MENU = re.compile(r"main|primary|header|\btop|haupt|principal|главн|верхн|asosiy", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkTargets:
    """Finds what a menu item leads to: tags by their old names, the rest by address."""

    plan: ImportPlan
    tag_numbers: Mapping[int, Tag]
    page_ids: Mapping[str, int]
    new_address: Callable[[str], str | None]

    def find(self, item: Item) -> dict[str, Any]:
        """The column of a `MenuLink` that is to be set; nothing if it leads to what was not imported."""
        if (part := own_text(item.own, "part")) in Part.values:
            return {"part": part}
        kind, target = item.meta("_menu_item_type"), item.meta("_menu_item_object_id")
        number = int(target) if target.isdecimal() and len(target) < 19 else 0
        if kind == "taxonomy":
            return {"tag": self.tag_numbers[number]} if number in self.tag_numbers else {}
        if kind == "post_type":
            if page := self.page_ids.get(first_key(number)):
                return {"page_id": page}
            text = self.plan.texts.get(first_key(number))
            return {"address": text.path} if text and text.path else {}
        old = absolute_address(item.meta("_menu_item_url"), self.plan.home)
        address = self.new_address(address_key(old)) or old
        try:
            validate_menu_address(address)
        except ValidationError:
            return {}
        return {"address": address} if len(address) <= max_length_of(MenuLink, "address") else {}


class MenuImport:
    """Stores menu items; the links of one menu, in its order, without what was in submenus."""

    def __init__(self, ledger: Ledger, plan: ImportPlan, targets: LinkTargets) -> None:
        self.ledger, self.plan, self.targets = ledger, plan, targets
        self.chosen = choose_menu(plan)

    def store_all(self) -> None:
        """Call it in a transaction, once everything else is stored."""
        known = self.ledger.known(Element.Kind.MENU_ITEM, [key for key, _item in self.plan.menu_items])
        ours = {element.object_id or 0 for element in known.values() if element.object_kind == "menulink"}
        is_free = not MenuLink.objects.filter(place=Place.MENU).exclude(pk__in=ours).exists()
        for spooled in sorted(self.plan.menu_items, key=lambda spooled: spooled.item.menu_order):
            element = known.get(spooled.key)
            if self.ledger.is_done(element):
                continue
            if element and element.object_kind == "menulink":
                self._keep(element)
            elif remark := self._refuse(spooled.item, is_free=is_free):
                self._skip(spooled, remark)
            else:
                self._create(spooled)

    def _keep(self, element: Element) -> None:
        if MenuLink.objects.filter(pk=element.object_id or 0).exists():
            self.ledger.confirm(element)
        else:
            self.ledger.record(element.kind, element.key, Outcome.SKIPPED, reason="deleted-here")

    def _refuse(self, item: Item, *, is_free: bool) -> Remark | None:
        name = plain_words(item.title)
        if menu_of(item) != self.chosen:
            return Remark("other-menu", f"{menu_of(item)}: {name}")
        if is_below(item):
            return Remark("submenu", name)
        return None if is_free else Remark("menu-exists", name)

    def _skip(self, spooled: SpooledItem, remark: Remark) -> None:
        self.ledger.record(Element.Kind.MENU_ITEM, spooled.key, Outcome.SKIPPED, reason=remark.code, detail=remark.data)

    def _create(self, spooled: SpooledItem) -> None:
        item = spooled.item
        label = to_single_line(plain_words(item.title))[: max_length_of(MenuLink, "label")]
        if not (target := self.targets.find(item)):
            self._skip(spooled, Remark("unknown-target", label or item.meta("_menu_item_url")))
            return
        position = min(max(item.menu_order, 0), 32_767)
        link = MenuLink.objects.create(place=Place.MENU, position=position, label=label, **target)
        stored = StoredRow("menulink", link.pk)
        self.ledger.record(Element.Kind.MENU_ITEM, spooled.key, Outcome.CREATED, stored=stored)


def menu_of(item: Item) -> str:
    """The slug of the menu to which it belongs; "" for none."""
    return next((term.slug or term.name for term in item.terms if term.taxonomy == MENU_TAXONOMY), "")


def is_below(item: Item) -> bool:
    """Is it in a submenu?"""
    return item.meta("_menu_item_menu_item_parent") not in ("", "0")


def choose_menu(plan: ImportPlan) -> str:
    """The slug of the menu that is probably at the top: by its name, else the one that shows the most."""
    sizes = Counter(menu_of(spooled.item) for spooled in plan.menu_items if not is_below(spooled.item))
    del sizes[""]
    named = {slug: MAIN_MENU.search(plan.terms[MENU_TAXONOMY, slug].name) for slug in sizes}
    return max(sizes, key=lambda slug: (named[slug] is not None, sizes[slug], slug), default="")

"""The menu at the top comes in, unless this site has chosen one; submenus and other menus are named"""

import pytest

from blog.models import MenuLink
from tests import factories
from tests.registan.transfer.runs.importing import category, declared_category, import_export, outcome, outcomes
from tests.registan.transfer.wxr import item, meta

pytestmark = pytest.mark.django_db
PAGE = item(post_id=7, post_type="page", post_name="about", title="About us")


def link(number: int, menu: str = "main", *, below: int = 0, title: str = "", **metas: object) -> str:
    fields = {"type": "custom", "menu_item_parent": below, **metas}
    extra = "".join(meta(f"_menu_item_{name}", str(value)) for name, value in fields.items())
    values = {"post_id": number, "post_type": "nav_menu_item", "title": title, "menu_order": number}
    return item(category("nav_menu", menu, menu), extra, **values)


def shown() -> list[tuple[str, str]]:
    return [(link.as_shown().label, link.as_shown().url) for link in MenuLink.objects.all()]


def test_links_lead_to_pages_tags_posts_and_addresses_in_their_order(tmp_path):
    import_export(
        tmp_path,
        link(15, title="There", url="https://there.example/"),
        link(11, title="Us", type="post_type", object="page", object_id=7),
        link(12, type="taxonomy", object="category", object_id=3),
        link(13, title="First", type="post_type", object="post", object_id=1),
        link(14, title="Old", url="https://old.example/old/"),
        item(post_id=1, link="https://old.example/old/"),
        PAGE,
        head=declared_category(3, "news", "News"),
    )
    assert shown() == [
        ("Us", "/about/"),
        ("News", "/tag/news/"),
        ("First", "/2020/05/01/hello/"),
        ("Old", "/2020/05/01/hello/"),
        ("There", "https://there.example/"),
    ]
    assert outcomes("menu item") == [("created", "")] * 5


def test_of_several_menus_the_one_comes_in_that_is_named_like_one_at_the_top(tmp_path):
    others = [link(number, "social", title="X", url="https://x.example/") for number in (20, 21, 22)]
    import_export(tmp_path, *others, link(10, "primary", title="Home", url="/"))
    assert [label for label, _url in shown()] == ["Home"]
    assert outcome("menu item", 20) == ("skipped", "other-menu", "social: X")


def test_submenus_and_links_to_nothing_are_named(tmp_path):
    import_export(tmp_path, link(1, title="#", url="#"), link(2, below=1, title="Sub", url="/a/"), link(3, url="/b/"))
    assert outcome("menu item", 1)[:2] == ("skipped", "unknown-target")
    assert outcome("menu item", 2) == ("skipped", "submenu", "Sub")
    assert len(shown()) == 1


def test_a_menu_that_the_owner_has_chosen_stays(tmp_path):
    MenuLink.objects.create(page=factories.page("mine"), position=1)
    import_export(tmp_path, link(1, title="Home", url="/"))
    assert [label for label, _url in shown()] == ["Mine"]
    assert outcome("menu item", 1) == ("skipped", "menu-exists", "Home")


def test_a_second_run_adds_no_link(tmp_path):
    for _time in range(2):
        import_export(tmp_path, link(1, title="Home", url="/"))
    assert len(shown()) == 1
    assert outcomes("menu item") == [("unchanged", "")]

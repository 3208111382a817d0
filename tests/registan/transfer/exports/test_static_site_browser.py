"""The static site in a browser that reads it from the disk, without a network and without a script"""

from registan.transfer.exports import write_static_site
from tests.registan.transfer.exports.whole_site import build_site


def test_a_thread_is_read_from_the_disk_in_both_themes(browser, tmp_path, transactional_db):
    post = build_site()
    first = post.thread.comments.order_by("pk").first()
    folder = tmp_path / "site"
    folder.mkdir()
    write_static_site(folder)
    colours = set()
    for theme in ("light", "dark"):
        context = browser.new_context(color_scheme=theme, offline=True, java_script_enabled=False)
        page = context.new_page()
        failed = []
        page.on("requestfailed", lambda request, failed=failed: failed.append(request.url))
        page.goto(f"file://{folder}/index.html")
        page.get_by_role("link", name=post.title).first.click()
        assert page.locator(f"#comment-{first.pk}").get_by_text("three").is_visible()
        page.locator(f"#comment-{first.pk} .comment__time").click()
        assert page.url.endswith(f"chaykhana/index.html#comment-{first.pk}")
        page.get_by_role("link", name="Search").click()
        page.get_by_role("link", name="The second post").click()
        assert page.get_by_role("heading", name="The second post").is_visible()
        colours.add(page.locator("body").evaluate("body => getComputedStyle(body).color"))
        assert failed == []
        context.close()
    assert len(colours) == 2

"""Images in the editor, in a browser: pasted, dropped, chosen, by keyboard alone, and no text lost on failure."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from blog import jobs
from blog.models import Image, Post
from tests import factories
from tests.blog.images.uploads import SVG, picture, uploaded
from tests.boxes import box_of
from tests.comments.processes import wait_until
from tests.registan.html_checkers import RULES
from tests.registan.login_form import submit_login

ADD = "/admin/blog/post/add/"
pytestmark = pytest.mark.django_db(transaction=True)

# A file on its way into the text, as a person's hand or another program sends it: no browser lets a script fake one
# from outside, so the event is made in the page.
DROP = """([content, kind, name, type]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const body = document.querySelector("#id_body");
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent("drop", { ...options, dataTransfer: data });
  return !body.dispatchEvent(event);
}"""


@pytest.fixture
def writing(open_admin, live_server):
    """A function that opens a new post with a text in it and the cursor at its end."""

    def opened(text: str = "Before.", **options):
        page = open_admin(**options)
        page.on("filechooser", lambda _: None)  # handed over from now on: asked for as it opens, it may be too late
        page.goto(live_server.url + ADD)
        page.locator("#id_body").fill(text)
        page.locator("#id_body").press("Control+End")
        return page

    return opened


def bring(page, kind: str, content: bytes, name: str = "camel.jpg", type: str = "image/jpeg") -> bool:
    return page.evaluate(DROP, [base64.b64encode(content).decode(), kind, name, type])


def describe(page, alt: str = "A camel") -> None:
    page.get_by_label("What it shows").fill(alt)
    page.get_by_role("button", name="Add to the text").click()


def assert_focus(page, name: str) -> None:
    """Not expect().to_be_focused(): it never finds the focus of a file field, which is on the button inside."""
    wait_until(lambda: page.evaluate("document.activeElement.name") == name, f"the focus on {name}")


def body(page):
    return page.locator("#id_body")


def line(image: Image, caption: str = "") -> str:
    return f"![A camel](/media/images/{image.name}.jpg{caption})"


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_dropped_image_is_described_and_then_put_into_the_text(kind, writing):
    page = writing()
    assert bring(page, kind, picture())
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_label("What it shows")).to_be_focused()
    expect(page.locator("canvas")).to_be_visible()
    assert body(page).input_value() == "Before."
    describe(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("The image has been added to the text.")).to_be_visible()
    assert body(page).input_value() == f"Before.\n\n{line(Image.objects.get())}\n"
    expect(body(page)).to_be_focused()
    assert page.said == []


def test_an_insertion_is_undone_as_if_it_had_been_typed(writing):
    page = writing()
    bring(page, "drop", picture())
    describe(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+z")
    assert body(page).input_value() == "Before."


def test_by_keyboard_alone_an_image_is_chosen_described_and_the_post_published(writing, tmp_path, live_server):
    file = tmp_path / "camel.jpg"
    file.write_bytes(picture(size=(900, 450)))
    page = writing()
    page.locator("#id_title").fill("On camels")
    body(page).focus()
    while not page.get_by_role("button", name="Add an image").evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Add an image")).to_be_visible()
    assert_focus(page, "upload")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    for words in ("A camel", None, "At noon", "Photo: Ann"):
        page.keyboard.press("Tab")
        if words:
            page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    image = Image.objects.get()
    assert (image.caption, image.credit) == ("At noon", "Photo: Ann")
    assert line(image, ' "At noon"') in body(page).input_value()
    page.get_by_role("button", name="Save draft").press("Enter")
    expect(page.locator(".save-bar .success")).to_be_visible()
    assert image.uses.get().post == Post.objects.get()
    assert page.said == []


def test_escape_closes_the_dialog_and_every_word_is_there_again(writing):
    page = writing()
    page.get_by_role("button", name="Add an image").click()
    page.get_by_label("What it shows").fill("Half a sen")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Add an image")).to_be_focused()
    page.get_by_role("button", name="Add an image").click()
    assert page.get_by_label("What it shows").input_value() == "Half a sen"
    assert body(page).input_value() == "Before."


def test_errors_are_shown_beside_their_field_and_read_out(writing):
    page = writing()
    bring(page, "drop", SVG, "a.svg", "image/svg+xml")
    page.get_by_role("button", name="Add to the text").click()
    for name, words in (("upload", "not SVG"), ("alt", "Describe the image")):
        field = page.locator(f"dialog [name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        described = field.get_attribute("aria-describedby").split()
        assert words in page.locator(f"#{described[-1]}").inner_text()
    assert_focus(page, "upload")
    page.locator("dialog [type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture("PNG")}
    )
    expect(page.locator("[data-field-error=upload]")).to_have_text("")  # it was about the file before
    expect(page.locator("[data-field-error=alt]")).to_contain_text("Describe the image")
    expect(page.locator("dialog [type=file]")).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Decorative").check()
    page.get_by_role("button", name="Add to the text").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert f"![](/media/images/{Image.objects.get().name}.png)" in body(page).input_value()


def test_when_the_site_does_not_answer_nothing_is_lost_and_trying_again_works(writing):
    page = writing()
    bring(page, "paste", picture())
    expect(page.get_by_label("What it shows")).to_be_visible()  # the dialog comes from the site
    page.context.set_offline(True)
    describe(page)
    expect(page.get_by_text("The site did not respond. Nothing is lost")).to_be_visible()
    assert page.get_by_label("What it shows").input_value() == "A camel"
    assert body(page).input_value() == "Before."
    page.context.set_offline(False)
    page.get_by_role("button", name="Add to the text").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert line(Image.objects.get()) in body(page).input_value()


def test_a_dialog_that_cannot_be_fetched_leaves_the_text_alone(writing):
    page = writing()
    page.context.set_offline(True)
    page.get_by_role("button", name="Add an image").click()
    expect(page.locator(".image-tools__status", has_text="Your text is safe")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Add an image").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert body(page).input_value() == "Before."


def test_an_ended_session_is_reported_and_the_text_stays(writing):
    page = writing()
    bring(page, "drop", picture())
    expect(page.get_by_label("What it shows")).to_be_visible()  # nobody who is signed out is given the dialog
    page.context.clear_cookies()
    describe(page)
    expect(page.get_by_role("dialog").get_by_text("You are signed out")).to_be_visible()
    assert page.get_by_label("What it shows").input_value() == "A camel"


def test_after_signing_in_again_in_another_tab_the_image_goes_into_the_text(writing, live_server):
    page = writing()
    page.route("**/autosave/", lambda route: route.abort())  # it would renew the dialog's token too, sooner or later
    bring(page, "drop", picture())
    expect(page.get_by_label("What it shows")).to_be_visible()  # nobody who is signed out is given the dialog
    page.context.clear_cookies()
    describe(page)
    expect(page.get_by_role("dialog").get_by_text("You are signed out")).to_be_visible()
    other = page.context.new_page()
    other.goto(live_server.url + "/admin/")
    submit_login(other, "root")
    other.wait_for_url("**/admin/")
    page.get_by_role("button", name="Add to the text").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert body(page).input_value() == f"Before.\n\n{line(Image.objects.get())}\n"


def test_a_full_disk_is_reported_and_the_text_stays(writing, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("blog.models.image.save_to_storage", full)
    page = writing()
    bring(page, "drop", picture())
    describe(page)
    expect(page.get_by_text("The disk is full")).to_be_visible()
    assert body(page).input_value() == "Before."


def test_two_files_dropped_together_are_described_one_after_the_other(writing):
    page = writing("")
    add_file = "data.items.add(new File([bytes], name, { type }));"
    two = DROP.replace(add_file, add_file + add_file.replace("[bytes]", "[bytes, 'x']"))
    page.evaluate(two, [base64.b64encode(picture()).decode(), "drop", "a.jpg", "image/jpeg"])
    describe(page)
    expect(page.get_by_text("The image has been added to the text.")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_label("What it shows")).to_have_value("")
    describe(page, "Another")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert body(page).input_value().count("![") == 2


def test_words_that_come_with_an_image_are_pasted_as_words(writing):
    page = writing()
    with_words = DROP.replace("const body", "data.setData('text/plain', 'A table'); const body")
    assert not page.evaluate(with_words, [base64.b64encode(picture()).decode(), "paste", "a.png", "image/png"])
    assert page.get_by_role("dialog").count() == 0


def test_an_image_of_the_library_is_found_and_put_into_the_text(writing):
    image = uploaded(picture(size=(9, 9)), alt="A camel")
    uploaded(picture(size=(8, 8)), alt="A door", name="door.jpg")
    page = writing()
    page.get_by_role("button", name="Add an image").click()
    page.get_by_role("searchbox", name="Search").fill("camel")
    page.get_by_role("searchbox", name="Search").press("Enter")
    expect(page.get_by_text("1 image found")).to_be_visible()
    expect(page.get_by_role("button", name="A door")).to_have_count(0)
    page.get_by_role("button", name="A camel").press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert line(image) in body(page).input_value()
    assert page.said == []


def test_the_editors_own_button_opens_the_dialog(writing):
    page = writing()
    asked = "new CustomEvent('editor:figure', { bubbles: true, cancelable: true })"
    assert body(page).evaluate(f"one => one.parentElement.dispatchEvent({asked})") is False
    expect(page.get_by_role("dialog")).to_be_visible()


def test_without_script_the_library_has_the_line_to_copy(open_admin, live_server):
    page = open_admin(script=False)
    page.goto(live_server.url + ADD)
    address = page.get_by_role("link", name="Image library").get_attribute("href")
    page.goto(f"{live_server.url}{address}add/")
    page.locator("[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_label("What it shows").fill("A camel")
    page.locator("[name=_save]").click()
    assert page.locator(".library__line").inner_text() == line(Image.objects.get())


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_dialog_and_library_fit_and_break_no_policy(width, writing, live_server):
    image = uploaded(alt="A camel " * 20, credit="W" * 80)
    page = writing(width=width)
    page.get_by_role("button", name="Add an image").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    inside = page.locator("dialog.image-dialog")
    assert inside.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert box_of(inside)["width"] <= width
    for target in page.locator("dialog button:visible, dialog input:not([type=file]):visible").all():
        box = box_of(target)
        assert max(box["height"], box["width"]) >= 18
    for address in ("/admin/blog/image/", f"/admin/blog/image/{image.pk}/change/", "/admin/blog/image/add/"):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert page.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_dialog_and_the_library(scheme, writing, live_server, root):
    file = root / "node_modules/axe-core/axe.min.js"
    if not file.is_file():
        pytest.skip("axe-core is not installed (make check installs it): accessibility was not checked")
    image = uploaded(caption="At noon")
    page = writing(width=360, bypass_csp=True, color_scheme=scheme)
    page.get_by_role("button", name="Add an image").click()
    page.get_by_role("button", name="Add to the text").click()
    expect(page.get_by_text("Choose an image.")).to_be_visible()
    found = complaints(page, file, "document.querySelector('dialog')")
    # The search above the list is Django's own.
    for address, part in (
        ("/admin/blog/image/", "#changelist-form"),
        (f"/admin/blog/image/{image.pk}/change/", "main"),
    ):
        page.goto(live_server.url + address)
        found += complaints(page, file, f"document.querySelector('{part}')")
    assert found == []


def complaints(page, axe, within: str) -> list[str]:
    page.evaluate(axe.read_text())
    result = page.evaluate(f"rules => axe.run({within}, {{ runOnly: rules }})", RULES)
    return [f"{violation['id']}: {violation['nodes'][0]['html'][:120]}" for violation in result["violations"]]


def test_a_reader_sees_the_image_in_its_reserved_place(browser, live_server):
    image = uploaded(picture(size=(1_000, 500)), caption="At noon", credit="Ann")
    jobs.render_next_image()
    post = factories.post(body=f"{image.markdown()}\n\nWords.")
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(live_server.url + post.get_absolute_url())
    shown = page.locator(".prose img")
    shown.scroll_into_view_if_needed()
    shown.evaluate("one => one.decode()")
    assert shown.evaluate("one => one.currentSrc").endswith(f"{image.name}-400.avif")
    box = box_of(shown)
    assert box["width"] == pytest.approx(2 * box["height"], abs=1)
    context.route("**/media/**", lambda route: route.abort())
    page.reload()
    assert box_of(page.locator(".prose img"))["height"] == pytest.approx(box["height"], abs=1)
    assert not [line for line in said if "Content Security" in line]
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_an_image_in_a_profile_is_no_wider_than_its_column_and_in_its_reserved_place(width, browser, live_server):
    image = uploaded(picture(size=(2_000, 1_000)), caption="At noon", credit="Ann " * 30)
    portrait = SimpleUploadedFile("me.jpg", picture(size=(640, 640)))
    author = factories.author(slug="ann", bio=f"Walks.\n\n{image.markdown()}", photo=portrait)
    jobs.render_next_image()
    post = factories.post(authors=[author])
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for address in ("/author/ann/", post.get_absolute_url()):
        page.goto(live_server.url + address)
        column, shown = page.locator(".author__bio"), page.locator(".author__bio img")
        shown.scroll_into_view_if_needed()
        shown.evaluate("one => one.decode()")
        box, room = box_of(shown), box_of(column)
        assert room["x"] <= box["x"] <= box["x"] + box["width"] <= room["x"] + room["width"] + 0.5, address
        assert box["width"] == pytest.approx(2 * box["height"], abs=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_dialog_places_an_image_wide_or_in_a_gallery(writing):
    page = writing()
    for number, (layout, width) in enumerate([("Wider than the text", 81), ("In a gallery", 82), ("In a gallery", 83)]):
        bring(page, "paste", picture(size=(width, 60)))
        page.get_by_label("In the text").select_option(index=[1, 2, 2][number])
        assert layout in page.get_by_label("In the text").locator("option:checked").text_content()
        describe(page)
        expect(page.locator("dialog[open]")).to_have_count(0)
    first, second, third = Image.objects.order_by("pk")
    expect(body(page)).to_have_value(f"Before.\n\n{line(first)}\n{line(second)}\n{line(third)}{{.wide}}\n")

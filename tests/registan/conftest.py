import pytest

from tests import factories
from tests.registan.html_checkers import NARROW, AxeWindow
from tests.registan.login_form import submit_login


@pytest.fixture
def open_admin(browser, live_server):
    """A function that opens a signed-in page of that width; what its console complains of is in `page.said`."""
    contexts = []

    def open_page(*, name: str = "root", width: int = 1280, script: bool = True, **options):
        if not factories.User.objects.filter(username=name).exists():
            factories.user(name, is_superuser=True, group="Administrator")
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script, **options)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(f"{live_server.url}/admin/")
        submit_login(page, name)
        page.wait_for_url("**/admin/")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def axe(browser, live_server, root):
    """A narrow window in which axe looks at what is shown."""
    context = browser.new_context(bypass_csp=True, viewport=NARROW)
    yield AxeWindow(context, live_server.url, root)
    context.close()

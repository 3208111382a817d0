"""Did this form come from our own page?"""

import pytest
from django.test import RequestFactory

from comments.web.same_origin import is_same_origin


def post_to(host: str, headers: dict[str, str]):
    return RequestFactory().post("/", headers={"Host": host, **headers})


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["blog.example", "127.0.0.1"]


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "Same-Origin"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://blog.example"}, False),
        ({"Origin": "https://blog.example"}, True),
        ({"Origin": "http://blog.example"}, True),
        ({"Origin": "https://BLOG.example"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://blog.example.evil.example"}, False),
        ({"Origin": "https://evil.example/blog.example"}, False),
        ({"Origin": "https://blog.example@evil.example"}, False),
        ({"Origin": "https://user@blog.example"}, False),
        ({"Origin": "https://blog.example:8443"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "file://"}, False),
        ({"Origin": "blog.example"}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": "http://[::1"}, False),
    ],
)
def test_a_form_is_ours_unless_its_headers_name_another_site(headers, ours):
    assert is_same_origin(post_to("blog.example", headers)) is ours


def test_the_port_belongs_to_the_name():
    assert is_same_origin(post_to("127.0.0.1:8000", {"Origin": "http://127.0.0.1:8000"}))
    assert not is_same_origin(post_to("127.0.0.1:8000", {"Origin": "http://127.0.0.1:8001"}))
    assert not is_same_origin(post_to("127.0.0.1:8000", {"Origin": "http://127.0.0.1"}))


def test_a_page_that_hides_its_origin_goes_by_fetch_metadata_alone():
    assert is_same_origin(post_to("blog.example", {"Origin": "null"}), reads_origin=False)
    elsewhere = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    assert not is_same_origin(post_to("blog.example", elsewhere), reads_origin=False)

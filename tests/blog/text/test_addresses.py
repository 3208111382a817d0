"""Whole addresses of what is on this site."""

from blog.text.addresses import absolute_url


def test_the_address_of_the_site_goes_before_a_path(settings):
    settings.SITE_URL = "https://blog.example.org:8443"
    assert absolute_url("/") == "https://blog.example.org:8443/"
    assert absolute_url("/2026/03/04/a-post/?page=2#comments") == (
        "https://blog.example.org:8443/2026/03/04/a-post/?page=2#comments"
    )

"""Contrast by WCAG's formula, and colours made readable."""

import pytest
from django.core.exceptions import ValidationError

from blog.text.colours import DARK_GROUNDS, LIGHT_GROUNDS, accent_for_dark, contrast, lowest_contrast, validate_accent


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#ffffff") == 1


def test_a_pale_colour_is_refused_with_the_nearest_that_can_be_read():
    with pytest.raises(ValidationError) as refused:
        validate_accent("#e0a526")
    found = refused.value.params["try"]
    assert "Too pale" in refused.value.messages[0]
    assert 4.5 <= lowest_contrast(found, LIGHT_GROUNDS) < 4.7
    validate_accent(found)


@pytest.mark.parametrize("colour", ["#1f4e8c", "#000000", "#7a2e8c", "#ffffff"])
def test_every_colour_can_be_read_in_the_dark(colour):
    assert lowest_contrast(accent_for_dark(colour), DARK_GROUNDS) >= 4.5


def test_a_colour_that_can_be_read_in_the_dark_stays():
    assert accent_for_dark("#8ab4e8") == "#8ab4e8"

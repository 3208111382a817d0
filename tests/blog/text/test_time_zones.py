"""A town has one name in the list of time zones, under its region, in the reader's language."""

from django.utils import translation

from blog.editing.zone_field import ZoneField
from blog.text.time_zones import CURRENT_NAMES, add_option, current_name, site_zone_options, zones_by_region


def test_every_zone_stands_once_under_its_region_by_its_current_name():
    regions = dict(zones_by_region())
    zones = [zone for options in regions.values() for zone, _town in options]
    assert len(zones) == len(set(zones)) > 300
    assert not set(zones) & set(CURRENT_NAMES)
    assert ("Asia/Kolkata", "Kolkata") in regions["Asia"]
    assert ("America/Indiana/Knox", "Knox, Indiana") in regions["America"]
    assert ("Arctic/Longyearbyen", "Longyearbyen") in regions["Europe"]
    towns = [town for options in regions.values() for _zone, town in options]
    assert not {"Calcutta", "Kiev", "LHI", "Troll", "North"} & set(towns)
    assert all(options == sorted(options, key=lambda option: option[1]) for options in regions.values())


def test_an_old_name_is_taken_and_shown_as_the_current_one():
    field = ZoneField(choices=site_zone_options())
    assert field.clean("Europe/Kiev") == field.prepare_value("Europe/Kiev") == current_name("Europe/Kyiv")
    shown = field.widget.render("zone", "Asia/Kolkata")
    assert '<option value="Asia/Kolkata" selected data-also="Asia/Calcutta">Kolkata</option>' in shown


def test_a_zone_that_is_not_offered_stays_while_it_is_chosen():
    assert add_option(site_zone_options(), "Etc/GMT+3")[0] == ("Etc/GMT+3", "Etc/GMT+3")
    assert add_option(site_zone_options(), "Asia/Tashkent") == site_zone_options()


def test_regions_are_named_in_the_language_of_the_page():
    with translation.override("en"):
        names = [name for name, _options in zones_by_region()]
    assert names == [
        "Africa", "America", "Asia", "Atlantic Ocean", "Australia", "Europe", "Indian Ocean", "Pacific Ocean",
    ]  # fmt: skip

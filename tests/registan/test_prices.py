"""Every public address has its price, or a reason to have none."""

from bench import prices


def test_every_address_of_the_url_configuration_is_on_the_price_list():
    assert prices.address_names() == set(prices.PRICED) | set(prices.NOT_PRICED)


def test_no_address_is_both_priced_and_not():
    assert not set(prices.PRICED) & set(prices.NOT_PRICED)
    assert all(prices.NOT_PRICED.values())

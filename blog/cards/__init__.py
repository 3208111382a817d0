"""Cards in place of addresses that stand alone: what a page says of itself, and how it is shown; knows no model."""

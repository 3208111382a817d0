"""What a browser sends: addresses, cookies, tokens; knows no model."""

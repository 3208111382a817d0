"""Which reader a browser belongs to; imports models and below."""

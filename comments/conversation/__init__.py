"""One page of a thread, ready to render; imports submission and below."""

"""What a browser sends, as far as both apps need it: whose address a request came from."""

"""Reads exports of WordPress (WXR) and says what is in them."""

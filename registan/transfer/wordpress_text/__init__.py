"""Turns the text of a WordPress post or comment into ours, and checks that readers see the same words."""

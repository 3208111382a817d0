"""The smallest blog that django-comments-xtd can be measured in: one page for each post."""

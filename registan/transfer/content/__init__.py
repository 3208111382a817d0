"""Makes bylines, tags, files, posts, pages and menus of the records of an export."""

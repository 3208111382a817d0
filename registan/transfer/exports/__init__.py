"""Lets everything leave: the site as files, as an export of WordPress, as Markdown."""

from registan.transfer.exports.markdown.markdown_export import write_markdown
from registan.transfer.exports.static.public_site import write_static_site
from registan.transfer.exports.wordpress.write_items import write_wordpress

__all__ = ["write_markdown", "write_static_site", "write_wordpress"]

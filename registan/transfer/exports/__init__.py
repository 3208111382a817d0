"""Lets everything leave: the site as files, as an export of WordPress, as Markdown; stands on blog, comments, records."""

from registan.transfer.exports.markdown import write_markdown
from registan.transfer.exports.wordpress import write_wordpress

__all__ = ["write_markdown", "write_wordpress"]

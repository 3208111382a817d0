"""Search over everything readers may read: words to a tree, the tree to each database's own full text search."""

"""What other sites and programs see of a post."""

"""What is stored about a reader, and how it is exported and deleted; imports lifecycle, subscriptions and below."""

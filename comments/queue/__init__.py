"""What moderators work with: the queue, its actions, and the decision log; imports lifecycle, screening and below."""

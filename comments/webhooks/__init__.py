"""Tells receivers of other sites, such as a chat, that comments wait; may import mail for its words."""

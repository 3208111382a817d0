"""Staff accounts: who has access, invitations, one's own account, and closing an account."""

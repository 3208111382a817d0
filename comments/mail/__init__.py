"""Every email, and the outbox that sends it; imports subscriptions and below."""

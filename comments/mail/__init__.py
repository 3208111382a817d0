"""Every email of the conversation, from the decision to send it to the SMTP server; imports subscriptions and below."""

"""Numbers about moderation, for the team and for the public report; imports models and below."""

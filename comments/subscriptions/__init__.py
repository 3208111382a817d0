"""What readers can subscribe to, and how they change it; imports models and below."""

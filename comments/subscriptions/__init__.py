"""What readers may subscribe to; imports models and below."""

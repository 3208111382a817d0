"""What speaks against publishing a comment at once; knows no model."""

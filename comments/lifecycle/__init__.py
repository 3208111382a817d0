"""Every change of a comment, each written once; imports models and below."""

"""What a browser sends with a comment: tokens, origins, fingerprints; knows no model."""

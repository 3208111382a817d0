"""Text, names, numbers and dates; knows no model."""

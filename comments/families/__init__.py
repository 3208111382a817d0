"""Signs by which comments from one hand are recognised, and how comments that share them are joined. Knows no model."""

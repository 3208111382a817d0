"""Audio, video and PDF files: recognises what was uploaded, and embeds players; knows no model."""

"""The whole site in a dated folder that proves itself, and the way back: archive, verify, restore, drill, schedule."""

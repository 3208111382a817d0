"""What is stored about a reader, and how it is exported and deleted; imports lifecycle, subscriptions and below."""

from comments.privacy.replay import Replay, replay_erasures

__all__ = ["Replay", "replay_erasures"]

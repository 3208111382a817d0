"""The moderators' queue: actions, filters, log; imports submission, statistics, lifecycle and below."""

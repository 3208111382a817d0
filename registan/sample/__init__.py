"""A large synthetic site for benchmarks: what is in it. The same for the same numbers, whatever the machine."""

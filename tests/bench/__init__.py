"""Benchmarks (make bench): both sides of every comparison in one run, on the same machine and database."""

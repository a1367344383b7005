"""rtlint beside its peers: see benchmarks/run.py."""

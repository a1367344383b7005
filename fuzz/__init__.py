"""Coverage-guided fuzzing with atheris: `python -m fuzz.TARGET [options of libFuzzer]`, or `make fuzz-atheris`."""

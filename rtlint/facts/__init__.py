"""The seam between the stages: typed facts, each one a row of a table. This package imports nothing else of rtlint."""

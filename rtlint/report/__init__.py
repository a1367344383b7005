"""report: findings to bytes. One module per format; a writer formats and decides nothing."""

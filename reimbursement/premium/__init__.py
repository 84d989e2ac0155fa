"""Premium aid in plain Python (参保资助计算)."""

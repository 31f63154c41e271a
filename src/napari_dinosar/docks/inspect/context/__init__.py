"""The page Context: the noise floor, the baselines, and the colours of the cells."""

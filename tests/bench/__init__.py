"""What the product costs, as ratios to a named base measured in the same run."""

"""`make bench`: what an operation costs, in CPU and round trips, beside a floor from the same run."""

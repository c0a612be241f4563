"""The catalogue, as shoppers read it."""

"""The catalogue that a new shop starts with: forty-one products of a market of crafts, and their pictures."""

"""Lists and search: filters, facets, sorts, and what a shopper's words mean."""

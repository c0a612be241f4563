"""One function per kind of product; each draws on a square of 400 by 400, the subject standing on the floor."""

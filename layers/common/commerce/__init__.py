"""The rules of the shop, by context, and the runtime that every function shares."""

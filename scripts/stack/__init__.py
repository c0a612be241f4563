"""The local stack: every service of the shop on one computer, without a cloud account and without Docker.

`python -m scripts.stack --help` lists what it can do; docs/local-stack.md tells how it works.
"""

"""Import and export of the catalogue: files come in by way of S3, in steps that can be taken again, and go out.

A function takes the module that it needs: starting, jobs, running, exporting.
"""

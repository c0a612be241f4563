"""Documents as PDF: fonts, pages, and how an invoice is laid out."""

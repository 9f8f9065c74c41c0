"""Post-incident reviews: the form, the document, and the messages about them."""

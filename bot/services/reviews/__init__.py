"""Post-incident reviews: drafted from the record, written, signed off, published."""

"""The export, the measures and the reports made of them."""

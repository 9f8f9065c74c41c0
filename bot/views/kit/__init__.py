"""What every view draws with: text, blocks, forms, words."""

"""What a person does, and what a test does to the sandbox itself, over HTTP: the page's buttons and a test's hands."""

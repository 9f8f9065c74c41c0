"""The control API: actions of people, and of tests on the sandbox itself, over HTTP. The page uses it too."""

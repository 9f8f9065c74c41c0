"""A stand-in of PagerDuty: the Events API v2, parts of the REST API, signed webhooks, and a page to answer on."""

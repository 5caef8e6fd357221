"""The web application: pages and the REST interface."""

"""The Flask application: pages, linked data, SPARQL and the check of a file."""

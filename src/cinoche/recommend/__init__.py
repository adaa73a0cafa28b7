"""Recommendations: statistics that are sums over people, scorers solved from them, and the page that they fill."""

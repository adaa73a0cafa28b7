"""The service over HTTP: who may come in, what is accepted, and what is answered."""

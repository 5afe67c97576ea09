"""Generated pages: what is written from the schema, the rules and the shipped case, and never by hand."""

"""PostgreSQL as the tests use it: tables are emptied in milliseconds."""

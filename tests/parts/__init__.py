"""What tests take from outside the program: PostgreSQL, a browser, shared data, the network."""

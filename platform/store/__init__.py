"""Tables, transactions and read queries; the only home of SQL."""

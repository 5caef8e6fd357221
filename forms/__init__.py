"""Forms from a schema and a layout, and what people submit in them."""

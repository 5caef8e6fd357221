"""Other engines at the reference work, measured where they are installed; never dependencies."""

"""What a text that cannot be read is answered with."""


class CodecError(ValueError):
    """A text is not what it should be.

    `code`: stable and dotted (`json.duplicate_key`). `line` and `column` count from 1; 0 where the
    whole text is meant.
    """

    def __init__(self, code: str, message: str, line: int = 0, column: int = 0) -> None:
        place = f" (line {line}, column {column})" if line else ""
        super().__init__(f"{message}{place}")
        self.code = code
        self.message = message
        self.line = line
        self.column = column

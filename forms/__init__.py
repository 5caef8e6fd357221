"""Forms: what data an order has, who may change what where, and how it is shown and read back.

Pure: no clock, no files. Start with `compile_form`.
"""

from orderloom.forms.form import Form, compile_form
from orderloom.forms.problem import FieldProblem, FormError
from orderloom.forms.schema import schema_problems
from orderloom.forms.view_model import FieldView, FormView, Submission

__all__ = [
    "FieldProblem",
    "FieldView",
    "Form",
    "FormError",
    "FormView",
    "Submission",
    "compile_form",
    "schema_problems",
]

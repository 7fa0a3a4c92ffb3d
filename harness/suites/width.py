"""Port widths as problem files write them: a number, or an expression over the parameters."""

import ast
from collections.abc import Callable, Mapping

_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a // b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.LShift: lambda a, b: a << min(b, 32),
}


def evaluate_width(expression: int | str, parameters: Mapping[str, int]) -> int:
    """The width in bits, at least 1: ``8``, ``"WIDTH"``, ``"WIDTH*2+1"``, ``"$clog2(DEPTH)"``.

    Raises ValueError, saying what is wrong, on an unknown name, another construct, or a width below 1.
    """
    if isinstance(expression, int):
        width = expression
    else:
        try:
            width = _evaluate(ast.parse(expression.replace("$clog2", "clog2"), mode="eval").body, parameters)
        except (SyntaxError, RecursionError, MemoryError) as error:  # the last two: nested too deep
            raise ValueError(f'"{expression}" is no expression') from error
    if not 1 <= width <= 1 << 20:
        raise ValueError(f'"{expression}" is {width}, which is no width')
    return width


def _evaluate(node: ast.expr, parameters: Mapping[str, int]) -> int:
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.Name(id=name) if name in parameters:
            return parameters[name]
        case ast.Name(id=name):
            raise ValueError(f'"{name}" is none of the parameters ({", ".join(parameters) or "there are none"})')
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            try:
                return _OPERATORS[type(operator)](_evaluate(left, parameters), _evaluate(right, parameters))
            except ZeroDivisionError as error:
                raise ValueError("it divides by zero") from error
        case ast.Call(func=ast.Name(id="clog2"), args=[argument], keywords=[]):
            return max(0, _evaluate(argument, parameters) - 1).bit_length()
        case _:
            raise ValueError(f'"{ast.unparse(node)}" is not allowed in a width')

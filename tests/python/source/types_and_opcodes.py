# `_types`, and what of `_opcode` is the same everywhere.
import _opcode
import _types
import types

for name in sorted(n for n in dir(_types) if n[0] != "_"):
    print(name, getattr(_types, name).__name__, getattr(types, name) is getattr(_types, name))
print(_opcode.get_nb_ops()[:3], len(_opcode.get_nb_ops()), _opcode.get_special_method_names())
print(_opcode.is_valid(255) in (True, False), _opcode.has_arg(100000), _opcode.is_valid(-5))
try:
    _opcode.stack_effect(100000)
except ValueError as error:
    print(error)

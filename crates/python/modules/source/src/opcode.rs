//! `_opcode`: what `opcode`, `dis` and `inspect` ask about instructions, answered from the compiler's list. An instruction has up to three
//! operands, which only the code object knows ([`get_operands`]): the code units that Python sees have room for one byte.
//!
//! The instructions are our own, so what only CPython's have (stack effects, intrinsics' numbers, specialisation) is empty or constant:
//! registers replace the stack. Numbers beyond the list are names that `dis` wants to exist; they have no operands.

use python_compile::code::CodeObject;
use python_compile::opcode::{ALL, Opcode, Operand};
use python_compile::{disassemble, units};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::CodeRef;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;

pub static MODULE: NativeModule = NativeModule {
    name: "_opcode",
    doc: "Opcode support module.",
    functions: FUNCTIONS,
    fill: |py, own| {
        for name in ["ENABLE_SPECIALIZATION", "ENABLE_SPECIALIZATION_FT"] {
            dict::set_symbol(py, own, py.intern(name)?, FALSE)?;
        }
        Ok(())
    },
};

/// The instruction of a number. Errors: not a number.
fn opcode(py: Py, value: Word) -> Result<Option<Opcode>> {
    let number = py.index(value)?;
    Ok(usize::try_from(number).ok().and_then(|number| ALL.get(number)).copied())
}

fn has(py: Py, value: Word, what: impl Fn(Operand) -> bool) -> Result {
    let found = opcode(py, value)?.is_some_and(|op| op.operands().into_iter().any(&what));
    Ok(bool_word(found))
}

fn stack_effect(py: Py, a: &[Word]) -> Result {
    if a[2] != UNSET && !matches!(a[2], TRUE | FALSE | NONE) {
        return Err(py.value_error("stack_effect: jump must be False, True or None"));
    }
    match opcode(py, a[0])? {
        Some(_) => py.int(0),
        None => Err(py.value_error("invalid opcode or oparg")),
    }
}

fn code(py: Py, value: Word, function: &str) -> Result<&'static CodeObject> {
    Ok(&py.expect::<CodeRef>(value, Ty::Code, function)?.info().object)
}

/// The offsets that jumps lead to.
fn jump_targets(py: Py, a: &[Word]) -> Result {
    let object = code(py, a[0], "jump_targets")?;
    let list = py.new_list(8)?;
    for instruction in &object.instructions {
        if instruction.op().operands()[2] == Operand::Target {
            list_push(py, list, py.int(units::offset(object, instruction.c()))?)?;
        }
    }
    Ok(word(list))
}

/// `(argval, argrepr)` of the instruction at an offset. What a jump leads to is named by its label, a dict of which is given. The value is that
/// of the operand that says most: a constant, a name, a target, else the first.
fn get_operands(py: Py, a: &[Word]) -> Result {
    let object = code(py, a[0], "get_operands")?;
    let offset = py.index(a[1])?;
    let nothing = [NONE, py.str("")?];
    let pc = units::pc(object, offset).filter(|_| offset != units::resume_offset(object));
    let Some(pc) = pc else { return py.new_tuple(&nothing) };
    let (mut shown, mut text) = (UNSET, String::new());
    for (kind, field, operand) in disassemble::operands(object, object.instructions[pc as usize]) {
        let (value, operand) = match kind {
            Operand::Const => {
                let constants = py.get_attr(a[0], py.intern("co_consts")?)?;
                let value = py.get_item(constants, small_int(i64::from(field)))?;
                (value, py.repr_text(value)?)
            }
            Operand::Target => {
                let target = py.int(units::offset(object, field))?;
                let label = py.get_item(a[2], target)?;
                (target, format!("to L{}", py.repr_text(label)?))
            }
            Operand::Block | Operand::Shape | Operand::Pair => (UNSET, operand),
            Operand::Imm => (py.int(i64::from(field))?, operand),
            _ => (py.str(&operand)?, operand),
        };
        let says_most = matches!(kind, Operand::Const | Operand::Name | Operand::Site | Operand::Target);
        if value != UNSET && (shown == UNSET || says_most) {
            shown = value;
        }
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&operand);
    }
    let shown = if shown == UNSET { NONE } else { shown };
    py.new_tuple(&[shown, py.str(&text)?])
}

fn texts(py: Py, texts: &[&str]) -> Result {
    let list = py.new_list(texts.len())?;
    for text in texts {
        list_push(py, list, py.str(text)?)?;
    }
    Ok(word(list))
}

/// Names and symbols of binary operations, by the number that `BINARY_OP` would have.
const BINARY: &[(&str, &str)] = &[
    ("NB_ADD", "+"),
    ("NB_AND", "&"),
    ("NB_FLOOR_DIVIDE", "//"),
    ("NB_LSHIFT", "<<"),
    ("NB_MATRIX_MULTIPLY", "@"),
    ("NB_MULTIPLY", "*"),
    ("NB_REMAINDER", "%"),
    ("NB_OR", "|"),
    ("NB_POWER", "**"),
    ("NB_RSHIFT", ">>"),
    ("NB_SUBTRACT", "-"),
    ("NB_TRUE_DIVIDE", "/"),
    ("NB_XOR", "^"),
    ("NB_INPLACE_ADD", "+="),
    ("NB_INPLACE_AND", "&="),
    ("NB_INPLACE_FLOOR_DIVIDE", "//="),
    ("NB_INPLACE_LSHIFT", "<<="),
    ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
    ("NB_INPLACE_MULTIPLY", "*="),
    ("NB_INPLACE_REMAINDER", "%="),
    ("NB_INPLACE_OR", "|="),
    ("NB_INPLACE_POWER", "**="),
    ("NB_INPLACE_RSHIFT", ">>="),
    ("NB_INPLACE_SUBTRACT", "-="),
    ("NB_INPLACE_TRUE_DIVIDE", "/="),
    ("NB_INPLACE_XOR", "^="),
    ("NB_SUBSCR", "[]"),
];

static FUNCTIONS: &[NativeDef] = &[
    def(
        "stack_effect",
        "($module, opcode, oparg=None, /, *, jump=None)",
        "Compute the stack effect of the opcode.",
        stack_effect,
    ),
    def("get_operands", "($module, code, offset, labels, /)", "", get_operands),
    def("jump_targets", "($module, code, /)", "", jump_targets),
    def("is_valid", "($module, /, opcode)", "Return True if opcode is valid, False otherwise.", |py, a| {
        Ok(bool_word(py.index(a[0])? == i64::from(units::RESUME) || opcode(py, a[0])?.is_some()))
    }),
    def(
        "has_arg",
        "($module, /, opcode)",
        "Return True if the opcode uses its oparg, False otherwise.",
        |py, a| has(py, a[0], |operand| operand != Operand::None),
    ),
    def(
        "has_const",
        "($module, /, opcode)",
        "Return True if the opcode accesses a constant, False otherwise.",
        |py, a| has(py, a[0], |operand| operand == Operand::Const),
    ),
    def(
        "has_name",
        "($module, /, opcode)",
        "Return True if the opcode accesses an attribute by name, False otherwise.",
        |py, a| has(py, a[0], |operand| matches!(operand, Operand::Name | Operand::Site)),
    ),
    def(
        "has_jump",
        "($module, /, opcode)",
        "Return True if the opcode has a jump target, False otherwise.",
        // Its target is no part of what Python sees of it.
        |py, a| opcode(py, a[0]).map(|_| FALSE),
    ),
    def(
        "has_free",
        "($module, /, opcode)",
        "Return True if the opcode accesses a free variable, False otherwise.",
        |py, a| {
            let op = opcode(py, a[0])?;
            Ok(bool_word(op.is_some_and(|op| op.name().contains("DEREF"))))
        },
    ),
    def(
        "has_local",
        "($module, /, opcode)",
        "Return True if the opcode accesses a local variable, False otherwise.",
        |py, a| has(py, a[0], |operand| matches!(operand, Operand::Def | Operand::Use | Operand::Update)),
    ),
    def(
        "has_exc",
        "($module, /, opcode)",
        "Return True if the opcode sets an exception handler, False otherwise.",
        |py, a| opcode(py, a[0]).map(|_| FALSE),
    ),
    def("get_specialization_stats", "($module, /)", "Return the specialization stats", |_, _| Ok(NONE)),
    def("get_nb_ops", "($module, /)", "Return array of symbols of binary ops.", |py, _| {
        let list = py.new_list(BINARY.len())?;
        for (name, symbol) in BINARY {
            let pair = [py.str(name)?, py.str(symbol)?];
            let pair = py.new_tuple(&pair)?;
            list_push(py, list, pair)?;
        }
        Ok(word(list))
    }),
    def(
        "get_intrinsic1_descs",
        "($module, /)",
        "Return a list of names of the unary intrinsics.",
        |py, _| texts(py, &[]),
    ),
    def(
        "get_intrinsic2_descs",
        "($module, /)",
        "Return a list of names of the binary intrinsics.",
        |py, _| texts(py, &[]),
    ),
    def(
        "get_executor",
        "($module, /, code, offset)",
        "Return the executor object at offset in code if exists, None otherwise.",
        |_, _| Ok(NONE),
    ),
    def("get_special_method_names", "($module, /)", "Return a list of special method names.", |py, _| {
        texts(py, &["__enter__", "__exit__", "__aenter__", "__aexit__"])
    }),
];

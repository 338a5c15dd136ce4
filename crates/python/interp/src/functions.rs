//! Making functions, and the attributes of functions that the compiler sets.

use crate::attributes;
use crate::residual as call;
use heap::{Gc, Layout};
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, Window};
use python_compile::opcode::FunctionAttribute;
use python_model::code::Code;
use python_model::dict;
use python_model::names::Name;
use python_model::objects::Function;
use python_model::py::{Py, Result};
use python_model::value::{Word, as_object};

/// `MAKE_FUNCTION` in a trace: the object that `python_model::functions::new_function` makes, field by field, so that a function that is only
/// called is never made. `None`: the module has no name.
pub fn make<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
) -> std::result::Result<Option<M::Value>, Raised> {
    if !code.globals.is_namespace() {
        return Ok(None);
    }
    let module = dict::variable(py, code.globals, Name::NameAttr.into())?;
    let (name, qualname) = code.info.titles(py)?;
    let Some(module) = attributes::variable(m, py, module) else { return Ok(None) };
    let function = m.new_object(Function::ID, Function::DESCR.size_bytes)?;
    let address = m.int(code.address() as i64);
    m.store_int(Function::CODE, function, address);
    let words = [
        (Function::DEFAULTS, NanBox::NONE),
        (Function::KWDEFAULTS, NanBox::NONE),
        (Function::CLOSURE, NanBox::NONE),
        (Function::NAME, py.name_word(name)),
        (Function::QUALNAME, py.name_word(qualname)),
        (Function::ATTRIBUTES, NanBox::UNSET),
        (Function::DOC, NanBox::UNSET),
        (Function::ANNOTATE, NanBox::NONE),
        (Function::ANNOTATIONS, NanBox::UNSET),
        (Function::TYPE_PARAMS, py.vm().empty_tuple()),
    ];
    for (field, word) in words {
        let value = m.value(word);
        m.store_value(field, function, value);
    }
    m.store_value(Function::MODULE, function, module);
    Ok(Some(m.box_ref(function)))
}

/// `SET_FUNCTION_ATTRIBUTE` in a trace.
pub fn store_attribute<M: Machine>(m: &mut M, function: M::Value, attribute: u32, value: M::Value) {
    let function = crate::frame::object(m, function);
    let field = match FunctionAttribute::from_operand(attribute).expect("the compiler's own operand") {
        FunctionAttribute::Defaults => Function::DEFAULTS,
        FunctionAttribute::KwDefaults => Function::KWDEFAULTS,
        FunctionAttribute::Closure => Function::CLOSURE,
        FunctionAttribute::Annotate => Function::ANNOTATE,
        FunctionAttribute::Annotations => Function::ANNOTATIONS,
    };
    m.store_value(field, function, value);
}

/// `SET_FUNCTION_ATTRIBUTE`
pub fn set_attribute(py: Py, function: Word, attribute: u32, value: Word) -> Result<()> {
    let function: Gc<Function> = as_object(function).expect("the compiler put a function there");
    let mutator = py.mutator();
    match FunctionAttribute::from_operand(attribute).expect("the compiler's own operand") {
        FunctionAttribute::Defaults => function.defaults.set(mutator, function, value),
        FunctionAttribute::KwDefaults => function.kwdefaults.set(mutator, function, value),
        FunctionAttribute::Closure => function.closure.set(mutator, function, value),
        FunctionAttribute::Annotate => function.annotate.set(mutator, function, value),
        FunctionAttribute::Annotations => function.annotations.set(mutator, function, value),
    }
    Ok(())
}

/// `MAKE_FUNCTION`.
#[inline(always)]
pub fn make_from<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<()> {
    let (_, a, _, c) = code.decoded(pc);
    if M::RECORDS {
        let child = code.child(py, c)?;
        if let Some(function) = make(m, py, child)? {
            w.set(a, function);
            return Ok(());
        }
    }
    let (at, child) = (m.int(code.address() as i64), m.int(i64::from(c)));
    stack.set_pc(pc);
    let function = m.call_value(&call::NEW_FUNCTION, &[Arg::Int(at), Arg::Int(child)])?;
    w.set(a, function);
    Ok(())
}

/// `SET_FUNCTION_ATTRIBUTE`.
#[inline(always)]
pub fn set_from<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<()> {
    let (_, a, b, c) = code.decoded(pc);
    if M::RECORDS {
        store_attribute(m, w.get(a), c, w.get(b));
        return Ok(());
    }
    let attribute = m.int(i64::from(c));
    stack.set_pc(pc);
    m.call_nothing(
        &call::SET_FUNCTION_ATTRIBUTE,
        &[Arg::Value(w.get(a)), Arg::Int(attribute), Arg::Value(w.get(b))],
    )
}

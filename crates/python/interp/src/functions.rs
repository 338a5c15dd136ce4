//! Attributes of functions that the compiler sets.

use heap::Gc;
use python_compile::opcode::FunctionAttribute;
use python_model::objects::Function;
use python_model::py::{Py, Result};
use python_model::value::{Word, as_object};

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

//! Files of the library that are made from the interpreter's own tables.

use python_compile::opcode::ALL;
use python_compile::units::RESUME;
use std::fmt::Write;

/// Opcodes that `dis` names, whether or not there are such: ours do not have them, so no code does.
const NAMED_BY_DIS: &[&str] = &[
    "BINARY_OP",
    "CACHE",
    "CALL_INTRINSIC_1",
    "CALL_INTRINSIC_2",
    "COMPARE_OP",
    "CONTAINS_OP",
    "CONVERT_VALUE",
    "COPY_FREE_VARS",
    "END_ASYNC_FOR",
    "ENTER_EXECUTOR",
    "EXTENDED_ARG",
    "FOR_ITER",
    "IMPORT_NAME",
    "IS_OP",
    "JUMP_BACKWARD",
    "LOAD_ATTR",
    "LOAD_COMMON_CONSTANT",
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
    "LOAD_FAST_LOAD_FAST",
    "LOAD_GLOBAL",
    "LOAD_SMALL_INT",
    "LOAD_SPECIAL",
    "LOAD_SUPER_ATTR",
    "SEND",
    "SET_FUNCTION_ATTRIBUTE",
    "STORE_FAST_LOAD_FAST",
    "STORE_FAST_STORE_FAST",
    "STORE_GLOBAL",
    "STORE_NAME",
];

/// `_opcode_metadata.py`: the opcodes by name.
pub fn opcode_metadata() -> String {
    let mut text = String::from(
        "# Made from the opcodes of the interpreter.\n\n_specializations = {}\n_specialized_opmap = {}\n\nopmap = {\n",
    );
    let own = ALL.iter().map(|op| op.name()).enumerate();
    let other = NAMED_BY_DIS.iter().copied().filter(|name| ALL.iter().all(|op| op.name() != *name));
    let resume = (usize::from(RESUME), "RESUME");
    for (number, name) in own.chain([resume]).chain((256..).zip(other)) {
        writeln!(text, "    {name:?}: {number},").expect("text does not fail");
    }
    text.push_str("}\n\nHAVE_ARGUMENT = 0\nMIN_INSTRUMENTED_OPCODE = 255\n");
    text
}

//! Characters in traces. A string of one ASCII character exists once, so it is found in a table by its code, equality is identity, and order is
//! that of the bytes: iterating over ASCII text, indexing it, `ord`, `chr` and comparisons of characters are loads and compares of integers.
//!
//! That a string is such a character is a guard on its size, that a text is ASCII and in one piece a guard that it has as many bytes as
//! characters. Both are of fields that do not change, so they leave loops with the string. Everything else is a call of the runtime.
//! Only the recorder comes here.

use crate::arith::machine_compare;
use crate::quiet;
use crate::residual as call;
use heap::Layout;
use metatrace_machine::{Arg, Compare, Machine, MachineExt, Raised};
use python_model::objects::{Bytes, Str, StrIter, Tuple};
use python_model::operators::Comparison;
use python_model::py::Py;

/// The string of a character. Precondition: the code is below 256.
pub fn character<M: Machine>(m: &mut M, py: Py, code: M::Int) -> M::Value {
    let table = py.vm().latin1_chars().expect("made with the interpreter");
    let table = m.reference(table.erase());
    m.load_item_value(Tuple::ITEMS_ARRAY, table, code)
}

/// `chr(code)` of an ASCII character.
pub fn chr<M: Machine>(m: &mut M, py: Py, code: M::Value) -> Option<M::Value> {
    let code = m.as_int(code)?;
    let limit = m.int(0x80);
    let is_ascii = m.uint_lt(code, limit);
    m.truth(is_ascii).then(|| character(m, py, code))
}

/// The code of an ASCII string of one character.
pub fn code<M: Machine>(m: &mut M, text: M::Ref) -> Option<M::Int> {
    is_character(m, text).then(|| first_byte(m, text))
}

/// The number of characters of a text that is ASCII and in one piece.
fn ascii_length<M: Machine>(m: &mut M, text: M::Ref) -> Option<M::Int> {
    let (size, chars) = (m.load_int(Str::SIZE, text), m.load_int(Str::CHARS, text));
    let is_ascii = m.int_eq(size, chars);
    m.truth(is_ascii).then_some(chars)
}

/// The character of a text at an index that is in range; `None`: the text is not ASCII.
pub fn item<M: Machine>(m: &mut M, py: Py, text: M::Ref, index: M::Int) -> Option<M::Value> {
    ascii_length(m, text)?;
    let code = m.load_item_int(Str::BYTES_ARRAY, text, index);
    Some(character(m, py, code))
}

/// The next item of an iterator over a string or bytes, and the index after it.
pub enum Peeked<M: Machine> {
    Item(M::Value, M::Int),
    End,
}

/// Looks at an iterator over ASCII text or bytes. `None`: the runtime steps it.
pub fn peek<M: Machine>(m: &mut M, py: Py, iterator: M::Ref) -> Option<Peeked<M>> {
    let source = m.load_value(StrIter::TEXT, iterator);
    let source = m.as_ref(source)?;
    let (length, is_text) = match m.layout_of(source) {
        id if id == Str::ID => (ascii_length(m, source)?, true),
        id if id == Bytes::ID => (m.load_int(Bytes::SIZE, source), false),
        _ => return None,
    };
    let index = m.load_int(StrIter::INDEX, iterator);
    let more = m.int_lt(index, length);
    if !m.truth(more) {
        return Some(Peeked::End);
    }
    let bytes = if is_text { Str::BYTES_ARRAY } else { Bytes::BYTES_ARRAY };
    let byte = m.load_item_int(bytes, source, index);
    let item = if is_text { character(m, py, byte) } else { m.box_int(byte) };
    let one = m.int(1);
    Some(Peeked::Item(item, m.int_add(index, one)))
}

/// `x op y` of two strings.
pub fn compare<M: Machine>(m: &mut M, op: Comparison, x: M::Ref, y: M::Ref) -> Result<M::Bool, Raised> {
    let is_equality = matches!(op, Comparison::Eq | Comparison::Ne);
    let equal = match (is_character(m, x), is_character(m, y)) {
        (true, true) if is_equality => m.ref_eq(x, y),
        (true, true) => {
            let (a, b) = (first_byte(m, x), first_byte(m, y));
            return Ok(m.int_compare(machine_compare(op), a, b));
        }
        (true, false) | (false, true) if is_equality => m.bool(false),
        _ if is_equality => m.call_bool(&call::STR_EQUAL, &[Arg::Ref(x), Arg::Ref(y)])?,
        _ => {
            let order = m.call_int(&quiet::STR_ORDER, &[Arg::Ref(x), Arg::Ref(y)])?;
            let zero = m.int(0);
            return Ok(m.int_compare(machine_compare(op), order, zero));
        }
    };
    Ok(if op == Comparison::Ne { m.bool_not(equal) } else { equal })
}

/// Whether a string is one ASCII character: of others, one byte is too little.
fn is_character<M: Machine>(m: &mut M, text: M::Ref) -> bool {
    let (size, one) = (m.load_int(Str::SIZE, text), m.int(1));
    let is_one = m.int_compare(Compare::Eq, size, one);
    m.truth(is_one)
}

fn first_byte<M: Machine>(m: &mut M, text: M::Ref) -> M::Int {
    let zero = m.int(0);
    m.load_item_int(Str::BYTES_ARRAY, text, zero)
}

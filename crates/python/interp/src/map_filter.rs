//! `map` and `filter` with a function written in Python: the loop that takes an item calls the function by a frame of its own.
//!
//! The runtime would run the interpreter for each item. Here the loop's `FOR_ITER` takes an item of the source, pushes the frame, and gets the
//! result as its item ([`Continuation::Next`]); what `filter` asks about waits in a scratch slot, and if the answer is no, the loop goes back by its
//! `JUMP_BACKWARD`, which polls and is where traces close ([`Continuation::Filter`]). So a trace sees both functions, and makes no iterator.
//!
//! Only over ranges, lists and tuples, whose items come without user code; everything else is the runtime's.

use crate::continuation::Continuation;
use crate::frame;
use crate::iteration::{self, Next};
use crate::lazy::{self, Step};
use crate::truth;
use heap::Layout;
use metatrace_machine::{FrameStack, GiveUp, Machine, Raised};
use python_compile::opcode::Opcode as Op;
use python_model::code::{Code, frame as extra};
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::Ty;

/// The code of the function that a `map` or `filter` calls; `None`: the runtime steps the iterator.
pub fn code<M: Machine>(m: &mut M, own: M::Ref) -> Option<&'static Code> {
    let kind = m.load_int(LazyIter::KIND, own);
    let kind = m.promote_int(kind);
    if kind != Ty::Map as i64 && kind != Ty::Filter as i64 {
        return None;
    }
    let function = m.load_value(LazyIter::EXTRA, own);
    let function = m.as_ref(function)?;
    if !m.has_layout(function, Function::ID) {
        return None;
    }
    let address = m.load_int(Function::CODE, function);
    let code = Code::at(m.promote_int(address) as u64);
    (code.is_plain && code.arg_count == 1).then_some(code)
}

/// Steps a `map` or `filter`; `None`: the runtime is to do it, and nothing has happened.
pub fn next<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    own: M::Ref,
) -> Result<Option<Next<M::Value>>, Raised> {
    let Some(code) = code(m, own) else { return Ok(None) };
    let kind = m.load_int(LazyIter::KIND, own);
    let is_filter = m.promote_int(kind) == Ty::Filter as i64;
    let caller = Code::at(stack.top().code);
    if is_filter && way_back(caller, pc).is_none() {
        return Ok(None);
    }
    let Some(source) = source(m, own, is_filter) else { return Ok(None) };
    let function = m.load_value(LazyIter::EXTRA, own);
    let object = frame::object(m, function);
    let cells = frame::closure_cells(m, code, object);
    let layout = m.layout_of(source);
    let taken = match M::RECORDS {
        true => match lazy::peek_leaf(m, py, layout, source) {
            Some(step @ (Step::Leaf { .. } | Step::End(_))) => lazy::advance(m, step)?,
            _ => return Ok(None),
        },
        false => match iteration::next_of_sequence(m, layout, source) {
            Some(taken) => taken,
            None => return Ok(None),
        },
    };
    let Next::Item(item) = taken else { return Ok(Some(taken)) };
    let continuation = if is_filter { Continuation::Filter } else { Continuation::Next };
    if is_filter {
        stack.window().set(caller.extra(extra::SCRATCH), item);
    } else {
        frame::forget_scratch(m, stack);
    }
    stack.set_continuation(continuation as u32);
    let to = frame::push(m, py, stack, pc, code, function)?;
    to.set(0, item);
    frame::place_cells(m, code, cells, to);
    Ok(Some(Next::Frame(m.function_entry(stack, &code.entry))))
}

/// The iterator over what the function is applied to.
fn source<M: Machine>(m: &mut M, own: M::Ref, is_filter: bool) -> Option<M::Ref> {
    let source = m.load_value(LazyIter::SOURCE, own);
    let source = m.as_ref(source)?;
    if is_filter {
        return Some(source);
    }
    // A `map` may have several.
    if !m.has_layout(source, Tuple::ID) {
        return None;
    }
    let count = m.array_len(Tuple::ITEMS_ARRAY, source);
    if m.promote_int(count) != 1 {
        return None;
    }
    let first = m.int(0);
    let only = m.load_item_value(Tuple::ITEMS_ARRAY, source, first);
    m.as_ref(only)
}

/// The `JUMP_BACKWARD` of the loop whose `FOR_ITER` is at `pc`.
fn way_back(code: &'static Code, pc: u32) -> Option<u32> {
    let back = code.instruction(pc).c().checked_sub(1)?;
    let jump = code.instruction(back);
    (jump.op() == Op::JumpBackward && jump.c() == pc).then_some(back)
}

/// Where a loop goes on when the function of a `filter` has said something of the item that waits in the scratch slot.
pub fn delivered<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    verdict: M::Value,
) -> Result<u32, Raised> {
    let accepts = match truth::of_plain(m, verdict) {
        Some(accepts) => m.truth(accepts),
        None => {
            // What it says may be asked by user code, behind which a trace could not test.
            m.give_up(GiveUp::Unsupported);
            stack.set_pc(pc);
            let verdict = m.promote_value(verdict);
            py.truth(verdict)?
        }
    };
    if !accepts {
        return Ok(way_back(code, pc).expect("asked before the function was called"));
    }
    let (w, to) = (stack.window(), u32::from(code.instruction(pc).a()));
    w.set(to, w.get(code.extra(extra::SCRATCH)));
    Ok(pc + 1)
}

/// `map(function, a)` or `filter(function, a)` in a trace; `None`: the runtime makes it.
pub fn make<M: Machine>(
    m: &mut M,
    kind: Ty,
    function: M::Value,
    a: M::Value,
) -> Result<Option<M::Value>, Raised> {
    let Some(object) = m.as_ref(function) else { return Ok(None) };
    if !m.has_layout(object, Function::ID) {
        return Ok(None);
    }
    let Some(source) = lazy::iterator(m, a)? else { return Ok(None) };
    let source = if kind == Ty::Map { crate::traced_bind::tuple_of(m, &[source])? } else { source };
    lazy::new_lazy(m, kind, source, function).map(Some)
}

//! `iter`, `next` and the exceptions that loops look at.

use crate::calls;
use crate::continuation::Continuation;
use crate::exceptions;
use crate::frame::{self, Entered};
use crate::generators;
use crate::lazy;
use crate::map_filter;
use crate::payloads;
use crate::plain;
use crate::residual as call;
use crate::suspension;
use crate::text::{self, Peeked};
use heap::Layout;
use metatrace_machine::{Arg, Encoding, Flow, FrameStack, Machine, MachineExt, NanBox, Raised};
use python_compile::code::flags;
use python_model::code::Code;
use python_model::foreign;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::Ty;
use python_model::value::as_object;

type Entry<M> = Result<Entered<<M as Machine>::Value>, Raised>;

/// What asking an iterator came to.
pub enum Next<V> {
    Item(V),
    Exhausted,
    /// `__next__` or a generator is running.
    Frame(Flow<V>),
}

/// `GET_ITER`
pub fn iter<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    value: M::Value,
) -> Entry<M> {
    if let Some(object) = m.as_ref(value) {
        let layout = m.layout_of(object);
        if let Some(iter) = of_sequence(m, layout, object)? {
            return Ok(Entered::Value(m.box_ref(iter)));
        }
        if M::RECORDS {
            stack.set_pc(pc);
            if let Some(iter) = plain::iter(m, layout, value)? {
                return Ok(Entered::Value(iter));
            }
        }
        match layout {
            id if id == LazyIter::ID && M::RECORDS => return Ok(Entered::Value(value)),
            id if id == Generator::ID => {
                // A coroutine is no iterator: the runtime says so.
                let address = m.load_int(Generator::CODE, object);
                let code = Code::at(m.promote_int(address) as u64);
                if code.object().flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) == 0 {
                    return Ok(Entered::Value(value));
                }
            }
            id if id.0 >= heap::FIRST_DYNAMIC_LAYOUT => {
                let class = py.vm().maps.get(id).class;
                if let Some(method) = class.lookup(py, Name::Iter)
                    && as_object::<Function>(method).is_some()
                    && frame::depends_on(m, class)
                {
                    if let Some(made) = calls::call_generator_method(m, py, stack, pc, method, &[value])? {
                        return Ok(Entered::Value(made));
                    }
                    if !generators::is_generator_function(method) {
                        // That it returned an iterator is found out when it is used as one.
                        return calls::call_special(m, py, stack, pc, method, &[value]);
                    }
                }
                if let Some((held, _)) = payloads::standing_for(m, py, value, Name::Iter) {
                    return iter(m, py, stack, pc, held);
                }
            }
            _ => {}
        }
    }
    stack.set_pc(pc);
    m.call_value(&call::ITER, &[Arg::Value(value)]).map(Entered::Value)
}

/// An iterator over a list, tuple, string or range.
pub fn of_sequence<M: Machine>(
    m: &mut M,
    layout: heap::LayoutId,
    object: M::Ref,
) -> Result<Option<M::Ref>, Raised> {
    if layout == List::ID {
        let iter = m.new_object(ListIter::ID, ListIter::DESCR.size_bytes)?;
        m.store_ref(ListIter::LIST, iter, object);
        let zero = m.int(0);
        m.store_int(ListIter::INDEX, iter, zero);
        return Ok(Some(iter));
    }
    if layout == Tuple::ID {
        let iter = m.new_object(TupleIter::ID, TupleIter::DESCR.size_bytes)?;
        m.store_ref(TupleIter::TUPLE, iter, object);
        let zero = m.int(0);
        m.store_int(TupleIter::INDEX, iter, zero);
        return Ok(Some(iter));
    }
    if layout == Str::ID {
        let iter = m.new_object(StrIter::ID, StrIter::DESCR.size_bytes)?;
        let text = m.box_ref(object);
        m.store_value(StrIter::TEXT, iter, text);
        let zero = m.int(0);
        m.store_int(StrIter::INDEX, iter, zero);
        return Ok(Some(iter));
    }
    if layout == Range::ID {
        let start = m.load_int(Range::START, object);
        let step = m.load_int(Range::STEP, object);
        let length = m.load_int(Range::LENGTH, object);
        let iter = m.new_object(RangeIter::ID, RangeIter::DESCR.size_bytes)?;
        m.store_int(RangeIter::NEXT, iter, start);
        m.store_int(RangeIter::STEP, iter, step);
        m.store_int(RangeIter::LEFT, iter, length);
        return Ok(Some(iter));
    }
    Ok(None)
}

/// `FOR_ITER`. Ranges and lists are stepped through in place.
#[inline(always)]
pub fn next<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    iterator: M::Value,
) -> Result<Next<M::Value>, Raised> {
    if !M::RECORDS
        && let Some(object) = m.as_ref(iterator)
    {
        let layout = m.layout_of(object);
        if layout == RangeIter::ID {
            return Ok(next_of_range(m, object));
        }
        if layout == ListIter::ID {
            return Ok(next_of_list(m, object));
        }
        if layout == TupleIter::ID {
            return Ok(next_of_tuple(m, object));
        }
        if layout == StrIter::ID
            && let Some(text) = as_object(m.promote_value(iterator))
            && let Some(item) = python_model::iterators::ascii_next(py, text)
        {
            return Ok(Next::Item(m.value(item)));
        }
        if layout == LazyIter::ID
            && let Some(next) = map_filter::next(m, py, stack, pc, object)?
        {
            return Ok(next);
        }
        if let Some(generator) = suspension::receiver(m, iterator) {
            let none = m.value(NanBox::NONE);
            let which = generators::Resumable::Iterators;
            if let Some(flow) = suspension::resume(m, py, stack, pc, generator, none, which)? {
                return Ok(Next::Frame(flow));
            }
        }
    }
    next_any(m, py, stack, pc, iterator)
}

#[inline(always)]
fn next_of_range<M: Machine>(m: &mut M, object: M::Ref) -> Next<M::Value> {
    let (zero, one) = (m.int(0), m.int(1));
    let left = m.load_int(RangeIter::LEFT, object);
    let more = m.int_lt(zero, left);
    if !m.truth(more) {
        return Next::Exhausted;
    }
    let value = m.load_int(RangeIter::NEXT, object);
    let step = m.load_int(RangeIter::STEP, object);
    let left = m.int_sub(left, one);
    let following = m.int_add(value, step);
    m.store_int(RangeIter::LEFT, object, left);
    m.store_int(RangeIter::NEXT, object, following);
    Next::Item(m.box_int(value))
}

#[inline(always)]
fn next_of_list<M: Machine>(m: &mut M, object: M::Ref) -> Next<M::Value> {
    let list = m.load_ref(ListIter::LIST, object);
    if m.is_null(list) {
        return Next::Exhausted;
    }
    let index = m.load_int(ListIter::INDEX, object);
    let length = m.load_int(List::LENGTH, list);
    let more = m.int_lt(index, length);
    if !m.truth(more) {
        let null = m.null();
        m.store_ref(ListIter::LIST, object, null);
        return Next::Exhausted;
    }
    let items = m.load_ref(List::ITEMS, list);
    let item = m.load_item_value(Values::ITEMS_ARRAY, items, index);
    let one = m.int(1);
    let following = m.int_add(index, one);
    m.store_int(ListIter::INDEX, object, following);
    Next::Item(item)
}

#[inline(always)]
fn next_of_tuple<M: Machine>(m: &mut M, object: M::Ref) -> Next<M::Value> {
    let tuple = m.load_ref(TupleIter::TUPLE, object);
    if m.is_null(tuple) {
        return Next::Exhausted;
    }
    let index = m.load_int(TupleIter::INDEX, object);
    let length = m.array_len(Tuple::ITEMS_ARRAY, tuple);
    let more = m.int_lt(index, length);
    if !m.truth(more) {
        let null = m.null();
        m.store_ref(TupleIter::TUPLE, object, null);
        return Next::Exhausted;
    }
    let item = m.load_item_value(Tuple::ITEMS_ARRAY, tuple, index);
    let one = m.int(1);
    let following = m.int_add(index, one);
    m.store_int(TupleIter::INDEX, object, following);
    Next::Item(item)
}

/// Takes an item of an iterator over a range, list or tuple; `None`: it is another.
#[inline(always)]
pub(crate) fn next_of_sequence<M: Machine>(
    m: &mut M,
    layout: heap::LayoutId,
    iterator: M::Ref,
) -> Option<Next<M::Value>> {
    Some(match layout {
        id if id == RangeIter::ID => next_of_range(m, iterator),
        id if id == ListIter::ID => next_of_list(m, iterator),
        id if id == TupleIter::ID => next_of_tuple(m, iterator),
        _ => return None,
    })
}

fn next_any<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    iterator: M::Value,
) -> Result<Next<M::Value>, Raised> {
    if !M::RECORDS {
        stack.set_pc(pc);
        if let Some(step) = python_model::iterators::builtin_next(py, m.promote_value(iterator)) {
            return Ok(match step? {
                Some(item) => Next::Item(m.value(item)),
                None => Next::Exhausted,
            });
        }
    }
    let Some(object) = m.as_ref(iterator) else { return residual(m, py, stack, pc, iterator) };
    let layout = m.layout_of(object);
    match layout {
        id if id == RangeIter::ID => Ok(next_of_range(m, object)),
        id if id == ListIter::ID => Ok(next_of_list(m, object)),
        id if id == TupleIter::ID => Ok(next_of_tuple(m, object)),
        id if id == LazyIter::ID && M::RECORDS => match lazy::peek(m, py, object)? {
            Some(step) => lazy::advance(m, step),
            None => match map_filter::next(m, py, stack, pc, object)? {
                Some(next) => Ok(next),
                None => residual(m, py, stack, pc, iterator),
            },
        },
        id if (id == DictIter::ID || id == StrIter::ID) && M::RECORDS => {
            if id == StrIter::ID
                && let Some(peeked) = text::peek(m, py, object)
            {
                let Peeked::Item(item, following) = peeked else { return Ok(Next::Exhausted) };
                m.store_int(StrIter::INDEX, object, following);
                return Ok(Next::Item(item));
            }
            stack.set_pc(pc);
            let item = m.call_value(&call::NEXT_PLAIN, &[Arg::Value(iterator)])?;
            if m.value_is(item, NanBox::UNSET) { Ok(Next::Exhausted) } else { Ok(Next::Item(item)) }
        }
        id if id == Generator::ID => {
            frame::forget_scratch(m, stack);
            let none = m.value(NanBox::NONE);
            match generators::resume(m, py, stack, pc, object, none, generators::Resumable::Iterators)? {
                Some(flow) => Ok(Next::Frame(flow)),
                None => residual(m, py, stack, pc, iterator),
            }
        }
        id if id == Foreign::ID && M::RECORDS => advance_foreign(m, py, stack, pc, object, iterator),
        id if id.0 >= heap::FIRST_DYNAMIC_LAYOUT => {
            let class = py.vm().maps.get(id).class;
            if let Some(method) = class.lookup(py, Name::Next)
                && as_object::<Function>(method).is_some()
                && !generators::is_generator_function(method)
                && frame::depends_on(m, class)
            {
                frame::forget_scratch(m, stack);
                // If it raises at once, `unwind` looks at the continuation as well.
                stack.set_continuation(Continuation::Next as u32);
                m.at_step(stack, pc);
                return match calls::call_special(m, py, stack, pc, method, &[iterator])? {
                    Entered::Frame(flow) => Ok(Next::Frame(flow)),
                    Entered::Value(value) => {
                        stack.set_continuation(Continuation::Plain as u32);
                        Ok(Next::Item(value))
                    }
                };
            }
            residual(m, py, stack, pc, iterator)
        }
        _ => residual(m, py, stack, pc, iterator),
    }
}

/// Advances an iterator of a runtime module by the function behind its `__next__`, which its class, green, keeps for ever.
fn advance_foreign<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    object: M::Ref,
    iterator: M::Value,
) -> Result<Next<M::Value>, Raised> {
    let class = m.load_int(Foreign::TYPE_INFO, object);
    let class = foreign::class_at(m.promote_int(class));
    let method = class.lookup(py, Name::Next);
    let Some(method) = method.and_then(as_object::<Builtin>).filter(|method| method.def().advances.is_some())
    else {
        return residual(m, py, stack, pc, iterator);
    };
    stack.set_pc(pc);
    let method = m.reference(method.erase());
    let item = m.call_value(&call::ADVANCE, &[Arg::Ref(method), Arg::Value(iterator)])?;
    if m.value_is(item, NanBox::UNSET) { Ok(Next::Exhausted) } else { Ok(Next::Item(item)) }
}

fn residual<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    iterator: M::Value,
) -> Result<Next<M::Value>, Raised> {
    stack.set_pc(pc);
    if !M::RECORDS {
        let iterator = m.promote_value(iterator);
        return Ok(match py.next(iterator)? {
            Some(item) => Next::Item(m.value(item)),
            None => Next::Exhausted,
        });
    }
    let item = m.call_value(&call::NEXT, &[Arg::Value(iterator)])?;
    // A guard here resumes by delivering the item: `deliver` knows what unset means to `FOR_ITER`.
    if m.value_is(item, NanBox::UNSET) { Ok(Next::Exhausted) } else { Ok(Next::Item(item)) }
}

/// Takes the pending exception if it is a `StopIteration`.
pub fn take_stop_iteration<M: Machine>(m: &mut M, py: Py) -> Option<()> {
    let exception = m.take_raised();
    match exceptions::class_of(m, py, exception) {
        Some(class) if class.is_subtype(py.ty(Ty::StopIteration)) => Some(()),
        _ => {
            let Raised = m.raise(exception);
            None
        }
    }
}

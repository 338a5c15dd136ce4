//! `enumerate` and `zip` in traces: stepped through in place, like the iterators that they step.
//!
//! A step has two halves, because of the resume rule: [`peek`] tests everything and changes nothing, [`advance`] only acts. So a `zip` looks at
//! all its iterators before it advances the first. The same iterator twice (`zip(i, i)`) is another matter, and left to the runtime, as is
//! whatever runs user code.
//!
//! The objects are those of the runtime: see `python_types::lazy` for what their fields mean.

use crate::iteration::{self, Next};
use crate::text::{self, Peeked};
use crate::traced_bind::tuple_of;
use heap::Layout;
use metatrace_machine::{Encoding, IntChecked, Machine, MachineExt, NanBox, Raised};
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::Ty;

/// A step that is known to be possible, or known to be the end.
pub enum Step<M: Machine> {
    /// The next item of a range, list, tuple or text, and how its iterator is afterwards.
    Leaf {
        iterator: M::Ref,
        item: M::Value,
        changes: Vec<(heap::FieldDescr, M::Int)>,
    },
    Enumerate {
        iterator: M::Ref,
        number: M::Int,
        following: M::Int,
        source: Box<Step<M>>,
    },
    Zip(Vec<Step<M>>),
    /// The iterator is exhausted; it forgets what it iterated over.
    End(Option<(M::Ref, heap::FieldDescr)>),
}

/// Iterators of a `zip` that are looked at.
const MOST_ITERATORS: i64 = 8;

/// How many `enumerate`s over each other are stepped in place: each takes native stack, and nobody nests more.
const DEEPEST: usize = 4;

/// Looks at an `enumerate` or `zip`. `None`: the runtime steps it.
pub fn peek<M: Machine>(m: &mut M, py: Py, object: M::Ref) -> Result<Option<Step<M>>, Raised> {
    peek_within(m, py, object, DEEPEST)
}

fn peek_within<M: Machine>(
    m: &mut M,
    py: Py,
    object: M::Ref,
    levels: usize,
) -> Result<Option<Step<M>>, Raised> {
    if levels == 0 {
        return Ok(None);
    }
    let kind = m.load_int(LazyIter::KIND, object);
    let kind = m.promote_int(kind);
    let source = m.load_value(LazyIter::SOURCE, object);
    let Some(source) = m.as_ref(source) else { return Ok(None) };
    let index = m.load_int(LazyIter::INDEX, object);
    if kind == Ty::Enumerate as i64 {
        let extra = m.load_value(LazyIter::EXTRA, object);
        if !m.value_is(extra, NanBox::NONE) {
            return Ok(None);
        }
        let layout = m.layout_of(source);
        let inner = if layout == LazyIter::ID {
            peek_within(m, py, source, levels - 1)?
        } else {
            peek_leaf(m, py, layout, source)
        };
        let Some(inner) = inner else { return Ok(None) };
        if let Step::End(_) = inner {
            return Ok(Some(inner));
        }
        let one = m.int(1);
        let Some(following) = m.int_checked(IntChecked::Add, index, one) else { return Ok(None) };
        return Ok(Some(Step::Enumerate {
            iterator: object,
            number: index,
            following,
            source: Box::new(inner),
        }));
    }
    if kind == Ty::Zip as i64 { peek_zip(m, py, source, index) } else { Ok(None) }
}

fn peek_zip<M: Machine>(
    m: &mut M,
    py: Py,
    sources: M::Ref,
    strict: M::Int,
) -> Result<Option<Step<M>>, Raised> {
    if m.promote_int(strict) != 0 || !m.has_layout(sources, Tuple::ID) {
        return Ok(None);
    }
    let length = m.array_len(Tuple::ITEMS_ARRAY, sources);
    let length = m.promote_int(length);
    if !(1..=MOST_ITERATORS).contains(&length) {
        return Ok(None);
    }
    let (mut steps, mut seen) = (Vec::new(), Vec::new());
    for k in 0..length {
        let index = m.int(k);
        let iterator = m.load_item_value(Tuple::ITEMS_ARRAY, sources, index);
        let Some(iterator) = m.as_ref(iterator) else { return Ok(None) };
        for other in &seen {
            let same = m.ref_eq(*other, iterator);
            if m.truth(same) {
                return Ok(None);
            }
        }
        seen.push(iterator);
        let layout = m.layout_of(iterator);
        let Some(step) = peek_leaf(m, py, layout, iterator) else { return Ok(None) };
        let is_end = matches!(step, Step::End(_));
        steps.push(step);
        if is_end {
            break;
        }
    }
    Ok(Some(Step::Zip(steps)))
}

/// Looks at an iterator over a range, list, tuple or text.
pub(crate) fn peek_leaf<M: Machine>(
    m: &mut M,
    py: Py,
    layout: heap::LayoutId,
    iterator: M::Ref,
) -> Option<Step<M>> {
    if layout == StrIter::ID {
        return Some(match text::peek(m, py, iterator)? {
            Peeked::Item(item, following) => {
                Step::Leaf { iterator, item, changes: vec![(StrIter::INDEX, following)] }
            }
            Peeked::End => Step::End(None),
        });
    }
    let (zero, one) = (m.int(0), m.int(1));
    if layout == RangeIter::ID {
        let left = m.load_int(RangeIter::LEFT, iterator);
        let more = m.int_lt(zero, left);
        if !m.truth(more) {
            return Some(Step::End(None));
        }
        let value = m.load_int(RangeIter::NEXT, iterator);
        let step = m.load_int(RangeIter::STEP, iterator);
        let (left, following) = (m.int_sub(left, one), m.int_add(value, step));
        let changes = vec![(RangeIter::LEFT, left), (RangeIter::NEXT, following)];
        return Some(Step::Leaf { iterator, item: m.box_int(value), changes });
    }
    let (owner, position) = if layout == ListIter::ID {
        (ListIter::LIST, ListIter::INDEX)
    } else if layout == TupleIter::ID {
        (TupleIter::TUPLE, TupleIter::INDEX)
    } else {
        return None;
    };
    let sequence = m.load_ref(owner, iterator);
    if m.is_null(sequence) {
        return Some(Step::End(None));
    }
    let index = m.load_int(position, iterator);
    let is_list = layout == ListIter::ID;
    let length = match is_list {
        true => m.load_int(List::LENGTH, sequence),
        false => m.array_len(Tuple::ITEMS_ARRAY, sequence),
    };
    let more = m.int_lt(index, length);
    if !m.truth(more) {
        return Some(Step::End(Some((iterator, owner))));
    }
    let item = if is_list {
        let storage = m.load_ref(List::ITEMS, sequence);
        m.load_item_value(Values::ITEMS_ARRAY, storage, index)
    } else {
        m.load_item_value(Tuple::ITEMS_ARRAY, sequence, index)
    };
    let following = m.int_add(index, one);
    Some(Step::Leaf { iterator, item, changes: vec![(position, following)] })
}

/// Does what was looked at.
pub fn advance<M: Machine>(m: &mut M, step: Step<M>) -> Result<Next<M::Value>, Raised> {
    Ok(match step {
        Step::Leaf { iterator, item, changes } => {
            for (field, value) in changes {
                m.store_int(field, iterator, value);
            }
            Next::Item(item)
        }
        Step::End(forgets) => {
            if let Some((iterator, owner)) = forgets {
                let null = m.null();
                m.store_ref(owner, iterator, null);
            }
            Next::Exhausted
        }
        Step::Enumerate { iterator, number, following, source } => {
            let Next::Item(item) = advance(m, *source)? else { return Ok(Next::Exhausted) };
            m.store_int(LazyIter::INDEX, iterator, following);
            let number = m.box_int(number);
            Next::Item(tuple_of(m, &[number, item])?)
        }
        Step::Zip(steps) => {
            let mut items = Vec::with_capacity(steps.len());
            for step in steps {
                match advance(m, step)? {
                    Next::Item(item) => items.push(item),
                    _ => return Ok(Next::Exhausted),
                }
            }
            Next::Item(tuple_of(m, &items)?)
        }
    })
}

/// `enumerate(a)` of a list, tuple, string or range, or of an iterator that is stepped in place.
pub fn enumerate<M: Machine>(m: &mut M, a: M::Value) -> Result<Option<M::Value>, Raised> {
    let Some(source) = iterator(m, a)? else { return Ok(None) };
    let none = m.value(NanBox::NONE);
    new_lazy(m, Ty::Enumerate, source, none).map(Some)
}

/// `zip(a, b, …)` of the same.
pub fn zip<M: Machine>(m: &mut M, args: &[M::Value]) -> Result<Option<M::Value>, Raised> {
    let mut sources = Vec::with_capacity(args.len());
    for a in args {
        let Some(source) = iterator(m, *a)? else { return Ok(None) };
        sources.push(source);
    }
    let sources = tuple_of(m, &sources)?;
    let none = m.value(NanBox::NONE);
    new_lazy(m, Ty::Zip, sources, none).map(Some)
}

/// Only iterables whose iterator is a new object: that it runs no user code is known by the layout.
pub(crate) fn iterator<M: Machine>(m: &mut M, iterable: M::Value) -> Result<Option<M::Value>, Raised> {
    let Some(object) = m.as_ref(iterable) else { return Ok(None) };
    let layout = m.layout_of(object);
    let iter = iteration::of_sequence(m, layout, object)?;
    Ok(iter.map(|iter| m.box_ref(iter)))
}

pub(crate) fn new_lazy<M: Machine>(
    m: &mut M,
    kind: Ty,
    source: M::Value,
    extra: M::Value,
) -> Result<M::Value, Raised> {
    let made = m.new_object(LazyIter::ID, LazyIter::DESCR.size_bytes)?;
    let (kind, zero) = (m.int(kind as i64), m.int(0));
    m.store_int(LazyIter::KIND, made, kind);
    m.store_value(LazyIter::SOURCE, made, source);
    m.store_value(LazyIter::EXTRA, made, extra);
    m.store_int(LazyIter::INDEX, made, zero);
    Ok(m.box_ref(made))
}

//! The iterators of ranges: `range_iterator` in 64 bits, `longrange_iterator` beyond.
//!
//! A [`RangeIter`] counts down what is left; the interpreter advances it itself. The long one is a [`LazyIter`]: `source` is a range,
//! `extra` its next item, `index` how many were taken.
//!
//! Limit: a long iterator forgets to stop after 2^63 items.

use crate::numbers::{Int, wrong_receiver};
use crate::range::{Span, big_of};
use dashu_int::IBig;
use heap::{Gc, Header, WordSlot};
use python_model::native::{NativeDef, NativeType, def};
use python_model::objects::{LazyIter, RangeIter};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::Cell;

/// `iter(range)`
pub fn forward(py: Py, span: &Span) -> Result {
    make(py, span.start.clone(), span.step.clone(), span.length.clone())
}

/// `reversed(range)`
pub fn backward(py: Py, span: &Span) -> Result {
    make(py, span.item(&(&span.length - IBig::ONE)), -&span.step, span.length.clone())
}

fn make(py: Py, start: IBig, step: IBig, length: IBig) -> Result {
    let last = &start + &length * &step;
    if let (Ok(next), Ok(step), Ok(left), Ok(_)) =
        (i64::try_from(&start), i64::try_from(&step), i64::try_from(&length), i64::try_from(&last))
    {
        return Ok(word(py.alloc(RangeIter {
            header: Header::EMPTY,
            next: Cell::new(next),
            step: Cell::new(step),
            left: Cell::new(left),
        })?));
    }
    let next = py.big_int(start.clone())?;
    let range = big_of(py, start, step, length)?;
    Ok(word(py.alloc(LazyIter {
        header: Header::EMPTY,
        kind: Cell::new(Ty::LongRangeIterator as i64),
        source: WordSlot::new(word(range)),
        extra: WordSlot::new(next),
        index: Cell::new(0),
    })?))
}

fn short(py: Py, value: Word, method: &str) -> Result<Gc<RangeIter>> {
    as_object(value).ok_or_else(|| wrong_receiver(py, value, Ty::RangeIterator, method))
}

static METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        short(py, a[0], "__next__")?;
        match py.next(a[0])? {
            Some(value) => Ok(value),
            None => Err(py.stop_iteration(NONE)),
        }
    }),
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| py.int(short(py, a[0], "__length_hint__")?.left.get()),
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let iter = short(py, a[0], "__reduce__")?;
        reduce(py, IBig::from(iter.next.get()), IBig::from(iter.step.get()), IBig::from(iter.left.get()))
    }),
    def("__setstate__", "($self, object, /)", "Set state information for unpickling.", |py, a| {
        let iter = short(py, a[0], "__setstate__")?;
        let skipped = py.index(a[1])?.clamp(0, iter.left.get());
        iter.next.set(iter.next.get().wrapping_add(skipped.wrapping_mul(iter.step.get())));
        iter.left.set(iter.left.get() - skipped);
        Ok(NONE)
    }),
];

fn long(py: Py, value: Word, method: &str) -> Result<Gc<LazyIter>> {
    match as_object::<LazyIter>(value) {
        Some(iter) if iter.kind.get() == Ty::LongRangeIterator as i64 => Ok(iter),
        _ => Err(wrong_receiver(py, value, Ty::LongRangeIterator, method)),
    }
}

/// The range that a long iterator was made for, and how many items are left of it.
fn rest(py: Py, iter: Gc<LazyIter>) -> (Span, IBig) {
    let span = Span::of(py, iter.source.get()).expect("a long range iterator has a range");
    let left = &span.length - IBig::from(iter.index.get());
    (span, left)
}

static LONG_METHODS: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        let iter = long(py, a[0], "__next__")?;
        let (span, left) = rest(py, iter);
        if left <= IBig::ZERO {
            return Err(py.stop_iteration(NONE));
        }
        let value = iter.extra.get();
        let next = Int::of(py, value).expect("the next item is an integer").big().into_owned() + span.step;
        let next = py.big_int(next)?;
        iter.extra.set(py.mutator(), iter, next);
        iter.index.set(iter.index.get() + 1);
        Ok(value)
    }),
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| py.big_int(rest(py, long(py, a[0], "__length_hint__")?).1),
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let iter = long(py, a[0], "__reduce__")?;
        let (span, left) = rest(py, iter);
        let next = Int::of(py, iter.extra.get()).expect("the next item is an integer").big().into_owned();
        reduce(py, next, span.step, left)
    }),
    def("__setstate__", "($self, object, /)", "Set state information for unpickling.", |py, a| {
        let iter = long(py, a[0], "__setstate__")?;
        let (span, left) = rest(py, iter);
        let skipped = Int::index(py, a[1])?.big().into_owned().clamp(IBig::ZERO, left.clone());
        let next = Int::of(py, iter.extra.get()).expect("the next item is an integer").big().into_owned();
        let next = next + &skipped * &span.step;
        let range = big_of(py, next.clone(), span.step, left - skipped)?;
        let next = py.big_int(next)?;
        iter.source.set(py.mutator(), iter, word(range));
        iter.extra.set(py.mutator(), iter, next);
        iter.index.set(0);
        Ok(NONE)
    }),
];

/// `(iter, (range(…),), None)`: the range of what is left.
fn reduce(py: Py, start: IBig, step: IBig, length: IBig) -> Result {
    let iter = py.import_from("builtins", "iter")?;
    let stop = &start + &length * &step;
    let range = crate::range::of(py, &start, &stop, &step)?;
    let args = py.new_tuple(&[range])?;
    py.new_tuple(&[iter, args, NONE])
}

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::RangeIterator, doc: "", constructor: None, methods: METHODS },
    NativeType { ty: Ty::LongRangeIterator, doc: "", constructor: None, methods: LONG_METHODS },
];

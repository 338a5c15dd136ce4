//! `range`: in 64 bits ([`Range`]), or of integers of any size ([`BigRange`]).
//!
//! [`of`] picks the form: a range whose bounds, step and length fit 64 bits is a [`Range`]. What is not worth two versions works on
//! [`Span`], which either form gives.

use crate::numbers::{Int, comparisons, methods, wrap, wrong_receiver};
use crate::{range_iterator, slice};
use dashu_int::IBig;
use heap::{Gc, Header, WordSlot};
use python_model::native::{Args, NativeDef, NativeType, def, member};
use python_model::objects::{BigRange, Range, Slice};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_number::division::{floor_div, floor_mod};
use std::cell::Cell;

/// A range as integers.
pub struct Span {
    pub start: IBig,
    pub stop: IBig,
    pub step: IBig,
    pub length: IBig,
}

impl Span {
    /// The span of a value that is a range.
    pub fn of(py: Py, value: Word) -> Option<Span> {
        if let Some(range) = py.cast::<Range>(value) {
            let big = |field: &Cell<i64>| IBig::from(field.get());
            return Some(Span {
                start: big(&range.start),
                stop: big(&range.stop),
                step: big(&range.step),
                length: big(&range.length),
            });
        }
        let range = py.cast::<BigRange>(value)?;
        let big =
            |field: &WordSlot| Int::of(py, field.get()).expect("a range is of integers").big().into_owned();
        Some(Span {
            start: big(&range.start),
            stop: big(&range.stop),
            step: big(&range.step),
            length: big(&range.length),
        })
    }

    /// An item. The index is not checked.
    pub fn item(&self, index: &IBig) -> IBig {
        &self.start + index * &self.step
    }

    /// The position of an integer, if the range has it.
    fn position(&self, value: &IBig) -> Option<IBig> {
        let distance = value - &self.start;
        let rest = floor_mod(&distance, &self.step).expect("no step is zero");
        if !rest.is_zero() {
            return None;
        }
        let position = floor_div(&distance, &self.step).expect("no step is zero");
        (position >= IBig::ZERO && position < self.length).then_some(position)
    }
}

fn count(start: &IBig, stop: &IBig, step: &IBig) -> IBig {
    let (distance, stride) =
        if *step > IBig::ZERO { (stop - start, step.clone()) } else { (start - stop, -step) };
    if distance <= IBig::ZERO {
        return IBig::ZERO;
    }
    floor_div(&(distance - IBig::ONE), &stride).expect("no step is zero") + IBig::ONE
}

/// A range. Precondition: the step is not zero.
pub fn of(py: Py, start: &IBig, stop: &IBig, step: &IBig) -> Result {
    let length = count(start, stop, step);
    if let (Ok(start), Ok(stop), Ok(step), Ok(length)) =
        (i64::try_from(start), i64::try_from(stop), i64::try_from(step), i64::try_from(&length))
    {
        return of_i64(py, start, stop, step, length);
    }
    let (start, stop, step) =
        (py.big_int(start.clone())?, py.big_int(stop.clone())?, py.big_int(step.clone())?);
    let length = py.big_int(length)?;
    Ok(word(py.alloc(BigRange {
        header: Header::EMPTY,
        start: WordSlot::new(start),
        stop: WordSlot::new(stop),
        step: WordSlot::new(step),
        length: WordSlot::new(length),
    })?))
}

fn of_i64(py: Py, start: i64, stop: i64, step: i64, length: i64) -> Result {
    Ok(word(py.alloc(Range {
        header: Header::EMPTY,
        start: Cell::new(start),
        step: Cell::new(step),
        length: Cell::new(length),
        stop: Cell::new(stop),
    })?))
}

fn receiver(py: Py, value: Word, method: &str) -> Result<Span> {
    Span::of(py, value).ok_or_else(|| wrong_receiver(py, value, Ty::Range, method))
}

static COMPARISONS: &[NativeDef] = comparisons!(compare);

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let Span { start, stop, step, .. } = receiver(py, a[0], "__repr__")?;
        // Each number is subject to the limit on digits.
        let text = |value: IBig| -> Result<String> {
            let value = py.big_int(value)?;
            py.repr_text(value)
        };
        let is_simple = step == IBig::ONE;
        let (start, stop) = (text(start)?, text(stop)?);
        let step = if is_simple { String::new() } else { format!(", {}", text(step)?) };
        py.str(&format!("range({start}, {stop}{step})"))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let span = receiver(py, a[0], "__hash__")?;
        // What is equal hashes alike: an empty range has no start, one with one item no step.
        let start = if span.length.is_zero() { NONE } else { py.big_int(span.start)? };
        let step = if span.length <= IBig::ONE { NONE } else { py.big_int(span.step)? };
        let length = py.big_int(span.length)?;
        let parts = py.new_tuple(&[length, start, step])?;
        py.int(py.hash(parts)?)
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        range_iterator::forward(py, &receiver(py, a[0], "__iter__")?)
    }),
    def("__reversed__", "($self, /)", "Return a reverse iterator.", |py, a| {
        range_iterator::backward(py, &receiver(py, a[0], "__reversed__")?)
    }),
    def("__bool__", "($self, /)", "True if self else False", |py, a| {
        Ok(bool_word(!receiver(py, a[0], "__bool__")?.length.is_zero()))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        match i64::try_from(&receiver(py, a[0], "__len__")?.length) {
            Ok(length) => py.int(length),
            Err(_) => Err(py.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", item),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        let span = receiver(py, a[0], "__contains__")?;
        if let Some(key) = exact_int(py, a[1]) {
            return Ok(bool_word(span.position(&key.big()).is_some()));
        }
        let iterator = range_iterator::forward(py, &span)?;
        while let Some(item) = py.next(iterator)? {
            if py.is_equal(item, a[1])? {
                return Ok(TRUE);
            }
        }
        Ok(FALSE)
    }),
    def(
        "count",
        "($self, object, /)",
        "rangeobject.count(value) -> integer -- return number of occurrences of value",
        |py, a| {
            let span = receiver(py, a[0], "count")?;
            if let Some(value) = exact_int(py, a[1]) {
                return py.int(i64::from(span.position(&value.big()).is_some()));
            }
            let iterator = range_iterator::forward(py, &span)?;
            let mut count = 0;
            while let Some(item) = py.next(iterator)? {
                count += i64::from(py.is_equal(item, a[1])?);
            }
            py.int(count)
        },
    ),
    def(
        "index",
        "($self, object, /)",
        "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.",
        |py, a| {
            let span = receiver(py, a[0], "index")?;
            if let Some(value) = exact_int(py, a[1]) {
                return match span.position(&value.big()) {
                    Some(position) => py.big_int(position),
                    None => Err(py.value_error("range.index(x): x not in range")),
                };
            }
            let iterator = range_iterator::forward(py, &span)?;
            let mut position = 0;
            while let Some(item) = py.next(iterator)? {
                if py.is_equal(item, a[1])? {
                    return py.int(position);
                }
                position += 1;
            }
            Err(py.value_error("sequence.index(x): x not in sequence"))
        },
    ),
    def("__reduce__", "($self, /)", "", |py, a| {
        let Span { start, stop, step, .. } = receiver(py, a[0], "__reduce__")?;
        let (start, stop, step) = (py.big_int(start)?, py.big_int(stop)?, py.big_int(step)?);
        let args = py.new_tuple(&[start, stop, step])?;
        py.new_tuple(&[py.ty(Ty::Range).word(), args])
    }),
    member("start", "", |py, a| py.big_int(receiver(py, a[0], "start")?.start)),
    member("stop", "", |py, a| py.big_int(receiver(py, a[0], "stop")?.stop)),
    member("step", "", |py, a| py.big_int(receiver(py, a[0], "step")?.step)),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Range,
        doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
        constructor: Some(construct),
        methods: METHODS,
    },
    methods(Ty::Range, COMPARISONS),
];

/// `range(stop)`, `range(start, stop[, step])`
fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "range")?;
    let (start, stop, step) = match *args.words {
        [] => return Err(py.type_error("range expected at least 1 argument, got 0")),
        [stop] => (Int::Small(0), Int::index(py, stop)?, Int::Small(1)),
        [start, stop] => (Int::index(py, start)?, Int::index(py, stop)?, Int::Small(1)),
        [start, stop, step] => (Int::index(py, start)?, Int::index(py, stop)?, Int::index(py, step)?),
        _ => {
            return Err(
                py.type_error(format!("range expected at most 3 arguments, got {}", args.words.len()))
            );
        }
    };
    if step.is_zero() {
        return Err(py.value_error("range() arg 3 must not be zero"));
    }
    if let (Int::Small(start), Int::Small(stop), Int::Small(1)) = (start, stop, step)
        && let Some(length) = stop.checked_sub(start)
    {
        return wrap(py, class, Ty::Range, of_i64(py, start, stop, 1, length.max(0))?);
    }
    wrap(py, class, Ty::Range, of(py, &start.big(), &stop.big(), &step.big())?)
}

/// The integer in a value whose comparison with integers nobody can have redefined.
fn exact_int(py: Py, value: Word) -> Option<Int> {
    if as_instance(value).is_some() { None } else { Int::of(py, value) }
}

fn item(py: Py, a: &[Word]) -> Result {
    if let (Some(range), Some(index)) = (as_object::<Range>(a[0]), as_i64(a[1])) {
        let length = range.length.get();
        let index = if index < 0 { index + length } else { index };
        if !(0..length).contains(&index) {
            return Err(py.index_error("range object index out of range"));
        }
        // The item lies between the bounds, though the product may not.
        return py.int(range.start.get().wrapping_add(index.wrapping_mul(range.step.get())));
    }
    let span = receiver(py, a[0], "__getitem__")?;
    if let Some(part) = as_object::<Slice>(a[1]) {
        let (start, stop, step) = slice::indices(py, part, &span.length)?;
        return of(py, &span.item(&start), &span.item(&stop), &(step * &span.step));
    }
    let class = py.type_of(a[1]);
    if Int::of(py, a[1]).is_none() && class.lookup(py, python_model::names::Name::Index).is_none() {
        return Err(
            py.type_error(format!("range indices must be integers or slices, not {}", class.name.borrow()))
        );
    }
    let index = Int::index(py, a[1])?.big().into_owned();
    let index = if index < IBig::ZERO { index + &span.length } else { index };
    if index < IBig::ZERO || index >= span.length {
        return Err(py.index_error("range object index out of range"));
    }
    py.big_int(span.item(&index))
}

/// Ranges are equal if they have the same items; they have no order.
fn compare(py: Py, a: Word, b: Word, comparison: Comparison, method: &str) -> Result {
    let x = receiver(py, a, method)?;
    if !matches!(comparison, Comparison::Eq | Comparison::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let Some(y) = Span::of(py, b) else { return Ok(NOT_IMPLEMENTED) };
    let is_equal = x.length == y.length
        && (x.length.is_zero() || x.start == y.start && (x.length == IBig::ONE || x.step == y.step));
    Ok(bool_word(is_equal == (comparison == Comparison::Eq)))
}

/// The big form of a span, for iterators that do not fit 64 bits.
pub fn big_of(py: Py, start: IBig, step: IBig, length: IBig) -> Result<Gc<BigRange>> {
    let stop = py.big_int(&start + &length * &step)?;
    let (start, step, length) = (py.big_int(start)?, py.big_int(step)?, py.big_int(length)?);
    py.alloc(BigRange {
        header: Header::EMPTY,
        start: WordSlot::new(start),
        stop: WordSlot::new(stop),
        step: WordSlot::new(step),
        length: WordSlot::new(length),
    })
}

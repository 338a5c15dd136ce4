//! `slice`, and what a slice of a sequence is.

use crate::numbers::{Int, comparisons, methods, wrap};
use dashu_int::IBig;
use heap::{Gc, Header, WordSlot};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, member};
use python_model::objects::Slice;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

/// The items that a slice selects: `count` of them, from `start` on, every `step`th.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    pub start: i64,
    /// One beyond the last in the direction of the step, clipped: where an empty slice inserts is `start`.
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

/// Start, stop and step as they are written, clamped to 64 bits; the defaults are filled in. May run user code (`__index__`):
/// the length of the sequence is asked for afterwards, for [`Unpacked::of_length`].
#[derive(Clone, Copy, Debug)]
pub struct Unpacked {
    start: i64,
    stop: i64,
    step: i64,
}

/// Errors: `TypeError` for parts that are no integers, `ValueError` for a step of zero.
pub fn unpack(py: Py, slice: Gc<Slice>) -> Result<Unpacked> {
    let part = |part: Word, default: i64| match part {
        NONE => Ok(default),
        part => {
            check_index(py, part)?;
            py.index_clamped(part)
        }
    };
    let step = part(slice.step.get(), 1)?;
    if step == 0 {
        return Err(py.value_error("slice step cannot be zero"));
    }
    // So that it can be negated.
    let step = step.max(-i64::MAX);
    let (first, last) = if step < 0 { (i64::MAX, i64::MIN) } else { (0, i64::MAX) };
    let start = part(slice.start.get(), first)?;
    let stop = part(slice.stop.get(), last)?;
    Ok(Unpacked { start, stop, step })
}

impl Unpacked {
    /// What is selected of a sequence of this length.
    pub fn of_length(self, length: usize) -> Bounds {
        let length = length as i64;
        let (low, high) = if self.step < 0 { (-1, length - 1) } else { (0, length) };
        let clip = |at: i64| if at < 0 { at.saturating_add(length).max(low) } else { at.min(high) };
        let (start, stop) = (clip(self.start), clip(self.stop));
        let distance = if self.step < 0 { start - stop } else { stop - start };
        let stride = self.step.unsigned_abs();
        let count = if distance <= 0 { 0 } else { (distance as u64 - 1) / stride + 1 };
        Bounds { start, stop, step: self.step, count: count as usize }
    }
}

/// `slice.indices` for lengths of any size: start, stop and step. Errors: as [`unpack`].
pub fn indices(py: Py, slice: Gc<Slice>, length: &IBig) -> Result<(IBig, IBig, IBig)> {
    let part = |part: Word| -> Result<Option<IBig>> {
        if part == NONE {
            return Ok(None);
        }
        check_index(py, part)?;
        Ok(Some(Int::index(py, part)?.big().into_owned()))
    };
    let step = part(slice.step.get())?.unwrap_or(IBig::ONE);
    if step.is_zero() {
        return Err(py.value_error("slice step cannot be zero"));
    }
    let is_backward = step < IBig::ZERO;
    let (low, high) = if is_backward { (IBig::NEG_ONE, length - 1) } else { (IBig::ZERO, length.clone()) };
    let clip = |at: Option<IBig>, default: &IBig| match at {
        None => default.clone(),
        Some(at) if at < IBig::ZERO => (at + length).max(low.clone()),
        Some(at) => at.min(high.clone()),
    };
    let (first, last) = if is_backward { (&high, &low) } else { (&low, &high) };
    let start = clip(part(slice.start.get())?, first);
    let stop = clip(part(slice.stop.get())?, last);
    Ok((start, stop, step))
}

fn check_index(py: Py, part: Word) -> Result<()> {
    if Int::of(py, part).is_none() && py.type_of(part).lookup(py, Name::Index).is_none() {
        return Err(py.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    Ok(())
}

fn receiver(py: Py, value: Word, method: &str) -> Result<Gc<Slice>> {
    py.cast::<Slice>(value).ok_or_else(|| crate::numbers::wrong_receiver(py, value, Ty::Slice, method))
}

fn parts(slice: Gc<Slice>) -> [Word; 3] {
    [slice.start.get(), slice.stop.get(), slice.step.get()]
}

static COMPARISONS: &[NativeDef] = comparisons!(compare);

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let [start, stop, step] = parts(receiver(py, a[0], "__repr__")?);
        let start = py.repr_text(start)?;
        let stop = py.repr_text(stop)?;
        let step = py.repr_text(step)?;
        py.str(&format!("slice({start}, {stop}, {step})"))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let mut hashes = [0; 3];
        for (hash, part) in hashes.iter_mut().zip(parts(receiver(py, a[0], "__hash__")?)) {
            *hash = py.hash(part)?;
        }
        py.int(python_number::hash::hash_slice(hashes))
    }),
    def(
        "indices",
        "($self, object, /)",
        "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices.",
        |py, a| {
            let slice = receiver(py, a[0], "indices")?;
            let length = Int::index(py, a[1])?;
            if length.is_negative() {
                return Err(py.value_error("length should not be negative"));
            }
            let (start, stop, step) = indices(py, slice, &length.big())?;
            let (start, stop, step) = (py.big_int(start)?, py.big_int(stop)?, py.big_int(step)?);
            py.new_tuple(&[start, stop, step])
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let parts = py.new_tuple(&parts(receiver(py, a[0], "__reduce__")?))?;
        py.new_tuple(&[py.ty(Ty::Slice).word(), parts])
    }),
    member("start", "", |py, a| Ok(receiver(py, a[0], "start")?.start.get())),
    member("stop", "", |py, a| Ok(receiver(py, a[0], "stop")?.stop.get())),
    member("step", "", |py, a| Ok(receiver(py, a[0], "step")?.step.get())),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Slice,
        doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.\n\nThis is used for extended slicing (e.g. a[0:10:2]).",
        constructor: Some(construct),
        methods: METHODS,
    },
    methods(Ty::Slice, COMPARISONS),
];

/// `slice(stop)`, `slice(start, stop[, step])`
fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "slice")?;
    let (start, stop, step) = match *args.words {
        [] => return Err(py.type_error("slice expected at least 1 argument, got 0")),
        [stop] => (NONE, stop, NONE),
        [start, stop] => (start, stop, NONE),
        [start, stop, step] => (start, stop, step),
        _ => {
            return Err(
                py.type_error(format!("slice expected at most 3 arguments, got {}", args.words.len()))
            );
        }
    };
    let slice = py.alloc(Slice {
        header: Header::EMPTY,
        start: WordSlot::new(start),
        stop: WordSlot::new(stop),
        step: WordSlot::new(step),
    })?;
    wrap(py, class, Ty::Slice, word(slice))
}

/// As tuples of their parts are compared.
fn compare(py: Py, a: Word, b: Word, comparison: Comparison, method: &str) -> Result {
    let x = receiver(py, a, method)?;
    let Some(y) = py.cast::<Slice>(b) else { return Ok(NOT_IMPLEMENTED) };
    for (x, y) in parts(x).into_iter().zip(parts(y)) {
        if !py.is_equal(x, y)? {
            return match comparison {
                Comparison::Eq => Ok(FALSE),
                Comparison::Ne => Ok(TRUE),
                _ => py.compare(comparison, x, y),
            };
        }
    }
    Ok(bool_word(comparison.holds(std::cmp::Ordering::Equal)))
}

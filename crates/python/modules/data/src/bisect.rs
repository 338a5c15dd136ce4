//! `_bisect`: places in sorted sequences.

use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::objects::List;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::value::*;

pub static MODULE: NativeModule = NativeModule {
    name: "_bisect",
    doc: "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n",
    functions: FUNCTIONS,
    fill: |_, _| Ok(()),
};

/// Which of the places between equal items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The place of `wanted`, by `key` of the items. `a`: sequence, value, lo, hi, key.
fn place(py: Py, a: &[Word], wanted: Word, side: Side) -> Result<i64> {
    let (sequence, key) = (a[0], if a[4] == UNSET { NONE } else { a[4] });
    let mut low = if a[2] == UNSET { 0 } else { py.index(a[2])? };
    if low < 0 {
        return Err(py.value_error("lo must be non-negative"));
    }
    let mut high = match a[3] {
        UNSET | NONE => py.len(sequence)? as i64,
        high => py.index(high)?,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let item = match as_object::<List>(sequence) {
            Some(list) if (middle as usize) < list.len() => list.item(middle as usize),
            _ => py.get_item(sequence, py.int(middle)?)?,
        };
        let item = if key == NONE { item } else { py.call(key, &[item])? };
        let goes_left = match side {
            Side::Left => !py.holds(Comparison::Lt, item, wanted)?,
            Side::Right => py.holds(Comparison::Lt, wanted, item)?,
        };
        if goes_left { high = middle } else { low = middle + 1 }
    }
    Ok(low)
}

fn insert(py: Py, a: &[Word], side: Side) -> Result {
    let wanted = match a[4] {
        UNSET | NONE => a[1],
        key => py.call(key, &[a[1]])?,
    };
    let at = py.int(place(py, a, wanted, side)?)?;
    py.call_method(a[0], Name::Insert, &[at, a[1]])?;
    Ok(NONE)
}

const SIGNATURE: &str = "(a, x, lo=0, hi=None, *, key=None)";

static FUNCTIONS: &[NativeDef] = &[
    def(
        "bisect_right",
        SIGNATURE,
        "Return the index where to insert item x in list a, assuming a is sorted.",
        |py, a| py.int(place(py, a, a[1], Side::Right)?),
    ),
    def(
        "bisect_left",
        SIGNATURE,
        "Return the index where to insert item x in list a, assuming a is sorted.",
        |py, a| py.int(place(py, a, a[1], Side::Left)?),
    ),
    def(
        "insort_right",
        SIGNATURE,
        "Insert item x in list a, and keep it sorted assuming a is sorted.",
        |py, a| insert(py, a, Side::Right),
    ),
    def(
        "insort_left",
        SIGNATURE,
        "Insert item x in list a, and keep it sorted assuming a is sorted.",
        |py, a| insert(py, a, Side::Left),
    ),
];

//! `dict_keys`, `dict_values` and `dict_items`. Keys and items are sets: their operators give new sets.

use crate::set;
use heap::{Gc, Header, Slot};
use python_model::dict::{self, View};
use python_model::iterators::{REVERSED, dict_iter};
use python_model::native::{NativeDef, NativeType, def, getter};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::Cell;

/// `dict.keys()`, `dict.values()`, `dict.items()`
pub fn new_view(py: Py, dict: Gc<Dict>, view: View) -> Result {
    Ok(word(py.alloc(DictView {
        header: Header::EMPTY,
        dict: Slot::new(Some(dict)),
        mode: Cell::new(view as i64),
    })?))
}

const LEN: NativeDef = def("__len__", "($self, /)", "Return len(self).", |py, a| {
    py.int(dict::len(table(receiver(py, a[0], "__len__")?)) as i64)
});
const ITER: NativeDef = def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
    py.iter(word(receiver(py, a[0], "__iter__")?))
});
const REVERSE: NativeDef =
    def("__reversed__", "($self, /)", "Return a reverse iterator over the dict view.", |py, a| {
        let view = receiver(py, a[0], "__reversed__")?;
        dict_iter(py, table(view), view.mode.get() | REVERSED)
    });
const REPR: NativeDef = def("__repr__", "($self, /)", "Return repr(self).", repr);
const MAPPING: NativeDef = getter("mapping", "dictionary that this view refers to", |py, a| {
    crate::mapping_proxy::new(py, word(table(receiver(py, a[0], "mapping")?)))
});

/// The methods of keys and items, which differ only in what they contain.
const fn set_methods() -> [NativeDef; 21] {
    [
        LEN,
        ITER,
        REVERSE,
        REPR,
        MAPPING,
        def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
            Ok(bool_word(contains(py, receiver(py, a[0], "__contains__")?, a[1])?))
        }),
        def(
            "isdisjoint",
            "($self, other, /)",
            "Return True if the view and the given iterable have a null intersection.",
            is_disjoint,
        ),
        def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
        def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
        def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
        def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
        def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
        def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
        def("__and__", "($self, value, /)", "Return self&value.", |py, a| intersection(py, a[0], a[1])),
        def("__rand__", "($self, value, /)", "Return value&self.", |py, a| intersection(py, a[1], a[0])),
        def("__or__", "($self, value, /)", "Return self|value.", |py, a| union(py, a[0], a[1])),
        def("__ror__", "($self, value, /)", "Return value|self.", |py, a| union(py, a[1], a[0])),
        def("__sub__", "($self, value, /)", "Return self-value.", |py, a| difference(py, a[0], a[1])),
        def("__rsub__", "($self, value, /)", "Return value-self.", |py, a| difference(py, a[1], a[0])),
        def("__xor__", "($self, value, /)", "Return self^value.", |py, a| {
            symmetric_difference(py, a[0], a[1])
        }),
        def("__rxor__", "($self, value, /)", "Return value^self.", |py, a| {
            symmetric_difference(py, a[1], a[0])
        }),
    ]
}

static SET_METHODS: [NativeDef; 21] = set_methods();
static VALUE_METHODS: &[NativeDef] = &[LEN, ITER, REVERSE, REPR, MAPPING];

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::DictKeys, doc: "", constructor: None, methods: &SET_METHODS },
    NativeType { ty: Ty::DictItems, doc: "", constructor: None, methods: &SET_METHODS },
    NativeType { ty: Ty::DictValues, doc: "", constructor: None, methods: VALUE_METHODS },
];

fn receiver(py: Py, value: Word, method: &str) -> Result<Gc<DictView>> {
    py.expect(value, Ty::DictKeys, method)
}

fn table(view: Gc<DictView>) -> Gc<Dict> {
    view.dict.get().expect("a view has a dict")
}

fn contains(py: Py, view: Gc<DictView>, value: Word) -> Result<bool> {
    if View::of(view.mode.get()) == View::Keys {
        return dict::contains(py, table(view), value);
    }
    let Some(pair) = py.cast::<Tuple>(value).filter(|pair| pair.items().len() == 2) else {
        return Ok(false);
    };
    match dict::get(py, table(view), pair.items()[0].get())? {
        Some(found) => py.is_equal(found, pair.items()[1].get()),
        None => Ok(false),
    }
}

fn repr(py: Py, a: &[Word]) -> Result {
    let view = receiver(py, a[0], "__repr__")?;
    let text = py.guard_repr(a[0], || {
        let list = word(py.list_from_iterable(a[0])?);
        let mut out = format!("{}(", py.type_name(word(view))).into_bytes();
        out.extend_from_slice(py.repr(list)?.as_bytes());
        out.push(b')');
        Ok(out)
    })?;
    py.str_bytes(text.as_deref().unwrap_or(b"..."))
}

/// The length of an operand that is compared with a view: a set or a view of keys or items.
fn set_like_len(py: Py, value: Word) -> Option<usize> {
    if let Some(view) = as_object::<DictView>(value) {
        return (View::of(view.mode.get()) != View::Values).then(|| dict::len(table(view)));
    }
    set::table_of(py, value).map(dict::len)
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let view = receiver(py, a[0], "__eq__")?;
    let (own, Some(other)) = (dict::len(table(view)), set_like_len(py, a[1])) else {
        return Ok(NOT_IMPLEMENTED);
    };
    let holds = match op {
        Comparison::Eq => own == other && contains_all(py, a[0], a[1])?,
        Comparison::Ne => !(own == other && contains_all(py, a[0], a[1])?),
        Comparison::Lt => own < other && contains_all(py, a[0], a[1])?,
        Comparison::Le => own <= other && contains_all(py, a[0], a[1])?,
        Comparison::Gt => own > other && contains_all(py, a[1], a[0])?,
        Comparison::Ge => own >= other && contains_all(py, a[1], a[0])?,
    };
    Ok(bool_word(holds))
}

/// Whether all that is in `part` is in `whole`.
fn contains_all(py: Py, part: Word, whole: Word) -> Result<bool> {
    let iterator = py.iter(part)?;
    while let Some(item) = py.next(iterator)? {
        if !py.contains(whole, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_disjoint(py: Py, a: &[Word]) -> Result {
    let view = receiver(py, a[0], "isdisjoint")?;
    let (mut walked, mut asked) = (a[1], a[0]);
    if let Some(length) = set_like_len(py, a[1])
        && length > dict::len(table(view))
    {
        (walked, asked) = (a[0], a[1]);
    }
    let iterator = py.iter(walked)?;
    while let Some(item) = py.next(iterator)? {
        if py.contains(asked, item)? {
            return Ok(FALSE);
        }
    }
    Ok(TRUE)
}

fn intersection(py: Py, mut a: Word, mut b: Word) -> Result {
    // The view may be on either side; the other operand is any iterable.
    if as_object::<DictView>(a).is_none()
        || set_like_len(py, b).is_some_and(|length| length > set_like_len(py, a).unwrap_or(usize::MAX))
            && as_object::<DictView>(b).is_some()
    {
        std::mem::swap(&mut a, &mut b);
    }
    let made = dict::new(py)?;
    let iterator = py.iter(b)?;
    while let Some(item) = py.next(iterator)? {
        if py.contains(a, item)? {
            dict::add_element(py, made, item)?;
        }
    }
    py.new_set(made)
}

fn union(py: Py, a: Word, b: Word) -> Result {
    let made = set::table_from(py, a)?;
    set::add_all(py, made, b)?;
    py.new_set(made)
}

fn difference(py: Py, a: Word, b: Word) -> Result {
    let made = set::table_from(py, a)?;
    set::remove_all(py, made, b)?;
    py.new_set(made)
}

fn symmetric_difference(py: Py, a: Word, b: Word) -> Result {
    let (left, right) = (set::table_from(py, a)?, set::table_from(py, b)?);
    py.new_set(set::symmetric_difference(py, left, right)?)
}

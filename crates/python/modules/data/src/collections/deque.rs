//! `deque`: a ring of words.
//!
//! The storage is one array whose length is a power of two; item `i` lies at `(start + i) & (capacity - 1)`. CPython links
//! blocks instead; a ring makes indexing constant-time. Every change of the items' number or order gets a new version, by which
//! iterators and searches notice it.

use super::{Types, known};
use heap::Gc;
use python_model::foreign;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::types::TypeRef;
use python_model::value::*;
use python_model::{generic, instance, signature};
use std::cell::Cell;

pub const DOC: &str = "A list-like sequence optimized for data accesses near its endpoints.";

const FIRST_CAPACITY: usize = 8;

/// What the object knows besides its storage.
struct State {
    start: Cell<usize>,
    length: Cell<usize>,
    /// -1: no limit.
    most: Cell<i64>,
    version: Cell<u64>,
}

/// A deque at hand.
#[derive(Clone, Copy)]
struct Deque<'a> {
    state: &'a State,
    object: Gc<Foreign>,
}

impl Deque<'_> {
    fn ring(self) -> Gc<Values> {
        as_object(self.object.words.get()).expect("a deque has storage")
    }
    fn len(self) -> usize {
        self.state.length.get()
    }
    /// Precondition: the index is below the length.
    fn item(self, index: usize) -> Word {
        let ring = self.ring();
        ring.items()[(self.state.start.get() + index) & (ring.items().len() - 1)].get()
    }
    fn put(self, py: Py, index: usize, value: Word) {
        let ring = self.ring();
        ring.items()[(self.state.start.get() + index) & (ring.items().len() - 1)].set(
            py.mutator(),
            ring,
            value,
        );
    }
    fn changed(self) {
        self.state.version.set(self.state.version.get() + 1);
    }
    fn version(self) -> u64 {
        self.state.version.get()
    }
    fn is_full(self) -> bool {
        self.state.most.get() >= 0 && self.len() as i64 >= self.state.most.get()
    }

    /// Makes room for one more.
    fn reserve(self, py: Py) -> Result<()> {
        let old = self.ring();
        if self.len() < old.items().len() {
            return Ok(());
        }
        let new = py.new_values(old.items().len() * 2)?;
        for index in 0..self.len() {
            new.items()[index].set(py.mutator(), new, self.item(index));
        }
        self.state.start.set(0);
        self.object.words.set(py.mutator(), self.object, word(new));
        Ok(())
    }

    fn push_back(self, py: Py, value: Word) -> Result<()> {
        self.changed();
        if self.is_full() {
            if self.len() == 0 {
                return Ok(());
            }
            self.pop_front(py);
        }
        self.reserve(py)?;
        self.state.length.set(self.len() + 1);
        self.put(py, self.len() - 1, value);
        Ok(())
    }

    fn push_front(self, py: Py, value: Word) -> Result<()> {
        self.changed();
        if self.is_full() {
            if self.len() == 0 {
                return Ok(());
            }
            self.pop_back(py);
        }
        self.reserve(py)?;
        let mask = self.ring().items().len() - 1;
        self.state.start.set(self.state.start.get().wrapping_sub(1) & mask);
        self.state.length.set(self.len() + 1);
        self.put(py, 0, value);
        Ok(())
    }

    fn pop_back(self, py: Py) -> Option<Word> {
        let last = self.len().checked_sub(1)?;
        let value = self.item(last);
        self.put(py, last, UNSET);
        self.state.length.set(last);
        self.changed();
        Some(value)
    }

    fn pop_front(self, py: Py) -> Option<Word> {
        if self.len() == 0 {
            return None;
        }
        let value = self.item(0);
        self.put(py, 0, UNSET);
        let mask = self.ring().items().len() - 1;
        self.state.start.set((self.state.start.get() + 1) & mask);
        self.state.length.set(self.len() - 1);
        self.changed();
        Some(value)
    }

    fn remove_at(self, py: Py, index: usize) {
        if index < self.len() / 2 {
            for at in (0..index).rev() {
                self.put(py, at + 1, self.item(at));
            }
            self.pop_front(py);
        } else {
            for at in index + 1..self.len() {
                self.put(py, at - 1, self.item(at));
            }
            self.pop_back(py);
        }
    }

    fn clear(self, py: Py) -> Result<()> {
        let ring = py.new_values(FIRST_CAPACITY)?;
        self.object.words.set(py.mutator(), self.object, word(ring));
        self.state.start.set(0);
        self.state.length.set(0);
        self.changed();
        Ok(())
    }

    fn extend(self, py: Py, items: Word, is_left: bool) -> Result<()> {
        // Extending by itself would never end.
        let items = if items == word(self.object) || py.base(items) == word(self.object) {
            word(self.to_list(py)?)
        } else {
            items
        };
        let iterator = py.iter(items)?;
        while let Some(item) = py.next(iterator)? {
            if is_left { self.push_front(py, item)? } else { self.push_back(py, item)? }
        }
        Ok(())
    }

    fn to_list(self, py: Py) -> Result<Gc<List>> {
        let list = py.new_list(self.len())?;
        for index in 0..self.len() {
            list_push(py, list, self.item(index))?;
        }
        Ok(list)
    }

    /// Turns by so many steps to the right.
    fn rotate(self, py: Py, steps: i64) {
        let length = self.len();
        if length <= 1 {
            return;
        }
        let steps = steps.rem_euclid(length as i64) as usize;
        let capacity = self.ring().items().len();
        self.changed();
        if length == capacity {
            self.state.start.set(self.state.start.get().wrapping_sub(steps) & (capacity - 1));
            return;
        }
        let mask = capacity - 1;
        if steps <= length / 2 {
            for _ in 0..steps {
                let value = self.item(length - 1);
                self.put(py, length - 1, UNSET);
                self.state.start.set(self.state.start.get().wrapping_sub(1) & mask);
                self.put(py, 0, value);
            }
        } else {
            for _ in 0..length - steps {
                let value = self.item(0);
                self.put(py, 0, UNSET);
                self.state.start.set((self.state.start.get() + 1) & mask);
                self.put(py, length - 1, value);
            }
        }
    }

    /// Place of an equal item in a range. Errors: what comparing raises; `RuntimeError` if that changed the deque.
    fn find(self, py: Py, wanted: Word, range: std::ops::Range<usize>, lost: &str) -> Result<Option<usize>> {
        let version = self.version();
        for index in range {
            if index >= self.len() {
                return Ok(None);
            }
            let is_found = py.is_equal(self.item(index), wanted)?;
            if self.version() != version {
                return Err(match lost {
                    "" => py.runtime_error("deque mutated during iteration"),
                    lost => py.index_error(lost),
                });
            }
            if is_found {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}

fn is_deque<'a>(py: Py<'a>, value: Word) -> Option<Deque<'a>> {
    Some(Deque { state: foreign::get(py, value)?, object: foreign::object_of(value)? })
}

fn receiver<'a>(py: Py<'a>, value: Word, method: &str) -> Result<Deque<'a>> {
    match is_deque(py, value) {
        Some(deque) => Ok(deque),
        None => Err(py.type_error(format!(
            "descriptor '{method}' for 'collections.deque' objects doesn't apply to a '{}' object",
            py.type_name(value)
        ))),
    }
}

fn new(py: Py, most: i64) -> Result<Gc<Foreign>> {
    let state =
        State { start: Cell::new(0), length: Cell::new(0), most: Cell::new(most), version: Cell::new(0) };
    let made = foreign::new(py, known(&py.vm().state::<Types>().deque), state)?;
    let ring = py.new_values(FIRST_CAPACITY)?;
    made.words.set(py.mutator(), made, word(ring));
    Ok(made)
}

pub fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let made = word(new(py, -1)?);
    if class.is(known(&py.vm().state::<Types>().deque)) { Ok(made) } else { instance::new(py, class, made) }
}

fn init(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__init__")?;
    let most = match a[2] {
        UNSET | NONE => -1,
        most => match V::of(py.base(most)) {
            V::Int(most) if most >= 0 => most,
            V::Int(_) => return Err(py.value_error("maxlen must be non-negative")),
            V::Bool(most) => i64::from(most),
            V::Big(_) => return Err(py.overflow_error("Python int too large to convert to C ssize_t")),
            _ => return Err(py.type_error("an integer is required")),
        },
    };
    own.state.most.set(most);
    if own.len() > 0 {
        own.clear(py)?;
    }
    if a[1] != UNSET {
        own.extend(py, a[1], false)?;
    }
    Ok(NONE)
}

/// A deque of the same class, by a call of it unless it is exactly `deque`.
fn copy_of(py: Py, value: Word) -> Result {
    let own = receiver(py, value, "copy")?;
    let class = py.type_of(value);
    if class.is(known(&py.vm().state::<Types>().deque)) {
        let made = new(py, own.state.most.get())?;
        let copy = is_deque(py, word(made)).expect("made just now");
        for index in 0..own.len() {
            copy.push_back(py, own.item(index))?;
        }
        return Ok(word(made));
    }
    let made = match own.state.most.get() {
        -1 => py.call(class.word(), &[value])?,
        most => py.call(class.word(), &[value, py.int(most)?])?,
    };
    if is_deque(py, made).is_none() {
        return Err(py.type_error(format!(
            "{}() must return a deque, not {}",
            class.name.borrow(),
            py.type_name(made)
        )));
    }
    Ok(made)
}

/// The place that an index names. Errors: `IndexError`, `TypeError`.
fn place(py: Py, own: Deque, key: Word) -> Result<usize> {
    if !python_types::sequence::is_index(py, key) {
        return Err(py.type_error(format!("sequence index must be integer, not '{}'", py.type_name(key))));
    }
    let index = match V::of(py.to_index(key)?) {
        V::Int(index) => index,
        _ => {
            let message = format!("cannot fit '{}' into an index-sized integer", py.type_name(key));
            return Err(py.index_error(message));
        }
    };
    python_text::index::wrap_index(index, own.len()).ok_or_else(|| py.index_error("deque index out of range"))
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0], "__eq__")?;
    let Some(other) = is_deque(py, a[1]) else { return Ok(NOT_IMPLEMENTED) };
    match op {
        Comparison::Eq if word(own.object) == word(other.object) => return Ok(TRUE),
        Comparison::Ne if word(own.object) == word(other.object) => return Ok(FALSE),
        Comparison::Eq if own.len() != other.len() => return Ok(FALSE),
        Comparison::Ne if own.len() != other.len() => return Ok(TRUE),
        _ => {}
    }
    let (x, y) = (Reader::new(own), Reader::new(other));
    loop {
        match (x.next(py)?, y.next(py)?) {
            (Some(p), Some(q)) => {
                if !py.is_equal(p, q)? {
                    return match op {
                        Comparison::Eq => Ok(FALSE),
                        Comparison::Ne => Ok(TRUE),
                        _ => py.compare(op, p, q),
                    };
                }
            }
            (p, q) => return Ok(bool_word(op.holds(p.is_some().cmp(&q.is_some())))),
        }
    }
}

/// Reads a deque that may change meanwhile.
struct Reader<'a> {
    deque: Deque<'a>,
    version: u64,
    at: Cell<usize>,
}

impl<'a> Reader<'a> {
    fn new(deque: Deque<'a>) -> Reader<'a> {
        Reader { deque, version: deque.version(), at: Cell::new(0) }
    }
    /// Errors: `RuntimeError` if it changed.
    fn next(&self, py: Py) -> Result<Option<Word>> {
        let at = self.at.get();
        if self.deque.version() != self.version {
            return Err(py.runtime_error("deque mutated during iteration"));
        }
        if at >= self.deque.len() {
            return Ok(None);
        }
        self.at.set(at + 1);
        Ok(Some(self.deque.item(at)))
    }
}

/// Appends the items so many times altogether.
fn repeat(py: Py, own: Deque, times: i64) -> Result<()> {
    if times <= 0 || own.len() == 0 {
        return own.clear(py);
    }
    let items = own.to_list(py)?;
    let most = own.state.most.get();
    let total = (items.len() as i64).checked_mul(times);
    let Some(total) = total.filter(|&total| most >= 0 || total < 1 << 40) else {
        return Err(py.out_of_memory());
    };
    // With a limit only the last items stay: no need to append more than that.
    let needed = if most >= 0 { total.min(most + items.len() as i64) } else { total };
    let skip = (total - needed) as usize;
    for index in skip.max(items.len())..total as usize {
        own.push_back(py, items.item(index % items.len()))?;
    }
    Ok(())
}

fn times(py: Py, value: Word) -> Result<Option<i64>> {
    if !python_types::sequence::is_index(py, value) {
        return Ok(None);
    }
    py.index(value).map(Some)
}

fn slice_bound(py: Py, value: Word, default: usize, length: usize) -> Result<usize> {
    let index = match value {
        UNSET => return Ok(default),
        value => py.index_clamped(value)?,
    };
    let index = if index < 0 { index.saturating_add(length as i64).max(0) } else { index };
    Ok((index as usize).min(length))
}

pub static METHODS: &[NativeDef] = &[
    def(
        "__init__",
        "($self, /, iterable=(), maxlen=None)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def("append", "($self, item, /)", "Add an element to the right side of the deque.", |py, a| {
        receiver(py, a[0], "append")?.push_back(py, a[1])?;
        Ok(NONE)
    })
    .contained(),
    def("appendleft", "($self, item, /)", "Add an element to the left side of the deque.", |py, a| {
        receiver(py, a[0], "appendleft")?.push_front(py, a[1])?;
        Ok(NONE)
    })
    .contained(),
    def("pop", "($self, /)", "Remove and return the rightmost element.", |py, a| {
        match receiver(py, a[0], "pop")?.pop_back(py) {
            Some(value) => Ok(value),
            None => Err(py.index_error("pop from an empty deque")),
        }
    })
    .contained(),
    def("popleft", "($self, /)", "Remove and return the leftmost element.", |py, a| {
        match receiver(py, a[0], "popleft")?.pop_front(py) {
            Some(value) => Ok(value),
            None => Err(py.index_error("pop from an empty deque")),
        }
    })
    .contained(),
    def("clear", "($self, /)", "Remove all elements from the deque.", |py, a| {
        receiver(py, a[0], "clear")?.clear(py)?;
        Ok(NONE)
    })
    .contained(),
    def("copy", "($self, /)", "Return a shallow copy of a deque.", |py, a| copy_of(py, a[0])),
    def("__copy__", "($self, /)", "Return a shallow copy of a deque.", |py, a| copy_of(py, a[0])),
    def("count", "($self, value, /)", "Return number of occurrences of value.", |py, a| {
        let items = Reader::new(receiver(py, a[0], "count")?);
        let mut count = 0;
        while let Some(item) = items.next(py)? {
            count += i64::from(py.is_equal(item, a[1])?);
        }
        // The last comparison may have changed it.
        items.next(py)?;
        py.int(count)
    }),
    def(
        "extend",
        "($self, iterable, /)",
        "Extend the right side of the deque with elements from the iterable.",
        |py, a| {
            receiver(py, a[0], "extend")?.extend(py, a[1], false)?;
            Ok(NONE)
        },
    ),
    def(
        "extendleft",
        "($self, iterable, /)",
        "Extend the left side of the deque with elements from the iterable.",
        |py, a| {
            receiver(py, a[0], "extendleft")?.extend(py, a[1], true)?;
            Ok(NONE)
        },
    ),
    def(
        "index",
        "($self, value, [start, [stop]])",
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
        |py, a| {
            let own = receiver(py, a[0], "index")?;
            let start = slice_bound(py, a[2], 0, own.len())?;
            let stop = slice_bound(py, a[3], own.len(), own.len())?;
            match own.find(py, a[1], start..stop.max(start), "")? {
                Some(index) => py.int(index as i64),
                None => Err(py.value_error("deque.index(x): x not in deque")),
            }
        },
    ),
    def("insert", "($self, index, value, /)", "Insert value before index.", |py, a| {
        let own = receiver(py, a[0], "insert")?;
        let index = py.index(a[1])?;
        if own.is_full() {
            return Err(py.index_error("deque already at its maximum size"));
        }
        let length = own.len() as i64;
        let index = if index < 0 { (index + length).max(0) } else { index.min(length) } as usize;
        if index < own.len() / 2 {
            own.push_front(py, a[2])?;
            for at in 0..index {
                own.put(py, at, own.item(at + 1));
            }
        } else {
            own.push_back(py, a[2])?;
            for at in (index..own.len() - 1).rev() {
                own.put(py, at + 1, own.item(at));
            }
        }
        own.put(py, index, a[2]);
        Ok(NONE)
    }),
    def("remove", "($self, value, /)", "Remove first occurrence of value.", |py, a| {
        let own = receiver(py, a[0], "remove")?;
        match own.find(py, a[1], 0..own.len(), "deque mutated during iteration")? {
            Some(index) => {
                own.remove_at(py, index);
                Ok(NONE)
            }
            None => Err(py.value_error("deque.remove(x): x not in deque")),
        }
    }),
    def("reverse", "($self, /)", "Reverse *IN PLACE*.", |py, a| {
        let own = receiver(py, a[0], "reverse")?;
        let length = own.len();
        for at in 0..length / 2 {
            let (x, y) = (own.item(at), own.item(length - 1 - at));
            own.put(py, at, y);
            own.put(py, length - 1 - at, x);
        }
        Ok(NONE)
    }),
    def(
        "rotate",
        "($self, n=1, /)",
        "Rotate the deque n steps to the right.  If n is negative, rotates left.",
        |py, a| {
            let own = receiver(py, a[0], "rotate")?;
            let steps = if a[1] == UNSET { 1 } else { py.index(a[1])? };
            own.rotate(py, steps);
            Ok(NONE)
        },
    ),
    getter("maxlen", "maximum size of a deque or None if unbounded", |py, a| {
        match receiver(py, a[0], "maxlen")?.state.most.get() {
            -1 => Ok(NONE),
            most => py.int(most),
        }
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        py.int(receiver(py, a[0], "__len__")?.len() as i64)
    }),
    def("__bool__", "($self, /)", "True if self else False", |py, a| {
        Ok(bool_word(receiver(py, a[0], "__bool__")?.len() > 0))
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        let own = receiver(py, a[0], "__getitem__")?;
        let place = place(py, own, a[1])?;
        Ok(own.item(place))
    }),
    def("__setitem__", "($self, key, value, /)", "Set self[key] to value.", |py, a| {
        let own = receiver(py, a[0], "__setitem__")?;
        let place = place(py, own, a[1])?;
        own.put(py, place, a[2]);
        Ok(NONE)
    }),
    def("__delitem__", "($self, key, /)", "Delete self[key].", |py, a| {
        let own = receiver(py, a[0], "__delitem__")?;
        let place = place(py, own, a[1])?;
        own.remove_at(py, place);
        Ok(NONE)
    }),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        let own = receiver(py, a[0], "__contains__")?;
        Ok(bool_word(own.find(py, a[1], 0..own.len(), "")?.is_some()))
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| iterator(py, a[0], 0, false)),
    def("__reversed__", "($self, /)", "Return a reverse iterator over the deque.", |py, a| {
        iterator(py, a[0], 0, true)
    }),
    def("__add__", "($self, value, /)", "Return self+value.", |py, a| {
        receiver(py, a[0], "__add__")?;
        let Some(other) = is_deque(py, a[1]) else {
            let class = py.type_name(a[1]);
            return Err(py.type_error(format!("can only concatenate deque (not \"{class}\") to deque")));
        };
        let made = copy_of(py, a[0])?;
        receiver(py, made, "extend")?.extend(py, word(other.object), false)?;
        Ok(made)
    }),
    def("__iadd__", "($self, value, /)", "Implement self+=value.", |py, a| {
        receiver(py, a[0], "__iadd__")?.extend(py, a[1], false)?;
        Ok(a[0])
    }),
    def("__mul__", "($self, value, /)", "Return self*value.", multiply),
    def("__rmul__", "($self, value, /)", "Return value*self.", multiply),
    def("__imul__", "($self, value, /)", "Implement self*=value.", |py, a| {
        let own = receiver(py, a[0], "__imul__")?;
        let Some(times) = times(py, a[1])? else { return Ok(NOT_IMPLEMENTED) };
        repeat(py, own, times)?;
        Ok(a[0])
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = receiver(py, a[0], "__repr__")?;
        let class = py.class_name(a[0]);
        let shown = py.guard_repr(a[0], || {
            let items = py.repr_text(word(own.to_list(py)?))?;
            Ok(match own.state.most.get() {
                -1 => format!("{class}({items})"),
                most => format!("{class}({items}, maxlen={most})"),
            })
        })?;
        py.str(shown.as_deref().unwrap_or("[...]"))
    }),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let own = receiver(py, a[0], "__reduce__")?;
        let state = py.call_method(a[0], Name::GetState, &[])?;
        let items = py.iter(a[0])?;
        let args = match own.state.most.get() {
            -1 => py.vm().empty_tuple(),
            most => {
                let none = py.vm().empty_tuple();
                py.new_tuple(&[none, py.int(most)?])?
            }
        };
        py.new_tuple(&[py.type_of(a[0]).word(), args, state, items])
    }),
    def("__sizeof__", "($self, /)", "Return the size of the deque in memory, in bytes.", |py, a| {
        py.int(64 + 8 * receiver(py, a[0], "__sizeof__")?.ring().items().len() as i64)
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        generic::alias(py, a[0], a[1])
    }),
];

fn multiply(py: Py, a: &[Word]) -> Result {
    receiver(py, a[0], "__mul__")?;
    let Some(times) = times(py, a[1])? else { return Ok(NOT_IMPLEMENTED) };
    let made = copy_of(py, a[0])?;
    repeat(py, receiver(py, made, "__mul__")?, times)?;
    Ok(made)
}

// -- iterators: the object's word is the deque

struct Iterator {
    version: u64,
    /// Items given so far.
    at: Cell<usize>,
    is_reversed: bool,
    is_broken: Cell<bool>,
}

fn iterator(py: Py, deque: Word, skip: usize, is_reversed: bool) -> Result {
    let own = receiver(py, deque, "__iter__")?;
    let types = py.vm().state::<Types>();
    let class = known(if is_reversed { &types.deque_reverse_iterator } else { &types.deque_iterator });
    let state = Iterator {
        version: own.version(),
        at: Cell::new(skip.min(own.len())),
        is_reversed,
        is_broken: Cell::new(false),
    };
    let made = foreign::new(py, class, state)?;
    made.words.set(py.mutator(), made, deque);
    Ok(word(made))
}

fn construct_either(py: Py, args: Args, is_reversed: bool) -> Result {
    let [deque, index] = bind(py, "_deque_iterator", signature!("(deque, index=0, /)"), args)?;
    if is_deque(py, deque).is_none() {
        let class = py.argument_type(deque);
        return Err(
            py.type_error(format!("_deque_iterator() argument 1 must be collections.deque, not {class}"))
        );
    }
    let skip = if index == UNSET { 0 } else { py.index(index)?.max(0) as usize };
    iterator(py, deque, skip, is_reversed)
}

pub fn construct_iterator(py: Py, _class: TypeRef, args: Args) -> Result {
    construct_either(py, args, false)
}

pub fn construct_reverse_iterator(py: Py, _class: TypeRef, args: Args) -> Result {
    construct_either(py, args, true)
}

fn iterator_parts<'a>(py: Py<'a>, value: Word) -> Result<(&'a Iterator, Deque<'a>)> {
    let state = foreign::expect(py, value, "a deque iterator")?;
    let deque = foreign::object_of(value).expect("its state was found").words.get();
    Ok((state, receiver(py, deque, "__iter__")?))
}

/// Advances an iterator.
fn next(py: Py, own: Word) -> Result<Option<Word>> {
    let (state, deque) = iterator_parts(py, own)?;
    if state.is_broken.get() {
        return Ok(None);
    }
    if deque.version() != state.version {
        state.is_broken.set(true);
        return Err(py.runtime_error("deque mutated during iteration"));
    }
    let at = state.at.get();
    if at >= deque.len() {
        return Ok(None);
    }
    state.at.set(at + 1);
    Ok(Some(deque.item(if state.is_reversed { deque.len() - 1 - at } else { at })))
}

pub static ITERATOR: &[NativeDef] = &[
    def("__iter__", "($self, /)", "Implement iter(self).", |_, a| Ok(a[0])),
    def("__next__", "($self, /)", "Implement next(self).", |py, a| {
        next(py, a[0])?.ok_or_else(|| py.stop_iteration(NONE))
    })
    .advancing(next),
    def(
        "__length_hint__",
        "($self, /)",
        "Private method returning an estimate of len(list(it)).",
        |py, a| {
            let (state, deque) = iterator_parts(py, a[0])?;
            py.int(if state.is_broken.get() { 0 } else { deque.len().saturating_sub(state.at.get()) as i64 })
        },
    ),
    def("__reduce__", "($self, /)", "Return state information for pickling.", |py, a| {
        let (state, _) = iterator_parts(py, a[0])?;
        let deque = foreign::object_of(a[0]).expect("its state was found").words.get();
        let args = py.new_tuple(&[deque, py.int(state.at.get() as i64)?])?;
        py.new_tuple(&[py.type_of(a[0]).word(), args])
    }),
];

//! `_heapq`: heaps in lists, least first or (3.14) greatest first.
//!
//! A comparison may run user code, which may change the list: its length is looked at after each one, as in CPython.

use heap::Gc;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::List;
use python_model::operators::Comparison;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;

pub static MODULE: NativeModule = NativeModule {
    name: "_heapq",
    doc: "Heap queue algorithm (a.k.a. priority queue).\n",
    functions: FUNCTIONS,
    fill: |py, own| {
        let about = py.str("Heap queues: see the module heapq.")?;
        python_model::dict::set_symbol(py, own, py.intern("__about__")?, about)
    },
};

/// Which end is on top.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    LeastFirst,
    GreatestFirst,
}

impl Order {
    /// What a function is called in errors.
    fn name(self, least_first: &str) -> String {
        let suffix = if self == Order::LeastFirst { "" } else { "_max" };
        format!("{least_first}{suffix}")
    }
}

fn list_of(py: Py, value: Word, name: String) -> Result<Gc<List>> {
    match py.cast::<List>(value) {
        Some(list) => Ok(list),
        None => {
            Err(py.type_error(format!("{name}() argument 1 must be list, not {}", py.argument_type(value))))
        }
    }
}

fn put(py: Py, list: Gc<List>, at: usize, value: Word) {
    let storage = list.storage();
    storage.items()[at].set(py.mutator(), storage, value);
}

/// Whether `a` belongs above `b`. Errors: what comparing raises; `RuntimeError` if that changed the list.
fn is_above(py: Py, list: Gc<List>, length: usize, a: Word, b: Word, order: Order) -> Result<bool> {
    let (a, b) = if order == Order::LeastFirst { (a, b) } else { (b, a) };
    if let (Some(x), Some(y)) = (as_i64(a), as_i64(b)) {
        return Ok(x < y);
    }
    let result = py.holds(Comparison::Lt, a, b)?;
    if list.len() != length {
        return Err(py.runtime_error("list changed size during iteration"));
    }
    Ok(result)
}

/// Moves the item at `at` up to its place, at most to `start`.
fn sift_down(py: Py, list: Gc<List>, start: usize, mut at: usize, order: Order) -> Result<()> {
    let length = list.len();
    if at >= length {
        return Err(py.index_error("index out of range"));
    }
    while at > start {
        let parent = (at - 1) >> 1;
        let (item, above) = (list.item(at), list.item(parent));
        if !is_above(py, list, length, item, above, order)? {
            break;
        }
        // The comparison may have changed the items.
        let (item, above) = (list.item(at), list.item(parent));
        put(py, list, parent, item);
        put(py, list, at, above);
        at = parent;
    }
    Ok(())
}

/// Moves the item at `start` down to a leaf by way of its smaller children, then up to its place: fewer comparisons than
/// stopping on the way (Knuth, volume 3, exercise 5.2.3-18).
fn sift_up(py: Py, list: Gc<List>, start: usize, order: Order) -> Result<()> {
    let length = list.len();
    if start >= length {
        return Err(py.index_error("index out of range"));
    }
    let (mut at, limit) = (start, length >> 1);
    while at < limit {
        let mut child = 2 * at + 1;
        if child + 1 < length {
            let (left, right) = (list.item(child), list.item(child + 1));
            if !is_above(py, list, length, left, right, order)? {
                child += 1;
            }
        }
        let (item, below) = (list.item(at), list.item(child));
        put(py, list, at, below);
        put(py, list, child, item);
        at = child;
    }
    sift_down(py, list, start, at, order)
}

fn push(py: Py, a: &[Word], order: Order) -> Result {
    let list = list_of(py, a[0], order.name("heappush"))?;
    list_push(py, list, a[1])?;
    sift_down(py, list, 0, list.len() - 1, order)?;
    Ok(NONE)
}

fn pop(py: Py, a: &[Word], order: Order) -> Result {
    let list = list_of(py, a[0], order.name("heappop"))?;
    let Some(last) = list.len().checked_sub(1) else { return Err(py.index_error("index out of range")) };
    let item = list.item(last);
    put(py, list, last, UNSET);
    list.length.set(last as i64);
    if last == 0 {
        return Ok(item);
    }
    let top = list.item(0);
    put(py, list, 0, item);
    sift_up(py, list, 0, order)?;
    Ok(top)
}

fn replace(py: Py, a: &[Word], order: Order) -> Result {
    let list = list_of(py, a[0], order.name("heapreplace"))?;
    if list.is_empty() {
        return Err(py.index_error("index out of range"));
    }
    let top = list.item(0);
    put(py, list, 0, a[1]);
    sift_up(py, list, 0, order)?;
    Ok(top)
}

fn push_pop(py: Py, a: &[Word], order: Order) -> Result {
    let list = list_of(py, a[0], order.name("heappushpop"))?;
    if list.is_empty() {
        return Ok(a[1]);
    }
    // Nothing is held on to while this compares, so the list may change.
    let (least, greatest) =
        if order == Order::LeastFirst { (list.item(0), a[1]) } else { (a[1], list.item(0)) };
    if !py.holds(Comparison::Lt, least, greatest)? {
        return Ok(a[1]);
    }
    if list.is_empty() {
        return Err(py.index_error("index out of range"));
    }
    replace(py, a, order)
}

fn heapify(py: Py, a: &[Word], order: Order) -> Result {
    let list = list_of(py, a[0], order.name("heapify"))?;
    for at in (0..list.len() / 2).rev() {
        sift_up(py, list, at, order)?;
    }
    Ok(NONE)
}

static FUNCTIONS: &[NativeDef] = &[
    def("heappush", "(heap, item, /)", "Push item onto heap, maintaining the heap invariant.", |py, a| {
        push(py, a, Order::LeastFirst)
    }),
    def(
        "heappop",
        "(heap, /)",
        "Pop the smallest item off the heap, maintaining the heap invariant.",
        |py, a| pop(py, a, Order::LeastFirst),
    ),
    def(
        "heapreplace",
        "(heap, item, /)",
        "Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.",
        |py, a| replace(py, a, Order::LeastFirst),
    ),
    def(
        "heappushpop",
        "(heap, item, /)",
        "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().",
        |py, a| push_pop(py, a, Order::LeastFirst),
    ),
    def("heapify", "(heap, /)", "Transform list into a heap, in-place, in O(len(heap)) time.", |py, a| {
        heapify(py, a, Order::LeastFirst)
    }),
    def(
        "heappush_max",
        "(heap, item, /)",
        "Push item onto max heap, maintaining the heap invariant.",
        |py, a| push(py, a, Order::GreatestFirst),
    ),
    def("heappop_max", "(heap, /)", "Maxheap variant of heappop.", |py, a| pop(py, a, Order::GreatestFirst)),
    def("heapreplace_max", "(heap, item, /)", "Maxheap variant of heapreplace.", |py, a| {
        replace(py, a, Order::GreatestFirst)
    }),
    def("heappushpop_max", "(heap, item, /)", "Maxheap variant of heappushpop.", |py, a| {
        push_pop(py, a, Order::GreatestFirst)
    }),
    def("heapify_max", "(heap, /)", "Maxheap variant of heapify.", |py, a| {
        heapify(py, a, Order::GreatestFirst)
    }),
];

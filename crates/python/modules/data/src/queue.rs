//! `_queue`: `SimpleQueue`, an unbounded queue between threads.
//!
//! Items are a list with the place of the first one: what was taken is cut off when it is half of the list, so that taking is constant in the
//! mean. A thread that finds nothing sleeps in the queue's [`WaitQueue`].

use python_model::class::{NativeClass, native_type, new_exception};
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, bind, class_method, def};
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::wait_queue::{Deadline, WaitQueue};
use python_model::{dict, foreign, generic, signature};
use std::cell::Cell;
use std::time::Duration;

#[derive(Default)]
struct Types {
    queue: Cell<Option<TypeRef>>,
    /// The exception.
    empty: Cell<Word>,
    contents: Cell<Word>,
}

/// Words: the items.
#[derive(Default)]
struct Queue {
    first: Cell<usize>,
    waiting: WaitQueue,
}

/// Seconds that can be waited for.
const MOST_SECONDS: f64 = 9_223_372_036.0;

pub static MODULE: NativeModule = NativeModule {
    name: "_queue",
    doc: "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.",
    functions: &[],
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        crate::filled_once(py, own, &types.contents, |own| {
            let class = NativeClass {
                module: "_queue",
                name: "SimpleQueue",
                doc: "Simple, unbounded, reentrant FIFO queue.",
                base: None,
                flags: flags::HAS_WEAKREF,
                constructor: Some(|py, class, args| {
                    let [] = bind(py, "SimpleQueue", signature!("()"), args)?;
                    let native = py.vm().state::<Types>().queue.get().expect("set when the module was made");
                    let made = foreign::new_of(py, class, native, Queue::default())?;
                    let object = foreign::object_of(made).expect("made just now");
                    let items = word(py.new_list(4)?);
                    object.words.set(py.mutator(), object, items);
                    Ok(made)
                }),
                methods: METHODS,
            };
            let class = native_type(py, &class)?;
            types.queue.set(Some(class));
            dict::set_symbol(py, own, py.intern("SimpleQueue")?, class.word())?;
            let empty = new_exception(py, "_queue", "Empty", py.ty(Ty::Exception))?;
            types.empty.set(py.vm().immortal(empty));
            dict::set_symbol(py, own, py.intern("Empty")?, empty)
        })
    },
};

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Queue> {
    foreign::expect(py, value, "a SimpleQueue")
}

fn length(own: &Queue, value: Word) -> usize {
    foreign::words(value).len() - own.first.get()
}

fn put(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    list_push(py, foreign::words(a[0]), a[1])?;
    own.waiting.notify_one();
    Ok(NONE)
}

/// Takes the first item. Precondition: there is one.
fn take(py: Py, own: &Queue, value: Word) -> Word {
    let items = foreign::words(value);
    let first = own.first.get();
    let item = items.item(first);
    let storage = items.storage();
    storage.items()[first].set(py.mutator(), storage, UNSET);
    let next = first + 1;
    own.first.set(next);
    if next * 2 >= items.len() {
        let left = items.len() - next;
        for at in 0..left {
            storage.items()[at].set(py.mutator(), storage, storage.items()[next + at].get());
        }
        for at in left.max(next)..items.len() {
            storage.items()[at].set(py.mutator(), storage, UNSET);
        }
        items.length.set(left as i64);
        own.first.set(0);
    }
    item
}

fn empty(py: Py) -> metatrace_machine::Raised {
    match py.call(py.vm().state::<Types>().empty.get(), &[]) {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

fn get(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let blocks = a[1] == UNSET || py.truth(a[1])?;
    let mut deadline = None;
    if blocks && !matches!(a[2], UNSET | NONE) {
        let seconds = match V::of(py.base(a[2])) {
            V::Float(_) | V::Int(_) | V::Bool(_) | V::Big(_) => py.to_f64(a[2])?,
            _ => {
                let name = py.type_name(a[2]);
                let message = format!("'{name}' object cannot be interpreted as an integer or float");
                return Err(py.type_error(message));
            }
        };
        if seconds < 0.0 {
            return Err(py.value_error("'timeout' must be a non-negative number"));
        }
        if seconds.is_nan() {
            return Err(py.value_error("Invalid value NaN (not a number)"));
        }
        if seconds > MOST_SECONDS {
            return Err(py.overflow_error("timestamp out of range for C PyTime_t"));
        }
        deadline = Some(Deadline::after(Duration::from_secs_f64(seconds)));
    }
    if length(own, a[0]) == 0
        && (!blocks || !own.waiting.wait_until(py, deadline, || length(own, a[0]) > 0)?)
    {
        return Err(empty(py));
    }
    Ok(take(py, own, a[0]))
}

static METHODS: &[NativeDef] = &[
    def(
        "put",
        "($self, /, item, block=True, timeout=None)",
        "Put the item on the queue.\n\nThe optional 'block' and 'timeout' arguments are ignored, as this method\nnever blocks.  They are provided for compatibility with the Queue class.",
        put,
    ),
    def(
        "put_nowait",
        "($self, /, item)",
        "Put an item into the queue without blocking.\n\nThis is exactly equivalent to `put(item)` and is only provided\nfor compatibility with the Queue class.",
        put,
    ),
    def(
        "get",
        "($self, /, block=True, timeout=None)",
        "Remove and return an item from the queue.\n\nIf optional args 'block' is true and 'timeout' is None (the default),\nblock if necessary until an item is available. If 'timeout' is\na non-negative number, it blocks at most 'timeout' seconds and raises\nthe Empty exception if no item was available within that time.\nOtherwise ('block' is false), return an item if one is immediately\navailable, else raise the Empty exception ('timeout' is ignored\nin that case).",
        get,
    ),
    def(
        "get_nowait",
        "($self, /)",
        "Remove and return an item from the queue without blocking.\n\nOnly get an item if one is immediately available. Otherwise\nraise the Empty exception.",
        |py, a| get(py, &[a[0], FALSE, NONE]),
    ),
    def(
        "empty",
        "($self, /)",
        "Return True if the queue is empty, False otherwise (not reliable!).",
        |py, a| Ok(bool_word(length(receiver(py, a[0])?, a[0]) == 0)),
    ),
    def("qsize", "($self, /)", "Return the approximate size of the queue (not reliable!).", |py, a| {
        py.int(length(receiver(py, a[0])?, a[0]) as i64)
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        generic::alias(py, a[0], a[1])
    }),
];

//! `gc`: CPython's interface to a collector that works otherwise.
//!
//! There are no generations to be counted and no reference counts: thresholds are kept and given back, and 0 switches full collections
//! off as `disable()` does, while cycles keep what weak references show; `collect()` is a full collection,
//! after which the finalizers and callbacks that are due have run. What `get_objects()` calls tracked are objects that may refer to
//! others. `collect()` returns what CPython's does: how many tracked objects only cycles of garbage still kept ([`count_in_cycles`]).

use heap::{DeadStack, Gc, Layout, Object};
use metatrace_machine::WideInt;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def, raw};
use python_model::native_runs::dead_stack;
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};

/// Collections that one `collect()` makes while there is more to finalize: each finalizes the objects that no other such object refers to,
/// so this is how much of a chain one call takes.
const MOST_ROUNDS: usize = 100;

struct State {
    thresholds: Cell<[i64; 3]>,
    debug: Cell<i64>,
    /// Collections asked for, by generation.
    collections: Cell<[i64; 3]>,
    is_collecting: Cell<bool>,
    /// What `gc.enable()` and `disable()` last said.
    is_enabled: Cell<bool>,
    frozen: Cell<i64>,
    callbacks: Cell<Word>,
    /// Whether classes of these versions have only the finalizers that [`forget_finalizer`] is given.
    harmless: RefCell<FxHashMap<u32, bool>>,
}

impl Default for State {
    fn default() -> State {
        State {
            thresholds: Cell::new([2000, 10, 10]),
            debug: Cell::new(0),
            collections: Cell::new([0; 3]),
            is_collecting: Cell::new(false),
            is_enabled: Cell::new(true),
            frozen: Cell::new(0),
            callbacks: Cell::new(NONE),
            harmless: RefCell::default(),
        }
    }
}

pub static MODULE: NativeModule = NativeModule {
    name: "gc",
    doc: "This module provides access to the garbage collector for reference cycles.",
    functions: FUNCTIONS,
    fill: |py, own| {
        for (name, value) in [
            ("DEBUG_STATS", 1),
            ("DEBUG_COLLECTABLE", 2),
            ("DEBUG_UNCOLLECTABLE", 4),
            ("DEBUG_SAVEALL", 32),
            ("DEBUG_LEAK", 38),
        ] {
            dict::set_symbol(py, own, py.intern(name)?, small_int(value))?;
        }
        let callbacks = word(py.new_list(0)?);
        py.vm().state::<State>().callbacks.set(py.vm().immortal(callbacks));
        dict::set_symbol(py, own, py.intern("callbacks")?, callbacks)?;
        dict::set_symbol(py, own, py.intern("garbage")?, word(py.new_list(0)?))
    },
};

/// Objects of the runtime that are no Python values: what they refer to is referred to by who has them.
fn is_internal(object: Gc<Object>) -> bool {
    let id = object.layout_id();
    [Values::ID, Indices::ID, Variable::ID, ExceptionState::ID, TextBuffer::ID, Handling::ID].contains(&id)
}

/// Values that refer to nothing.
fn is_atomic(object: Gc<Object>) -> bool {
    let id = object.layout_id();
    [
        Str::ID,
        Bytes::ID,
        BigInt::ID,
        WideInt::ID,
        Complex::ID,
        Range::ID,
        RangeIter::ID,
        Plain::ID,
        ByteArray::ID,
        CodeRef::ID,
    ]
    .contains(&id)
}

/// The values that a value refers to, through internal objects.
fn referents(py: Py, object: Gc<Object>) -> Vec<Gc<Object>> {
    let (mut found, mut pending) = (Vec::new(), vec![object]);
    while let Some(next) = pending.pop() {
        py.mutator().for_each_reference(next, |word| {
            if let Some(object) = python_model::value::object(word) {
                if is_internal(object) { pending.push(object) } else { found.push(object) }
            }
        });
    }
    found
}

/// Lists objects that are known by address only. No collection may free them meanwhile.
fn list_of(py: Py, objects: impl Iterator<Item = Gc<Object>>) -> Result {
    let list = py.new_list(0)?;
    for object in objects {
        list_push(py, list, word(object))?;
    }
    Ok(word(list))
}

/// Full collections begin by themselves unless they are disabled or the first threshold is 0. One that is under way is ended first: it would
/// clear weak references later.
fn apply_switches(py: Py) {
    let state = py.vm().state::<State>();
    let is_on = state.is_enabled.get() && state.thresholds.get()[0] != 0;
    if !is_on && !py.mutator().heap().is_major_idle() {
        py.mutator().collect_major();
    }
    py.mutator().heap().set_major_enabled(is_on);
}

/// Runs `body` while no full collection begins.
fn without_collections<T>(py: Py, body: impl FnOnce() -> T) -> T {
    let was_enabled = py.mutator().heap().is_major_enabled();
    py.mutator().heap().set_major_enabled(false);
    let result = body();
    py.mutator().heap().set_major_enabled(was_enabled);
    result
}

fn objects(py: Py) -> Result {
    without_collections(py, || {
        let all = py.mutator().live_objects();
        list_of(py, all.into_iter().filter(|object| !is_internal(*object) && !is_atomic(*object)))
    })
}

fn referrers(py: Py, wanted: &[Word]) -> Result {
    without_collections(py, || {
        let all = py.mutator().live_objects();
        let wanted: FxHashMap<usize, ()> =
            wanted.iter().filter_map(|&value| object(value)).map(|object| (object.address(), ())).collect();
        let refers = |candidate: &Gc<Object>| {
            referents(py, *candidate).iter().any(|object| wanted.contains_key(&object.address()))
        };
        list_of(py, all.into_iter().filter(|object| !is_internal(*object) && refers(object)))
    })
}

fn notify(py: Py, phase: &str, generation: i64, collected: i64) -> Result<()> {
    let Some(callbacks) = as_object::<List>(py.vm().state::<State>().callbacks.get()) else { return Ok(()) };
    if callbacks.is_empty() {
        return Ok(());
    }
    let info = dict::new(py)?;
    for (name, value) in [("generation", generation), ("collected", collected), ("uncollectable", 0)] {
        dict::set_symbol(py, info, py.intern(name)?, small_int(value))?;
    }
    let phase = py.str(phase)?;
    let mut at = 0;
    while at < callbacks.len() {
        let callback = callbacks.item(at);
        if py.call(callback, &[phase, word(info)]).is_err() {
            let exception = py.take_raised();
            let message = "Exception ignored while calling GC callback";
            python_model::unraisable::report_of(py, exception, callback, message);
        }
        at += 1;
    }
    Ok(())
}

/// How many tracked objects among the unreachable ones are in a cycle of them, or referred to from one. The others would have been freed
/// when the last reference to them went: all that nothing refers to is taken away until each that is left has a referrer.
fn count_in_cycles(py: Py, unreachable: &[Gc<Object>]) -> usize {
    let mut referrers: FxHashMap<usize, u32> =
        unreachable.iter().map(|object| (object.address(), 0)).collect();
    for &object in unreachable {
        py.mutator().for_each_reference(object, |reference| {
            if let Some(count) = referrers.get_mut(&(reference as usize)) {
                *count += 1;
            }
        });
    }
    let is_tracked = |object: Gc<Object>| !is_internal(object) && !is_atomic(object);
    let mut left = unreachable.iter().filter(|&&object| is_tracked(object)).count();
    let mut unreferred: Vec<Gc<Object>> =
        unreachable.iter().copied().filter(|object| referrers[&object.address()] == 0).collect();
    while let Some(object) = unreferred.pop() {
        left -= usize::from(is_tracked(object));
        py.mutator().for_each_reference(object, |reference| {
            if let Some(count) = referrers.get_mut(&(reference as usize)) {
                *count -= 1;
                if *count == 0 {
                    unreferred.extend(python_model::value::object(reference));
                }
            }
        });
    }
    left
}

/// A full collection; the number of its garbage in cycles. `dead_stack`: [`heap::Mutator::collect_with_census`].
///
/// # Safety
/// As there.
unsafe fn collect_and_count(py: Py, dead_stack: &[DeadStack]) -> usize {
    let mut collected = 0;
    let mut census = |unreachable: &[Gc<Object>]| collected = count_in_cycles(py, unreachable);
    // SAFETY: the caller's promise.
    unsafe { py.mutator().collect_with_census(dead_stack, &mut census) };
    collected
}

fn collect(py: Py, generation: i64) -> Result {
    let state = py.vm().state::<State>();
    let dead_stack = dead_stack(py.thread());
    // A finalizer may ask for a collection.
    if state.is_collecting.replace(true) {
        return py.int(0);
    }
    let before = py.mutator().heap().stats().finalized_count;
    let result = notify(py, "start", generation, 0).and_then(|()| {
        python_model::frames::forget_dead_temporaries(py);
        py.context().forget_transferred();
        // SAFETY: this function holds no reference.
        let collected = unsafe { collect_and_count(py, &dead_stack) } as i64;
        (py.vm().hooks.poll)(py)?;
        // What only finalized objects referred to is free now: weak references to it are cleared at once, as CPython's are.
        let mut seen = before;
        for _ in 0..MOST_ROUNDS {
            let now = py.mutator().heap().stats().finalized_count;
            if now == seen {
                break;
            }
            seen = now;
            python_model::frames::forget_dead_temporaries(py);
            // SAFETY: as above. What was brought back for its finalizer has been counted.
            unsafe { collect_and_count(py, &dead_stack) };
            (py.vm().hooks.poll)(py)?;
        }
        notify(py, "stop", generation, collected)?;
        Ok(collected)
    });
    state.is_collecting.set(false);
    let mut collections = state.collections.get();
    collections[generation as usize] += 1;
    state.collections.set(collections);
    py.int(result?)
}

fn small(py: Py, value: Word) -> Result<i64> {
    let value = py.index(value)?;
    match i32::try_from(value) {
        Ok(_) => Ok(value),
        Err(_) => Err(py.overflow_error("Python int too large to convert to C int")),
    }
}

/// Versions of classes of which it is kept whether all their finalizers were among those given.
const MOST_VERSIONS: usize = 1000;

/// `_forget_finalizer(object, finalizers)`: the library says that these finalizers would do nothing with the object from now on. If its class
/// has no others, it may die as any other object does, young among the young. For futures that are done, of which there is one for
/// each turn of an event loop.
fn forget_finalizer(py: Py, a: &[Word]) -> Result {
    let class = py.type_of(a[0]);
    let state = py.vm().state::<State>();
    let known = state.harmless.borrow().get(&class.version()).copied();
    let is_harmless = match known {
        Some(known) => known,
        None => {
            let given = py.tuple_from_iterable(a[1])?;
            let is_given = |method: Word| given.items().iter().any(|item| item.get() == method);
            let is_harmless = class.mro.borrow().iter().all(|base| {
                let namespace = base.object().dict.get();
                let own = namespace.and_then(|own| dict::get_symbol(py, own, Name::Del));
                own.is_none_or(is_given)
            });
            let mut harmless = state.harmless.borrow_mut();
            if harmless.len() >= MOST_VERSIONS {
                harmless.clear();
            }
            harmless.insert(class.version(), is_harmless);
            is_harmless
        }
    };
    if let (true, Some(own)) = (is_harmless, as_instance(a[0])) {
        py.mutator().forget_finalizable(own);
    }
    Ok(NONE)
}

static FUNCTIONS: &[NativeDef] = &[
    def("_forget_finalizer", "(object, finalizers, /)", "", forget_finalizer),
    def("enable", "()", "Enable automatic garbage collection.", |py, _| {
        py.vm().state::<State>().is_enabled.set(true);
        apply_switches(py);
        Ok(NONE)
    }),
    def("disable", "()", "Disable automatic garbage collection.", |py, _| {
        py.vm().state::<State>().is_enabled.set(false);
        apply_switches(py);
        Ok(NONE)
    })
    .collecting(),
    def("isenabled", "()", "Returns true if automatic garbage collection is enabled.", |py, _| {
        Ok(bool_word(py.vm().state::<State>().is_enabled.get()))
    }),
    def(
        "collect",
        "(generation=2)",
        "Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be an integer specifying which generation to collect.  A ValueError\nis raised if the generation number is invalid.\n\nThe number of unreachable objects is returned.",
        |py, a| {
            let generation = if a[0] == UNSET { 2 } else { small(py, a[0])? };
            if !(0..=2).contains(&generation) {
                return Err(py.value_error("invalid generation"));
            }
            collect(py, generation)
        },
    )
    .collecting(),
    raw(
        "set_threshold",
        "(threshold0, [threshold1, [threshold2]])",
        "Set the collection thresholds (the collection frequency).\n\nSetting 'threshold0' to zero disables collection.",
        |py, args| {
            args.no_keywords(py, "gc.set_threshold")?;
            let state = py.vm().state::<State>();
            let mut thresholds = state.thresholds.get();
            if args.words.is_empty() || args.words.len() > 3 {
                return Err(py.type_error("gc.set_threshold requires 1 to 3 arguments"));
            }
            for (to, from) in thresholds.iter_mut().zip(args.words) {
                *to = small(py, *from)?;
            }
            state.thresholds.set(thresholds);
            apply_switches(py);
            Ok(NONE)
        },
    )
    .collecting(),
    def("get_threshold", "()", "Return the current collection thresholds.", |py, _| {
        let thresholds = py.vm().state::<State>().thresholds.get();
        py.new_tuple(&thresholds.map(small_int))
    }),
    def("get_count", "()", "Return a three-tuple of the current collection counts.", |py, _| {
        let stats = py.mutator().heap().stats();
        py.new_tuple(&[py.uint(stats.minor_count)?, small_int(0), small_int(0)])
    }),
    def("get_stats", "()", "Return a list of dictionaries containing per-generation statistics.", |py, _| {
        let list = py.new_list(3)?;
        for count in py.vm().state::<State>().collections.get() {
            let one = dict::new(py)?;
            for (name, value) in [("collections", count), ("collected", 0), ("uncollectable", 0)] {
                dict::set_symbol(py, one, py.intern(name)?, small_int(value))?;
            }
            list_push(py, list, word(one))?;
        }
        Ok(word(list))
    }),
    def("set_debug", "(flags, /)", "Set the garbage collection debugging flags.", |py, a| {
        py.vm().state::<State>().debug.set(small(py, a[0])?);
        Ok(NONE)
    }),
    def("get_debug", "()", "Get the garbage collection debugging flags.", |py, _| {
        py.int(py.vm().state::<State>().debug.get())
    }),
    def(
        "get_objects",
        "(generation=None)",
        "Return a list of objects tracked by the collector (excluding the list returned).",
        |py, a| {
            if a[0] != UNSET && a[0] != NONE {
                let generation = py.index(a[0])?;
                if generation >= 3 {
                    return Err(py.value_error(
                        "generation parameter must be less than the number of available generations (3)",
                    ));
                }
                if generation < 0 {
                    return Err(py.value_error("generation parameter cannot be negative"));
                }
            }
            objects(py)
        },
    ),
    raw(
        "get_referrers",
        "(*objs)",
        "Return the list of objects that directly refer to any of 'objs'.",
        |py, args| referrers(py, args.words),
    ),
    raw(
        "get_referents",
        "(*objs)",
        "Return the list of objects that are directly referred to by 'objs'.",
        |py, args| {
            let list = py.new_list(0)?;
            for object in args.words.iter().filter_map(|&value| object(value)) {
                // The object holds what is listed.
                for found in referents(py, object) {
                    list_push(py, list, word(found))?;
                }
            }
            Ok(word(list))
        },
    ),
    def(
        "is_tracked",
        "(obj, /)",
        "Returns true if the object is tracked by the garbage collector.\n\nSimple atomic objects will return false.",
        |_, a| Ok(bool_word(object(a[0]).is_some_and(|object| !is_atomic(object)))),
    ),
    def(
        "is_finalized",
        "(obj, /)",
        "Returns true if the object has been already finalized by the GC.",
        |_, _| Ok(FALSE),
    ),
    def(
        "freeze",
        "()",
        "Freeze all current tracked objects and ignore them for future collections.",
        |py, _| {
            py.mutator().freeze();
            let count = py.mutator().live_objects().len() as i64;
            py.vm().state::<State>().frozen.set(count);
            Ok(NONE)
        },
    ),
    def("unfreeze", "()", "Unfreeze all objects in the permanent generation.", |py, _| {
        py.mutator().unfreeze();
        py.vm().state::<State>().frozen.set(0);
        Ok(NONE)
    }),
    def("get_freeze_count", "()", "Return the number of objects in the permanent generation.", |py, _| {
        py.int(py.vm().state::<State>().frozen.get())
    }),
];

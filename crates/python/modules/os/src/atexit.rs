//! `atexit`: functions that run when the interpreter ends, the last registered first.

use heap::Gc;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, def, raw};
use python_model::objects::{Dict, List, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use std::cell::Cell;

/// The functions: a list of tuples of function, arguments and keywords, None where one was removed. It lives as long as the interpreter; 0 before
/// the first.
#[derive(Default)]
struct Callbacks(Cell<Word>);

fn callbacks(py: Py) -> Result<Gc<List>> {
    let own = py.vm().state::<Callbacks>();
    if own.0.get() == 0 {
        own.0.set(py.vm().immortal(word(py.new_list(0)?)));
    }
    Ok(as_object(own.0.get()).expect("a list"))
}

pub static MODULE: NativeModule = NativeModule {
    name: "atexit",
    doc: "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public \
          functions, register and unregister, are defined.\n",
    functions: FUNCTIONS,
    fill: |_, _| Ok(()),
};

static FUNCTIONS: &[NativeDef] = &[
    raw(
        "register",
        "($module, func, /, *args, **kwargs)",
        "Register a function to be executed upon normal program termination.",
        register,
    ),
    def(
        "unregister",
        "($module, func, /)",
        "Unregister an exit function which was previously registered using atexit.register",
        |py, a| {
            let list = callbacks(py)?;
            let mut index = list.len();
            while index > 0 {
                index -= 1;
                if index < list.len()
                    && let Some(entry) = as_object::<Tuple>(list.item(index))
                    && py.is_equal(entry.items()[0].get(), a[0])?
                    && index < list.len()
                {
                    remove(py, list, index);
                }
            }
            Ok(NONE)
        },
    ),
    def("_clear", "($module, /)", "Clear the list of previously registered exit functions.", |py, _| {
        callbacks(py)?.length.set(0);
        Ok(NONE)
    }),
    def("_ncallbacks", "($module, /)", "Return the number of registered exit functions.", |py, _| {
        py.int(callbacks(py)?.len() as i64)
    }),
    def("_run_exitfuncs", "($module, /)", "Run all registered exit functions.", |py, _| {
        run(py)?;
        Ok(NONE)
    }),
];

fn remove(py: Py, list: Gc<List>, index: usize) {
    let storage = list.storage();
    for at in index + 1..list.len() {
        storage.items()[at - 1].set(py.mutator(), storage, storage.items()[at].get());
    }
    list.length.set(list.length.get() - 1);
}

fn register(py: Py, args: Args) -> Result {
    let Some((&function, rest)) = args.positionals().split_first() else {
        return Err(py.type_error("register() takes at least 1 argument (0 given)"));
    };
    if !py.is_callable(function) {
        return Err(py.type_error("the first argument must be callable"));
    }
    let keywords = dict::new(py)?;
    for (name, value) in args.named() {
        dict::set(py, keywords, word(name), value)?;
    }
    let rest = py.new_tuple(rest)?;
    let entry = py.new_tuple(&[function, rest, word(keywords)])?;
    list_push(py, callbacks(py)?, entry)?;
    Ok(function)
}

/// Runs the functions, also those that they register. What they raise is reported.
pub fn run(py: Py) -> Result<()> {
    let list = callbacks(py)?;
    while !list.is_empty() {
        let entry = list.item(list.len() - 1);
        list.length.set(list.length.get() - 1);
        let Some(entry) = as_object::<Tuple>(entry) else { continue };
        let [function, args, keywords] = [0, 1, 2].map(|index| entry.items()[index].get());
        if call(py, function, args, keywords).is_err() {
            let exception = py.take_raised();
            let shown = py.repr_text(function).unwrap_or_default();
            let message = format!("Exception ignored in atexit callback {shown}");
            python_model::unraisable::report(py, exception, NONE, &message);
        }
    }
    Ok(())
}

/// `function(*args, **keywords)`
fn call(py: Py, function: Word, args: Word, keywords: Word) -> Result {
    let args: Gc<Tuple> = as_object(args).expect("made by `register`");
    let keywords: Gc<Dict> = as_object(keywords).expect("made by `register`");
    let mut words = smallvec::SmallVec::<[Word; 64]>::new();
    words.extend(args.items().iter().map(|item| item.get()));
    let names = py.new_list(0)?;
    let mut at = 0;
    while let Some((entry, name, value)) = dict::next(keywords, at) {
        at = entry + 1;
        list_push(py, names, name)?;
        words.push(value);
    }
    let names = if names.is_empty() { None } else { as_object(py.tuple_from_list(names)?) };
    py.call_args(function, Args { words: &words, keywords: names })
}

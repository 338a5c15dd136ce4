//! `localcontext()`: the context manager that sets a context and brings back the one before.

use super::{Types, context, known};
use python_model::dict;
use python_model::foreign::{self, words};
use python_model::native::{NativeDef, def, given};
use python_model::objects::{Dict, Str};
use python_model::py::{Py, Result};
use python_model::value::*;

/// Words: the context to set, the one before.
struct Local;

/// `localcontext(ctx=None, **kwargs)`
pub fn new(py: Py, a: &[Word]) -> Result {
    let outer = context::current(py)?;
    let from = match given(a[0]) {
        None => outer,
        Some(given) if context::get(py, given).is_some() => given,
        Some(_) => return Err(py.type_error("optional argument must be a context")),
    };
    let inner = context::copy(py, from)?;
    let keywords: heap::Gc<Dict> = as_object(a[1]).expect("the signature says so");
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(keywords, at) {
        at = entry + 1;
        let name = as_object::<Str>(key).expect("a keyword").to_text();
        if given(value).is_none() {
            continue;
        }
        let refuse = || py.type_error(format!("this function got an unexpected keyword argument '{name}'"));
        if matches!(name.as_str(), "traps" | "flags") {
            let status = super::signals::status_of_argument(py, value)?;
            let state = context::receiver(py, inner)?;
            if name == "traps" { state.traps.set(status) } else { state.flags.set(status) }
        } else if context::set_attribute(py, inner, &name, value)?.is_none() {
            return Err(refuse());
        }
    }
    let made = foreign::new(py, known(&py.vm().state::<Types>().local_context), Local)?;
    let list = word(py.list_of(&[inner, outer])?);
    made.words.set(py.mutator(), made, list);
    Ok(word(made))
}

pub static METHODS: &[NativeDef] = &[
    def("__enter__", "($self, /)", "", |py, a| {
        foreign::expect::<Local>(py, a[0], "a context manager")?;
        let inner = words(a[0]).item(0);
        context::set_current(py, &[inner])?;
        Ok(inner)
    }),
    def("__exit__", "($self, /, *args)", "", |py, a| {
        foreign::expect::<Local>(py, a[0], "a context manager")?;
        context::set_current(py, &[words(a[0]).item(1)])?;
        Ok(FALSE)
    }),
];

//! `_contextvars`: `Context`, `ContextVar`, `Token`.
//!
//! A context is a dict from variables to values. Copies share it until one of them sets something: CPython has a persistent map for
//! that, which pays only for contexts with hundreds of variables. The context in force belongs to the thread; which one was in force
//! before, whoever entered another one knows.

use heap::Gc;
use python_model::class::{NativeClass, native_type};
use python_model::compact::{self, Kind};
use python_model::foreign::{self, words};
use python_model::modules::NativeModule;
use python_model::native::{Args, Constructor, NativeDef, bind, class_method, def, getter, raw};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, signature};
use std::cell::Cell;

#[derive(Default)]
struct Types {
    context: Cell<Option<TypeRef>>,
    variable: Cell<Option<TypeRef>>,
    token: Cell<Option<TypeRef>>,
    /// `Token.MISSING`
    missing: Cell<Word>,
}

/// A context: a [`Compact`] whose word is the dict of its values. Each task and each callback of an event loop has one, so they are small.
struct Context(Gc<Compact>);

impl Context {
    /// Whether it is in force on some thread.
    fn is_entered(&self) -> &Cell<i64> {
        &self.0.first
    }
    /// Whether another context has the same dict.
    fn is_shared(&self) -> &Cell<i64> {
        &self.0.second
    }
    fn values(&self) -> Gc<Dict> {
        as_object(self.0.word.get()).expect("a dict since it was made")
    }
}

/// Words: name, default or UNSET.
struct Variable;

/// Words: context, variable, old value or UNSET.
struct Token {
    is_used: Cell<bool>,
}

struct Missing;

pub static MODULE: NativeModule = NativeModule {
    name: "_contextvars",
    doc: "Context Variables",
    functions: &[def("copy_context", "()", "", |py, _| copy(py, current(py)?))],
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        let made = |name, flags, constructor: Option<Constructor>, methods| {
            let class = NativeClass {
                module: "_contextvars",
                name,
                doc: "",
                base: None,
                flags,
                constructor,
                methods,
            };
            native_type(py, &class)
        };
        let context =
            made("Context", flags::FINAL | flags::HAS_WEAKREF | flags::MAPPING, Some(new_context), CONTEXT)?;
        let variable = made("ContextVar", flags::FINAL, Some(new_variable), VARIABLE)?;
        let token = made("Token", flags::FINAL, Some(no_token), TOKEN)?;
        let missing = made("_token_missing", flags::FINAL | flags::NO_CONSTRUCTOR, None, MISSING)?;
        let missing = word(foreign::new(py, missing, Missing)?);
        types.missing.set(py.vm().immortal(missing));
        let namespace = token.object().dict.get().expect("a type has a namespace");
        dict::set_symbol(py, namespace, py.intern("MISSING")?, missing)?;
        types.context.set(Some(context));
        types.variable.set(Some(variable));
        types.token.set(Some(token));
        for class in [context, variable, token] {
            let name = py.intern(&class.name.borrow())?;
            dict::set_symbol(py, own, name, class.word())?;
        }
        Ok(())
    },
};

fn known(class: &Cell<Option<TypeRef>>) -> TypeRef {
    class.get().expect("set when the module was made")
}

fn make<T: 'static>(py: Py, class: TypeRef, state: T, given: &[Word]) -> Result {
    let made = foreign::new(py, class, state)?;
    let list = word(py.list_of(given)?);
    made.words.set(py.mutator(), made, list);
    Ok(word(made))
}

// -- contexts

fn empty(py: Py) -> Result {
    let values = word(dict::new(py)?);
    compact::new(py, known(&py.vm().state::<Types>().context), Kind::Context, [0; 3], values)
}

fn new_context(py: Py, _class: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() {
        return Err(py.type_error("Context() does not accept any arguments"));
    }
    empty(py)
}

/// The context in force on this thread; an empty one is entered if there is none.
fn current(py: Py) -> Result {
    let slot = &py.thread().context;
    if slot.get() == NONE {
        let made = empty(py)?;
        state(py, made)?.is_entered().set(1);
        slot.set(made);
    }
    Ok(slot.get())
}

fn state(py: Py, value: Word) -> Result<Context> {
    match compact::get(value, Kind::Context) {
        Some(own) => Ok(Context(own)),
        None => Err(foreign::unexpected(py, value, "an instance of Context")),
    }
}

fn values(value: Word) -> Gc<Dict> {
    Context(compact::get(value, Kind::Context).expect("the caller found its state")).values()
}

fn copy(py: Py, context: Word) -> Result {
    let own = state(py, context)?;
    own.is_shared().set(1);
    compact::new(py, known(&py.vm().state::<Types>().context), Kind::Context, [0, 1, 0], word(own.values()))
}

/// The dict of a context, to be changed.
fn own_values(py: Py, context: Word) -> Result<Gc<Dict>> {
    let own = state(py, context)?;
    if own.is_shared().get() != 0 {
        let copied = dict::copy(py, own.values())?;
        own.0.word.set(py.mutator(), own.0, word(copied));
        own.is_shared().set(0);
    }
    Ok(own.values())
}

/// Variables are found by identity: nothing is called.
fn find(py: Py, context: Word, variable: Word) -> Result<Option<Word>> {
    dict::get_hashed(py, values(context), variable, py.hash_identity(variable))
}

fn key(py: Py, value: Word) -> Result {
    if foreign::get::<Variable>(py, value).is_none() {
        let shown = py.repr_text(value)?;
        return Err(py.type_error(format!("a ContextVar key was expected, got {shown}")));
    }
    Ok(value)
}

fn run(py: Py, args: Args) -> Result {
    let context = args.words[0];
    let own = state(py, context)?;
    let Some(&callable) = args.positionals().get(1) else {
        return Err(py.type_error("run() missing 1 required positional argument"));
    };
    if own.is_entered().get() != 0 {
        let shown = py.repr_text(context)?;
        return Err(py.runtime_error(format!("cannot enter context: {shown} is already entered")));
    }
    own.is_entered().set(1);
    let left = py.thread().context.replace(context);
    let result = py.call_args(callable, Args { words: &args.words[2..], keywords: args.keywords });
    // Both were kept in place by the stack.
    py.thread().context.set(left);
    own.is_entered().set(0);
    result
}

fn equal(py: Py, a: &[Word]) -> Result<Option<bool>> {
    state(py, a[0])?;
    if compact::get(a[1], Kind::Context).is_none() {
        return Ok(None);
    }
    py.is_equal(word(values(a[0])), word(values(a[1]))).map(Some)
}

static CONTEXT: &[NativeDef] = &[
    raw("run", "($self, callable, /, *args, **kwargs)", "", run),
    def("copy", "($self, /)", "Return a shallow copy of the context object.", |py, a| copy(py, a[0])),
    def(
        "get",
        "($self, key, default=None, /)",
        "Return the value for `key` if `key` has the value in the context object.\n\nIf `key` does not exist, return `default`. If `default` is not given, return None.",
        |py, a| {
            state(py, a[0])?;
            let default = if a[2] == UNSET { NONE } else { a[2] };
            Ok(find(py, a[0], key(py, a[1])?)?.unwrap_or(default))
        },
    ),
    def("keys", "($self, /)", "Return a list of all variables in the context object.", |py, a| {
        state(py, a[0])?;
        view(py, a[0], "keys")
    }),
    def("values", "($self, /)", "Return a list of all variables' values in the context object.", |py, a| {
        state(py, a[0])?;
        view(py, a[0], "values")
    }),
    def(
        "items",
        "($self, /)",
        "Return all variables and their values in the context object.\n\nThe result is returned as a list of 2-tuples (variable, value).",
        |py, a| {
            state(py, a[0])?;
            view(py, a[0], "items")
        },
    ),
    def("__getitem__", "($self, key, /)", "Return self[key].", |py, a| {
        state(py, a[0])?;
        match find(py, a[0], key(py, a[1])?)? {
            Some(value) => Ok(value),
            None => Err(py.key_error(a[1])),
        }
    }),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        state(py, a[0])?;
        Ok(bool_word(find(py, a[0], key(py, a[1])?)?.is_some()))
    }),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        state(py, a[0])?;
        // Later settings go into another dict.
        state(py, a[0])?.is_shared().set(1);
        py.iter(word(values(a[0])))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        state(py, a[0])?;
        py.int(dict::len(values(a[0])) as i64)
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        Ok(equal(py, a)?.map_or(NOT_IMPLEMENTED, bool_word))
    }),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| {
        Ok(equal(py, a)?.map_or(NOT_IMPLEMENTED, |same| bool_word(!same)))
    }),
];

/// What `keys`, `values` or `items` of the dict gives, of the values as they are now.
fn view(py: Py, context: Word, method: &str) -> Result {
    state(py, context)?.is_shared().set(1);
    py.call_method(word(values(context)), py.intern(method)?, &[])
}

// -- variables

fn new_variable(py: Py, class: TypeRef, args: Args) -> Result {
    let [name, default] = bind(py, "ContextVar", signature!("(name, /, *, default=None)"), args)?;
    if py.as_str(name).is_none() {
        return Err(py.type_error("context variable name must be a str"));
    }
    make(py, class, Variable, &[name, default])
}

fn variable(py: Py, value: Word) -> Result<()> {
    foreign::expect::<Variable>(py, value, "an instance of ContextVar").map(|_| ())
}

/// A context variable of a runtime module, which keeps it.
pub fn new_for(py: Py, name: &str) -> Result {
    py.import("_contextvars")?;
    let class = known(&py.vm().state::<Types>().variable);
    let variable = make(py, class, Variable, &[py.str(name)?, UNSET])?;
    Ok(py.vm().immortal(variable))
}

/// The value of such a variable in the context in force, if it has one.
#[inline]
pub fn value_of(py: Py, variable: Word) -> Result<Option<Word>> {
    match py.thread().context.get() {
        NONE => Ok(None),
        context => find(py, context, variable),
    }
}

/// `variable.set(value)` without a token, for such a variable.
pub fn set_value(py: Py, variable: Word, value: Word) -> Result<()> {
    set(py, variable, value)
}

/// `variable.set(value)`, or deletes it if the value is UNSET.
fn set(py: Py, own: Word, value: Word) -> Result<()> {
    let context = current(py)?;
    let table = own_values(py, context)?;
    if value != UNSET {
        return dict::set_hashed(py, table, own, py.hash_identity(own), value);
    }
    if let Some((entry, _)) = dict::find(py, table, own, py.hash_identity(own))? {
        dict::remove_at(py, table, entry);
    }
    Ok(())
}

fn reset(py: Py, own: Word, token: Word) -> Result {
    let Some(state) = foreign::get::<Token>(py, token) else {
        let shown = py.repr_text(token)?;
        return Err(py.type_error(format!("expected an instance of Token, got {shown}")));
    };
    if state.is_used.get() {
        let shown = py.repr_text(token)?;
        return Err(py.runtime_error(format!("{shown} has already been used once")));
    }
    let given = words(token);
    if given.item(1) != own {
        let shown = py.repr_text(token)?;
        return Err(py.value_error(format!("{shown} was created by a different ContextVar")));
    }
    if given.item(0) != current(py)? {
        let shown = py.repr_text(token)?;
        return Err(py.value_error(format!("{shown} was created in a different Context")));
    }
    state.is_used.set(true);
    set(py, own, given.item(2))?;
    Ok(NONE)
}

fn address(value: Word) -> usize {
    object(value).map_or(0, heap::identity)
}

static VARIABLE: &[NativeDef] = &[
    def(
        "get",
        "($self, default=<unrepresentable>, /)",
        "Return a value for the context variable for the current context.\n\nIf there is no value for the variable in the current context, the method will:\n * return the value of the default argument of the method, if provided; or\n * return the default value for the context variable, if it was created\n   with one; or\n * raise a LookupError.",
        |py, a| {
            variable(py, a[0])?;
            let context = py.thread().context.get();
            if context != NONE
                && let Some(value) = find(py, context, a[0])?
            {
                return Ok(value);
            }
            if a[1] != UNSET {
                return Ok(a[1]);
            }
            match words(a[0]).item(1) {
                UNSET => Err(py.raise_with(Ty::LookupError, &[a[0]])),
                default => Ok(default),
            }
        },
    ),
    def(
        "set",
        "($self, value, /)",
        "Call to set a new value for the context variable in the current context.\n\nThe required *value* argument is the new value for the context variable.\n\nReturns a Token object that can be used to restore the variable to its previous\nvalue via the `ContextVar.reset()` method.",
        |py, a| {
            variable(py, a[0])?;
            let context = current(py)?;
            let old = find(py, context, a[0])?.unwrap_or(UNSET);
            let class = known(&py.vm().state::<Types>().token);
            let token = make(py, class, Token { is_used: Cell::new(false) }, &[context, a[0], old])?;
            set(py, a[0], a[1])?;
            Ok(token)
        },
    ),
    def(
        "reset",
        "($self, token, /)",
        "Reset the context variable.\n\nThe variable is reset to the value it had before the `ContextVar.set()` that\ncreated the token was used.",
        |py, a| {
            variable(py, a[0])?;
            reset(py, a[0], a[1])
        },
    ),
    getter("name", "", |py, a| {
        variable(py, a[0])?;
        Ok(words(a[0]).item(0))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| py.int(py.hash_identity(a[0]))),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        variable(py, a[0])?;
        let name = py.repr_text(words(a[0]).item(0))?;
        let default = match words(a[0]).item(1) {
            UNSET => String::new(),
            default => {
                let shown = py.guard_repr(a[0], || py.repr_text(default))?;
                format!(" default={}", shown.as_deref().unwrap_or("..."))
            }
        };
        py.str(&format!("<ContextVar name={name}{default} at {:#x}>", address(a[0])))
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

// -- tokens

fn no_token(py: Py, _class: TypeRef, _args: Args) -> Result {
    Err(py.runtime_error("Tokens can only be created by ContextVars"))
}

fn token<'a>(py: Py<'a>, value: Word) -> Result<&'a Token> {
    foreign::expect(py, value, "an instance of Token")
}

static TOKEN: &[NativeDef] = &[
    getter("var", "", |py, a| {
        token(py, a[0])?;
        Ok(words(a[0]).item(1))
    }),
    getter("old_value", "", |py, a| {
        token(py, a[0])?;
        Ok(match words(a[0]).item(2) {
            UNSET => py.vm().state::<Types>().missing.get(),
            old => old,
        })
    }),
    def("__enter__", "($self, /)", "Enter into Token context manager.", |py, a| {
        token(py, a[0])?;
        Ok(a[0])
    }),
    def(
        "__exit__",
        "($self, type, value, traceback, /)",
        "Exit from Token context manager, restore the linked ContextVar.",
        |py, a| {
            token(py, a[0])?;
            reset(py, words(a[0]).item(1), a[0])
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let used = if token(py, a[0])?.is_used.get() { " used" } else { "" };
        let variable = py.repr_text(words(a[0]).item(1))?;
        py.str(&format!("<Token{used} var={variable} at {:#x}>", address(a[0])))
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

static MISSING: &[NativeDef] =
    &[def("__repr__", "($self, /)", "Return repr(self).", |py, _| py.str("<Token.MISSING>"))];

//! Exceptions: `BaseException` and what its subclasses keep.
//!
//! The common state is the payload of the instance; attributes of one class (`OSError.errno`, `StopIteration.value`) are members under private
//! symbols, None until set.

use python_model::class::add_private_member;
use python_model::dict;
use python_model::exceptions::{self, state};
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, getter, raw, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        let own = receiver(py, args.words[0])?;
        let class = py.type_of(args.words[0]);
        args.no_keywords(py, &class.name.borrow())?;
        let tuple = py.new_tuple(&args.words[1..])?;
        own.args.set(py.mutator(), own, tuple);
        Ok(NONE)
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = receiver(py, a[0])?;
        let args: heap::Gc<Tuple> = as_object(own.args.get()).expect("a tuple");
        let name = py.type_name(a[0]);
        let inner = match args.items() {
            [one] => format!("({})", py.repr_text(one.get())?),
            _ => py.repr_text(own.args.get())?,
        };
        py.str(&format!("{name}{inner}"))
    }),
    def("__str__", "($self, /)", "Return str(self).", base_str),
    def("with_traceback", "($self, object, /)", "Set self.__traceback__ to tb and return self.", |py, a| {
        set_traceback(py, a[0], a[1])?;
        Ok(a[0])
    }),
    def("add_note", "($self, object, /)", "Add a note to the exception", |py, a| {
        if py.as_str(a[1]).is_none() {
            return Err(
                py.type_error(format!("add_note() argument must be str, not {}", py.argument_type(a[1])))
            );
        }
        let notes = match py.get_attr_opt(a[0], Name::Notes)? {
            Some(notes) => notes,
            None => {
                let list = word(py.new_list(1)?);
                py.set_attr(a[0], Name::Notes, list)?;
                list
            }
        };
        match py.cast::<List>(notes) {
            Some(list) => python_model::py::list_push(py, list, a[1])?,
            None => return Err(py.type_error("Cannot add note: __notes__ is not a list")),
        }
        Ok(NONE)
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let args = receiver(py, a[0])?.args.get();
        reduce_with(py, a[0], args)
    }),
    def("__setstate__", "($self, object, /)", "Helper for pickle.", |py, a| {
        if a[1] == NONE {
            return Ok(NONE);
        }
        let Some(state) = py.cast::<Dict>(a[1]) else {
            return Err(py.type_error("state is not a dictionary"));
        };
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(state, at) {
            at = entry + 1;
            let name = crate::object::attribute_name(py, key)?;
            py.set_attr(a[0], name, value)?;
        }
        Ok(NONE)
    }),
    getter("args", "", |py, a| Ok(receiver(py, a[0])?.args.get())),
    setter("args", |py, a| {
        let own = receiver(py, a[0])?;
        if a[1] == UNSET {
            return Err(py.type_error("args may not be deleted"));
        }
        let tuple = word(py.tuple_from_iterable(a[1])?);
        own.args.set(py.mutator(), own, tuple);
        Ok(NONE)
    }),
    getter("__traceback__", "", |py, a| Ok(receiver(py, a[0])?.traceback.get())),
    setter("__traceback__", |py, a| {
        if a[1] == UNSET {
            return Err(py.type_error("__traceback__ may not be deleted"));
        }
        set_traceback(py, a[0], a[1])?;
        Ok(NONE)
    }),
    getter("__cause__", "exception cause", |py, a| Ok(receiver(py, a[0])?.cause.get())),
    setter("__cause__", |py, a| {
        let own = receiver(py, a[0])?;
        check_related(py, a[1], "__cause__", "exception cause")?;
        own.cause.set(py.mutator(), own, a[1]);
        own.suppress_context.init(TRUE);
        Ok(NONE)
    }),
    getter("__context__", "exception context", |py, a| Ok(receiver(py, a[0])?.context.get())),
    setter("__context__", |py, a| {
        let own = receiver(py, a[0])?;
        check_related(py, a[1], "__context__", "exception context")?;
        own.context.set(py.mutator(), own, a[1]);
        Ok(NONE)
    }),
    getter("__suppress_context__", "", |py, a| Ok(receiver(py, a[0])?.suppress_context.get())),
    setter("__suppress_context__", |py, a| {
        if a[1] == UNSET {
            return Err(py.type_error("can't delete numeric/char attribute"));
        }
        if !matches!(a[1], TRUE | FALSE) {
            return Err(py.type_error("attribute value type must be bool"));
        }
        receiver(py, a[0])?.suppress_context.init(a[1]);
        Ok(NONE)
    }),
];

/// `BaseException.__str__`
pub(crate) fn base_str(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let args: heap::Gc<Tuple> = as_object(own.args.get()).expect("a tuple");
    match args.items() {
        [] => py.str(""),
        [one] => Ok(word(py.to_str(one.get())?)),
        _ => Ok(word(py.to_str(own.args.get())?)),
    }
}

/// What `__reduce__` returns: class, arguments, and the attributes if there are any.
pub(crate) fn reduce_with(py: Py, exception: Word, args: Word) -> Result {
    let class = py.type_of(exception).word();
    let attributes = match as_instance(exception) {
        Some(instance) => python_model::instance::attributes(py, instance)?,
        None => dict::new(py)?,
    };
    if dict::len(attributes) == 0 {
        return py.new_tuple(&[class, args]);
    }
    py.new_tuple(&[class, args, word(attributes)])
}

fn check_related(py: Py, value: Word, name: &str, what: &str) -> Result<()> {
    if value == UNSET {
        return Err(py.type_error(format!("{name} may not be deleted")));
    }
    if value != NONE && !exceptions::is_exception(py, value) {
        return Err(py.type_error(format!("{what} must be None or derive from BaseException")));
    }
    Ok(())
}

fn set_traceback(py: Py, exception: Word, traceback: Word) -> Result<()> {
    let own = receiver(py, exception)?;
    if traceback != NONE && as_object::<Traceback>(traceback).is_none() {
        return Err(py.type_error("__traceback__ must be a traceback or None"));
    }
    own.traceback.set(py.mutator(), own, traceback);
    Ok(())
}

/// The state of the exception in a receiver.
pub(crate) fn receiver(py: Py, value: Word) -> Result<heap::Gc<ExceptionState>> {
    match state(value) {
        Some(state) => Ok(state),
        None => Err(py.type_error(format!(
            "descriptor requires a 'BaseException' object but received a '{}'",
            py.type_name(value)
        ))),
    }
}

static KEY_ERROR_METHODS: &[NativeDef] = &[def("__str__", "($self, /)", "Return str(self).", |py, a| {
    let args: heap::Gc<Tuple> = as_object(receiver(py, a[0])?.args.get()).expect("a tuple");
    match args.items() {
        [] => py.str(""),
        [one] => Ok(word(py.repr(one.get())?)),
        _ => Ok(word(py.to_str(word(args))?)),
    }
})];

/// Sets `args`, then gives each positional argument to a member.
fn init_with(py: Py, args: Args, class: &str, members: &[&str]) -> Result<()> {
    let own = receiver(py, args.words[0])?;
    let positional = &args.positionals()[1..];
    let tuple = py.new_tuple(positional)?;
    own.args.set(py.mutator(), own, tuple);
    for (member, value) in members.iter().zip(positional) {
        py.set_private(args.words[0], class, member, *value);
    }
    Ok(())
}

static STOP_ITERATION_METHODS: &[NativeDef] =
    &[raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        args.no_keywords(py, "StopIteration")?;
        init_with(py, args, "StopIteration", &["value"])?;
        Ok(NONE)
    })];
static SYSTEM_EXIT_METHODS: &[NativeDef] =
    &[raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        args.no_keywords(py, "SystemExit")?;
        init_with(py, args, "SystemExit", &[])?;
        let code = match args.words {
            [_] => NONE,
            [_, one] => *one,
            _ => receiver(py, args.words[0])?.args.get(),
        };
        py.set_private(args.words[0], "SystemExit", "code", code);
        Ok(NONE)
    })];

/// `__init__` that takes some keywords as members.
fn init_keywords(py: Py, args: Args, class: &str, keywords: &[&str]) -> Result {
    init_with(py, args, class, &[])?;
    for (name, value) in args.named() {
        let text = name.to_text();
        if !keywords.contains(&text.as_str()) {
            return Err(py.type_error(format!("{class}() got an unexpected keyword argument '{text}'")));
        }
        py.set_private(args.words[0], class, &text, value);
    }
    Ok(NONE)
}

static NAME_ERROR_METHODS: &[NativeDef] =
    &[raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        init_keywords(py, args, "NameError", &["name"])
    })];
static ATTRIBUTE_ERROR_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        init_keywords(py, args, "AttributeError", &["name", "obj"])
    }),
    // The object is left out: it may be one that cannot be pickled.
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        reduce_members(py, a[0], "AttributeError", &["name"], true)
    }),
];
/// The message, and what keywords give.
const IMPORT_ERROR_MEMBERS: &[&str] = &["msg", "name", "path", "name_from"];

/// Class, arguments and attributes, with those members that are set.
fn reduce_members(py: Py, exception: Word, class: &str, members: &[&str], with_args: bool) -> Result {
    let args = receiver(py, exception)?.args.get();
    let attributes = match as_instance(exception) {
        Some(instance) => python_model::instance::attributes(py, instance)?,
        None => dict::new(py)?,
    };
    for name in members {
        if let Some(value) = py.get_private(exception, class, name).filter(|value| *value != NONE) {
            dict::set_symbol(py, attributes, py.intern(name)?, value)?;
        }
    }
    if with_args {
        dict::set_symbol(py, attributes, py.intern("args")?, args)?;
    }
    let of = py.type_of(exception).word();
    if dict::len(attributes) == 0 {
        return py.new_tuple(&[of, args]);
    }
    py.new_tuple(&[of, args, word(attributes)])
}

static IMPORT_ERROR_METHODS: &[NativeDef] = &[
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        reduce_members(py, a[0], "ImportError", &["name", "path", "name_from"], false)
    }),
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", |py, args| {
        for member in IMPORT_ERROR_MEMBERS {
            py.set_private(args.words[0], "ImportError", member, NONE);
        }
        init_keywords(py, args, "ImportError", &IMPORT_ERROR_MEMBERS[1..])?;
        if let [_, message] = args.positionals() {
            py.set_private(args.words[0], "ImportError", "msg", *message);
        }
        Ok(NONE)
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| {
        if let Some(message) = py.get_private(a[0], "ImportError", "msg")
            && py.as_str(message).is_some()
        {
            return Ok(message);
        }
        let base = py.ty(Ty::BaseException).lookup(py, Name::Str).expect("BaseException has it");
        py.call(base, &[a[0]])
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::BaseException,
        doc: "Common base class for all exceptions",
        constructor: Some(construct),
        methods: METHODS,
    },
    NativeType {
        ty: Ty::KeyError,
        doc: "Mapping key not found.",
        constructor: None,
        methods: KEY_ERROR_METHODS,
    },
    NativeType {
        ty: Ty::StopIteration,
        doc: "Signal the end from iterator.__next__().",
        constructor: None,
        methods: STOP_ITERATION_METHODS,
    },
    NativeType {
        ty: Ty::SystemExit,
        doc: "Request to exit from the interpreter.",
        constructor: None,
        methods: SYSTEM_EXIT_METHODS,
    },
    NativeType {
        ty: Ty::NameError,
        doc: "Name not found globally.",
        constructor: None,
        methods: NAME_ERROR_METHODS,
    },
    NativeType {
        ty: Ty::AttributeError,
        doc: "Attribute not found.",
        constructor: None,
        methods: ATTRIBUTE_ERROR_METHODS,
    },
    NativeType {
        ty: Ty::ImportError,
        doc: "Import can't find module, or can't find name in module.",
        constructor: None,
        methods: IMPORT_ERROR_METHODS,
    },
];

/// Adds the members that exceptions keep. Called after the types were made.
pub fn add_members(py: Py) -> Result<()> {
    for (ty, names) in [
        (Ty::StopIteration, &["value"][..]),
        (Ty::SystemExit, &["code"]),
        (Ty::NameError, &["name"]),
        (Ty::AttributeError, &["name", "obj"]),
        (Ty::ImportError, &["name", "path", "name_from", "msg"]),
        (Ty::OSError, crate::os_error::MEMBERS),
        (Ty::SyntaxError, crate::syntax_error::MEMBERS),
        (Ty::UnicodeError, crate::unicode_error::MEMBERS),
    ] {
        for name in names {
            add_private_member(py, py.ty(ty), name)?;
        }
        py.ty(ty).changed(py);
    }
    crate::exception_group::make(py)
}

/// `BaseException.__new__`: keeps the positional arguments; `__init__` sets the rest.
fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let tuple = py.new_tuple(args.positionals())?;
    exceptions::new(py, class, tuple)
}

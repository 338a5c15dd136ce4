//! Modules.

use heap::{Gc, Header, Slot, WordSlot};
use python_model::dict;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, getter, member, raw, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

fn namespace(py: Py, value: Word, method: &str) -> Result<Gc<Dict>> {
    let module: Gc<Module> = py.expect(value, Ty::Module, method)?;
    Ok(module.dict.get().expect("a module has a namespace"))
}

fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let dict = dict::new_namespace(py)?;
    let slots = Module { header: Header::EMPTY, dict: Slot::new(Some(dict)), class: WordSlot::new(UNSET) };
    let module = word(py.alloc(slots)?);
    if class.is(py.ty(Ty::Module)) { Ok(module) } else { python_model::instance::new(py, class, module) }
}

fn init(py: Py, args: Args) -> Result {
    let rest = Args { words: &args.words[1..], keywords: args.keywords };
    let a = python_model::native::bind::<2>(py, "module", signature!("(name, doc=None)"), rest)?;
    if py.as_str(a[0]).is_none() {
        return Err(
            py.type_error(format!("module() argument 'name' must be str, not {}", py.argument_type(a[0])))
        );
    }
    let own = namespace(py, args.words[0], "__init__")?;
    dict::set_symbol(py, own, Name::NameAttr, a[0])?;
    dict::set_symbol(py, own, Name::Doc, if a[1] == UNSET { NONE } else { a[1] })?;
    for name in [Name::Package, Name::Loader, Name::Spec] {
        dict::set_symbol(py, own, name, NONE)?;
    }
    Ok(NONE)
}

/// What `importlib._bootstrap._module_repr` shows.
fn repr(py: Py, a: &[Word]) -> Result {
    let own = namespace(py, a[0], "__repr__")?;
    let attribute = |name: Name| dict::get_symbol(py, own, name).filter(|value| *value != NONE);
    if let Some(spec) = attribute(Name::Spec) {
        let get = |name: &str| -> Result<Option<Word>> {
            Ok(py.get_attr_opt(spec, py.intern(name)?)?.filter(|value| *value != NONE))
        };
        let name = match get("name")? {
            Some(name) => py.repr_text(name)?,
            None => "'?'".into(),
        };
        let has_location = match get("has_location")? {
            Some(flag) => py.truth(flag)?,
            None => false,
        };
        return match (get("origin")?, get("loader")?) {
            (Some(origin), _) if has_location => {
                let origin = py.repr_text(origin)?;
                py.str(&format!("<module {name} from {origin}>"))
            }
            (Some(origin), _) => {
                let origin = py.to_text(origin)?;
                py.str(&format!("<module {name} ({origin})>"))
            }
            (None, None) => py.str(&format!("<module {name}>")),
            (None, Some(loader)) => {
                let loader = py.repr_text(loader)?;
                py.str(&format!("<module {name} ({loader})>"))
            }
        };
    }
    let name = match attribute(Name::NameAttr) {
        Some(name) => py.repr_text(name)?,
        None => "'?'".into(),
    };
    if let Some(file) = attribute(Name::FileAttr) {
        let file = py.repr_text(file)?;
        return py.str(&format!("<module {name} from {file}>"));
    }
    match attribute(Name::Loader) {
        Some(loader) => {
            let loader = py.repr_text(loader)?;
            py.str(&format!("<module {name} ({loader})>"))
        }
        None => py.str(&format!("<module {name}>")),
    }
}

fn dir(py: Py, a: &[Word]) -> Result {
    let own = namespace(py, a[0], "__dir__")?;
    if let Some(function) = dict::get_symbol(py, own, Name::Dir) {
        return py.call(function, &[]);
    }
    Ok(word(py.list_from_iterable(word(own))?))
}

/// `module.__annotations__`: what `__annotate__` computes, kept in the namespace.
fn annotations(py: Py, a: &[Word]) -> Result {
    let own = namespace(py, a[0], "__annotations__")?;
    if let Some(kept) = dict::get_symbol(py, own, Name::Annotations) {
        return Ok(kept);
    }
    let annotate = dict::get_symbol(py, own, Name::Annotate).unwrap_or(NONE);
    let made = if annotate == NONE {
        word(dict::new(py)?)
    } else {
        let format = py.int(1)?;
        let made = py.call(annotate, &[format])?;
        if py.cast::<Dict>(made).is_none() {
            return Err(
                py.type_error(format!("__annotate__ returned non-dict of type '{}'", py.type_name(made)))
            );
        }
        made
    };
    dict::set_symbol(py, own, Name::Annotations, made)?;
    Ok(made)
}

fn set_annotations(py: Py, a: &[Word]) -> Result {
    let own = namespace(py, a[0], "__annotations__")?;
    if a[1] != UNSET {
        dict::set_symbol(py, own, Name::Annotations, a[1])?;
    } else if !dict::remove_symbol(py, own, Name::Annotations) {
        return Err(py.raise_text(Ty::AttributeError, "__annotations__"));
    }
    dict::remove_symbol(py, own, Name::Annotate);
    Ok(NONE)
}

static METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, name, doc=None)", "Initialize self.", init),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__dir__", "($self, /)", "", dir),
    member("__dict__", "", |py, a| Ok(word(namespace(py, a[0], "__dict__")?))),
    getter("__annotations__", "", annotations),
    setter("__annotations__", set_annotations),
    getter("__annotate__", "", |py, a| {
        let own = namespace(py, a[0], "__annotate__")?;
        Ok(dict::get_symbol(py, own, Name::Annotate).unwrap_or(NONE))
    }),
    setter("__annotate__", |py, a| {
        if a[1] == UNSET {
            return Err(py.type_error("cannot delete __annotate__ attribute"));
        }
        if a[1] != NONE && !py.is_callable(a[1]) {
            return Err(py.type_error("__annotate__ must be callable or None"));
        }
        let own = namespace(py, a[0], "__annotate__")?;
        dict::set_symbol(py, own, Name::Annotate, a[1])?;
        if a[1] != NONE {
            dict::remove_symbol(py, own, Name::Annotations);
        }
        Ok(NONE)
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::Module,
    doc: "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
    constructor: Some(construct),
    methods: METHODS,
}];

//! The modules that name types of this crate: `_weakref` and `_typing`.
//!
//! Limits: `getweakrefs` shows the plain reference in an instance of a subclass of `ref`, not the instance.

use crate::{type_parameter, weakref};
use heap::Gc;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

pub static MODULES: &[&NativeModule] = &[&WEAKREF, &TYPING];

static WEAKREF: NativeModule = NativeModule {
    name: "_weakref",
    doc: "Weak-reference support module.",
    functions: WEAKREF_FUNCTIONS,
    fill: |py, dict| {
        add_types(
            py,
            dict,
            &[
                ("ref", Ty::WeakRef),
                ("ReferenceType", Ty::WeakRef),
                ("ProxyType", Ty::WeakProxy),
                ("CallableProxyType", Ty::WeakCallableProxy),
            ],
        )
    },
};

static WEAKREF_FUNCTIONS: &[NativeDef] = &[
    def(
        "proxy",
        "(object, callback=None, /)",
        "Create a proxy object that weakly references 'object'.",
        |py, a| weakref::proxy(py, a[0], if a[1] == UNSET { NONE } else { a[1] }),
    ),
    def("getweakrefcount", "(object, /)", "Return the number of weak references to 'object'.", |py, a| {
        py.int(weakref::references_to(py, a[0]).len() as i64)
    }),
    def(
        "getweakrefs",
        "(object, /)",
        "Return a list of all weak reference objects pointing to 'object'.",
        |py, a| {
            let list = py.new_list(0)?;
            for reference in weakref::references_to(py, a[0]) {
                python_model::py::list_push(py, list, word(reference))?;
            }
            Ok(word(list))
        },
    ),
    def(
        "_remove_dead_weakref",
        "(dct, key, /)",
        "Atomically remove key from dict if it points to a dead weakref.",
        |py, a| {
            if let Some(dict) = py.cast::<Dict>(a[0])
                && let Some(value) = dict::get(py, dict, a[1])?
                && weakref::is_dead(py, value)
            {
                dict::remove(py, dict, a[1])?;
            }
            Ok(NONE)
        },
    ),
];

static TYPING: NativeModule = NativeModule {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.\n",
    functions: TYPING_FUNCTIONS,
    fill: |py, dict| {
        add_types(
            py,
            dict,
            &[
                ("TypeVar", Ty::TypeVar),
                ("ParamSpec", Ty::ParamSpec),
                ("ParamSpecArgs", Ty::ParamSpecArgs),
                ("ParamSpecKwargs", Ty::ParamSpecKwargs),
                ("TypeVarTuple", Ty::TypeVarTuple),
                ("TypeAliasType", Ty::TypeAliasType),
                ("Generic", Ty::Generic),
                ("Union", Ty::Union),
            ],
        )?;
        let value = type_parameter::no_default(py)?;
        dict::set_symbol(py, dict, py.intern("NoDefault")?, value)
    },
};

static TYPING_FUNCTIONS: &[NativeDef] = &[def("_idfunc", "(x, /)", "", |_, a| Ok(a[0]))];

fn add_types(py: Py, dict: Gc<Dict>, types: &[(&str, Ty)]) -> Result<()> {
    for &(name, ty) in types {
        dict::set_symbol(py, dict, py.intern(name)?, py.ty(ty).word())?;
    }
    Ok(())
}

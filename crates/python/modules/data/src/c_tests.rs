//! Modules of CPython's test suite that are written in C there: what whole test files need to be imported, and no more.
//!
//! `_testlimitedcapi`: what sequence functions in C do. They differ from subscripts in one way: the index is a machine integer, to which the
//! length is added once if it is negative. `_testinternalcapi`: questions about the interpreter, answered for this one: no object has
//! inline values, inline caches know a place after its first run. `_testmultiphase` is empty: `test.test_importlib.util` asks only whether
//! it is there. All other tests of CPython's interface in C fail or are skipped.

use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::objects::Bytes;
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::*;

pub static LIMITED: NativeModule = NativeModule {
    name: "_testlimitedcapi",
    doc: "Functions of CPython's interface in C, as far as its tests of built-in types call them.",
    functions: LIMITED_FUNCTIONS,
    fill: |_, _| Ok(()),
};

static LIMITED_FUNCTIONS: &[NativeDef] = &[
    def("sequence_getitem", "(sequence, index, /)", "Return an item of a sequence.", |py, a| {
        py.get_item(a[0], item_index(py, a[0], a[1])?)
    }),
    def("sequence_setitem", "(sequence, index, value, /)", "Set an item of a sequence.", |py, a| {
        py.set_item(a[0], item_index(py, a[0], a[1])?, a[2])?;
        py.int(0)
    }),
    def("sequence_delitem", "(sequence, index, /)", "Delete an item of a sequence.", |py, a| {
        py.del_item(a[0], item_index(py, a[0], a[1])?)?;
        py.int(0)
    }),
    def(
        "object_hasattrstring",
        "(object, name, /)",
        "Whether an object has an attribute, as 0 or 1.",
        |py, a| {
            let Some(name) = py.cast::<Bytes>(a[1]) else {
                return Err(py.type_error("object_hasattrstring() argument 2 must be bytes"));
            };
            let name = py.intern_bytes(name.items())?;
            match py.get_attr_opt(a[0], name) {
                Ok(found) => py.int(i64::from(found.is_some())),
                Err(_) => {
                    py.take_raised();
                    py.int(0)
                }
            }
        },
    ),
    def("_py_getbuiltwithassert", "()", "Whether the interpreter checks assertions of its own.", |py, _| {
        py.int(i64::from(cfg!(debug_assertions)))
    }),
];

pub static INTERNAL: NativeModule = NativeModule {
    name: "_testinternalcapi",
    doc: "Questions about the interpreter, as far as CPython's tests of the language ask them.",
    functions: INTERNAL_FUNCTIONS,
    fill: |py, own| dict::set_symbol(py, own, py.intern("SPECIALIZATION_THRESHOLD")?, small_int(1)),
};

static INTERNAL_FUNCTIONS: &[NativeDef] = &[
    def(
        "has_inline_values",
        "(object, /)",
        "Whether attributes lie in the object in CPython's way: never.",
        |_, _| Ok(FALSE),
    ),
    def("get_recursion_depth", "()", "Return how many Python frames there are.", |py, _| {
        let mut depth = 0;
        (py.vm().hooks.visit_frames)(py, &mut |_| {
            depth += 1;
            true
        });
        py.int(depth)
    }),
    def(
        "get_c_recursion_remaining",
        "()",
        "Return how many calls are left before RecursionError.",
        |py, _| {
            let (most, now) = (py.vm().recursion_limit.get(), py.thread().depth.get());
            py.int(i64::from(most.saturating_sub(now)))
        },
    ),
    def("get_static_builtin_types", "()", "Return the built-in types.", |py, _| {
        let types = py.new_list(Ty::ALL.len())?;
        for &ty in Ty::ALL {
            list_push(py, types, py.ty(ty).word())?;
        }
        Ok(word(types))
    }),
];

pub static MULTIPHASE: NativeModule =
    NativeModule { name: "_testmultiphase", doc: "Empty.", functions: &[], fill: |_, _| Ok(()) };

/// The index from the front. Errors: `IndexError` if it is before the first item, what `__len__` raises.
fn item_index(py: Py, sequence: Word, index: Word) -> Result {
    let mut index = py.index(index)?;
    if index < 0
        && let Some(length) = py.call_special(sequence, Name::Len, &[])?
    {
        index += py.index(length)?;
        if index < 0 {
            return Err(py.index_error("index out of range"));
        }
    }
    py.int(index)
}

//! Starting an interpreter: the built-in types, empty, and the namespace of `builtins`.
//!
//! Order matters: strings need no types, type objects need dicts and strings, methods need type objects. The crates above
//! (types, modules) then fill the types with [`crate::class::add_native`].

use crate::class::{add_native, add_new, make_type_object, set_bases};
use crate::dict;
use crate::exceptions;
use crate::instance;
use crate::names::Name;
use crate::native::{NativeDef, NativeType, getter, setter};
use crate::objects::*;
use crate::py::{Py, Result};
use crate::types::{Ty, flags};
use crate::value::*;
use heap::Gc;

/// `instance.__dict__` of classes written in Python.
pub static DICT_GETTER: NativeDef =
    getter("__dict__", "dictionary for instance variables", |py, a| match py.make_own_dict(a[0])? {
        Some(dict) => Ok(word(dict)),
        None => Err(py.raise_text(
            Ty::AttributeError,
            &format!("'{}' object has no attribute '__dict__'", py.type_name(a[0])),
        )),
    });
pub static DICT_SETTER: NativeDef =
    setter("__dict__", |py, a| {
        let Some(instance) = as_instance(a[0]) else {
            return Err(py.raise_text(Ty::AttributeError, "attribute '__dict__' is not writable"));
        };
        if a[1] == UNSET {
            let empty = dict::new(py)?;
            instance::set_dictionary(py, instance, empty)?;
            return Ok(NONE);
        }
        match py.cast::<Dict>(a[1]) {
            Some(dict) => {
                instance::set_dictionary(py, instance, dict)?;
                Ok(NONE)
            }
            None => Err(py
                .type_error(format!("__dict__ must be set to a dictionary, not a '{}'", py.type_name(a[1])))),
        }
    });
pub static WEAKREF_GETTER: NativeDef =
    getter("__weakref__", "list of weak references to the object", |_py, _a| Ok(NONE));

/// Makes the built-in types and the namespace of `builtins`, and the exception for "out of memory".
pub fn start(py: Py, native: &[&'static [NativeType]]) -> Result<()> {
    let vm = py.vm();
    vm.make_singletons(py)?;
    for &ty in Ty::ALL {
        let class = py.ty(ty);
        let dict = dict::new(py)?;
        let (qualname, module) = (py.name_word(py.intern(ty.name())?), py.name_word(py.intern(ty.module())?));
        make_type_object(py, class, dict, qualname, module)?;
        let base = py.ty(ty.base());
        let mut mro = vec![class];
        if ty == Ty::Object {
            set_bases(class, &[], mro);
        } else {
            mro.extend(base.mro.borrow().iter());
            set_bases(class, &[base], mro);
        }
        class.changed(py);
    }
    for table in native {
        for ty in *table {
            let class = py.ty(ty.ty);
            if ty.constructor.is_some() {
                class.constructor.set(ty.constructor);
            }
            if !ty.doc.is_empty() {
                let doc = py.str(ty.doc)?;
                class.object().doc.set(py.mutator(), class.object(), doc);
                let dict = class.object().dict.get().expect("a type has a namespace");
                dict::set_symbol(py, dict, Name::Doc, doc)?;
            }
            add_native(py, class, ty.methods)?;
        }
    }
    // A type with a constructor of its own shows a `__new__` of its own; one without inherits its base's constructor.
    for &ty in Ty::ALL {
        let class = py.ty(ty);
        if class.constructor.get().is_some() && ty != Ty::Object {
            add_new(py, class)?;
            class.changed(py);
        }
        if class.constructor.get().is_none() && !class.has(flags::NO_CONSTRUCTOR) {
            class.constructor.set(py.ty(ty.base()).constructor.get());
        }
        // What compares by value and has no hash of its own is not hashable.
        let dict = class.object().dict.get().expect("a type has a namespace");
        if dict::get_symbol(py, dict, Name::Eq).is_some() && dict::get_symbol(py, dict, Name::Hash).is_none()
        {
            dict::set_symbol(py, dict, Name::Hash, NONE)?;
        }
        if class.has(flags::HAS_DICT)
            && !py.ty(ty.base()).has(flags::HAS_DICT)
            && ty != Ty::Type
            && ty != Ty::Module
        {
            let dict = class.object().dict.get().expect("a type has a namespace");
            if dict::get_symbol(py, dict, Name::DictAttr).is_none() {
                add_native(py, class, DICT_ACCESS)?;
            }
        }
    }
    // What a class pattern takes by position.
    let mut fields = [NONE; 4];
    for (field, name) in fields.iter_mut().zip(["value", "expression", "conversion", "format_spec"]) {
        *field = py.name_word(py.intern(name)?);
    }
    let interpolation = py.ty(Ty::Interpolation).object().dict.get().expect("a type has a namespace");
    dict::set_symbol(py, interpolation, Name::MatchArgs, py.new_tuple(&fields)?)?;
    let builtins = dict::new_namespace(py)?;
    vm.builtins.set(word(builtins));
    for &ty in Ty::ALL {
        if ty.module() == "builtins" && is_public(ty) {
            dict::set_symbol(py, builtins, py.intern(ty.name())?, py.ty(ty).word())?;
        }
    }
    for (name, value) in [
        ("None", NONE),
        ("True", TRUE),
        ("False", FALSE),
        ("Ellipsis", ELLIPSIS),
        ("NotImplemented", NOT_IMPLEMENTED),
        ("__debug__", TRUE),
        ("IOError", py.ty(Ty::OSError).word()),
        ("EnvironmentError", py.ty(Ty::OSError).word()),
    ] {
        dict::set_symbol(py, builtins, py.intern(name)?, value)?;
    }
    let memory = exceptions::new(py, py.ty(Ty::MemoryError), vm.empty_tuple())?;
    py.context().out_of_memory.set(vm.immortal(memory));
    let modules: Gc<Dict> = dict::new(py)?;
    vm.modules.set(word(modules));
    Ok(())
}

static DICT_ACCESS: &[NativeDef] = &[
    getter("__dict__", "dictionary for instance variables", |py, a| match py.make_own_dict(a[0])? {
        Some(dict) => Ok(word(dict)),
        None => Err(py.type_error("this object has no __dict__")),
    }),
    setter("__dict__", |py, a| {
        if a[1] == UNSET {
            return Err(py.type_error("cannot delete __dict__"));
        }
        let Some(dict) = py.cast::<Dict>(a[1]) else {
            let what = py.type_name(a[1]);
            return Err(py.type_error(format!("__dict__ must be set to a dictionary, not a '{what}'")));
        };
        match (as_instance(a[0]), as_object::<Function>(a[0])) {
            (Some(instance), _) => instance::set_dictionary(py, instance, dict)?,
            (None, Some(function)) => function.attributes.set(py.mutator(), function, word(dict)),
            (None, None) => {
                return Err(py.raise_text(Ty::AttributeError, "attribute '__dict__' is not writable"));
            }
        }
        Ok(NONE)
    }),
];

/// Whether a type is a name of `builtins`.
fn is_public(ty: Ty) -> bool {
    if ty.is_exception() {
        return true;
    }
    use Ty::*;
    matches!(
        ty,
        Object
            | Type
            | Int
            | Bool
            | Float
            | Complex
            | Str
            | Bytes
            | ByteArray
            | MemoryView
            | List
            | Tuple
            | Dict
            | Set
            | FrozenSet
            | Range
            | Slice
            | Property
            | ClassMethod
            | StaticMethod
            | Super
            | Enumerate
            | Zip
            | Map
            | Filter
            | Reversed
    )
}

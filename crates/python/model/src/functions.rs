//! Functions as values: those written in Python, those written in Rust, and methods.

use crate::code::Code;
use crate::code::CodeInfo;
use crate::dict;
use crate::names::Name;
use crate::native::{NativeDef, NativeKind, is_slot_of};
use crate::objects::{BoundMethod, Builtin, CodeRef, Function, Module};
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::{NONE, UNSET, Word, as_object, object, word};
use heap::{Gc, Header, WordSlot};
use std::cell::Cell;

/// A function of some code: no defaults, no annotations. `closure` is a tuple of cells or None.
pub fn new_function(py: Py, code: &'static Code, closure: Word) -> Result<Gc<Function>> {
    let (name, qualname) = code.info.titles(py)?;
    let module = dict::get_symbol(py, code.globals, Name::NameAttr).unwrap_or(NONE);
    py.alloc(Function {
        header: Header::EMPTY,
        code: Cell::new(code.address() as i64),
        defaults: WordSlot::new(NONE),
        kwdefaults: WordSlot::new(NONE),
        closure: WordSlot::new(closure),
        name: WordSlot::new(py.name_word(name)),
        qualname: WordSlot::new(py.name_word(qualname)),
        attributes: WordSlot::new(UNSET),
        doc: WordSlot::new(UNSET),
        annotate: WordSlot::new(NONE),
        annotations: WordSlot::new(UNSET),
        type_params: WordSlot::new(py.vm().empty_tuple()),
        module: WordSlot::new(module),
    })
}

impl Function {
    /// `__doc__`: that of the code until it is set.
    pub fn doc(own: Gc<Function>, py: Py) -> Result {
        match own.doc.get() {
            UNSET => own.code().info.doc(py),
            doc => Ok(doc),
        }
    }

    #[inline(always)]
    pub fn code(&self) -> &'static Code {
        Code::at(self.code.get() as u64)
    }
}

/// A function or method written in Rust, as a value. `owner`: the type or module that it belongs to.
pub fn new_builtin(py: Py, def: &'static NativeDef, owner: Word) -> Result {
    let builtin = Builtin {
        header: Header::EMPTY,
        def: Cell::new(std::ptr::from_ref(def) as usize as i64),
        owner: WordSlot::new(owner),
        signature: Cell::new(0),
    };
    Ok(word(py.alloc(builtin)?))
}

impl Builtin {
    #[inline(always)]
    pub fn def(&self) -> &'static NativeDef {
        // SAFETY: set by `new_builtin`.
        unsafe { &*(self.def.get() as usize as *const NativeDef) }
    }
}

/// Whether a value is the function `len` itself, whatever a program may have put in its place.
pub fn is_len(py: Py, value: Word) -> bool {
    as_object::<Builtin>(value).is_some_and(|builtin| {
        let module = as_object::<Module>(builtin.owner.get()).and_then(|module| module.dict.get());
        builtin.def().name == "len" && module.is_some_and(|dict| word(dict) == py.vm().builtins.get())
    })
}

/// Whether a builtin binds to its receiver when it is an attribute of a type.
pub fn is_method(py: Py, builtin: Gc<Builtin>) -> bool {
    builtin.def().kind == NativeKind::Function
        && (crate::value::as_object::<crate::objects::Type>(builtin.owner.get()).is_some()
            || py.as_type(builtin.owner.get()).is_some())
}

/// The type of a builtin: function of a module, method of a type, …
pub fn builtin_type(py: Py, builtin: Gc<Builtin>) -> Ty {
    let def = builtin.def();
    match def.kind {
        NativeKind::ClassMethod if py.as_type(builtin.owner.get()).is_some() => Ty::ClassMethodDescriptor,
        NativeKind::Function if is_method(py, builtin) => {
            if is_slot_of(py, builtin.owner.get(), def.name) {
                Ty::WrapperDescriptor
            } else {
                Ty::MethodDescriptor
            }
        }
        _ => Ty::Builtin,
    }
}

/// The type of a bound method: of a function written in Rust, it is not `method`.
pub fn method_type(py: Py, method: Gc<BoundMethod>) -> Ty {
    match as_object::<Builtin>(method.function.get()).map(|builtin| builtin_type(py, builtin)) {
        Some(Ty::WrapperDescriptor) => Ty::MethodWrapper,
        Some(Ty::MethodDescriptor | Ty::ClassMethodDescriptor) => Ty::Builtin,
        _ => Ty::Method,
    }
}

impl<'a> Py<'a> {
    /// The code object of some code, as a value: always the same one.
    pub fn code_value(self, info: &'static CodeInfo) -> Result {
        if object(info.value.get()).is_some() {
            return Ok(info.value.get());
        }
        let reference =
            CodeRef { header: Header::EMPTY, info: Cell::new(std::ptr::from_ref(info) as usize as i64) };
        let value = word(self.alloc(reference)?);
        info.value.set(self.vm().immortal(value));
        Ok(value)
    }
}

impl CodeRef {
    pub fn info(&self) -> &'static CodeInfo {
        // SAFETY: set by `code_value`; never freed.
        unsafe { &*(self.info.get() as usize as *const CodeInfo) }
    }
}

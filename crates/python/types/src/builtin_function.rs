//! Functions written in Rust, as values: those of modules, methods of types, and methods bound to a receiver.
//!
//! One representation, [`Builtin`], has four types in Python: `builtin_function_or_method` (of a module, or static), and the descriptors
//! `method_descriptor`, `wrapper_descriptor` (special methods) and `classmethod_descriptor`. A [`BoundMethod`] of a descriptor is a
//! `builtin_function_or_method` or, of a special method, a `method-wrapper`; see [`functions::method_type`].

use heap::Gc;
use python_model::dict;
use python_model::functions;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, getter, raw};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// A function and what it is bound to: the receiver, or the module or type that it belongs to; UNSET for nothing.
fn parts(py: Py, value: Word, what: &str) -> Result<(Gc<Builtin>, Word)> {
    if let Some(builtin) = as_object::<Builtin>(value) {
        let owner = builtin.owner.get();
        return Ok((builtin, if owner == NONE { UNSET } else { owner }));
    }
    if let Some(method) = as_object::<BoundMethod>(value)
        && let Some(builtin) = as_object::<Builtin>(method.function.get())
    {
        return Ok((builtin, method.receiver.get()));
    }
    Err(py.type_error(format!("descriptor '{what}' requires a builtin, not '{}'", py.type_name(value))))
}

fn definition(py: Py, value: Word, what: &str) -> Result<&'static NativeDef> {
    Ok(parts(py, value, what)?.0.def())
}

/// The name of the type that a method belongs to.
fn owner_name(py: Py, builtin: Gc<Builtin>) -> Option<String> {
    py.as_type(builtin.owner.get()).map(|class| class.name.borrow().to_string())
}

fn receiver_text(py: Py, receiver: Word) -> String {
    let address = object(receiver).map_or(0, heap::identity);
    format!("{} object at {address:#x}", py.type_name(receiver))
}

const CALL: NativeDef =
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        py.call_args(args.words[0], Args { words: &args.words[1..], keywords: args.keywords })
    });
const NAME: NativeDef = getter("__name__", "", |py, a| py.str(definition(py, a[0], "__name__")?.name));
const DOC: NativeDef = getter("__doc__", "", |py, a| {
    let doc = definition(py, a[0], "__doc__")?.doc;
    if doc.is_empty() { Ok(NONE) } else { py.str(doc) }
});
const TEXT_SIGNATURE: NativeDef = getter("__text_signature__", "", |py, a| {
    let signature = definition(py, a[0], "__text_signature__")?.signature;
    if signature.is_empty() { Ok(NONE) } else { py.str(signature) }
});
/// The name of the method below that of its type.
const QUALNAME: NativeDef = getter("__qualname__", "", |py, a| {
    let (own, receiver) = parts(py, a[0], "__qualname__")?;
    let name = own.def().name;
    // A method that is bound is one of the receiver's class.
    if as_object::<BoundMethod>(a[0]).is_some() && py.type_of(a[0]).is(py.ty(Ty::Builtin)) {
        let class = py.as_type(receiver).unwrap_or_else(|| py.type_of(receiver));
        let class = py.to_text(class.object().qualname.get())?;
        return py.str(&format!("{class}.{name}"));
    }
    match owner_name(py, own) {
        Some(class) => py.str(&format!("{class}.{name}")),
        None => py.str(name),
    }
});
const SELF: NativeDef = getter("__self__", "", |py, a| {
    let (own, receiver) = parts(py, a[0], "__self__")?;
    Ok(if receiver == UNSET || is_static(py, own) { NONE } else { receiver })
});
const OBJCLASS: NativeDef = getter("__objclass__", "", |py, a| {
    let (own, _) = parts(py, a[0], "__objclass__")?;
    Ok(py.as_type(own.owner.get()).map_or(NONE, |class| class.word()))
});
const EQ: NativeDef = def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
    let (own, receiver) = parts(py, a[0], "__eq__")?;
    let Ok((other, other_receiver)) = parts(py, a[1], "__eq__") else {
        py.take_raised();
        return Ok(NOT_IMPLEMENTED);
    };
    if !py.type_of(a[0]).is(py.type_of(a[1])) {
        return Ok(NOT_IMPLEMENTED);
    }
    Ok(bool_word(std::ptr::eq(own.def(), other.def()) && py.is_same(receiver, other_receiver)))
});
const HASH: NativeDef = def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
    let (own, receiver) = parts(py, a[0], "__hash__")?;
    let hash = py.hash_identity(receiver) ^ (std::ptr::from_ref(own.def()) as usize >> 4) as i64;
    py.int(if hash == -1 { -2 } else { hash })
});
/// As an attribute of what it is bound to, or by its name.
const REDUCE: NativeDef = def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
    let (own, receiver) = parts(py, a[0], "__reduce__")?;
    let name = py.str(own.def().name)?;
    if receiver == UNSET || as_object::<Module>(receiver).is_some() {
        return Ok(name);
    }
    let args = py.new_tuple(&[receiver, name])?;
    py.new_tuple(&[py.import_from("builtins", "getattr")?, args])
});

/// Whether a function is a static method of its type that is bound to nothing, as all are but `__new__`.
fn is_static(py: Py, builtin: Gc<Builtin>) -> bool {
    let def = builtin.def();
    def.kind == python_model::native::NativeKind::StaticMethod
        && def.name != "__new__"
        && py.as_type(builtin.owner.get()).is_some()
}

static FUNCTION_METHODS: &[NativeDef] = &[
    CALL,
    EQ,
    HASH,
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let (own, receiver) = parts(py, a[0], "__repr__")?;
        let name = own.def().name;
        if receiver == UNSET || as_object::<Module>(receiver).is_some() {
            return py.str(&format!("<built-in function {name}>"));
        }
        py.str(&format!("<built-in method {name} of {}>", receiver_text(py, receiver)))
    }),
    REDUCE,
    NAME,
    QUALNAME,
    DOC,
    TEXT_SIGNATURE,
    SELF,
    getter("__module__", "", |py, a| {
        let (_, receiver) = parts(py, a[0], "__module__")?;
        match py.cast::<Module>(receiver) {
            Some(module) => {
                let dict = module.dict.get().expect("a module has a namespace");
                Ok(dict::get_symbol(py, dict, Name::NameAttr).unwrap_or(NONE))
            }
            None => Ok(NONE),
        }
    }),
];

static WRAPPER_METHODS: &[NativeDef] = &[
    CALL,
    EQ,
    HASH,
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let (own, receiver) = parts(py, a[0], "__repr__")?;
        py.str(&format!("<method-wrapper '{}' of {}>", own.def().name, receiver_text(py, receiver)))
    }),
    REDUCE,
    NAME,
    QUALNAME,
    DOC,
    TEXT_SIGNATURE,
    SELF,
    OBJCLASS,
];

static DESCRIPTOR_METHODS: &[NativeDef] = &[
    CALL,
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| {
            let (own, _) = parts(py, a[0], "__get__")?;
            let owner = python_model::native::given(a[2]).unwrap_or(NONE);
            if a[1] == NONE && owner == NONE {
                return Err(py.type_error("__get__(None, None) is invalid"));
            }
            if functions::builtin_type(py, own) == Ty::ClassMethodDescriptor {
                return py.bound_method(a[0], if owner == NONE { py.type_of(a[1]).word() } else { owner });
            }
            if a[1] == NONE || !functions::is_method(py, own) {
                Ok(a[0])
            } else {
                py.bound_method(a[0], a[1])
            }
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let (own, _) = parts(py, a[0], "__repr__")?;
        let (name, class) = (own.def().name, owner_name(py, own).unwrap_or_default());
        py.str(&match functions::builtin_type(py, own) {
            Ty::WrapperDescriptor => format!("<slot wrapper '{name}' of '{class}' objects>"),
            _ => format!("<method '{name}' of '{class}' objects>"),
        })
    }),
    REDUCE,
    NAME,
    QUALNAME,
    DOC,
    TEXT_SIGNATURE,
    OBJCLASS,
];

pub static TYPES: &[NativeType] = &[
    NativeType { ty: Ty::Builtin, doc: "", constructor: None, methods: FUNCTION_METHODS },
    NativeType { ty: Ty::MethodWrapper, doc: "", constructor: None, methods: WRAPPER_METHODS },
    NativeType { ty: Ty::MethodDescriptor, doc: "", constructor: None, methods: DESCRIPTOR_METHODS },
    NativeType { ty: Ty::WrapperDescriptor, doc: "", constructor: None, methods: DESCRIPTOR_METHODS },
    NativeType { ty: Ty::ClassMethodDescriptor, doc: "", constructor: None, methods: DESCRIPTOR_METHODS },
];

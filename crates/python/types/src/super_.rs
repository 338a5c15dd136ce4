//! `super`.

use heap::{Header, WordSlot};
use python_model::dict;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, member, raw};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static SUPER_METHODS: &[NativeDef] = &[
    raw("__init__", "($self, /, *args, **kwargs)", "Initialize self.", init),
    def("__getattribute__", "($self, name, /)", "Return getattr(self, name).", super_attribute),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let object = py.expect::<Super>(a[0], Ty::Super, "__repr__")?;
        let class =
            py.as_type(object.class.get()).map_or_else(|| "NULL".into(), |c| c.name.borrow().to_string());
        py.str(&match py.as_type(object.receiver_class.get()) {
            Some(of) => format!("<super: <class '{class}'>, <{} object>>", of.name.borrow()),
            None => format!("<super: <class '{class}'>, NULL>"),
        })
    }),
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| {
            let object = py.expect::<Super>(a[0], Ty::Super, "__get__")?;
            if a[1] == NONE || object.receiver.get() != UNSET {
                return Ok(a[0]);
            }
            let class = py.type_of(a[0]);
            if !class.is(py.ty(Ty::Super)) {
                return py.call(class.word(), &[object.class.get(), a[1]]);
            }
            let bound = empty(py)?;
            fill(py, bound, object.class.get(), a[1])?;
            Ok(word(bound))
        },
    ),
    member("__thisclass__", "the class invoking super()", |py, a| {
        Ok(py.expect::<Super>(a[0], Ty::Super, "__thisclass__")?.class.get())
    }),
    member("__self__", "the instance invoking super(); may be None", |py, a| {
        let receiver = py.expect::<Super>(a[0], Ty::Super, "__self__")?.receiver.get();
        Ok(if receiver == UNSET { NONE } else { receiver })
    }),
    member("__self_class__", "the type of the instance invoking super(); may be None", |py, a| {
        let class = py.expect::<Super>(a[0], Ty::Super, "__self_class__")?.receiver_class.get();
        Ok(if class == UNSET { NONE } else { class })
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::Super,
    doc: "super() -> same as super(__class__, <first argument>)",
    constructor: Some(new_super),
    methods: SUPER_METHODS,
}];

/// An empty one, which `__init__` fills: subclasses may take other arguments.
fn new_super(py: Py, class: TypeRef, _: Args) -> Result {
    let made = word(empty(py)?);
    if class.is(py.ty(Ty::Super)) { Ok(made) } else { python_model::instance::new(py, class, made) }
}

fn empty(py: Py) -> Result<heap::Gc<Super>> {
    py.alloc(Super {
        header: Header::EMPTY,
        class: WordSlot::new(UNSET),
        receiver: WordSlot::new(UNSET),
        receiver_class: WordSlot::new(UNSET),
    })
}

/// `super(class, receiver)`; without arguments those of the running method.
fn init(py: Py, args: Args) -> Result {
    let object = py.expect::<Super>(args.words[0], Ty::Super, "__init__")?;
    args.no_keywords(py, "super")?;
    match &args.words[1..] {
        [] => {
            let (class, receiver) = running_method(py)?;
            fill(py, object, class, receiver)?;
        }
        [class] => fill(py, object, *class, NONE)?,
        [class, receiver] => fill(py, object, *class, *receiver)?,
        more => {
            return Err(py.type_error(format!("super() expected at most 2 arguments, got {}", more.len())));
        }
    }
    Ok(NONE)
}

/// `__class__` and the first argument of the running function.
fn running_method(py: Py) -> Result<(Word, Word)> {
    let mut found = Err("super(): no current frame");
    (py.vm().hooks.visit_frames)(py, &mut |frame| {
        let object = frame.code.object();
        let index = object.freevars.iter().position(|name| &**name == "__class__");
        found = match index {
            _ if object.arg_count == 0 => Err("super(): no arguments"),
            None => Err("super(): __class__ cell not found"),
            Some(index) => {
                let cell = (frame.slot)(u32::from(object.first_free()) + index as u32);
                let class = as_object::<CellObject>(cell).map_or(UNSET, |cell| cell.value.get());
                // A captured first argument lives in a cell.
                let first = object.cellvars.iter().position(|name| *name == object.varnames[0]);
                let receiver = match first {
                    Some(at) => {
                        let cell = (frame.slot)(u32::from(object.first_cell()) + at as u32);
                        as_object::<CellObject>(cell).map_or_else(|| (frame.slot)(0), |cell| cell.value.get())
                    }
                    None => (frame.slot)(0),
                };
                match (class, receiver) {
                    (UNSET, _) => Err("super(): empty __class__ cell"),
                    (_, UNSET) => Err("super(): arg[0] deleted"),
                    known => Ok(known),
                }
            }
        };
        false
    });
    found.map_err(|message| py.runtime_error(message))
}

fn fill(py: Py, object: heap::Gc<Super>, class: Word, receiver: Word) -> Result<()> {
    let Some(this) = py.as_type(class) else {
        return Err(
            py.type_error(format!("super() argument 1 must be a type, not {}", py.argument_type(class)))
        );
    };
    let receiver_class = if receiver == NONE {
        UNSET
    } else if let Some(as_class) = py.as_type(receiver)
        && as_class.is_subtype(this)
    {
        receiver
    } else if py.type_of(receiver).is_subtype(this) {
        py.type_of(receiver).word()
    } else {
        let claimed = py.get_attr_opt(receiver, Name::Class)?;
        match claimed.and_then(|claimed| py.as_type(claimed)) {
            Some(claimed) if claimed.is_subtype(this) => claimed.word(),
            _ => {
                let shown = match py.as_type(receiver) {
                    Some(of) => format!("type {}", of.name.borrow()),
                    None => format!("instance of {}", py.type_name(receiver)),
                };
                return Err(py.type_error(format!(
                    "super(type, obj): obj ({shown}) is not an instance or subtype of type ({}).",
                    this.name.borrow()
                )));
            }
        }
    };
    let mutator = py.mutator();
    object.class.set(mutator, object, class);
    object.receiver.set(mutator, object, if receiver == NONE { UNSET } else { receiver });
    object.receiver_class.set(mutator, object, receiver_class);
    Ok(())
}

fn super_attribute(py: Py, a: &[Word]) -> Result {
    let object = py.expect::<Super>(a[0], Ty::Super, "__getattribute__")?;
    let name = crate::object::attribute_name(py, a[1])?;
    if let (Some(of), Some(this)) = (py.as_type(object.receiver_class.get()), py.as_type(object.class.get()))
        && name != Name::Class.into()
    {
        let mro = of.mro.borrow().clone();
        let position = mro.iter().position(|t| t.is(this)).map_or(mro.len(), |p| p + 1);
        for class in &mro[position..] {
            let dict = class.object().dict.get().expect("a type has a namespace");
            if let Some(found) = dict::get_symbol(py, dict, name) {
                let receiver = object.receiver.get();
                let receiver = if receiver == of.word() { UNSET } else { receiver };
                return py.bind_attribute(found, receiver, of);
            }
        }
    }
    let class = py.type_of(a[0]);
    match py.generic_get_attr(a[0], class, name)? {
        Some(found) => Ok(found),
        None => {
            let text = py.vm().symbols.text(name).to_text();
            Err(py.attribute_error(a[0], a[1], format!("'super' object has no attribute '{text}'")))
        }
    }
}

//! `types.SimpleNamespace`.

use heap::{Gc, Header, Slot};
use python_model::dict;
use python_model::native::{Args, NativeDef, NativeType, def, member, raw};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

fn attributes(py: Py, value: Word) -> Result<Gc<Dict>> {
    match py.make_own_dict(value)? {
        Some(dict) => Ok(dict),
        None => dict::new(py),
    }
}

fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let dict = dict::new(py)?;
    let made = word(py.alloc(SimpleNamespace { header: Header::EMPTY, dict: Slot::new(Some(dict)) })?);
    if class.is(py.ty(Ty::SimpleNamespace)) { Ok(made) } else { python_model::instance::new(py, class, made) }
}

fn init(py: Py, args: Args) -> Result {
    let own = attributes(py, args.words[0])?;
    match &args.positionals()[1..] {
        [] => {}
        [source] => {
            let made = py.call(py.ty(Ty::Dict).word(), &[*source])?;
            let from: Gc<Dict> = as_object(made).expect("dict() makes a dict");
            let mut at = 0;
            while let Some((entry, key, value)) = dict::next(from, at) {
                at = entry + 1;
                if py.as_str(key).is_none() {
                    return Err(py.type_error("keywords must be strings"));
                }
                dict::set(py, own, key, value)?;
            }
        }
        more => {
            let name = py.type_name(args.words[0]);
            return Err(py.type_error(format!("{name} expected at most 1 argument, got {}", more.len())));
        }
    }
    for (name, value) in args.named() {
        dict::set(py, own, word(name), value)?;
    }
    Ok(NONE)
}

fn repr(py: Py, a: &[Word]) -> Result {
    let class = py.type_of(a[0]);
    let name = if class.is(py.ty(Ty::SimpleNamespace)) {
        "namespace".into()
    } else {
        class.name.borrow().to_string()
    };
    let inner = py.guard_repr(a[0], || {
        let own = attributes(py, a[0])?;
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some((entry, key, value)) = dict::next(own, at) {
            at = entry + 1;
            if let Some(key) = py.as_str(key).filter(|key| !key.is_empty()) {
                parts.push(format!("{}={}", key.to_text(), py.repr_text(value)?));
            }
        }
        Ok(parts.join(", "))
    })?;
    py.str(&format!("{name}({})", inner.as_deref().unwrap_or("...")))
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    if !py.is_a(a[0], Ty::SimpleNamespace) || !py.is_a(a[1], Ty::SimpleNamespace) {
        return Ok(NOT_IMPLEMENTED);
    }
    let (own, other) = (attributes(py, a[0])?, attributes(py, a[1])?);
    py.compare(op, word(own), word(other))
}

fn replace(py: Py, args: Args) -> Result {
    if args.positional_count() > 1 {
        return Err(py.type_error("__replace__() takes no positional arguments"));
    }
    let made = py.call(py.type_of(args.words[0]).word(), &[])?;
    let to = attributes(py, made)?;
    dict::update(py, to, attributes(py, args.words[0])?)?;
    for (name, value) in args.named() {
        dict::set(py, to, word(name), value)?;
    }
    Ok(made)
}

static METHODS: &[NativeDef] = &[
    raw("__init__", "($self, mapping_or_iterable=(), /, **kwargs)", "Initialize self.", init),
    member("__dict__", "", |py, a| Ok(word(attributes(py, a[0])?))),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__reduce__", "($self, /)", "Return state information for pickling", |py, a| {
        let own = attributes(py, a[0])?;
        py.new_tuple(&[py.type_of(a[0]).word(), py.vm().empty_tuple(), word(own)])
    }),
    raw(
        "__replace__",
        "($self, /, **changes)",
        "Return a copy of the namespace object with new values for the specified attributes.",
        replace,
    ),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::SimpleNamespace,
    doc: "A simple attribute-based namespace.",
    constructor: Some(construct),
    methods: METHODS,
}];

//! `object`, `None`, `NotImplemented` and `Ellipsis`.

use python_model::compact;
use python_model::dict;
use python_model::instance;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def, getter, raw, setter, static_raw};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::symbols::Symbol;
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;

static METHODS: &[NativeDef] = &[
    static_raw(
        "__new__",
        "(*args, **kwargs)",
        "Create and return a new object.  See help(type) for accurate signature.",
        new,
    ),
    raw(
        "__init__",
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| py.str(&default_repr(py, a[0])?)),
    def("__str__", "($self, /)", "Return str(self).", |py, a| py.unchecked_repr(a[0])),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| py.int(py.hash_identity(a[0]))),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        Ok(if py.is_same(a[0], a[1]) { TRUE } else { NOT_IMPLEMENTED })
    }),
    def("__ne__", "($self, value, /)", "Return self!=value.", not_equal),
    def("__lt__", "($self, value, /)", "Return self<value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__le__", "($self, value, /)", "Return self<=value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__gt__", "($self, value, /)", "Return self>value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |_, _| Ok(NOT_IMPLEMENTED)),
    def("__getattribute__", "($self, name, /)", "Return getattr(self, name).", get_attribute),
    def("__setattr__", "($self, name, value, /)", "Implement setattr(self, name, value).", set_attribute),
    def("__delattr__", "($self, name, /)", "Implement delattr(self, name).", |py, a| {
        set_attribute(py, &[a[0], a[1], UNSET])
    }),
    def("__format__", "($self, format_spec, /)", "Default object formatter.", format),
    def("__dir__", "($self, /)", "Default dir() implementation.", dir),
    def("__sizeof__", "($self, /)", "Size of object in memory, in bytes.", |py, _| py.int(16)),
    class_method(
        "__init_subclass__",
        "($type, /)",
        "This method is called when a class is subclassed.",
        |_, _| Ok(NONE),
    ),
    class_method(
        "__subclasshook__",
        "($type, object, /)",
        "Abstract classes can override this to customize issubclass().",
        |_, _| Ok(NOT_IMPLEMENTED),
    ),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| reduce(py, a[0], 0)),
    def("__reduce_ex__", "($self, protocol, /)", "Helper for pickle.", reduce_ex),
    def("__getstate__", "($self, /)", "Helper for pickle.", |py, a| get_state(py, a[0])),
    getter("__class__", "the object's class", |py, a| Ok(py.type_of(a[0]).word())),
    setter("__class__", set_class),
];

static NONE_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, _| py.str("None")),
    def("__bool__", "($self, /)", "True if self else False", |_, _| Ok(FALSE)),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| py.int(py.hash(a[0])?)),
];
static NOT_IMPLEMENTED_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, _| py.str("NotImplemented")),
    def("__bool__", "($self, /)", "True if self else False", |py, _| {
        Err(py.type_error("NotImplemented should not be used in a boolean context"))
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, _| py.str("NotImplemented")),
];
static ELLIPSIS_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, _| py.str("Ellipsis")),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, _| py.str("Ellipsis")),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Object,
        doc: "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
        constructor: Some(construct),
        methods: METHODS,
    },
    NativeType {
        ty: Ty::NoneType,
        doc: "The type of the None singleton.",
        constructor: Some(singleton::<NONE>),
        methods: NONE_METHODS,
    },
    NativeType {
        ty: Ty::NotImplementedType,
        doc: "The type of the NotImplemented singleton.",
        constructor: Some(singleton::<NOT_IMPLEMENTED>),
        methods: NOT_IMPLEMENTED_METHODS,
    },
    NativeType {
        ty: Ty::EllipsisType,
        doc: "The type of the Ellipsis singleton.",
        constructor: Some(singleton::<ELLIPSIS>),
        methods: ELLIPSIS_METHODS,
    },
];

fn singleton<const VALUE: u64>(py: Py, class: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() {
        return Err(py.type_error(format!("{} takes no arguments", class.name.borrow())));
    }
    Ok(VALUE)
}

/// Whether a class overrides a method of `object` or of the built-in type it derives from.
fn overrides(py: Py, class: TypeRef, name: Name) -> bool {
    class.lookup(py, name) != py.ty(Ty::Object).lookup(py, name)
}

/// The constructor of `object`.
fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    if !args.words.is_empty() {
        if overrides(py, class, Name::New) && !is_native_new(py, class) {
            return Err(
                py.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
            );
        }
        if !overrides(py, class, Name::Init) {
            return Err(py.type_error(format!("{}() takes no arguments", class.name.borrow())));
        }
    }
    if class.has(flags::ABSTRACT) {
        return Err(abstract_error(py, class)?);
    }
    if class.is(py.ty(Ty::Object)) {
        let object = Plain { header: heap::Header::EMPTY, unused: std::cell::Cell::new(0) };
        return Ok(word(py.alloc(object)?));
    }
    instance::new(py, class, UNSET)
}

fn is_native_new(py: Py, class: TypeRef) -> bool {
    class.lookup(py, Name::New).is_some_and(|new| as_object::<Builtin>(new).is_some())
}

fn abstract_error(py: Py, class: TypeRef) -> Result<metatrace_machine::Raised> {
    let methods = py.get_attr(class.word(), Name::AbstractMethods)?;
    let list = py.list_from_iterable(methods)?;
    let mut names: Vec<String> = Vec::new();
    for index in 0..list.len() {
        names.push(py.to_text(list.item(index))?);
    }
    names.sort();
    let plural = if names.len() == 1 { "" } else { "s" };
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    Ok(py.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} {}",
        class.name.borrow(),
        quoted.join(", ")
    )))
}

/// `__new__` of every built-in type: the type's constructor for the class in the first argument. One function serves all,
/// because a constructor is found through the class.
pub fn new(py: Py, args: Args) -> Result {
    let Some(&first) = args.words.first() else {
        return Err(py.type_error("object.__new__(): not enough arguments"));
    };
    let Some(class) = py.as_type(first) else {
        return Err(
            py.type_error(format!("object.__new__(X): X is not a type object ({})", py.type_name(first)))
        );
    };
    let rest = Args { words: &args.words[1..], keywords: args.keywords };
    match class.constructor.get() {
        Some(constructor) if !class.has(flags::NO_CONSTRUCTOR) => {
            if class.has(flags::ABSTRACT) && class.payload.is_some() {
                return Err(abstract_error(py, class)?);
            }
            constructor(py, class, rest)
        }
        _ => Err(py.type_error(format!("cannot create '{}' instances", qualified(py, class)))),
    }
}

/// `module.name` of a class, without `builtins`.
pub fn qualified(py: Py, class: TypeRef) -> String {
    let module = py.get_attr_opt(class.word(), Name::ModuleAttr).ok().flatten();
    let module = module.and_then(|m| py.as_str(m)).map(|m| m.to_text());
    let qualname = py.get_attr_opt(class.word(), Name::Qualname).ok().flatten();
    let qualname =
        qualname.and_then(|q| py.as_str(q)).map_or_else(|| class.name.borrow().to_string(), |q| q.to_text());
    match module.as_deref() {
        None | Some("builtins") => qualname,
        Some(module) => format!("{module}.{qualname}"),
    }
}

fn init(py: Py, args: Args) -> Result {
    let class = py.type_of(args.words[0]);
    if args.words.len() > 1 {
        if overrides(py, class, Name::Init) && class.payload.is_none() {
            return Err(
                py.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        if !overrides(py, class, Name::New) && class.payload.is_none() {
            return Err(py.type_error(format!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                class.name.borrow()
            )));
        }
    }
    Ok(NONE)
}

/// `<module.Class object at 0x…>`
pub fn default_repr(py: Py, value: Word) -> Result<String> {
    let class = py.type_of(value);
    let address = object(value).map_or(value as usize, heap::identity);
    Ok(format!("<{} object at {address:#x}>", qualified(py, class)))
}

fn not_equal(py: Py, a: &[Word]) -> Result {
    let class = py.type_of(a[0]);
    let Some(method) = class.lookup(py, Name::Eq) else { return Ok(NOT_IMPLEMENTED) };
    match py.call_bound(method, a[0], class, &[a[1]])? {
        NOT_IMPLEMENTED => Ok(NOT_IMPLEMENTED),
        result => Ok(bool_word(!py.truth(result)?)),
    }
}

fn get_attribute(py: Py, a: &[Word]) -> Result {
    let name = attribute_name(py, a[1])?;
    let class = py.type_of(a[0]);
    match py.generic_get_attr(a[0], class, name)? {
        Some(value) => Ok(value),
        None => {
            let text = py.vm().symbols.text(name).to_text();
            let message = match py.as_type(a[0]) {
                Some(class) => format!("type object '{}' has no attribute '{text}'", class.name.borrow()),
                None => format!("'{}' object has no attribute '{text}'", class.message_name()),
            };
            Err(py.attribute_error(a[0], py.name_word(name), message))
        }
    }
}

/// The symbol of an attribute name. Errors: `TypeError` if it is no string.
pub fn attribute_name(py: Py, name: Word) -> Result<python_model::symbols::Symbol> {
    match py.as_str(name) {
        Some(text) => py.symbol_of(text),
        None => Err(py.type_error(format!("attribute name must be string, not '{}'", py.type_name(name)))),
    }
}

fn set_attribute(py: Py, a: &[Word]) -> Result {
    let name = attribute_name(py, a[1])?;
    py.generic_set_attr(a[0], py.type_of(a[0]), name, a[2])?;
    Ok(NONE)
}

fn format(py: Py, a: &[Word]) -> Result {
    let spec = py.expect_str(a[1], "__format__() argument 1")?;
    if !spec.is_empty() {
        return Err(
            py.type_error(format!("unsupported format string passed to {}.__format__", py.type_name(a[0])))
        );
    }
    Ok(word(py.to_str(a[0])?))
}

/// Names of the attributes of an object: its own, and those of its class and bases.
fn dir(py: Py, a: &[Word]) -> Result {
    let names = dict::new(py)?;
    if let Some(own) = py.get_attr_opt(a[0], Name::DictAttr)?
        && let Some(own) = py.cast::<Dict>(own)
    {
        dict::update(py, names, own)?;
    }
    if let Some(class) = py.get_attr_opt(a[0], Name::Class)?
        && let Some(class) = py.as_type(class)
    {
        crate::type_::merge_class_dict(py, names, class)?;
    }
    Ok(word(py.list_from_iterable(word(names))?))
}

fn set_class(py: Py, a: &[Word]) -> Result {
    if a[1] == UNSET {
        return Err(py.type_error("can't delete __class__ attribute"));
    }
    let Some(class) = py.as_type(a[1]) else {
        return Err(
            py.type_error(format!("__class__ must be set to a class, not '{}' object", py.type_name(a[1])))
        );
    };
    let old = py.type_of(a[0]);
    python_model::calm::class_assigned(py, old, class);
    let is_module = |class: TypeRef| class.is_subtype(py.ty(Ty::Module));
    if is_module(old) && is_module(class) {
        python_model::layout::check_same_layout(py, old, class, "__class__")?;
        match as_object::<Module>(a[0]) {
            Some(module) => python_model::modules::set_class(py, module, class)?,
            None => instance::set_class(py, as_instance(a[0]).expect("a module or an instance"), class),
        }
        return Ok(NONE);
    }
    let Some(instance) = as_instance(a[0]).filter(|_| class.has(flags::MUTABLE) && old.has(flags::MUTABLE))
    else {
        return Err(
            py.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses")
        );
    };
    python_model::layout::check_compatible(py, old, class, "__class__")?;
    instance::set_class(py, instance, class);
    move_slots(py, instance, old, class)?;
    Ok(NONE)
}

/// A slot is a field under a name that its class has for itself: what lies in slots of the old class goes to those that the new class has
/// under the same names.
fn move_slots(py: Py, instance: heap::Gc<Instance>, old: TypeRef, class: TypeRef) -> Result<()> {
    let mut moves: Vec<(Symbol, Symbol)> = Vec::new();
    for base in old.mro.borrow().iter().filter(|base| base.has(flags::MUTABLE)) {
        let dict = base.object().dict.get().expect("a type has a namespace");
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(dict, at) {
            at = entry + 1;
            let Some(from) = as_object::<Member>(value) else { continue };
            let name = attribute_name(py, key)?;
            if let Some(to) = class.lookup(py, name).and_then(as_object::<Member>)
                && to.symbol.get() != from.symbol.get()
            {
                moves.push((Symbol(from.symbol.get() as u32), Symbol(to.symbol.get() as u32)));
            }
        }
    }
    for (from, to) in moves {
        if let Some(value) = instance::get(py, instance, from) {
            instance::set(py, instance, to, value)?;
            instance::delete(py, instance, from)?;
        }
    }
    Ok(())
}

/// `object.__reduce_ex__`: protocols above 1 are done by `copyreg.__reduce_ex__` and `copyreg.__newobj__`.
fn reduce_ex(py: Py, a: &[Word]) -> Result {
    let class = py.type_of(a[0]);
    let own = class.lookup(py, Name::Reduce);
    if own.is_some() && own != py.ty(Ty::Object).lookup(py, Name::Reduce) {
        return py.call_method(a[0], Name::Reduce, &[]);
    }
    let protocol = py.index(a[1])?;
    reduce(py, a[0], protocol)
}

/// Whether an object holds a Rust value (or is a match, which could), and no method of its class says how to save that.
fn has_hidden_state(py: Py, value: Word, class: TypeRef) -> bool {
    let is_own = |name: Name| class.lookup(py, name) != py.ty(Ty::Object).lookup(py, name);
    let is_hidden = python_model::foreign::object_of(value).is_some()
        || compact::get(value, compact::Kind::Match).is_some();
    is_hidden && ![Name::GetNewArgsEx, Name::GetNewArgs, Name::GetState].into_iter().any(is_own)
}

fn reduce(py: Py, value: Word, protocol: i64) -> Result {
    if protocol < 2 {
        let function = py.import_from("copyreg", "_reduce_ex")?;
        let protocol = py.int(protocol)?;
        return py.call(function, &[value, protocol]);
    }
    let class = py.type_of(value);
    let is_plain = class.is(py.ty(Ty::Object)) || class.builtin.is_some_and(Ty::is_exception);
    if class.builtin.is_some() && !is_plain || has_hidden_state(py, value, class) {
        let what = match class.builtin {
            Some(Ty::MemoryView) => "memoryview objects".to_string(),
            _ => format!("'{}' object", class.message_name()),
        };
        return Err(py.type_error(format!("cannot pickle {what}")));
    }
    let (mut args, mut keywords) = (py.vm().empty_tuple(), NONE);
    if let Some(result) = py.call_special(value, Name::GetNewArgsEx, &[])? {
        let Some(pair) = py.cast::<Tuple>(result).filter(|t| t.items().len() == 2) else {
            return Err(py.type_error(format!(
                "__getnewargs_ex__ should return a tuple, not '{}'",
                py.type_name(result)
            )));
        };
        (args, keywords) = (pair.items()[0].get(), pair.items()[1].get());
    } else if let Some(result) = py.call_special(value, Name::GetNewArgs, &[])? {
        if py.cast::<Tuple>(result).is_none() {
            return Err(py.type_error(format!(
                "__getnewargs__ should return a tuple, not '{}'",
                py.type_name(result)
            )));
        }
        args = result;
    }
    let has_keywords = keywords != NONE && py.truth(keywords)?;
    let (function, call_args) = if has_keywords {
        let function = py.import_from("copyreg", "__newobj_ex__")?;
        (function, py.new_tuple(&[class.word(), args, keywords])?)
    } else {
        let function = py.import_from("copyreg", "__newobj__")?;
        let list = py.list_of(&[class.word()])?;
        for item in py.tuple_from_iterable(args)?.items() {
            python_model::py::list_push(py, list, item.get())?;
        }
        (function, py.tuple_from_list(list)?)
    };
    let state = py.call_method(value, Name::GetState, &[])?;
    let items = match py.cast::<List>(value) {
        Some(_) => py.iter(value)?,
        None => NONE,
    };
    let pairs = match py.cast::<Dict>(value) {
        Some(_) => {
            let view = py.call_method(value, Name::Items, &[])?;
            py.iter(view)?
        }
        None => NONE,
    };
    py.new_tuple(&[function, call_args, state, items, pairs])
}

/// `object.__getstate__`: the attributes; with slots a pair of attributes and slots.
fn get_state(py: Py, value: Word) -> Result {
    let class = py.type_of(value);
    let attributes = match as_instance(value) {
        Some(own) if class.has(flags::HAS_DICT) => {
            let own = instance::attributes(py, own)?;
            if dict::len(own) > 0 { word(own) } else { NONE }
        }
        _ => match py.get_attr_opt(value, Name::DictAttr)? {
            Some(own) => own,
            None => NONE,
        },
    };
    let slots = dict::new(py)?;
    let names = py.import_from("copyreg", "_slotnames");
    if let Some(names) = py.unless(names, Ty::ImportError)? {
        let names = py.call(names, &[class.word()])?;
        if names != NONE {
            let names = py.list_from_iterable(names)?;
            for index in 0..names.len() {
                let name = names.item(index);
                let text = py.expect_str(name, "slot name")?;
                if let Some(found) = py.get_attr_opt(value, py.symbol_of(text)?)? {
                    dict::set(py, slots, name, found)?;
                }
            }
        }
    }
    if dict::len(slots) == 0 { Ok(attributes) } else { py.new_tuple(&[attributes, word(slots)]) }
}

/// For types whose comparison is decided by an ordering.
pub fn ordered(op: Comparison, ordering: std::cmp::Ordering) -> Word {
    bool_word(op.holds(ordering))
}

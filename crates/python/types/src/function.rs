//! Functions, methods, builtins, cells.

use heap::{Gc, Header, WordSlot};
use python_model::code::Code;
use python_model::dict;
use python_model::functions;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, def, getter, member, raw, setter};
use python_model::objects::*;
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

fn function(py: Py, value: Word, what: &str) -> Result<Gc<Function>> {
    py.expect(value, Ty::Function, what)
}

static FUNCTION_METHODS: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        py.call_args(args.words[0], Args { words: &args.words[1..], keywords: args.keywords })
    }),
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |py, a| {
            if a[1] == NONE && matches!(a[2], UNSET | NONE) {
                return Err(py.type_error("__get__(None, None) is invalid"));
            }
            if a[1] == NONE { Ok(a[0]) } else { py.bound_method(a[0], a[1]) }
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = function(py, a[0], "__repr__")?;
        let qualname = py.to_text(own.qualname.get())?;
        py.str(&format!("<function {qualname} at {:#x}>", heap::identity(own)))
    }),
    getter("__name__", "", |py, a| Ok(function(py, a[0], "__name__")?.name.get())),
    setter("__name__", |py, a| {
        let own = function(py, a[0], "__name__")?;
        if py.as_str(a[1]).is_none() {
            return Err(py.type_error("__name__ must be set to a string object"));
        }
        own.name.set(py.mutator(), own, a[1]);
        Ok(NONE)
    }),
    getter("__qualname__", "", |py, a| Ok(function(py, a[0], "__qualname__")?.qualname.get())),
    setter("__qualname__", |py, a| {
        let own = function(py, a[0], "__qualname__")?;
        if py.as_str(a[1]).is_none() {
            return Err(py.type_error("__qualname__ must be set to a string object"));
        }
        own.qualname.set(py.mutator(), own, a[1]);
        Ok(NONE)
    }),
    getter("__module__", "", |py, a| Ok(function(py, a[0], "__module__")?.module.get())),
    setter("__module__", |py, a| {
        let own = function(py, a[0], "__module__")?;
        own.module.set(py.mutator(), own, if a[1] == UNSET { NONE } else { a[1] });
        Ok(NONE)
    }),
    getter("__doc__", "", |py, a| Function::doc(function(py, a[0], "__doc__")?, py)),
    setter("__doc__", |py, a| {
        let own = function(py, a[0], "__doc__")?;
        own.doc.set(py.mutator(), own, if a[1] == UNSET { NONE } else { a[1] });
        Ok(NONE)
    }),
    getter("__code__", "", |py, a| py.code_value(function(py, a[0], "__code__")?.code().info)),
    setter("__code__", |py, a| {
        let own = function(py, a[0], "__code__")?;
        let Some(code) = as_object::<CodeRef>(a[1]) else {
            return Err(py.type_error("__code__ must be set to a code object"));
        };
        let free = code.info().object.freevars.len();
        let have = as_object::<Tuple>(own.closure.get()).map_or(0, |cells| cells.items().len());
        if free != have {
            let name = py.to_text(own.name.get())?;
            return Err(
                py.value_error(format!("{name}() requires a code object with {have} free vars, not {free}"))
            );
        }
        let code = Code::with_globals(py, code.info(), own.code().globals_word())?;
        let doc = Function::doc(own, py)?;
        own.doc.set(py.mutator(), own, doc);
        own.code.set(code.address() as i64);
        py.vm().function_stability.changed();
        Ok(NONE)
    }),
    member("__globals__", "", |py, a| Ok(function(py, a[0], "__globals__")?.code().globals_word())),
    member("__builtins__", "", |py, a| Ok(function(py, a[0], "__builtins__")?.code().builtins_word())),
    member("__closure__", "", |py, a| Ok(function(py, a[0], "__closure__")?.closure.get())),
    getter("__defaults__", "", |py, a| Ok(function(py, a[0], "__defaults__")?.defaults.get())),
    setter("__defaults__", |py, a| {
        let own = function(py, a[0], "__defaults__")?;
        let value = if a[1] == UNSET { NONE } else { a[1] };
        if value != NONE && as_object::<Tuple>(py.base(value)).is_none() {
            return Err(py.type_error("__defaults__ must be set to a tuple object"));
        }
        own.defaults.set(py.mutator(), own, py.base(value));
        py.vm().function_stability.changed();
        Ok(NONE)
    }),
    getter("__kwdefaults__", "", |py, a| Ok(function(py, a[0], "__kwdefaults__")?.kwdefaults.get())),
    setter("__kwdefaults__", |py, a| {
        let own = function(py, a[0], "__kwdefaults__")?;
        let value = if a[1] == UNSET { NONE } else { a[1] };
        if value != NONE && as_object::<Dict>(py.base(value)).is_none() {
            return Err(py.type_error("__kwdefaults__ must be set to a dict object"));
        }
        own.kwdefaults.set(py.mutator(), own, py.base(value));
        Ok(NONE)
    }),
    getter("__annotate__", "", |py, a| Ok(function(py, a[0], "__annotate__")?.annotate.get())),
    setter("__annotate__", |py, a| {
        let own = function(py, a[0], "__annotate__")?;
        if a[1] == UNSET {
            return Err(py.type_error("__annotate__ cannot be deleted"));
        }
        if a[1] != NONE && !py.is_callable(a[1]) {
            return Err(py.type_error("__annotate__ must be callable or None"));
        }
        own.annotate.set(py.mutator(), own, a[1]);
        if a[1] != NONE {
            own.annotations.init(UNSET);
        }
        Ok(NONE)
    }),
    getter("__annotations__", "", |py, a| {
        let own = function(py, a[0], "__annotations__")?;
        if let Some(pairs) = as_object::<Tuple>(own.annotations.get()) {
            // The compiler's form for `from __future__ import annotations`: name, text, name, text, …
            let made = dict::new(py)?;
            for pair in pairs.items().chunks_exact(2) {
                dict::set(py, made, pair[0].get(), pair[1].get())?;
            }
            own.annotations.set(py.mutator(), own, word(made));
        }
        if own.annotations.get() == UNSET {
            let made = if own.annotate.get() == NONE {
                word(dict::new(py)?)
            } else {
                let format = py.int(1)?;
                let made = py.call(own.annotate.get(), &[format])?;
                if py.cast::<Dict>(made).is_none() {
                    return Err(py.type_error(format!(
                        "__annotate__ returned non-dict of type '{}'",
                        py.type_name(made)
                    )));
                }
                made
            };
            own.annotations.set(py.mutator(), own, made);
        }
        Ok(own.annotations.get())
    }),
    setter("__annotations__", |py, a| {
        let own = function(py, a[0], "__annotations__")?;
        let value = if a[1] == UNSET || a[1] == NONE { UNSET } else { a[1] };
        if value != UNSET && py.cast::<Dict>(value).is_none() {
            return Err(py.type_error("__annotations__ must be set to a dict object"));
        }
        own.annotations.set(py.mutator(), own, value);
        own.annotate.set(py.mutator(), own, NONE);
        Ok(NONE)
    }),
    getter("__type_params__", "", |py, a| Ok(function(py, a[0], "__type_params__")?.type_params.get())),
    setter("__type_params__", |py, a| {
        let own = function(py, a[0], "__type_params__")?;
        if py.cast::<Tuple>(a[1]).is_none() {
            return Err(py.type_error("__type_params__ must be set to a tuple"));
        }
        own.type_params.set(py.mutator(), own, a[1]);
        Ok(NONE)
    }),
];

static METHOD_METHODS: &[NativeDef] = &[
    raw("__call__", "($self, /, *args, **kwargs)", "Call self as a function.", |py, args| {
        py.call_args(args.words[0], Args { words: &args.words[1..], keywords: args.keywords })
    }),
    def(
        "__get__",
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        |_, a| Ok(a[0]),
    ),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
        let own: Gc<BoundMethod> = py.expect(a[0], Ty::Method, "__eq__")?;
        let Some(other) = as_object::<BoundMethod>(a[1]) else { return Ok(NOT_IMPLEMENTED) };
        let same = py.is_same(own.receiver.get(), other.receiver.get())
            && py.is_equal(own.function.get(), other.function.get())?;
        Ok(bool_word(same))
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let own: Gc<BoundMethod> = py.expect(a[0], Ty::Method, "__hash__")?;
        let hash = py.hash_identity(own.receiver.get()) ^ py.hash(own.function.get())?;
        py.int(if hash == -1 { -2 } else { hash })
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own: Gc<BoundMethod> = py.expect(a[0], Ty::Method, "__repr__")?;
        let mut name = py.get_attr_opt(own.function.get(), Name::Qualname)?;
        if name.is_none() {
            name = py.get_attr_opt(own.function.get(), Name::NameAttr)?;
        }
        let name = name.and_then(|name| py.as_str(name)).map_or_else(|| "?".into(), |name| name.to_text());
        let receiver = py.repr_text(own.receiver.get())?;
        py.str(&format!("<bound method {name} of {receiver}>"))
    }),
    def("__getattribute__", "($self, name, /)", "Return getattr(self, name).", |py, a| {
        let own: Gc<BoundMethod> = py.expect(a[0], Ty::Method, "__getattribute__")?;
        let name = crate::object::attribute_name(py, a[1])?;
        let class = py.type_of(a[0]);
        match class.lookup(py, name) {
            Some(_) => match py.generic_get_attr(a[0], class, name)? {
                Some(found) => Ok(found),
                None => py.get_attr(own.function.get(), name),
            },
            None => py.get_attr(own.function.get(), name),
        }
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let own: Gc<BoundMethod> = py.expect(a[0], Ty::Method, "__reduce__")?;
        let getattr = py.import_from("builtins", "getattr")?;
        let name = py.get_attr(own.function.get(), Name::NameAttr)?;
        let args = py.new_tuple(&[own.receiver.get(), name])?;
        py.new_tuple(&[getattr, args])
    }),
    member("__func__", "the function (or other callable) implementing a method", |py, a| {
        Ok(py.expect::<BoundMethod>(a[0], Ty::Method, "__func__")?.function.get())
    }),
    member("__self__", "the instance to which a method is bound", |py, a| {
        Ok(py.expect::<BoundMethod>(a[0], Ty::Method, "__self__")?.receiver.get())
    }),
    getter("__doc__", "", |py, a| {
        let own: Gc<BoundMethod> = py.expect(a[0], Ty::Method, "__doc__")?;
        py.get_attr(own.function.get(), Name::Doc)
    }),
];

/// Cells compare as what they hold; an empty one is less than any other.
fn compare_cells(py: Py, op: Comparison, a: &[Word]) -> Result {
    let own: Gc<CellObject> = py.expect(a[0], Ty::Cell, op.name().text())?;
    let Some(other) = as_object::<CellObject>(a[1]) else { return Ok(NOT_IMPLEMENTED) };
    match (own.value.get(), other.value.get()) {
        (UNSET, _) | (_, UNSET) => {
            let order = (own.value.get() != UNSET).cmp(&(other.value.get() != UNSET));
            Ok(bool_word(op.holds(order)))
        }
        (x, y) => py.compare(op, x, y),
    }
}

static CELL_METHODS: &[NativeDef] = &[
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare_cells(py, Comparison::Eq, a)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare_cells(py, Comparison::Ne, a)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare_cells(py, Comparison::Lt, a)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare_cells(py, Comparison::Le, a)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare_cells(py, Comparison::Gt, a)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare_cells(py, Comparison::Ge, a)),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own: Gc<CellObject> = py.expect(a[0], Ty::Cell, "__repr__")?;
        let address = heap::identity(own);
        py.str(&match own.value.get() {
            UNSET => format!("<cell at {address:#x}: empty>"),
            value => {
                let inner = object(value).map_or(value as usize, heap::identity);
                format!("<cell at {address:#x}: {} object at {inner:#x}>", py.type_name(value))
            }
        })
    }),
    getter("cell_contents", "", |py, a| {
        match py.expect::<CellObject>(a[0], Ty::Cell, "cell_contents")?.value.get() {
            UNSET => Err(py.value_error("Cell is empty")),
            value => Ok(value),
        }
    }),
    setter("cell_contents", |py, a| {
        let own: Gc<CellObject> = py.expect(a[0], Ty::Cell, "cell_contents")?;
        own.value.set(py.mutator(), own, a[1]);
        Ok(NONE)
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Function,
        doc: "Create a function object.",
        constructor: Some(new_function),
        methods: FUNCTION_METHODS,
    },
    NativeType {
        ty: Ty::Method,
        doc: "Create a bound instance method object.",
        constructor: Some(new_method),
        methods: METHOD_METHODS,
    },
    NativeType {
        ty: Ty::Cell,
        doc: "Create a new cell object.",
        constructor: Some(new_cell),
        methods: CELL_METHODS,
    },
];

/// `types.FunctionType(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)`
fn new_function(py: Py, _class: TypeRef, args: Args) -> Result {
    let signature =
        python_model::signature!("(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)");
    let a = python_model::native::bind::<6>(py, "function", signature, args)?;
    let or_none = |value: Word| if value == UNSET { NONE } else { value };
    let wrong = |name: &str, wanted: &str, value: Word| {
        let what = py.argument_type(value);
        py.type_error(format!("function() argument '{name}' must be {wanted}, not {what}"))
    };
    let Some(code) = as_object::<CodeRef>(a[0]) else { return Err(wrong("code", "code", a[0])) };
    if py.cast::<Dict>(a[1]).is_none() {
        return Err(wrong("globals", "dict", a[1]));
    }
    let globals = a[1];
    let free = code.info().object.freevars.len();
    let cells = match py.cast::<Tuple>(or_none(a[4])) {
        Some(cells) => cells.items().len(),
        None if or_none(a[4]) != NONE => return Err(py.type_error("arg 5 (closure) must be None or tuple")),
        None if free > 0 => return Err(py.type_error("arg 5 (closure) must be tuple")),
        None => 0,
    };
    if let Some(cells) = py.cast::<Tuple>(or_none(a[4]))
        && let Some(other) = cells.items().iter().find(|cell| as_object::<CellObject>(cell.get()).is_none())
        && free == cells.items().len()
    {
        let what = py.type_name(other.get());
        return Err(py.type_error(format!("arg 5 (closure) expected cell, found {what}")));
    }
    if free != cells {
        let name = &code.info().object.name;
        return Err(py.value_error(format!("{name} requires closure of length {free}, not {cells}")));
    }
    let code = Code::with_globals(py, code.info(), globals)?;
    let function = functions::new_function(py, code, or_none(a[4]))?;
    if let Some(name) = python_model::native::given(a[2]) {
        function.name.set(py.mutator(), function, name);
    }
    function.defaults.set(py.mutator(), function, or_none(a[3]));
    function.kwdefaults.set(py.mutator(), function, or_none(a[5]));
    Ok(word(function))
}

fn new_method(py: Py, _class: TypeRef, args: Args) -> Result {
    args.no_keywords(py, "method")?;
    let [function, receiver] = args.words else {
        return Err(py.type_error(format!("method expected 2 arguments, got {}", args.words.len())));
    };
    if !py.is_callable(*function) {
        return Err(py.type_error("first argument must be callable"));
    }
    if *receiver == NONE {
        return Err(py.type_error("instance must not be None"));
    }
    py.bound_method(*function, *receiver)
}

fn new_cell(py: Py, _class: TypeRef, args: Args) -> Result {
    let value = match args.words {
        [] => UNSET,
        [value] => *value,
        more => return Err(py.type_error(format!("cell expected at most 1 argument, got {}", more.len()))),
    };
    Ok(word(py.alloc(CellObject { header: Header::EMPTY, value: WordSlot::new(value) })?))
}

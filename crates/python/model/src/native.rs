//! Functions and types written in Rust: how they are declared, and how their arguments are bound.
//!
//! A definition is one line: name, *text signature* as `inspect` shows it, docstring, function. The signature is the one source of
//! arity, defaults and keyword names: it is parsed when a call does not fit the fast path.
//!
//! ```text
//! def("split", "($self, /, sep=None, maxsplit=-1)", "Return a list of …", split)
//! fn split(py: Py, a: &[Word]) -> Result { … a[0] self, a[1] sep or UNSET, a[2] maxsplit or UNSET … }
//! ```
//!
//! The function gets exactly one word per parameter, UNSET where an optional argument was not given (whatever the
//! default in the text says), the tuple for `*args` and the dict for `**kwargs`. A `raw` function gets the arguments as they were passed.
//! The argument slice lives on the native stack, so the collector sees it and what it refers to does not move.
//! Limits: at most 32 parameters.

use crate::names::Name;
use crate::objects::{Builtin, StaticMethod, Str, Tuple};
use crate::py::{Py, Result};
use crate::signature::{Callee, FEW_PARAMETERS, parsed};
pub use crate::signature::{MOST_PARAMETERS, Signature};
use crate::types::{Ty, TypeRef, flags};
use crate::value::{NONE, UNSET, Word, as_object};
use heap::Gc;

/// Arguments as they are passed: positional ones, then the values of keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    pub words: &'a [Word],
    /// Tuple of names, one for each of the last words.
    pub keywords: Option<Gc<Tuple>>,
}

impl<'a> Args<'a> {
    pub fn positional(words: &'a [Word]) -> Args<'a> {
        Args { words, keywords: None }
    }
    pub fn keyword_count(&self) -> usize {
        self.keywords.map_or(0, |names| names.items().len())
    }
    pub fn positional_count(&self) -> usize {
        self.words.len() - self.keyword_count()
    }
    pub fn positionals(&self) -> &'a [Word] {
        &self.words[..self.positional_count()]
    }
    /// Name and value of each keyword.
    pub fn named(&self) -> impl Iterator<Item = (Gc<Str>, Word)> + use<'a> {
        let values = &self.words[self.positional_count()..];
        let names = self.keywords;
        values.iter().enumerate().map(move |(i, &value)| {
            let names = names.expect("there are as many names as values");
            (as_object(names.items()[i].get()).expect("keywords are strings"), value)
        })
    }
    /// Errors: `TypeError` if there are keywords.
    pub fn no_keywords(&self, py: Py, function: &str) -> Result<()> {
        if self.keyword_count() > 0 {
            return Err(py.type_error(format!("{function}() takes no keyword arguments")));
        }
        Ok(())
    }
}

pub type BoundFn = fn(Py, &[Word]) -> Result;
pub type RawFn = fn(Py, Args) -> Result;
/// Advances an iterator: its next item, or none. A `StopIteration` that it raises ends it, too.
pub type AdvanceFn = fn(Py, Word) -> Result<Option<Word>>;
/// Sends a value into something that is awaited: what it yields or returns.
pub type StepFn = fn(Py, Word, Word) -> Result<crate::generator::Step>;
/// Makes an instance of a class (the first argument) that is the type or a subclass.
pub type Constructor = fn(Py, TypeRef, Args) -> Result;

/// What a definition becomes in its type or module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeKind {
    /// A function of a module; in a type, a method: binds to its first argument.
    Function,
    ClassMethod,
    StaticMethod,
    /// A computed attribute: the function takes the object.
    Getter,
    /// The same, of which CPython says "readonly attribute": in C it is a field.
    Member,
    /// Sets a computed attribute, found under the getter's name: takes object and value (UNSET to delete).
    Setter,
}

#[derive(Clone, Copy)]
pub enum NativeFn {
    Bound(BoundFn),
    Raw(RawFn),
}

/// A function written in Rust.
#[derive(Clone, Copy)]
pub struct NativeDef {
    pub name: &'static str,
    /// Text signature, `(…)`; empty if it has none.
    pub signature: &'static str,
    pub doc: &'static str,
    pub kind: NativeKind,
    pub function: NativeFn,
    /// It collects garbage for the program: the interpreter says what of its native stack is dead ([`crate::native_runs`]).
    pub collects: bool,
    /// With plain arguments ([`crate::plain`]) it runs no Python code, changes nothing and looks at nothing that changes. So are all methods
    /// of numbers and strings: there, nothing has to be said. A method of another class may look at its receiver, whatever that is, and change
    /// what the receiver alone knows of.
    pub is_quiet: bool,
    /// The same, whatever the arguments are.
    pub is_contained: bool,
    /// What a `__next__` does, without an exception at the end: see [`NativeDef::advancing`].
    pub advances: Option<AdvanceFn>,
    /// What a `send` or `__next__` of something awaited does, without an exception for what it returns: see [`NativeDef::stepping`].
    pub steps: Option<StepFn>,
    /// What a function of one number computes, if it does no more than that: see [`NativeDef::computing`].
    pub computes: Option<FloatFunction>,
}

/// What a mathematical function makes of a float. Where the result is infinite or no number, the function itself decides what that means.
#[derive(Clone, Copy)]
pub struct FloatFunction {
    pub function: fn(f64) -> f64,
    /// The function's result is that as an integer, and an integer is its own result.
    pub makes_int: bool,
}

impl NativeDef {
    const fn new(
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
        kind: NativeKind,
        function: NativeFn,
    ) -> NativeDef {
        NativeDef {
            name,
            signature,
            doc,
            kind,
            function,
            collects: false,
            is_quiet: false,
            is_contained: false,
            advances: None,
            steps: None,
            computes: None,
        }
    }

    /// The same, for a `__next__` that is this function and an exception at the end. The runtime, which goes through iterators all the
    /// time, calls the function itself, and asks for it once ([`Py::stepper`]).
    pub const fn advancing(self, advances: AdvanceFn) -> NativeDef {
        NativeDef { advances: Some(advances), ..self }
    }

    /// The same, for a `send` that is this function and an exception for what it returns (and for the `__next__` that sends None). `await` calls
    /// the function itself.
    pub const fn stepping(self, steps: StepFn) -> NativeDef {
        NativeDef { steps: Some(steps), ..self }
    }

    /// The same, for a function that collects garbage.
    pub const fn collecting(self) -> NativeDef {
        NativeDef { collects: true, ..self }
    }

    /// The same, for a function that is quiet when its arguments are plain.
    pub const fn quiet(self) -> NativeDef {
        NativeDef { is_quiet: true, ..self }
    }

    /// The same, for a function that does not look into its arguments, but for the receiver of a method: `deque.append`.
    pub const fn contained(self) -> NativeDef {
        NativeDef { is_contained: true, ..self }
    }

    /// The same, for a function that returns `function` of a float or integer wherever that is finite. Traces call `function` alone.
    pub const fn computing(self, function: fn(f64) -> f64) -> NativeDef {
        NativeDef { computes: Some(FloatFunction { function, makes_int: false }), ..self }
    }

    /// The same, for a function that rounds to an integer.
    pub const fn rounding(self, function: fn(f64) -> f64) -> NativeDef {
        NativeDef { computes: Some(FloatFunction { function, makes_int: true }), ..self }
    }
}

/// A method or function.
pub const fn def(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: BoundFn,
) -> NativeDef {
    NativeDef::new(name, signature, doc, NativeKind::Function, NativeFn::Bound(function))
}
/// A method or function that binds its arguments itself.
pub const fn raw(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: RawFn,
) -> NativeDef {
    NativeDef::new(name, signature, doc, NativeKind::Function, NativeFn::Raw(function))
}
/// A class method: the first argument is the class (`$type` in the signature).
pub const fn class_method(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: BoundFn,
) -> NativeDef {
    NativeDef::new(name, signature, doc, NativeKind::ClassMethod, NativeFn::Bound(function))
}
pub const fn static_method(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: BoundFn,
) -> NativeDef {
    NativeDef::new(name, signature, doc, NativeKind::StaticMethod, NativeFn::Bound(function))
}
/// A static method that binds its arguments itself: `__new__`.
pub const fn static_raw(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    function: RawFn,
) -> NativeDef {
    NativeDef::new(name, signature, doc, NativeKind::StaticMethod, NativeFn::Raw(function))
}
/// A computed attribute.
pub const fn getter(name: &'static str, doc: &'static str, function: BoundFn) -> NativeDef {
    NativeDef::new(name, "", doc, NativeKind::Getter, NativeFn::Bound(function))
}
/// A computed attribute that in C is a field of the object, and cannot be assigned.
pub const fn member(name: &'static str, doc: &'static str, function: BoundFn) -> NativeDef {
    NativeDef::new(name, "", doc, NativeKind::Member, NativeFn::Bound(function))
}
/// The other half of a computed attribute.
pub const fn setter(name: &'static str, function: BoundFn) -> NativeDef {
    NativeDef::new(name, "", "", NativeKind::Setter, NativeFn::Bound(function))
}

/// A table of functions that are quiet when their arguments are plain.
pub const fn quiet<const N: usize>(mut table: [NativeDef; N]) -> [NativeDef; N] {
    let mut index = 0;
    while index < N {
        table[index] = table[index].quiet();
        index += 1;
    }
    table
}

/// Tables put together, for a module or type that is written in several files. Their lengths must add up to `N`.
pub const fn join<const N: usize>(tables: &[&[NativeDef]]) -> [NativeDef; N] {
    let (mut all, mut count, mut table) = ([tables[0][0]; N], 0, 0);
    while table < tables.len() {
        let mut index = 0;
        while index < tables[table].len() {
            all[count] = tables[table][index];
            count += 1;
            index += 1;
        }
        table += 1;
    }
    assert!(count == N, "the tables have another length");
    all
}

/// What a crate adds to a built-in type.
pub struct NativeType {
    pub ty: Ty,
    pub doc: &'static str,
    pub constructor: Option<Constructor>,
    pub methods: &'static [NativeDef],
}

impl NativeDef {
    /// Calls a computed attribute with the object, or the object and the new value.
    pub fn call_accessor(&self, py: Py, words: &[Word]) -> Result {
        match self.function {
            NativeFn::Bound(function) => function(py, words),
            NativeFn::Raw(function) => function(py, Args::positional(words)),
        }
    }
}

impl Builtin {
    /// Calls the function with positional arguments, the receiver included. As [`Builtin::call`], with a short way for as many arguments as
    /// there are parameters.
    #[inline(always)]
    pub fn call_positional(&self, py: Py, words: &[Word]) -> Result {
        match self.plain_function(words.len()) {
            Some(function) => function(py, words),
            None => self.call(py, Args::positional(words)),
        }
    }

    /// What to call with so many positional arguments as they are; `None`: they have to be bound, or it was never called.
    #[inline(always)]
    pub fn plain_function(&self, count: usize) -> Option<BoundFn> {
        match self.def().function {
            NativeFn::Bound(function) if self.signature.get() != 0 => {
                (self.signature().plain_count == count).then_some(function)
            }
            _ => None,
        }
    }

    /// Calls the function. `args` include the receiver, if it is a method.
    pub fn call(&self, py: Py, args: Args) -> Result {
        let def = self.def();
        match def.function {
            NativeFn::Raw(_) if args.words.is_empty() && def.signature.starts_with("($self") => {
                Err(self.without_receiver(py))
            }
            NativeFn::Raw(function) => {
                if def.kind == NativeKind::StaticMethod && def.name == "__new__" {
                    self.check_new(py, &args)?;
                }
                function(py, args)
            }
            NativeFn::Bound(function) => {
                let signature = self.signature();
                if args.keywords.is_none() {
                    let given = args.words.len();
                    if given == signature.plain_count {
                        return function(py, args.words);
                    }
                    // Optional arguments at the end are not given.
                    let is_complete = given >= signature.required_count && given < signature.plain_count;
                    if is_complete && signature.plain_count <= FEW_PARAMETERS {
                        return call_with_few(py, function, signature, args.words);
                    }
                }
                // Class methods are named after the class that they are called for, initializers as the class itself.
                let owner = match (def.kind, args.words.first()) {
                    (NativeKind::ClassMethod, Some(class)) => *class,
                    _ => self.owner.get(),
                };
                match py.as_type(owner).filter(|_| def.name == "__init__") {
                    Some(class) => {
                        let callee = Callee { name: &class.name.borrow().clone(), owner };
                        call_with_bound(py, function, signature, callee, args)
                    }
                    None => call_with_bound(py, function, signature, Callee { name: def.name, owner }, args),
                }
            }
        }
    }

    /// Whether the `__new__` of a built-in type may make objects of the class in the first argument. One function serves all types, but
    /// each has it as a method of its own. Errors: `TypeError` if the class is no subclass, or has a constructor that this one goes round.
    fn check_new(&self, py: Py, args: &Args) -> Result<()> {
        let Some(owner) = py.as_type(self.owner.get()) else { return Ok(()) };
        let of = owner.message_name();
        let Some(&first) = args.words.first() else {
            return Err(py.type_error(format!("{of}.__new__(): not enough arguments")));
        };
        let Some(class) = py.as_type(first) else {
            let name = py.type_name(first);
            return Err(py.type_error(format!("{of}.__new__(X): X is not a type object ({name})")));
        };
        let name = class.message_name();
        if !class.is_subtype(owner) {
            return Err(py.type_error(format!("{of}.__new__({name}): {name} is not a subtype of {of}")));
        }
        let built_in = class.mro.borrow().iter().copied().find(|base| !base.has(flags::MUTABLE));
        let address = |class: TypeRef| class.constructor.get().map(|constructor| constructor as usize);
        if let Some(base) = built_in
            && address(base) != address(owner)
            && !base.has(flags::NO_CONSTRUCTOR)
        {
            // What a class inherits from a built-in type counts as its own.
            let is_inherited = class.lookup(py, Name::New).and_then(as_object::<StaticMethod>);
            let is_inherited =
                is_inherited.is_some_and(|new| as_object::<Builtin>(new.function.get()).is_some());
            let base = if is_inherited { class.message_name() } else { base.message_name() };
            return Err(py.type_error(format!("{of}.__new__({name}) is not safe, use {base}.__new__()")));
        }
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn without_receiver(&self, py: Py) -> metatrace_machine::Raised {
        let (name, owner) = (self.def().name, self.owner.get());
        py.type_error(match py.as_type(owner) {
            Some(class) if name.starts_with("__") => {
                let class = class.name.borrow();
                format!("descriptor '{name}' of '{class}' object needs an argument")
            }
            _ => {
                let name = Callee { name, owner }.qualified(py);
                format!("unbound method {name}() needs an argument")
            }
        })
    }

    /// The parsed signature; parsed at the first call.
    #[inline(always)]
    fn signature(&self) -> &'static Signature {
        if self.signature.get() == 0 {
            self.parse_signature();
        }
        // SAFETY: set above to a signature that is never freed.
        unsafe { &*(self.signature.get() as usize as *const Signature) }
    }

    #[cold]
    fn parse_signature(&self) {
        self.signature.set(std::ptr::from_ref(parsed(self.def().signature)) as usize as i64);
    }
}

// Each way to bind has a frame of its own: an array that a call does not use would keep what lay there before from being collected.

#[inline(never)]
fn call_with_few(py: Py, function: BoundFn, signature: &Signature, given: &[Word]) -> Result {
    let mut bound = [UNSET; FEW_PARAMETERS];
    bound[..given.len()].copy_from_slice(given);
    function(py, &bound[..signature.plain_count])
}

#[inline(never)]
fn call_with_bound(
    py: Py,
    function: BoundFn,
    signature: &Signature,
    callee: Callee<'_>,
    args: Args,
) -> Result {
    let mut bound = [UNSET; MOST_PARAMETERS];
    signature.bind(py, callee, args, &mut bound)?;
    function(py, &bound[..signature.parameters.len()])
}

/// An optional argument: UNSET and None are absent.
pub fn given(argument: Word) -> Option<Word> {
    (argument != UNSET && argument != NONE).then_some(argument)
}

/// Binds the arguments of a function that is not described by a [`NativeDef`], a constructor for instance.
/// `signature` is parsed once: keep it in a `static OnceLock` made by [`signature!`](crate::signature).
pub fn bind<const N: usize>(py: Py, name: &str, signature: &Signature, args: Args) -> Result<[Word; N]> {
    let mut out = [UNSET; MOST_PARAMETERS];
    signature.bind(py, Callee { name, owner: UNSET }, args, &mut out)?;
    let mut result = [UNSET; N];
    assert_eq!(signature.parameters.len(), N, "{name} binds {N} words");
    result.copy_from_slice(&out[..N]);
    Ok(result)
}

/// A signature for [`bind`], parsed once.
#[macro_export]
macro_rules! signature {
    ($text:literal) => {{
        static PARSED: std::sync::OnceLock<$crate::native::Signature> = std::sync::OnceLock::new();
        PARSED.get_or_init(|| $crate::native::Signature::parse($text))
    }};
}

/// Whether a name is that of a special method.
pub fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// Whether a special method is one that CPython's types have as a slot: their methods are *slot wrappers*, all others ordinary methods.
fn is_slot(name: &str) -> bool {
    const SLOTS: &[&str] = &[
        "abs",
        "add",
        "aiter",
        "and",
        "anext",
        "await",
        "bool",
        "buffer",
        "call",
        "contains",
        "del",
        "delattr",
        "delete",
        "delitem",
        "divmod",
        "eq",
        "float",
        "floordiv",
        "ge",
        "get",
        "getattr",
        "getattribute",
        "getitem",
        "gt",
        "hash",
        "iadd",
        "iand",
        "ifloordiv",
        "ilshift",
        "imatmul",
        "imod",
        "imul",
        "index",
        "init",
        "int",
        "invert",
        "ior",
        "ipow",
        "irshift",
        "isub",
        "iter",
        "itruediv",
        "ixor",
        "le",
        "len",
        "lshift",
        "lt",
        "matmul",
        "mod",
        "mul",
        "ne",
        "neg",
        "next",
        "or",
        "pos",
        "pow",
        "radd",
        "rand",
        "rdivmod",
        "release_buffer",
        "repr",
        "rfloordiv",
        "rlshift",
        "rmatmul",
        "rmod",
        "rmul",
        "ror",
        "rpow",
        "rrshift",
        "rshift",
        "rsub",
        "rtruediv",
        "rxor",
        "set",
        "setattr",
        "setitem",
        "str",
        "sub",
        "truediv",
        "xor",
    ];
    is_special(name) && SLOTS.binary_search(&&name[2..name.len() - 2]).is_ok()
}

/// The same for a method of a type: CPython has a few of its slots as ordinary methods, too, and shows these.
pub fn is_slot_of(py: Py, owner: Word, name: &str) -> bool {
    let ty = py.as_type(owner).and_then(|class| class.builtin);
    let is_method = matches!(
        (ty, name),
        (Some(Ty::List | Ty::Dict), "__getitem__")
            | (Some(Ty::Dict | Ty::Set | Ty::FrozenSet), "__contains__")
    );
    !is_method && is_slot(name)
}

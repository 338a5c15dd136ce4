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

use crate::dict;
use crate::names::Name;
use crate::objects::{Builtin, Dict, StaticMethod, Str, Tuple};
use crate::py::{Py, Result};
use crate::types::{Ty, TypeRef, flags};
use crate::value::{NONE, UNSET, Word, as_object, word};
use heap::Gc;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

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
    /// of numbers and strings: there, nothing has to be said.
    pub is_quiet: bool,
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
        NativeDef { name, signature, doc, kind, function, collects: false, is_quiet: false, computes: None }
    }

    /// The same, for a function that collects garbage.
    pub const fn collecting(self) -> NativeDef {
        NativeDef { collects: true, ..self }
    }

    /// The same, for a function that is quiet when its arguments are plain.
    pub const fn quiet(self) -> NativeDef {
        NativeDef { is_quiet: true, ..self }
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

/// The parsed form of a text signature. One for all interpreters of the process: it depends on the text alone.
fn parsed(text: &'static str) -> &'static Signature {
    static PARSED: Mutex<BTreeMap<&'static str, &'static Signature>> = Mutex::new(BTreeMap::new());
    let mut known = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(text).or_insert_with(|| Box::leak(Box::new(Signature::parse(text))))
}

/// Which function binds its arguments: for messages.
#[derive(Clone, Copy)]
struct Callee<'a> {
    name: &'a str,
    /// See [`Builtin::owner`].
    owner: Word,
}

impl Callee<'_> {
    /// `str.upper`, `math.sin`, `len`
    fn qualified(self, py: Py) -> String {
        if let Some(class) = py.as_type(self.owner) {
            return format!("{}.{}", class.name.borrow(), self.name);
        }
        let module = as_object::<crate::objects::Module>(self.owner).and_then(|module| module.dict.get());
        let module = module.and_then(|own| dict::get_symbol(py, own, crate::names::Name::NameAttr));
        match module.and_then(|name| py.as_str(name)).map(|name| name.to_text()) {
            Some(module) if module != "builtins" => format!("{module}.{}", self.name),
            _ => self.name.to_owned(),
        }
    }
}

/// Parameters that most functions do not exceed.
const FEW_PARAMETERS: usize = 8;
/// Most parameters of a function written in Rust.
pub const MOST_PARAMETERS: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ParameterKind {
    PositionalOnly,
    Positional,
    VarPositional,
    KeywordOnly,
    VarKeyword,
}

struct Parameter {
    name: &'static str,
    kind: ParameterKind,
    is_optional: bool,
}

impl Parameter {
    /// Whether a keyword may name it.
    fn is_named(&self) -> bool {
        matches!(self.kind, ParameterKind::Positional | ParameterKind::KeywordOnly)
    }
}

/// A parsed text signature.
pub struct Signature {
    parameters: Vec<Parameter>,
    /// Number of arguments that bind one to one, if all parameters are positional; else an impossible number.
    plain_count: usize,
    /// Number of parameters up to the last one that is not optional.
    required_count: usize,
    has_receiver: bool,
}

impl Signature {
    /// Parses `(a, b=1, /, c, *args, d=None, **kw)`. `$self`, `$module` and `$type` mark the receiver; `[, x]` marks what may be left out without
    /// a default. A function of a module has no receiver word: `$module` is dropped.
    pub fn parse(text: &'static str) -> Signature {
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or("");
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut kind = ParameterKind::Positional;
        let mut has_receiver = false;
        for part in split_top(inner) {
            let part = part.trim();
            let bare = part.trim_matches(['[', ']', ' ']);
            if bare.is_empty() {
                continue;
            }
            if bare == "/" {
                for p in &mut parameters {
                    if p.kind == ParameterKind::Positional {
                        p.kind = ParameterKind::PositionalOnly;
                    }
                }
                continue;
            }
            if bare == "*" {
                kind = ParameterKind::KeywordOnly;
                continue;
            }
            if let Some(receiver) = bare.strip_prefix('$') {
                if receiver != "module" {
                    has_receiver = true;
                    let name = receiver;
                    parameters.push(Parameter {
                        name,
                        kind: ParameterKind::PositionalOnly,
                        is_optional: false,
                    });
                }
                continue;
            }
            let (name, kind_here) = match bare {
                b if b.starts_with("**") => (&b[2..], ParameterKind::VarKeyword),
                b if b.starts_with('*') => {
                    kind = ParameterKind::KeywordOnly;
                    (&b[1..], ParameterKind::VarPositional)
                }
                b => (b.split('=').next().unwrap_or(b).trim(), kind),
            };
            let is_optional =
                bare.contains('=') || part.contains('[') || part.ends_with(']') && !part.contains('=');
            parameters.push(Parameter { name, kind: kind_here, is_optional });
        }
        let is_plain = parameters
            .iter()
            .all(|p| matches!(p.kind, ParameterKind::PositionalOnly | ParameterKind::Positional));
        assert!(parameters.len() <= MOST_PARAMETERS, "too many parameters: {text}");
        let plain_count = if is_plain { parameters.len() } else { usize::MAX };
        let required_count = match parameters.iter().rposition(|p| !p.is_optional) {
            Some(last) => last + 1,
            None => 0,
        };
        Signature { parameters, plain_count, required_count, has_receiver }
    }

    /// Distributes arguments. Errors: `TypeError` in CPython's words.
    fn bind(&self, py: Py, callee: Callee, args: Args, out: &mut [Word; MOST_PARAMETERS]) -> Result<()> {
        let name = callee.name;
        let given = args.positional_count();
        if args.keywords.is_some() {
            self.check_keywords(py, callee, args)?;
        }
        let mut var_positional = None;
        let mut var_keyword = None;
        let mut next = 0;
        for (index, p) in self.parameters.iter().enumerate() {
            match p.kind {
                ParameterKind::PositionalOnly | ParameterKind::Positional => {
                    if next < given {
                        out[index] = args.words[next];
                        next += 1;
                    }
                }
                ParameterKind::VarPositional => var_positional = Some(index),
                ParameterKind::VarKeyword => var_keyword = Some(index),
                ParameterKind::KeywordOnly => {}
            }
        }
        if let Some(index) = var_positional {
            out[index] = py.new_tuple(&args.words[next..given])?;
        } else if next < given {
            return Err(self.wrong_count(py, callee, given));
        }
        if let Some(index) = var_keyword {
            out[index] = word(dict::new(py)?);
        }
        for (key, value) in args.named() {
            let text = key.as_bytes();
            let position = self.parameters.iter().position(|p| p.is_named() && p.name.as_bytes() == text);
            match (position, var_keyword) {
                (Some(index), _) => {
                    if out[index] != UNSET {
                        return Err(py.type_error(format!(
                            "argument for {name}() given by name ('{}') and position ({})",
                            self.parameters[index].name,
                            index + 1 - usize::from(self.has_receiver)
                        )));
                    }
                    out[index] = value;
                }
                (None, Some(index)) => {
                    let kwargs: Gc<Dict> = as_object(out[index]).expect("made above");
                    dict::set(py, kwargs, word(key), value)?;
                }
                (None, None) => {
                    let key = String::from_utf8_lossy(text);
                    let known = self.parameters.iter().filter(|p| p.is_named()).map(|p| p.name);
                    let hint = match crate::suggest::closest(&key, known) {
                        Some(near) => format!(". Did you mean '{near}'?"),
                        None => String::new(),
                    };
                    let message = format!("{name}() got an unexpected keyword argument '{key}'{hint}");
                    return Err(py.type_error(message));
                }
            }
        }
        for (index, p) in self.parameters.iter().enumerate() {
            if out[index] == UNSET && !p.is_optional {
                return Err(self.missing(py, callee, index, given));
            }
        }
        Ok(())
    }

    /// What CPython's parsers object to before they look whether they know the names of keywords.
    #[cold]
    fn check_keywords(&self, py: Py, callee: Callee, args: Args) -> Result<()> {
        let has = |kind| self.parameters.iter().any(|p| p.kind == kind);
        let (name, named) = (callee.name, args.keyword_count());
        if named == 0 || has(ParameterKind::VarKeyword) {
            return Ok(());
        }
        if !self.parameters.iter().any(Parameter::is_named) {
            return Err(py.type_error(if self.has_receiver && is_slot_of(py, callee.owner, name) {
                format!("wrapper {name}() takes no keyword arguments")
            } else {
                format!("{}() takes no keyword arguments", callee.qualified(py))
            }));
        }
        let receiver = usize::from(self.has_receiver);
        let (given, all) = (args.positional_count(), self.parameters.len() - receiver);
        if given < receiver || has(ParameterKind::VarPositional) {
            return Ok(());
        }
        let total = given - receiver + named;
        if total > all {
            let bound = if self.parameters.iter().any(|p| p.is_optional) { "at most" } else { "exactly" };
            let keyword = if given == receiver { "keyword " } else { "" };
            let plural = if all == 1 { "" } else { "s" };
            let message = format!("{name}() takes {bound} {all} {keyword}argument{plural} ({total} given)");
            return Err(py.type_error(message));
        }
        let is_missing = |(index, p): (usize, &Parameter)| {
            let is_given = index < given && p.kind != ParameterKind::KeywordOnly
                || p.is_named() && args.named().any(|(key, _)| key.as_bytes() == p.name.as_bytes());
            !p.is_optional && !is_given
        };
        match self.parameters.iter().enumerate().position(is_missing) {
            Some(index) => Err(self.missing(py, callee, index, given)),
            None => Ok(()),
        }
    }

    /// The error of a parameter that needs an argument and has none.
    fn missing(&self, py: Py, callee: Callee, index: usize, given: usize) -> metatrace_machine::Raised {
        let (name, parameter) = (callee.name, &self.parameters[index]);
        match parameter.kind {
            ParameterKind::PositionalOnly => self.wrong_count(py, callee, given),
            ParameterKind::KeywordOnly => py
                .type_error(format!("{name}() missing required keyword-only argument: '{}'", parameter.name)),
            _ => py.type_error(format!(
                "{name}() missing required argument '{}' (pos {})",
                parameter.name,
                index + 1 - usize::from(self.has_receiver)
            )),
        }
    }

    /// Whether a parameter may be given by name: then CPython counts as its parser of keywords does.
    fn has_named(&self) -> bool {
        self.parameters.iter().any(Parameter::is_named)
    }

    fn wrong_count(&self, py: Py, callee: Callee, given: usize) -> metatrace_machine::Raised {
        let name = callee.name;
        let receiver = usize::from(self.has_receiver);
        if self.has_receiver && given == 0 {
            return py.type_error(format!("unbound method {name}() needs an argument"));
        }
        let given = given - receiver;
        let positional =
            |p: &&Parameter| matches!(p.kind, ParameterKind::PositionalOnly | ParameterKind::Positional);
        let most = self.parameters.iter().filter(positional).count() - receiver;
        let least = self.parameters.iter().filter(positional).filter(|p| !p.is_optional).count() - receiver;
        let unnamed = |p: &&Parameter| p.kind == ParameterKind::PositionalOnly && !p.is_optional;
        let least_unnamed = self.parameters.iter().filter(unnamed).count() - receiver;
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let is_slot = self.has_receiver && is_slot_of(py, callee.owner, name);
        py.type_error(match (least, most) {
            // `__setattr__`, `__setitem__`: CPython's functions behind these name themselves.
            (2, 2) if is_slot && name.starts_with("__set") => {
                format!("{name} expected 2 arguments, got {given}")
            }
            (a, b) if a == b && is_slot => {
                format!("expected {a} argument{}, got {given}", plural(a))
            }
            (1, 2) if is_slot => format!("expected 1 or 2 arguments, got {given}"),
            (0, 0) if self.parameters.iter().any(|p| p.kind == ParameterKind::KeywordOnly) => {
                format!("{name}() takes no positional arguments")
            }
            (a, b) if given > b && self.has_named() => {
                let bound = if a < b { "at most" } else { "exactly" };
                // Arguments that no parameter at all could take are counted otherwise.
                let (count, kind) = match self.parameters.len() - receiver {
                    all if given > all => (all, "argument"),
                    _ => (b, "positional argument"),
                };
                let bound = if count > b { "at most" } else { bound };
                format!("{name}() takes {bound} {count} {kind}{} ({given} given)", plural(count))
            }
            (_, b) if given < least_unnamed && self.has_named() => {
                let bound = if least_unnamed < b { "at least" } else { "exactly" };
                let plural = plural(least_unnamed);
                format!("{name}() takes {bound} {least_unnamed} positional argument{plural} ({given} given)")
            }
            (0, 0) => format!("{}() takes no arguments ({given} given)", callee.qualified(py)),
            (1, 1) => format!("{}() takes exactly one argument ({given} given)", callee.qualified(py)),
            (a, b) if a == b => format!("{name} expected {a} argument{}, got {given}", plural(a)),
            (a, _) if given < a => format!("{name} expected at least {a} argument{}, got {given}", plural(a)),
            (_, b) => format!("{name} expected at most {b} argument{}, got {given}", plural(b)),
        })
    }
}

/// Splits at commas outside brackets and quotes.
fn split_top(text: &'static str) -> Vec<&'static str> {
    let (mut parts, mut depth, mut start, mut quote) = (Vec::new(), 0, 0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '{') => depth += 1,
            (None, ')' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
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

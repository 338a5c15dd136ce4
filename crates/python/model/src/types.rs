//! Types: what the runtime knows about a class, and the list of all built-in ones.
//!
//! A class is a heap object ([`Type`]: its namespace and the words it owns) and a [`TypeInfo`], plain Rust data that lives as
//! long as the process: a type is *green*, so traces, maps and inline caches refer to it by address.
//!
//! Lookup along the MRO is memoised in one table of the interpreter, keyed by type and symbol. Changing a class bumps the
//! version of it and of all its subclasses: inline caches compare the version number, traces depend on the assumption.
//!
//! Limits: classes are never freed.

use crate::maps::Map;
use crate::objects::{Type, Variable};
use crate::py::Py;
use crate::symbols::Symbol;
use crate::value::{UNSET, Word, as_object};
use heap::Gc;
use metatrace_machine::Assumption;
use std::cell::{Cell, RefCell};

/// A type, by the address of what the runtime knows about it.
pub type TypeRef = &'static TypeInfo;

/// What the payload of an instance is: the nearest built-in base with a representation of its own.
pub type Payload = Option<Ty>;

/// Changes of a class, those by decorators included, after which a trace asks it for its attributes each time.
const MOST_CHANGES: u32 = 50;

/// See the module header.
pub struct TypeInfo {
    /// `__name__`, without module and qualification.
    pub name: RefCell<Box<str>>,
    /// Which built-in type this is.
    pub builtin: Option<Ty>,
    /// The heap object, pinned, a root of the interpreter.
    object: Cell<usize>,
    pub bases: RefCell<Box<[TypeRef]>>,
    /// This type first.
    pub mro: RefCell<Box<[TypeRef]>>,
    /// Direct subclasses.
    pub subclasses: RefCell<Vec<TypeRef>>,
    /// Classes whose own `mro()` put this one into their MRO although they do not inherit from it.
    pub guests: RefCell<Vec<TypeRef>>,
    pub metaclass: Cell<Option<TypeRef>>,
    /// Changed with every change of the type or of one of its bases; never 0.
    version: Cell<u32>,
    /// Holds as long as the version stays.
    stability: RefCell<Assumption>,
    /// How often it was changed since it was made.
    changes: Cell<u32>,
    pub flags: Cell<u32>,
    /// What instances hold in [`crate::objects::Instance::payload`]; `None`: nothing.
    pub payload: Payload,
    /// Map of a fresh instance; `None` until there is an instance.
    pub root_map: Cell<Option<&'static Map>>,
    /// Inline slots that fresh instances get: as many as instances were seen to need.
    pub inline_slots: Cell<u32>,
    /// How instances of a built-in type are made: see [`crate::native`].
    pub constructor: Cell<Option<crate::native::Constructor>>,
    /// For which version it is known how the interpreter instantiates the class itself: by this `__init__` (pinned); UNSET: not at
    /// all. See [`TypeInfo::plain_init`].
    instantiation: Cell<(u32, Word)>,
    /// The same of [`TypeInfo::named_tuple_new`].
    named_tuple: Cell<(u32, Word)>,
    /// For which version it is known how instances are hashed and compared: see [`TypeInfo::likeness`].
    likeness: Cell<(u32, Likeness, Likeness)>,
}

/// What decides whether instances of a class are equal, or what their hash is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// The method of `object`: identity.
    Identity,
    /// The method of `tuple`, on the tuple that they hold.
    Tuple,
    /// That of the number, the text or the bytes that they hold.
    Plain,
    /// Another method, or none.
    Other,
}

/// [`TypeInfo::flags`].
pub mod flags {
    /// May not be subclassed (`bool`, `function`, ...).
    pub const FINAL: u32 = 1;
    /// Attributes may be set by Python code.
    pub const MUTABLE: u32 = 2;
    /// Instances have a `__dict__`.
    pub const HAS_DICT: u32 = 4;
    /// Instances can be referred to weakly.
    pub const HAS_WEAKREF: u32 = 8;
    /// Has `__del__` somewhere in its MRO: instances are registered with the collector.
    pub const HAS_FINALIZER: u32 = 16;
    /// `match` treats instances as a sequence / as a mapping.
    pub const SEQUENCE: u32 = 32;
    pub const MAPPING: u32 = 64;
    /// `object.__getattribute__` / `__setattr__` / `__delattr__` are overridden somewhere in the MRO.
    pub const OWN_GETATTRIBUTE: u32 = 128;
    pub const OWN_SETATTR: u32 = 256;
    /// Cannot be instantiated by calling it.
    pub const NO_CONSTRUCTOR: u32 = 512;
    /// A class that still has abstract methods.
    pub const ABSTRACT: u32 = 1024;
    /// A positional class pattern `C(x)` matches the subject itself (`int`, `str`, ...).
    pub const MATCH_SELF: u32 = 2048;
    /// Names slots that its bases do not have: instances of its subclasses are laid out as its own are.
    pub const OWN_SLOTS: u32 = 4096;
    /// Somebody relies on how its instances compare: [`crate::calm`].
    pub const CALM: u32 = 8192;
}

/// Fields of exceptions in the object itself: their classes' slots must be there when attributes of their own go to a dict.
const EXCEPTION_SLOTS: u32 = 10;

impl TypeInfo {
    pub fn new(name: &str, builtin: Option<Ty>, payload: Payload, flags: u32) -> TypeRef {
        Box::leak(Box::new(TypeInfo {
            name: RefCell::new(name.into()),
            builtin,
            object: Cell::new(0),
            bases: RefCell::default(),
            mro: RefCell::default(),
            subclasses: RefCell::default(),
            guests: RefCell::default(),
            metaclass: Cell::new(None),
            version: Cell::new(1),
            stability: RefCell::default(),
            changes: Cell::default(),
            flags: Cell::new(flags),
            payload,
            root_map: Cell::new(None),
            inline_slots: Cell::new(if builtin.is_some_and(Ty::is_exception) { EXCEPTION_SLOTS } else { 4 }),
            constructor: Cell::new(None),
            instantiation: Cell::new((0, UNSET)),
            named_tuple: Cell::new((0, UNSET)),
            likeness: Cell::new((0, Likeness::Other, Likeness::Other)),
        }))
    }

    /// What error messages call the class: see [`Py::type_name`].
    pub fn message_name(&self) -> String {
        let name = self.name.borrow();
        if self.has(flags::MUTABLE) {
            return name.to_string();
        }
        if let Some(ty) = self.builtin {
            let module = ty.module();
            return if module == "builtins" { name.to_string() } else { format!("{module}.{name}") };
        }
        match as_object::<crate::objects::Str>(self.object().module.get()) {
            Some(module) if module.to_text() != "builtins" => format!("{}.{name}", module.to_text()),
            _ => name.to_string(),
        }
    }

    /// The class as a value.
    #[inline(always)]
    pub fn word(&self) -> Word {
        self.object.get() as Word
    }
    #[inline]
    pub fn object(&self) -> Gc<Type> {
        as_object(self.word()).expect("a type has its object from the start")
    }
    pub fn set_object(&self, object: Gc<Type>) {
        heap::pin(object);
        self.object.set(object.address());
    }

    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    pub fn set_flag(&self, flag: u32, on: bool) {
        self.flags.set(if on { self.flags.get() | flag } else { self.flags.get() & !flag });
    }

    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }
    /// What traces that looked at this type depend on.
    pub fn stability(&self) -> Assumption {
        self.stability.borrow().clone()
    }

    /// How often it was changed since it was made.
    pub fn changes(&self) -> u32 {
        self.changes.get()
    }

    /// Whether it was changed so often that a trace had better not take its attributes for constant.
    pub fn changes_often(&self) -> bool {
        self.changes.get() > MOST_CHANGES
    }

    /// The type or one of its bases has changed.
    pub fn changed(&'static self, py: Py) {
        self.changed_alone(py);
        for subclass in self.subclasses.borrow().iter() {
            subclass.changed(py);
        }
        // Not their guests: classes may be guests of each other.
        let mut pending = self.guests.borrow().clone();
        while let Some(guest) = pending.pop() {
            guest.changed_alone(py);
            pending.extend(guest.subclasses.borrow().iter());
        }
    }

    fn changed_alone(&'static self, py: Py) {
        self.changes.set(self.changes.get().saturating_add(1));
        self.version.set(py.vm().next_type_version());
        self.stability.replace(Assumption::new()).invalidate();
        if self.has(flags::CALM) {
            crate::calm::class_changed(py, self);
        }
    }

    /// Whether this type is `other` or inherits from it (by MRO).
    #[inline]
    pub fn is_subtype(&self, other: &TypeInfo) -> bool {
        std::ptr::eq(self, other) || self.mro.borrow().iter().any(|t| std::ptr::eq(*t, other))
    }
    #[inline]
    pub fn is(&self, other: &TypeInfo) -> bool {
        std::ptr::eq(self, other)
    }

    /// The attribute of the class or its bases, as it stands in a namespace. Never runs user code.
    #[inline]
    pub fn lookup(&'static self, py: Py, name: impl Into<Symbol>) -> Option<Word> {
        py.vm().method_cache.lookup(py, self, name.into())
    }

    /// The `__init__` of an ordinary class: one that makes instances without a payload as `object` does, and whose `__init__` is written in
    /// Python. `None` for all others.
    #[inline]
    pub fn plain_init(&'static self, py: Py) -> Option<Word> {
        let (version, init) = self.instantiation.get();
        let init = if version == self.version() { init } else { self.find_plain_init(py) };
        // Becoming abstract is no change of version.
        (init != UNSET && !self.has(flags::ABSTRACT)).then_some(init)
    }

    #[cold]
    fn find_plain_init(&'static self, py: Py) -> Word {
        use crate::names::Name;
        let is_plain = self.payload.is_none()
            && self.builtin.is_none()
            && !self.has(flags::HAS_FINALIZER)
            && py.type_of(self.word()).is(py.ty(Ty::Type))
            && self.lookup(py, Name::New) == py.ty(Ty::Object).lookup(py, Name::New);
        let init = self.lookup(py, Name::Init).filter(|_| is_plain);
        let init = match init.and_then(as_object::<crate::objects::Function>) {
            Some(function) => {
                // The class keeps it alive as long as its version holds; here it must stay where it is.
                heap::pin(function);
                crate::value::word(function)
            }
            None => UNSET,
        };
        self.instantiation.set((self.version(), init));
        init
    }

    /// The `__new__` of a named tuple, if calling the class comes to calling that: it is the function that `collections.namedtuple` made, which
    /// returns what `tuple` makes of the class, and there is no `__init__`.
    pub fn named_tuple_new(&'static self, py: Py) -> Option<Word> {
        if self.payload != Some(Ty::Tuple) || self.builtin.is_some() {
            return None;
        }
        let (version, new) = self.named_tuple.get();
        let new = if version == self.version() { new } else { self.find_named_tuple_new(py) };
        (new != UNSET && !self.has(flags::ABSTRACT)).then_some(new)
    }

    #[cold]
    fn find_named_tuple_new(&'static self, py: Py) -> Word {
        use crate::names::Name;
        use crate::objects::{Function, StaticMethod, Str};
        let is_made_by_namedtuple = |function: &heap::Gc<Function>| {
            as_object::<Str>(function.module.get())
                .is_some_and(|module| module.as_bytes().starts_with(b"namedtuple_"))
        };
        let is_plain = !self.has(flags::HAS_FINALIZER)
            && py.type_of(self.word()).is(py.ty(Ty::Type))
            && self.lookup(py, Name::Init) == py.ty(Ty::Object).lookup(py, Name::Init);
        let new = self.lookup(py, Name::New).filter(|_| is_plain).and_then(as_object::<StaticMethod>);
        let new = new.and_then(|new| as_object::<Function>(new.function.get())).filter(is_made_by_namedtuple);
        let new = match new {
            Some(function) => {
                // As in `find_plain_init`.
                heap::pin(function);
                crate::value::word(function)
            }
            None => UNSET,
        };
        self.named_tuple.set((self.version(), new));
        new
    }

    /// What `__hash__` and `__eq__` of instances go by: containers ask that of each key, so it is kept with the class.
    #[inline]
    pub fn likeness(&'static self, py: Py) -> (Likeness, Likeness) {
        let (version, hash, equality) = self.likeness.get();
        if version == self.version() { (hash, equality) } else { self.find_likeness(py) }
    }

    #[cold]
    fn find_likeness(&'static self, py: Py) -> (Likeness, Likeness) {
        use crate::names::Name;
        let of = |name: Name| {
            let method = self.lookup(py, name);
            if method == py.ty(Ty::Object).lookup(py, name) {
                Likeness::Identity
            } else if self.payload == Some(Ty::Tuple) && method == py.ty(Ty::Tuple).lookup(py, name) {
                Likeness::Tuple
            } else if let Some(ty @ (Ty::Int | Ty::Float | Ty::Str | Ty::Bytes)) = self.payload
                && method == py.ty(ty).lookup(py, name)
            {
                Likeness::Plain
            } else {
                Likeness::Other
            }
        };
        let (hash, equality) = (of(Name::Hash), of(Name::Eq));
        self.likeness.set((self.version(), hash, equality));
        (hash, equality)
    }

    /// The same, past the cache; and in which class of the MRO.
    pub fn lookup_where(&self, py: Py, name: Symbol) -> Option<(TypeRef, Word)> {
        let mro = self.mro.borrow();
        mro.iter().find_map(|class| {
            let dict = class.object().dict.get()?;
            crate::dict::get_symbol(py, dict, name).map(|word| (*class, word))
        })
    }
}

const METHOD_CACHE_ENTRIES: usize = 2048;

#[derive(Clone, Copy)]
struct MethodEntry {
    version: u32,
    symbol: u32,
    /// The attribute, or its variable; 0 if there is none.
    word: Word,
    is_variable: bool,
}

/// Memo of [`TypeInfo::lookup`]. Versions are unique across types, so (version, symbol) is a key.
pub struct MethodCache {
    entries: Box<[Cell<MethodEntry>]>,
    /// Since the last minor collection there are new ones.
    is_changed: Cell<bool>,
}

impl Default for MethodCache {
    fn default() -> Self {
        let empty = MethodEntry { version: 0, symbol: 0, word: 0, is_variable: false };
        MethodCache {
            entries: vec![Cell::new(empty); METHOD_CACHE_ENTRIES].into_boxed_slice(),
            is_changed: Cell::new(false),
        }
    }
}

impl MethodCache {
    #[inline]
    fn lookup(&self, py: Py, class: TypeRef, symbol: Symbol) -> Option<Word> {
        let index =
            (class.version().wrapping_mul(0x9E37_79B1) >> 7 ^ symbol.0) as usize % METHOD_CACHE_ENTRIES;
        let entry = self.entries[index].get();
        let entry = match entry.version == class.version() && entry.symbol == symbol.0 {
            true => entry,
            false => self.find(py, class, symbol, index),
        };
        if entry.is_variable {
            return as_object::<Variable>(entry.word).map(|variable| variable.value.get());
        }
        (entry.word != 0).then_some(entry.word)
    }

    #[cold]
    fn find(&self, py: Py, class: TypeRef, symbol: Symbol, index: usize) -> MethodEntry {
        let variable = crate::class_variables::find(py, class, symbol);
        let word = match variable {
            Some(variable) => crate::value::word(variable),
            None => class.lookup_where(py, symbol).map_or(0, |(_, word)| word),
        };
        let found =
            MethodEntry { version: class.version(), symbol: symbol.0, word, is_variable: variable.is_some() };
        self.entries[index].set(found);
        self.is_changed.set(true);
        found
    }

    /// Tells the collector about the cached words.
    pub fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
        if visitor.wants_young_only() && !self.is_changed.replace(false) {
            return;
        }
        for entry in &self.entries {
            let e = entry.get();
            if e.version != 0 {
                let word = Cell::new(e.word);
                visitor.word(&word);
                entry.set(MethodEntry { word: word.get(), ..e });
            }
        }
    }
}

macro_rules! builtin_types {
    ($($variant:ident = $name:literal($base:ident $module:literal $flags:expr);)*) => {
        /// Every type that the runtime itself knows.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Ty { $($variant,)* }

        impl Ty {
            /// In numeric order: a base comes before what inherits from it.
            pub const ALL: &'static [Ty] = &[$(Ty::$variant,)*];
            /// `__name__`
            pub fn name(self) -> &'static str {
                const NAMES: &[&str] = &[$($name,)*];
                NAMES[self as usize]
            }
            /// The one base; `object` is its own.
            pub fn base(self) -> Ty {
                const BASES: &[Ty] = &[$(Ty::$base,)*];
                BASES[self as usize]
            }
            /// `__module__`
            pub fn module(self) -> &'static str {
                const MODULES: &[&str] = &[$($module,)*];
                MODULES[self as usize]
            }
            pub fn flags(self) -> u32 {
                const FLAGS: &[u32] = &[$($flags,)*];
                FLAGS[self as usize]
            }
        }
    };
}

use flags::*;
const OPEN: u32 = 0;
const EXC: u32 = HAS_DICT | HAS_WEAKREF;

builtin_types! {
    Object = "object"(Object "builtins" OPEN);
    Type = "type"(Object "builtins" OPEN | HAS_DICT | HAS_WEAKREF);
    Int = "int"(Object "builtins" OPEN | MATCH_SELF);
    Bool = "bool"(Int "builtins" FINAL | MATCH_SELF);
    Float = "float"(Object "builtins" OPEN | MATCH_SELF);
    Complex = "complex"(Object "builtins" OPEN);
    Str = "str"(Object "builtins" OPEN | MATCH_SELF);
    Bytes = "bytes"(Object "builtins" OPEN | MATCH_SELF);
    ByteArray = "bytearray"(Object "builtins" OPEN | MATCH_SELF);
    MemoryView = "memoryview"(Object "builtins" FINAL | SEQUENCE | HAS_WEAKREF);
    List = "list"(Object "builtins" OPEN | SEQUENCE | MATCH_SELF);
    Tuple = "tuple"(Object "builtins" OPEN | SEQUENCE | MATCH_SELF);
    Dict = "dict"(Object "builtins" OPEN | MAPPING | MATCH_SELF);
    Set = "set"(Object "builtins" OPEN | HAS_WEAKREF | MATCH_SELF);
    FrozenSet = "frozenset"(Object "builtins" OPEN | HAS_WEAKREF | MATCH_SELF);
    Range = "range"(Object "builtins" FINAL | SEQUENCE);
    Slice = "slice"(Object "builtins" FINAL);
    NoneType = "NoneType"(Object "builtins" FINAL);
    NotImplementedType = "NotImplementedType"(Object "builtins" FINAL);
    EllipsisType = "ellipsis"(Object "builtins" FINAL);
    Function = "function"(Object "builtins" FINAL | HAS_DICT | HAS_WEAKREF);
    Builtin = "builtin_function_or_method"(Object "builtins" FINAL | HAS_WEAKREF | NO_CONSTRUCTOR);
    MethodDescriptor = "method_descriptor"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    WrapperDescriptor = "wrapper_descriptor"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    MethodWrapper = "method-wrapper"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    ClassMethodDescriptor = "classmethod_descriptor"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    GetsetDescriptor = "getset_descriptor"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    MemberDescriptor = "member_descriptor"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    Method = "method"(Object "builtins" FINAL | HAS_WEAKREF);
    Property = "property"(Object "builtins" OPEN);
    ClassMethod = "classmethod"(Object "builtins" OPEN | HAS_DICT);
    StaticMethod = "staticmethod"(Object "builtins" OPEN | HAS_DICT);
    Super = "super"(Object "builtins" OPEN);
    Module = "module"(Object "builtins" OPEN | HAS_DICT | HAS_WEAKREF);
    Cell = "cell"(Object "builtins" FINAL);
    Code = "code"(Object "builtins" FINAL | HAS_WEAKREF);
    Frame = "frame"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    Traceback = "traceback"(Object "builtins" FINAL);
    Generator = "generator"(Object "builtins" FINAL | HAS_WEAKREF | NO_CONSTRUCTOR);
    Coroutine = "coroutine"(Object "builtins" FINAL | HAS_WEAKREF | NO_CONSTRUCTOR);
    AsyncGenerator = "async_generator"(Object "builtins" FINAL | HAS_WEAKREF | NO_CONSTRUCTOR);
    CoroutineWrapper = "coroutine_wrapper"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    AsyncGenASend = "async_generator_asend"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    AsyncGenAThrow = "async_generator_athrow"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    AsyncGenWrapped = "async_generator_wrapped_value"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    AnextAwaitable = "anext_awaitable"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    MappingProxy = "mappingproxy"(Object "builtins" FINAL | MAPPING);
    SimpleNamespace = "SimpleNamespace"(Object "types" OPEN | HAS_DICT);
    GenericAlias = "GenericAlias"(Object "types" OPEN | HAS_WEAKREF);
    Union = "Union"(Object "typing" FINAL | HAS_WEAKREF);
    TypeVar = "TypeVar"(Object "typing" FINAL | HAS_DICT | HAS_WEAKREF);
    ParamSpec = "ParamSpec"(Object "typing" FINAL | HAS_DICT | HAS_WEAKREF);
    ParamSpecArgs = "ParamSpecArgs"(Object "typing" FINAL | HAS_WEAKREF);
    ParamSpecKwargs = "ParamSpecKwargs"(Object "typing" FINAL | HAS_WEAKREF);
    TypeVarTuple = "TypeVarTuple"(Object "typing" FINAL | HAS_DICT | HAS_WEAKREF);
    TypeAliasType = "TypeAliasType"(Object "typing" FINAL | HAS_WEAKREF);
    Generic = "Generic"(Object "typing" OPEN);
    Template = "Template"(Object "string.templatelib" FINAL);
    Interpolation = "Interpolation"(Object "string.templatelib" FINAL);
    Enumerate = "enumerate"(Object "builtins" OPEN);
    Zip = "zip"(Object "builtins" OPEN);
    Map = "map"(Object "builtins" OPEN);
    Filter = "filter"(Object "builtins" OPEN);
    Reversed = "reversed"(Object "builtins" OPEN);
    ListIterator = "list_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    ListReverseIterator = "list_reverseiterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    TupleIterator = "tuple_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    StrIterator = "str_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    StrAsciiIterator = "str_ascii_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    BytesIterator = "bytes_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    ByteArrayIterator = "bytearray_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    MemoryIterator = "memory_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    RangeIterator = "range_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    LongRangeIterator = "longrange_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictKeys = "dict_keys"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictValues = "dict_values"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictItems = "dict_items"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictKeyIterator = "dict_keyiterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictValueIterator = "dict_valueiterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictItemIterator = "dict_itemiterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictReverseKeyIterator = "dict_reversekeyiterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictReverseValueIterator = "dict_reversevalueiterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    DictReverseItemIterator = "dict_reverseitemiterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    SetIterator = "set_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    SeqIterator = "iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    CallableIterator = "callable_iterator"(Object "builtins" FINAL | NO_CONSTRUCTOR);
    WeakRef = "ReferenceType"(Object "weakref" OPEN);
    WeakProxy = "ProxyType"(Object "weakref" FINAL | NO_CONSTRUCTOR);
    WeakCallableProxy = "CallableProxyType"(Object "weakref" FINAL | NO_CONSTRUCTOR);

    BaseException = "BaseException"(Object "builtins" EXC);
    BaseExceptionGroup = "BaseExceptionGroup"(BaseException "builtins" EXC);
    GeneratorExit = "GeneratorExit"(BaseException "builtins" EXC);
    KeyboardInterrupt = "KeyboardInterrupt"(BaseException "builtins" EXC);
    SystemExit = "SystemExit"(BaseException "builtins" EXC);
    Exception = "Exception"(BaseException "builtins" EXC);
    ArithmeticError = "ArithmeticError"(Exception "builtins" EXC);
    FloatingPointError = "FloatingPointError"(ArithmeticError "builtins" EXC);
    OverflowError = "OverflowError"(ArithmeticError "builtins" EXC);
    ZeroDivisionError = "ZeroDivisionError"(ArithmeticError "builtins" EXC);
    AssertionError = "AssertionError"(Exception "builtins" EXC);
    AttributeError = "AttributeError"(Exception "builtins" EXC);
    BufferError = "BufferError"(Exception "builtins" EXC);
    EOFError = "EOFError"(Exception "builtins" EXC);
    ImportError = "ImportError"(Exception "builtins" EXC);
    ModuleNotFoundError = "ModuleNotFoundError"(ImportError "builtins" EXC);
    LookupError = "LookupError"(Exception "builtins" EXC);
    IndexError = "IndexError"(LookupError "builtins" EXC);
    KeyError = "KeyError"(LookupError "builtins" EXC);
    MemoryError = "MemoryError"(Exception "builtins" EXC);
    NameError = "NameError"(Exception "builtins" EXC);
    UnboundLocalError = "UnboundLocalError"(NameError "builtins" EXC);
    OSError = "OSError"(Exception "builtins" EXC);
    BlockingIOError = "BlockingIOError"(OSError "builtins" EXC);
    ChildProcessError = "ChildProcessError"(OSError "builtins" EXC);
    ConnectionError = "ConnectionError"(OSError "builtins" EXC);
    BrokenPipeError = "BrokenPipeError"(ConnectionError "builtins" EXC);
    ConnectionAbortedError = "ConnectionAbortedError"(ConnectionError "builtins" EXC);
    ConnectionRefusedError = "ConnectionRefusedError"(ConnectionError "builtins" EXC);
    ConnectionResetError = "ConnectionResetError"(ConnectionError "builtins" EXC);
    FileExistsError = "FileExistsError"(OSError "builtins" EXC);
    FileNotFoundError = "FileNotFoundError"(OSError "builtins" EXC);
    InterruptedError = "InterruptedError"(OSError "builtins" EXC);
    IsADirectoryError = "IsADirectoryError"(OSError "builtins" EXC);
    NotADirectoryError = "NotADirectoryError"(OSError "builtins" EXC);
    PermissionError = "PermissionError"(OSError "builtins" EXC);
    ProcessLookupError = "ProcessLookupError"(OSError "builtins" EXC);
    TimeoutError = "TimeoutError"(OSError "builtins" EXC);
    ReferenceError = "ReferenceError"(Exception "builtins" EXC);
    RuntimeError = "RuntimeError"(Exception "builtins" EXC);
    NotImplementedError = "NotImplementedError"(RuntimeError "builtins" EXC);
    PythonFinalizationError = "PythonFinalizationError"(RuntimeError "builtins" EXC);
    RecursionError = "RecursionError"(RuntimeError "builtins" EXC);
    StopAsyncIteration = "StopAsyncIteration"(Exception "builtins" EXC);
    StopIteration = "StopIteration"(Exception "builtins" EXC);
    SyntaxError = "SyntaxError"(Exception "builtins" EXC);
    IndentationError = "IndentationError"(SyntaxError "builtins" EXC);
    TabError = "TabError"(IndentationError "builtins" EXC);
    IncompleteInputError = "_IncompleteInputError"(SyntaxError "builtins" EXC);
    SystemError = "SystemError"(Exception "builtins" EXC);
    TypeError = "TypeError"(Exception "builtins" EXC);
    ValueError = "ValueError"(Exception "builtins" EXC);
    UnicodeError = "UnicodeError"(ValueError "builtins" EXC);
    UnicodeDecodeError = "UnicodeDecodeError"(UnicodeError "builtins" EXC);
    UnicodeEncodeError = "UnicodeEncodeError"(UnicodeError "builtins" EXC);
    UnicodeTranslateError = "UnicodeTranslateError"(UnicodeError "builtins" EXC);
    Warning = "Warning"(Exception "builtins" EXC);
    BytesWarning = "BytesWarning"(Warning "builtins" EXC);
    DeprecationWarning = "DeprecationWarning"(Warning "builtins" EXC);
    EncodingWarning = "EncodingWarning"(Warning "builtins" EXC);
    FutureWarning = "FutureWarning"(Warning "builtins" EXC);
    ImportWarning = "ImportWarning"(Warning "builtins" EXC);
    PendingDeprecationWarning = "PendingDeprecationWarning"(Warning "builtins" EXC);
    ResourceWarning = "ResourceWarning"(Warning "builtins" EXC);
    RuntimeWarning = "RuntimeWarning"(Warning "builtins" EXC);
    SyntaxWarning = "SyntaxWarning"(Warning "builtins" EXC);
    UnicodeWarning = "UnicodeWarning"(Warning "builtins" EXC);
    UserWarning = "UserWarning"(Warning "builtins" EXC);
}

impl Ty {
    /// Whether this is an exception class: its instances are [`crate::objects::Instance`]s with an
    /// [`crate::objects::ExceptionState`].
    pub fn is_exception(self) -> bool {
        self >= Ty::BaseException
    }

    /// What instances of a subclass written in Python hold as payload.
    pub fn payload(self) -> Payload {
        if self.is_exception() {
            return Some(Ty::BaseException);
        }
        match self {
            Ty::Object | Ty::Generic => None,
            ty => Some(ty),
        }
    }
}

//! What Python values are on the heap: one layout struct per kind of object, all in this one list of ids.
//!
//! A value is one word ([`metatrace_machine::NanBox`]): `None`, booleans, floats and integers up to 50 bits are immediate; see
//! [`crate::value`]. The derive macro turns each struct into descriptors (`List::LENGTH`, `Values::ITEMS_ARRAY`, …), which are
//! what the interpreter names when it loads and stores through a machine.
//!
//! Instances of classes written in Python do not carry [`Instance`]'s id in their header but the id of their *map* (see
//! `maps`). A subclass of a builtin type holds the builtin object in [`Instance::payload`].

use heap::{Header, Items, Slot, WordSlot};
use std::cell::Cell;

macro_rules! layouts {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal $text:literal { $($(#[$field_attr:meta])* $field:ident: $ty:ty,)* })*) => {
        $(
            $(#[doc = $doc])*
            #[derive(heap::Layout)]
            #[layout(id = $id, name = $text)]
            #[repr(C)]
            pub struct $name {
                pub header: Header,
                $($(#[$field_attr])* pub $field: $ty,)*
            }
        )*
        /// Every static layout of Python, to be registered with the heap.
        pub const LAYOUTS: &[&heap::LayoutDescr] = &[$(<$name as heap::Layout>::DESCR,)*];
    };
}

layouts! {
    /// A string in WTF-8. `chars` counts code points: the text is ASCII iff `chars == size`.
    Str = 16 "str" {
        /// Cached hash, 0 until computed.
        hash: Cell<i64>,
        #[field(immutable)]
        chars: Cell<i64>,
        #[field(immutable)]
        size: Cell<i64>,
        #[array(length = "size", immutable)]
        bytes: Items<u8>,
    }
    Bytes = 17 "bytes" {
        #[field(immutable)]
        size: Cell<i64>,
        #[array(length = "size", immutable)]
        bytes: Items<u8>,
    }
    Tuple = 18 "tuple" {
        #[field(immutable)]
        length: Cell<i64>,
        #[array(length = "length", immutable)]
        items: Items<WordSlot>,
    }
    /// Storage of lists, dicts, overflowing attributes, suspended frames. Its length is a capacity.
    Values = 19 "values" {
        #[field(immutable)]
        capacity: Cell<i64>,
        #[array(length = "capacity")]
        items: Items<WordSlot>,
    }
    /// Items `0..length` of the storage are in use; the storage is never null.
    List = 20 "list" {
        length: Cell<i64>,
        items: Slot<Values>,
    }
    /// Insertion-ordered hash table; see `dict`.
    Dict = 21 "dict" {
        /// Live entries.
        live: Cell<i64>,
        /// Entries in use, deleted ones included.
        filled: Cell<i64>,
        /// 1 for the namespace of a module: its values are [`Variable`]s.
        is_namespace: Cell<i64>,
        /// Triples: hash (a small int), key, value.
        entries: Slot<Values>,
        indices: Slot<Indices>,
    }
    /// Hash slots of a dict: entry number, -1 empty.
    Indices = 22 "indices" {
        #[field(immutable)]
        size: Cell<i64>,
        #[array(length = "size")]
        slots: Items<Cell<i32>>,
    }
    Set = 23 "set" { table: Slot<Dict>, }
    FrozenSet = 24 "frozenset" { table: Slot<Dict>, hash: Cell<i64>, }
    /// An integer beyond 64 bits.
    BigInt = 25 "bigint" {
        #[field(skip)]
        value: heap::External<dashu_int::IBig>,
    }
    Function = 26 "function" {
        /// Address of the runtime `code::Code`.
        #[field(immutable)]
        code: Cell<i64>,
        /// Tuple or None.
        defaults: WordSlot,
        /// Dict or None.
        kwdefaults: WordSlot,
        /// Tuple of cells or None.
        closure: WordSlot,
        name: WordSlot,
        qualname: WordSlot,
        /// Dict of attributes, or unset.
        attributes: WordSlot,
        doc: WordSlot,
        /// Computes the annotations, or None.
        annotate: WordSlot,
    }
    /// A function or method written in Rust.
    Builtin = 27 "builtin" {
        /// Address of the `call::BuiltinDef`.
        #[field(immutable)]
        def: Cell<i64>,
        /// The type that it is a method of, or unset.
        owner: WordSlot,
    }
    BoundMethod = 28 "method" {
        #[field(immutable)]
        function: WordSlot,
        #[field(immutable)]
        receiver: WordSlot,
    }
    /// A variable that a closure shares. Unset if unbound.
    CellObject = 29 "cell" { value: WordSlot, }
    /// A variable of a module; see `namespace`.
    Variable = 30 "variable" {
        value: WordSlot,
        /// Address of the `namespace::Binding`.
        #[field(immutable)]
        binding: Cell<i64>,
    }
    Type = 31 "type" {
        /// Address of the `types::TypeInfo`.
        #[field(immutable)]
        info: Cell<i64>,
        dict: Slot<Dict>,
    }
    Module = 32 "module" { dict: Slot<Dict>, name: WordSlot, }
    /// The fixed part of every instance.
    Instance = 33 "instance" {
        /// Attributes that have no inline slot; null until there are some.
        overflow: Slot<Values>,
        /// The builtin object of a subclass of a builtin type; an [`ExceptionState`] for exceptions; else unset.
        payload: WordSlot,
    }
    /// What every exception has besides attributes.
    ExceptionState = 34 "exception_state" {
        args: WordSlot,
        cause: WordSlot,
        context: WordSlot,
        traceback: WordSlot,
        suppress_context: WordSlot,
        notes: WordSlot,
    }
    Slice = 35 "slice" {
        #[field(immutable)]
        start: WordSlot,
        #[field(immutable)]
        stop: WordSlot,
        #[field(immutable)]
        step: WordSlot,
    }
    Range = 36 "range" {
        #[field(immutable)]
        start: Cell<i64>,
        #[field(immutable)]
        step: Cell<i64>,
        #[field(immutable)]
        length: Cell<i64>,
    }
    RangeIter = 37 "range_iterator" {
        next: Cell<i64>,
        #[field(immutable)]
        step: Cell<i64>,
        left: Cell<i64>,
    }
    /// Over a list; `index` is -1 when exhausted.
    ListIter = 38 "list_iterator" { list: Slot<List>, index: Cell<i64>, }
    TupleIter = 39 "tuple_iterator" { tuple: Slot<Tuple>, index: Cell<i64>, }
    /// Over a string or bytes; `index` counts bytes.
    StrIter = 40 "str_iterator" { text: WordSlot, index: Cell<i64>, }
    /// Over the entries of a dict or set. `mode`: 0 keys, 1 values, 2 items. `live` detects changes of size.
    DictIter = 41 "dict_iterator" { dict: Slot<Dict>, index: Cell<i64>, mode: Cell<i64>, live: Cell<i64>, }
    DictView = 42 "dict_view" { dict: Slot<Dict>, mode: Cell<i64>, }
    /// A generator or coroutine: its frame while it is suspended.
    Generator = 43 "generator" {
        #[field(immutable)]
        code: Cell<i64>,
        /// Registers; null when it is running or finished.
        frame: Slot<Values>,
        /// Where it is suspended.
        pc: Cell<i64>,
        /// See `generator`.
        state: Cell<i64>,
    }
    Property = 44 "property" { getter: WordSlot, setter: WordSlot, deleter: WordSlot, doc: WordSlot, }
    ClassMethod = 45 "classmethod" { function: WordSlot, }
    StaticMethod = 46 "staticmethod" { function: WordSlot, }
    /// One frame that an exception passed, outermost first.
    Traceback = 47 "traceback" { next: WordSlot, code: Cell<i64>, pc: Cell<i64>, }
    /// A runtime code object as a value.
    CodeRef = 48 "code" {
        #[field(immutable)]
        code: Cell<i64>,
    }
    Super = 49 "super" { class: WordSlot, receiver: WordSlot, }
    /// `enumerate`, `zip`, `map`, `filter`, `reversed`, `iter(f, sentinel)` and the sequence protocol: see `iteration`.
    LazyIter = 50 "iterator" { kind: Cell<i64>, source: WordSlot, extra: WordSlot, index: Cell<i64>, }
    MappingProxy = 51 "mappingproxy" { dict: Slot<Dict>, }
    /// What a thread is doing: the exception being handled.
    ThreadState = 52 "thread_state" { handled: WordSlot, }
    Plain = 53 "object" { unused: Cell<i64>, }
    /// An attribute slot made by `__slots__`, or a computed attribute of a builtin type: `def` as in [`Builtin`].
    Getset = 54 "getset_descriptor" {
        #[field(immutable)]
        def: Cell<i64>,
        #[field(immutable)]
        setter: Cell<i64>,
    }
}

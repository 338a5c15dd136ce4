//! What Python values are on the heap: one layout struct per kind of object, all in this one list of ids.
//!
//! A value is one word ([`metatrace_machine::NanBox`]): `None`, booleans, floats and integers up to 50 bits are immediate; see
//! [`crate::value`]. The derive macro turns each struct into descriptors (`List::LENGTH`, `Values::ITEMS_ARRAY`, …), which are
//! what the interpreter names when it loads and stores through a machine.
//!
//! Instances of classes written in Python do not carry [`Instance`]'s id in their header but the id of their *map* (see
//! [`crate::maps`]). A subclass of a built-in type holds the built-in object in [`Instance::payload`]; so does every exception.

use heap::{Header, Items, Object, Slot, WordSlot};
use std::cell::Cell;

macro_rules! layouts {
    ($($(#[$attr:meta])* $name:ident = $id:literal $text:literal { $($(#[$field_attr:meta])* $field:ident: $ty:ty,)* })*) => {
        $(
            #[derive(heap::Layout)]
            $(#[$attr])*
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

/// What the digits of a big integer take.
///
/// # Safety
/// A [`BigInt`].
unsafe fn digits_bytes(object: *const u8) -> usize {
    // SAFETY: the caller's promise.
    python_number::bits::bit_length(unsafe { &(*object.cast::<BigInt>()).value }) as usize / 8
}

layouts! {
    /// A string in WTF-8. `chars` counts code points: the text is ASCII and in this object iff `chars == size`.
    Str = 16 "str" {
        /// Cached hash, 0 until computed.
        hash: Cell<i64>,
        #[field(immutable)]
        chars: Cell<i64>,
        /// Bytes in this object. Fewer than `chars`: the text is in a [`TextBuffer`]; see [`crate::growing_text`].
        #[field(immutable)]
        size: Cell<i64>,
        /// What is noted of the string, or the buffer with its text; see [`crate::string_note`].
        note: WordSlot,
        #[array(length = "size", immutable)]
        bytes: Items<u8>,
    }
    Bytes = 17 "bytes" {
        /// Cached hash, 0 until computed.
        hash: Cell<i64>,
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
        /// See `dict::flags`: a namespace of a module, whose values are [`Variable`]s; keys that user code compares.
        flags: Cell<i64>,
        /// Entries that may be appended before the tables are made anew: index slots of removed entries count as used.
        room: Cell<i64>,
        /// Triples: hash (a small int), key, value.
        entries: Slot<Values>,
        indices: Slot<Indices>,
    }
    /// Hash slots of a dict: entry number, -1 empty, -2 deleted.
    Indices = 22 "indices" {
        #[field(immutable)]
        size: Cell<i64>,
        #[array(length = "size")]
        slots: Items<Cell<i32>>,
    }
    Set = 23 "set" { table: Slot<Dict>, }
    FrozenSet = 24 "frozenset" {
        table: Slot<Dict>,
        /// Cached hash, 0 until computed.
        hash: Cell<i64>,
    }
    /// An integer beyond 64 bits.
    #[layout(external = digits_bytes)]
    BigInt = 25 "bigint" {
        #[field(skip)]
        value: heap::External<dashu_int::IBig>,
    }
    Function = 26 "function" {
        /// Address of the [`crate::code::Code`]; a program may set another one.
        code: Cell<i64>,
        /// Tuple or None.
        defaults: WordSlot,
        /// Dict or None.
        kwdefaults: WordSlot,
        /// Tuple of cells or None.
        #[field(immutable)]
        closure: WordSlot,
        name: WordSlot,
        qualname: WordSlot,
        /// Dict of attributes, or unset.
        attributes: WordSlot,
        doc: WordSlot,
        /// Computes the annotations, or None.
        annotate: WordSlot,
        /// Dict, or unset until computed.
        annotations: WordSlot,
        /// Tuple.
        type_params: WordSlot,
        module: WordSlot,
    }
    /// A function or method written in Rust.
    Builtin = 27 "builtin" {
        /// Address of the [`crate::native::NativeDef`].
        #[field(immutable)]
        def: Cell<i64>,
        /// The type that it is a method of, the module that it is a function of, or unset.
        owner: WordSlot,
        /// Address of the parsed signature; 0 before the first call.
        signature: Cell<i64>,
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
        /// Address of the [`crate::namespace::Binding`].
        #[field(immutable)]
        binding: Cell<i64>,
    }
    Type = 31 "type" {
        /// Address of the [`crate::types::TypeInfo`].
        #[field(immutable)]
        info: Cell<i64>,
        dict: Slot<Dict>,
        /// Words that the runtime keeps for the type: see [`crate::types`].
        module: WordSlot,
        qualname: WordSlot,
        doc: WordSlot,
    }
    Module = 32 "module" {
        dict: Slot<Dict>,
        /// The subclass that was assigned to `__class__`; else unset.
        class: WordSlot,
    }
    /// The fixed part of every instance.
    Instance = 33 "instance" {
        /// [`Values`] of attributes that have no inline slot, or the [`Dict`] of an instance whose map is in dictionary mode; null
        /// until there are some.
        overflow: Slot<Object>,
        /// The built-in object of a subclass of a built-in type; an [`ExceptionState`] for exceptions; else unset.
        payload: WordSlot,
    }
    /// What every exception has besides attributes.
    ExceptionState = 34 "exception_state" {
        args: WordSlot,
        cause: WordSlot,
        context: WordSlot,
        traceback: WordSlot,
        suppress_context: WordSlot,
    }
    Slice = 35 "slice" {
        #[field(immutable)]
        start: WordSlot,
        #[field(immutable)]
        stop: WordSlot,
        #[field(immutable)]
        step: WordSlot,
    }
    /// A range whose bounds and length fit 64 bits.
    Range = 36 "range" {
        #[field(immutable)]
        start: Cell<i64>,
        #[field(immutable)]
        step: Cell<i64>,
        #[field(immutable)]
        length: Cell<i64>,
        /// `stop` as it was given.
        #[field(immutable)]
        stop: Cell<i64>,
    }
    RangeIter = 37 "range_iterator" {
        next: Cell<i64>,
        #[field(immutable)]
        step: Cell<i64>,
        left: Cell<i64>,
    }
    /// Over a list; the list is null when exhausted.
    ListIter = 38 "list_iterator" { list: Slot<List>, index: Cell<i64>, }
    TupleIter = 39 "tuple_iterator" { tuple: Slot<Tuple>, index: Cell<i64>, }
    /// Over a string or bytes; `index` counts bytes.
    StrIter = 40 "str_iterator" { text: WordSlot, index: Cell<i64>, }
    /// Over the entries of a dict or set. `mode`: see [`crate::dict::View`]. `live` detects changes of size, `left` (the number of
    /// entries to come) those of keys.
    DictIter = 41 "dict_iterator" { dict: Slot<Dict>, index: Cell<i64>, mode: Cell<i64>, live: Cell<i64>, left: Cell<i64>, }
    DictView = 42 "dict_view" { dict: Slot<Dict>, mode: Cell<i64>, }
    /// A generator, coroutine or asynchronous generator: its frame while it is suspended.
    Generator = 43 "generator" {
        /// Address of the [`crate::code::Code`].
        #[field(immutable)]
        code: Cell<i64>,
        /// Registers; null when it is running or finished.
        frame: Slot<Values>,
        /// Where it is suspended.
        pc: Cell<i64>,
        /// See [`crate::generator::State`].
        state: Cell<i64>,
        /// The exception being handled inside it while it is suspended; None.
        handled: WordSlot,
        /// The exception being handled by whoever resumed it.
        outer_handled: WordSlot,
        /// While it runs for a generator that delegates to it, directly or not: the one that was resumed. Else None.
        root: WordSlot,
        name: WordSlot,
        qualname: WordSlot,
        /// What asynchronous generators need (hooks, closing), or None.
        extra: WordSlot,
    }
    Property = 44 "property" {
        getter: WordSlot,
        setter: WordSlot,
        deleter: WordSlot,
        doc: WordSlot,
        /// TRUE if `doc` is the getter's: a copy with another getter takes that one's.
        is_doc_of_getter: WordSlot,
        /// UNSET if it was given none: the getter's counts.
        name: WordSlot,
    }
    ClassMethod = 45 "classmethod" { function: WordSlot, attributes: WordSlot, }
    StaticMethod = 46 "staticmethod" { function: WordSlot, attributes: WordSlot, }
    /// One frame that an exception passed, outermost first.
    Traceback = 47 "traceback" { next: WordSlot, code: Cell<i64>, pc: Cell<i64>, frame: WordSlot, }
    /// A code object as a value.
    CodeRef = 48 "code" {
        /// Address of the [`crate::code::CodeInfo`].
        #[field(immutable)]
        info: Cell<i64>,
    }
    Super = 49 "super" { class: WordSlot, receiver: WordSlot, receiver_class: WordSlot, }
    /// Iterators that have no layout of their own: `enumerate`, `zip`, `map`, …: `kind` is the number of their type.
    LazyIter = 50 "iterator" { kind: Cell<i64>, source: WordSlot, extra: WordSlot, index: Cell<i64>, }
    MappingProxy = 51 "mappingproxy" { mapping: WordSlot, }
    /// An instance of exactly `object`.
    Plain = 53 "object" { unused: Cell<i64>, }
    /// A computed attribute of a built-in type: `def` as in [`Builtin`].
    Getset = 54 "getset_descriptor" {
        #[field(immutable)]
        getter: Cell<i64>,
        /// Address of a definition, or 0.
        #[field(immutable)]
        setter: Cell<i64>,
        owner: WordSlot,
    }
    /// An attribute made by `__slots__`, or stored by a built-in type under a symbol of its own.
    Member = 55 "member_descriptor" {
        name: WordSlot,
        owner: WordSlot,
        /// The symbol under which the instance's map has the value.
        #[field(immutable)]
        symbol: Cell<i64>,
        is_readonly: Cell<i64>,
    }
    Complex = 56 "complex" {
        #[field(immutable)]
        re: Cell<f64>,
        #[field(immutable)]
        im: Cell<f64>,
    }
    /// Mutable bytes: the storage's length is a capacity. `exports`: see [`crate::exports`].
    ByteArray = 57 "bytearray" {
        length: Cell<i64>,
        storage: Slot<Bytes>,
        exports: Cell<i64>,
        /// Of the bytes of an `array.array`: its typecode. Set before anybody sees the object.
        #[field(immutable)]
        typecode: Cell<i64>,
    }
    /// A range beyond 64 bits: integers.
    BigRange = 58 "big_range" { start: WordSlot, stop: WordSlot, step: WordSlot, length: WordSlot, }
    /// A Rust value of a runtime module (a file, a lock, a compiled pattern, …); its type is that of the payload.
    Foreign = 59 "foreign" {
        /// Where the [`crate::types::TypeInfo`] is; see [`crate::foreign`].
        #[field(immutable)]
        type_info: Cell<i64>,
        #[field(skip)]
        value: heap::External<Box<dyn std::any::Any>>,
        /// Words that the value refers to: a tuple or list, or None.
        words: WordSlot,
    }
    SimpleNamespace = 60 "namespace" { dict: Slot<Dict>, }
    GenericAlias = 61 "generic_alias" { origin: WordSlot, args: WordSlot, parameters: WordSlot, starred: Cell<i64>, }
    Union = 62 "union" { args: WordSlot, parameters: WordSlot, }
    /// A frame as a value.
    FrameRef = 63 "frame" {
        code: Cell<i64>,
        pc: Cell<i64>,
        depth: Cell<i64>,
        stack: Cell<i64>,
        /// None, or the registers as [`Values`].
        locals: WordSlot,
        back: WordSlot,
        /// The generator whose frame it is, or None.
        extra: WordSlot,
        /// None, or a dict of what was stored in `f_locals` under names that the code does not have.
        added: WordSlot,
        /// `f_trace`, or None.
        tracer: WordSlot,
        /// What an observer knows of it: the line it was on, and flags from bit 32 on; see the module with the events.
        progress: Cell<i64>,
        /// Of the event that is being shown: see [`FrameRef::shown`].
        shown: Cell<i64>,
    }
    MemoryView = 64 "memoryview" { source: WordSlot, owner: WordSlot, lent: WordSlot, format: WordSlot, shape: WordSlot, strides: WordSlot, start: Cell<i64>, length: Cell<i64>, step: Cell<i64>, item_bytes: Cell<i64>, hash: WordSlot, flags: Cell<i64>, }
    Template = 65 "template" { strings: WordSlot, interpolations: WordSlot, }
    Interpolation = 66 "interpolation" { value: WordSlot, expression: WordSlot, conversion: WordSlot, format_spec: WordSlot, }
    /// `TypeVar`, `ParamSpec`, `TypeVarTuple`, `TypeAliasType`: `kind` is the number of their type.
    TypeParam = 67 "type_parameter" { kind: Cell<i64>, name: WordSlot, bound: WordSlot, constraints: WordSlot, default: WordSlot, flags: Cell<i64>, module: WordSlot, extra: WordSlot, }
    WeakReference = 68 "weakref" {
        #[field(skip)]
        cell: heap::External<heap::WeakRef>,
        callback: WordSlot,
        hash: Cell<i64>,
        /// 0 a plain reference, 1 a proxy, 2 a proxy of a callable.
        kind: Cell<i64>,
        /// 1: it may be given out again; 0: it is the payload of an instance of a subclass.
        is_shared: Cell<i64>,
    }
    /// What `asend`, `athrow`, `aclose` and `__anext__` of an asynchronous generator return, and the awaitable of a coroutine.
    Awaitable = 69 "awaitable" { kind: Cell<i64>, target: WordSlot, value: WordSlot, state: Cell<i64>, }
    /// An immutable value of a runtime module that is some numbers and a word; see [`crate::compact`].
    Compact = 70 "compact" {
        /// As in [`Foreign`].
        #[field(immutable)]
        type_info: Cell<i64>,
        /// See [`crate::compact::Kind`].
        #[field(immutable)]
        kind: Cell<i64>,
        #[field(immutable)]
        first: Cell<i64>,
        #[field(immutable)]
        second: Cell<i64>,
        #[field(immutable)]
        third: Cell<i64>,
        #[field(immutable)]
        word: WordSlot,
    }
    /// What strings that grow share; see [`crate::growing_text`].
    TextBuffer = 71 "text_buffer" {
        /// Bytes that strings have. They do not change any more.
        used: Cell<i64>,
        /// See [`crate::string_note`]: the index cache made last, and the size of the string that it is of.
        index_cache: Cell<i64>,
        indexed_size: Cell<i64>,
        #[field(immutable)]
        capacity: Cell<i64>,
        #[array(length = "capacity")]
        bytes: Items<u8>,
    }
    /// What a thread is handling; see [`crate::vm::Thread::handling`].
    Handling = 72 "handling" { exception: WordSlot, }
}

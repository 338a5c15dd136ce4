//! Layouts: what the collector and the JIT know about the shape of an object.
//!
//! A layout is data, not code: a bitmap of the words that may hold references, and at most one variable tail. The collector
//! traces any object from 32 bytes of table, without a call. The same description gives the meta-tracing framework its
//! field descriptors, so an object is described once, by `#[derive(Layout)]`.
//!
//! Limits: reference words lie in the first 64 words of the fixed part; field offsets fit in 16 bits.

use std::cell::Cell;

use crate::header::LayoutId;

/// What one field of a layout, or one item of its tail, holds.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum FieldKind {
    /// Tagged word of the language's encoding: a reference iff 8-aligned and inside the heap region.
    Value,
    /// Reference word, or zero.
    Ref,
    I64,
    F64,
    I32,
    U32,
    U16,
    U8,
    Bool,
    /// Opaque 64 bits, never a reference.
    Word,
}

impl FieldKind {
    /// Width in bytes.
    pub const fn size_bytes(self) -> usize {
        match self {
            FieldKind::Value | FieldKind::Ref | FieldKind::I64 | FieldKind::F64 | FieldKind::Word => 8,
            FieldKind::I32 | FieldKind::U32 => 4,
            FieldKind::U16 => 2,
            FieldKind::U8 | FieldKind::Bool => 1,
        }
    }

    /// May a field of this kind hold a reference?
    pub const fn may_be_reference(self) -> bool {
        matches!(self, FieldKind::Value | FieldKind::Ref)
    }
}

/// How often a field changes after its object is initialised. The optimizer relies on it.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Mutability {
    /// Never.
    Immutable,
    /// So seldom that compiled code assumes the current value and is invalidated when it changes.
    QuasiImmutable,
    Mutable,
}

/// One field of a layout. `Copy` and comparable: usable as a green constant.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct FieldDescr {
    pub layout: LayoutId,
    pub name: &'static str,
    /// Bytes from the start of the object.
    pub offset: u16,
    pub kind: FieldKind,
    pub mutability: Mutability,
}

impl FieldDescr {
    /// For a field that is an inline array `[T; N]`: the descriptor of its `index`-th element.
    pub const fn element(self, index: u16) -> FieldDescr {
        FieldDescr { offset: self.offset + index * self.kind.size_bytes() as u16, ..self }
    }
}

/// The variable tail of a layout.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct ArrayDescr {
    pub layout: LayoutId,
    pub item: FieldKind,
    /// Bytes from the start of the object to the 64-bit item count.
    pub length_offset: u16,
    /// Bytes from the start of the object to the first item.
    pub items_offset: u16,
    /// Items never change after initialisation.
    pub immutable: bool,
}

impl ArrayDescr {
    /// Size in bytes of an object with `length` items, rounded up to 8; `None` on overflow.
    pub const fn object_size_bytes(&self, length: usize) -> Option<usize> {
        let Some(items) = length.checked_mul(self.item.size_bytes()) else { return None };
        if items > isize::MAX as usize / 2 {
            return None;
        }
        let size = (self.items_offset as usize + items + 7) & !7;
        Some(if size < 16 { 16 } else { size })
    }
}

/// Everything known about the shape of the objects with one layout id.
#[derive(Clone, Debug)]
pub struct LayoutDescr {
    pub id: LayoutId,
    pub name: &'static str,
    /// Fixed part, a multiple of 8, header included.
    pub size_bytes: u32,
    /// Bit *n*: word *n* of the fixed part may hold a reference.
    pub pointer_slots: u64,
    pub array: Option<ArrayDescr>,
    pub fields: &'static [FieldDescr],
    /// Runs when the object dies; must not touch other heap objects.
    pub drop: Option<unsafe fn(*mut u8)>,
    /// The language runs a finalizer when the object becomes unreachable.
    pub finalizer: bool,
    /// Bytes of malloc memory that the object owns, always the same. From its promotion to its death they count like heap memory towards the next
    /// major collection; what young objects own counts where it is told ([`crate::Mutator::external_alloc`]).
    pub external_bytes: Option<unsafe fn(*const u8) -> usize>,
}

impl LayoutDescr {
    /// See [`LayoutDescr::external_bytes`].
    ///
    /// # Safety
    /// An initialised object of this layout that was not dropped.
    pub(crate) unsafe fn owned_bytes(&self, object: usize) -> usize {
        // SAFETY: the caller's promise.
        self.external_bytes.map_or(0, |of| unsafe { of(object as *const u8) })
    }

    pub fn field(&self, name: &str) -> Option<FieldDescr> {
        self.fields.iter().copied().find(|f| f.name == name)
    }

    /// The header of a fresh object of this layout.
    pub const fn header_word(&self) -> u64 {
        let size = if self.array.is_some() { 0 } else { self.size_bytes as usize };
        crate::header::header_word(self.id, size)
    }
}

/// A layout made at run time (a hidden class): owned parts instead of static ones.
#[derive(Clone, Debug, Default)]
pub struct DynamicLayout {
    pub name: String,
    /// Fixed part in bytes, a multiple of 8, header included, at least 16.
    pub size_bytes: u32,
    /// Bit *n*: word *n* of the fixed part may hold a reference.
    pub pointer_slots: u64,
    /// Tail: item kind, offset of the length, offset of the items, immutability.
    pub array: Option<(FieldKind, u16, u16, bool)>,
    pub finalizer: bool,
    pub drop: Option<unsafe fn(*mut u8)>,
}

/// A Rust struct that is a heap object. Implement it with `#[derive(Layout)]`.
///
/// # Safety
/// `Self` is `#[repr(C)]` and begins with `header: Header`; `DESCR` names every word that may hold a reference.
pub unsafe trait Layout: 'static {
    const ID: LayoutId;
    const DESCR: &'static LayoutDescr;
}

/// A layout with a variable tail. Implemented by `#[derive(Layout)]`.
///
/// # Safety
/// `ARRAY` describes the tail of `Self`, whose items are `Item`s.
pub unsafe trait ArrayLayout: Layout {
    type Item: FieldType;
    const ARRAY: ArrayDescr;
}

/// The types that may hold the item count of a tail: 64 bits wide.
#[doc(hidden)]
pub trait ArrayLengthType {}
macro_rules! array_length_types {
    ($($ty:ty),+) => { $(impl ArrayLengthType for $ty {})+ };
}
array_length_types!(i64, u64, usize, Cell<i64>, Cell<u64>, Cell<usize>);
#[doc(hidden)]
pub type ArrayLength = dyn ArrayLengthType;
#[doc(hidden)]
pub fn as_array_length(field: &(impl ArrayLengthType + 'static)) -> &ArrayLength {
    field
}

/// A type that may be a field of a layout struct.
///
/// # Safety
/// `KIND` and `POINTER_WORDS` tell the truth about the bytes of `Self`.
pub unsafe trait FieldType {
    const KIND: FieldKind;
    /// Bit *n*: the *n*-th word of `Self` may hold a reference.
    const POINTER_WORDS: u64;
}

macro_rules! field_types {
    ($($kind:ident: $($ty:ty),+;)*) => { $($(
        // SAFETY: plain data of that width, no references.
        unsafe impl FieldType for $ty {
            const KIND: FieldKind = FieldKind::$kind;
            const POINTER_WORDS: u64 = 0;
        }
    )+)* };
}
field_types! {
    I64: i64, isize, usize, Cell<i64>, Cell<isize>, Cell<usize>;
    F64: f64, Cell<f64>;
    I32: i32, Cell<i32>;
    U32: u32, Cell<u32>, LayoutId, Cell<LayoutId>;
    U16: u16, Cell<u16>;
    U8: u8, Cell<u8>;
    Bool: bool, Cell<bool>;
    Word: u64, Cell<u64>;
}

// SAFETY: an array is its elements, one after the other.
unsafe impl<T: FieldType, const N: usize> FieldType for [T; N] {
    const KIND: FieldKind = T::KIND;
    const POINTER_WORDS: u64 = {
        let mut bits = 0;
        let mut i = 0;
        while i < N && T::POINTER_WORDS != 0 {
            assert!(i < 64, "references must lie in the first 64 words of an object");
            bits |= 1 << i;
            i += 1;
        }
        bits
    };
}

/// A malloc-owned payload inside a heap object, dropped when the object dies. One word.
/// The payload must not hold heap references: the collector does not look into it.
#[repr(transparent)]
pub struct External<T: 'static>(Box<T>);

impl<T: 'static> External<T> {
    pub fn new(value: T) -> Self {
        External(Box::new(value))
    }
}
impl<T> std::ops::Deref for External<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
// SAFETY: a box of a sized type is one word, and malloc memory is outside the heap region.
unsafe impl<T> FieldType for External<T> {
    const KIND: FieldKind = FieldKind::Word;
    const POINTER_WORDS: u64 = 0;
}

/// For `#[derive(Layout)]`: the field's share of the reference bitmap.
#[doc(hidden)]
pub const fn pointer_slots_at(offset: usize, words: u64) -> u64 {
    if words == 0 {
        return 0;
    }
    assert!(offset.is_multiple_of(8), "a reference must be 8-aligned");
    let shift = offset / 8;
    assert!(
        shift < 64 && (words << shift) >> shift == words,
        "references must lie in the first 64 words of an object"
    );
    words << shift
}

/// For `#[derive(Layout)]`: offsets must fit the descriptor.
#[doc(hidden)]
pub const fn offset_u16(offset: usize) -> u16 {
    assert!(offset <= u16::MAX as usize, "field offset above 65535 bytes");
    offset as u16
}

/// For `#[derive(Layout)]`: drops the object's Rust payload in place.
///
/// # Safety
/// `object` is a dead, initialised object of type `T` that was not dropped before.
#[doc(hidden)]
pub unsafe fn drop_object<T>(object: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { std::ptr::drop_in_place(object.cast::<T>()) }
}

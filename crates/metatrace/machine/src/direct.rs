//! The machine that executes: every method is one or two host instructions.
//!
//! This is one of the few modules with `unsafe`: it turns descriptors into memory accesses. What makes them sound:
//! a `Gc<Object>` always refers to a live object (the collector scans native stacks conservatively, and objects that
//! a native frame can see do not move), and the interpreter tested the object's layout before it used a field of it.
//! Debug builds check the layout of every access that names one.

use crate::context::Context;
use crate::descr::{CallDescr, Kind, RawWidth};
use crate::encoding::{Encoding, Host, WideInt, Word};
use crate::frame::FrameStack;
use crate::machine::{Arg, Compare, FloatBinary, FloatUnary, Flow, IntBinary, IntChecked, Machine, Raised};
use crate::warm_cell::{Assumption, WarmCell};
use heap::{ArrayDescr, FieldDescr, FieldKind, Gc, Layout, LayoutId, Mutator, Object};
use std::cell::Cell;
use std::marker::PhantomData;

/// Which counter ran out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HotPlace {
    LoopHeader,
    FunctionEntry,
}

/// Who is asked when a counter runs out: the warm state.
pub trait WhenHot {
    /// The innermost frame of `stack` is at the place, its pc is set.
    fn hot(&self, stack: &mut FrameStack<Word>, cell: &WarmCell, place: HotPlace) -> Flow<Word>;
}

/// A nullable raw reference, as the direct machine holds it.
pub type RawRef = Option<Gc<Object>>;

/// See the module header.
pub struct Direct<E: Encoding> {
    context: *const Context,
    when_hot: Option<*const dyn WhenHot>,
    encoding: PhantomData<E>,
}

impl<E: Encoding> Direct<E> {
    /// A machine on the thread's context that never asks a warm state.
    ///
    /// # Safety
    /// The context outlives the machine and is used by this thread only.
    pub unsafe fn new(context: *const Context) -> Self {
        Direct { context, when_hot: None, encoding: PhantomData }
    }

    /// A machine that asks `when_hot`.
    ///
    /// # Safety
    /// As for [`Direct::new`], and `when_hot` outlives the machine.
    pub unsafe fn with_warm_state(context: *const Context, when_hot: &dyn WhenHot) -> Self {
        // SAFETY: only the lifetime is erased; the caller promises that it is long enough.
        let when_hot = unsafe {
            std::mem::transmute::<*const (dyn WhenHot + '_), *const (dyn WhenHot + 'static)>(when_hot)
        };
        Direct { context, when_hot: Some(when_hot), encoding: PhantomData }
    }

    #[inline(always)]
    pub fn context(&self) -> &Context {
        // SAFETY: contract of the constructors.
        unsafe { &*self.context }
    }
    #[inline(always)]
    pub fn mutator(&self) -> &Mutator {
        self.context().mutator()
    }

    #[cold]
    #[inline(never)]
    fn ask(&mut self, stack: &mut FrameStack<Word>, pc: u32, cell: &WarmCell, place: HotPlace) -> Flow<Word> {
        stack.set_pc(pc);
        match self.when_hot {
            // SAFETY: contract of `with_warm_state`.
            Some(warm) => unsafe { (*warm).hot(stack, cell, place) },
            None => {
                cell.ask_after(u32::MAX);
                Flow::Continue
            }
        }
    }

    /// Boxes an integer that fits no immediate.
    #[cold]
    #[inline(never)]
    fn box_wide_int(&mut self, i: i64) -> Word {
        box_wide_int(self.context(), i)
    }

    #[cold]
    #[inline(never)]
    fn wide_int(&self, object: Gc<Object>) -> Option<i64> {
        object.downcast::<WideInt>().map(|w| w.value.get())
    }

    #[cold]
    #[inline(never)]
    fn raise_out_of_memory(&mut self) -> Raised {
        let context = self.context();
        context.raised.set(context.out_of_memory.get());
        Raised
    }

    #[inline(always)]
    #[expect(
        clippy::missing_transmute_annotations,
        reason = "the target type is spelled out; the source is a pointer"
    )]
    fn call(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<u64, Raised> {
        debug_assert_eq!(f.params.len(), args.len(), "arguments of {}", f.name);
        let word = |i: usize| arg_bits(&args[i]);
        let function = f.target.address() as *const ();
        let context = self.context.cast_mut();
        type C = *mut Context;
        // SAFETY: the descriptor says that this is an `extern "C"` function of the context and that many words.
        let result = unsafe {
            use std::mem::transmute as t;
            match args.len() {
                0 => t::<_, extern "C" fn(C) -> u64>(function)(context),
                1 => t::<_, extern "C" fn(C, u64) -> u64>(function)(context, word(0)),
                2 => t::<_, extern "C" fn(C, u64, u64) -> u64>(function)(context, word(0), word(1)),
                3 => t::<_, extern "C" fn(C, u64, u64, u64) -> u64>(function)(
                    context,
                    word(0),
                    word(1),
                    word(2),
                ),
                4 => t::<_, extern "C" fn(C, u64, u64, u64, u64) -> u64>(function)(
                    context,
                    word(0),
                    word(1),
                    word(2),
                    word(3),
                ),
                5 => t::<_, extern "C" fn(C, u64, u64, u64, u64, u64) -> u64>(function)(
                    context,
                    word(0),
                    word(1),
                    word(2),
                    word(3),
                    word(4),
                ),
                6 => t::<_, extern "C" fn(C, u64, u64, u64, u64, u64, u64) -> u64>(function)(
                    context,
                    word(0),
                    word(1),
                    word(2),
                    word(3),
                    word(4),
                    word(5),
                ),
                7 => t::<_, extern "C" fn(C, u64, u64, u64, u64, u64, u64, u64) -> u64>(function)(
                    context,
                    word(0),
                    word(1),
                    word(2),
                    word(3),
                    word(4),
                    word(5),
                    word(6),
                ),
                n => panic!("{} takes {n} arguments, the limit is 7", f.name),
            }
        };
        if f.effects.can_raise && self.context().raised.get() != 0 {
            return Err(Raised);
        }
        Ok(result)
    }

    #[inline(always)]
    fn address(&self, r: RawRef, offset: u16, layout: LayoutId) -> *mut u8 {
        let object = r.expect("the interpreter tested the reference");
        let _ = layout;
        (object.address() + offset as usize) as *mut u8
    }

    #[inline(always)]
    fn item_address(&self, array: ArrayDescr, r: RawRef, i: i64) -> *mut u8 {
        debug_assert!(
            (i as u64) < self.length(array, r) as u64,
            "item {i} of an array of {}",
            self.length(array, r)
        );
        let base = self.address(r, array.items_offset, array.layout);
        // SAFETY: the interpreter compared the index with the length.
        unsafe { base.add(i as usize * size_bytes(array.item)) }
    }

    #[inline(always)]
    fn length(&self, array: ArrayDescr, r: RawRef) -> i64 {
        // SAFETY: the object has this layout (interpreter's test), the length is a 64-bit field.
        unsafe { *self.address(r, array.length_offset, array.layout).cast::<i64>() }
    }

    #[inline(always)]
    fn store_at(&mut self, owner: RawRef, address: *mut u8, kind: FieldKind, bits: u64) {
        let owner = owner.expect("the interpreter tested the reference");
        // SAFETY: the address is inside the object, of the field's width; references go through the barrier.
        unsafe {
            match kind {
                FieldKind::Value | FieldKind::Ref => {
                    self.mutator().barrier(owner, address.cast());
                    *address.cast::<u64>() = bits;
                }
                FieldKind::I64 | FieldKind::F64 | FieldKind::Word => *address.cast::<u64>() = bits,
                FieldKind::I32 | FieldKind::U32 => *address.cast::<u32>() = bits as u32,
                FieldKind::U16 => *address.cast::<u16>() = bits as u16,
                FieldKind::U8 | FieldKind::Bool => *address = bits as u8,
            }
        }
    }
}

/// Size in bytes of a field or item.
const fn size_bytes(kind: FieldKind) -> usize {
    match kind {
        FieldKind::Value | FieldKind::Ref | FieldKind::I64 | FieldKind::F64 | FieldKind::Word => 8,
        FieldKind::I32 | FieldKind::U32 => 4,
        FieldKind::U16 => 2,
        FieldKind::U8 | FieldKind::Bool => 1,
    }
}

/// Loads an integer field of any width.
///
/// # Safety
/// The address is inside an object and holds a field of this kind.
#[inline(always)]
pub(crate) unsafe fn load_integer(address: *const u8, kind: FieldKind) -> u64 {
    // SAFETY: the caller's contract.
    unsafe {
        match kind {
            FieldKind::Value | FieldKind::Ref | FieldKind::I64 | FieldKind::F64 | FieldKind::Word => {
                *address.cast::<u64>()
            }
            FieldKind::I32 => *address.cast::<i32>() as i64 as u64,
            FieldKind::U32 => *address.cast::<u32>() as u64,
            FieldKind::U16 => *address.cast::<u16>() as u64,
            FieldKind::U8 | FieldKind::Bool => *address as u64,
        }
    }
}

/// Makes the heap box of an integer that fits no immediate.
///
/// Errors: a heap that cannot give 16 bytes even after a full collection ends the process with a message: there is
/// no exception to raise in the middle of an arithmetic operation.
pub fn box_wide_int(context: &Context, i: i64) -> Word {
    let boxed = WideInt { header: heap::Header::EMPTY, value: Cell::new(i) };
    match context.mutator().alloc(boxed) {
        Ok(object) => object.address() as Word,
        Err(_) => {
            eprintln!("fatal: out of memory while boxing an integer");
            std::process::exit(1)
        }
    }
}

#[inline(always)]
fn arg_bits<E: Encoding>(arg: &Arg<Direct<E>>) -> u64 {
    match *arg {
        Arg::Value(w) => w,
        Arg::Int(i) => i as u64,
        Arg::Float(f) => f.to_bits(),
        Arg::Bool(b) => b as u64,
        Arg::Ref(r) => ref_bits(r),
    }
}

#[inline(always)]
fn ref_bits(r: RawRef) -> u64 {
    match r {
        Some(object) => object.address() as u64,
        None => 0,
    }
}

#[inline(always)]
fn bits_ref(bits: u64) -> RawRef {
    if bits == 0 {
        None
    } else {
        // SAFETY: a word of kind `Ref` is null or the address of a live object.
        Some(unsafe { Gc::from_address(bits as usize) })
    }
}

/// Evaluates a binary integer operation; shared with the recorder.
#[inline(always)]
pub fn int_binary(op: IntBinary, a: i64, b: i64) -> i64 {
    match op {
        IntBinary::Add => a.wrapping_add(b),
        IntBinary::Sub => a.wrapping_sub(b),
        IntBinary::Mul => a.wrapping_mul(b),
        IntBinary::Div => a.wrapping_div(b),
        IntBinary::Rem => a.wrapping_rem(b),
        IntBinary::FloorDiv => {
            let q = a.wrapping_div(b);
            if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { q - 1 } else { q }
        }
        IntBinary::Mod => {
            let r = a.wrapping_rem(b);
            if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
        }
        IntBinary::And => a & b,
        IntBinary::Or => a | b,
        IntBinary::Xor => a ^ b,
        IntBinary::Shl => a.wrapping_shl(b as u32),
        IntBinary::Shr => a.wrapping_shr(b as u32),
        IntBinary::Ushr => (a as u64).wrapping_shr(b as u32) as i64,
        IntBinary::UintMulHigh => (((a as u64 as u128) * (b as u64 as u128)) >> 64) as i64,
    }
}

/// Evaluates an overflow-checked integer operation; shared with the recorder.
#[inline(always)]
pub fn int_checked(op: IntChecked, a: i64, b: i64) -> Option<i64> {
    match op {
        IntChecked::Add => a.checked_add(b),
        IntChecked::Sub => a.checked_sub(b),
        IntChecked::Mul => a.checked_mul(b),
    }
}

/// Compares integers; shared with the recorder.
#[inline(always)]
pub fn int_compare(op: Compare, a: i64, b: i64) -> bool {
    match op {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::Lt => a < b,
        Compare::Le => a <= b,
        Compare::Gt => a > b,
        Compare::Ge => a >= b,
        Compare::UintLt => (a as u64) < b as u64,
        Compare::UintLe => (a as u64) <= b as u64,
    }
}

/// Evaluates a binary float operation; shared with the recorder.
#[inline(always)]
pub fn float_binary(op: FloatBinary, a: f64, b: f64) -> f64 {
    match op {
        FloatBinary::Add => a + b,
        FloatBinary::Sub => a - b,
        FloatBinary::Mul => a * b,
        FloatBinary::Div => a / b,
    }
}

/// Evaluates a unary float operation; shared with the recorder.
#[inline(always)]
pub fn float_unary(op: FloatUnary, a: f64) -> f64 {
    match op {
        FloatUnary::Neg => -a,
        FloatUnary::Abs => a.abs(),
        FloatUnary::Sqrt => a.sqrt(),
        FloatUnary::Floor => a.floor(),
        FloatUnary::Ceil => a.ceil(),
        FloatUnary::Trunc => a.trunc(),
    }
}

/// Compares floats; shared with the recorder.
#[inline(always)]
pub fn float_compare(op: Compare, a: f64, b: f64) -> bool {
    match op {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::Lt | Compare::UintLt => a < b,
        Compare::Le | Compare::UintLe => a <= b,
        Compare::Gt => a > b,
        Compare::Ge => a >= b,
    }
}

impl<E: Encoding> Machine for Direct<E> {
    type Value = Word;
    type Int = i64;
    type Float = f64;
    type Bool = bool;
    type Ref = RawRef;
    type Encoding = E;
    const RECORDS: bool = false;

    #[inline(always)]
    fn value(&mut self, word: Word) -> Word {
        word
    }
    #[inline(always)]
    fn int(&mut self, i: i64) -> i64 {
        i
    }
    #[inline(always)]
    fn float(&mut self, f: f64) -> f64 {
        f
    }
    #[inline(always)]
    fn bool(&mut self, b: bool) -> bool {
        b
    }
    #[inline(always)]
    fn reference(&mut self, object: Gc<Object>) -> RawRef {
        Some(object)
    }
    #[inline(always)]
    fn null(&mut self) -> RawRef {
        None
    }
    #[inline(always)]
    fn int_binary(&mut self, op: IntBinary, a: i64, b: i64) -> i64 {
        int_binary(op, a, b)
    }
    #[inline(always)]
    fn int_checked(&mut self, op: IntChecked, a: i64, b: i64) -> Option<i64> {
        int_checked(op, a, b)
    }
    #[inline(always)]
    fn int_compare(&mut self, op: Compare, a: i64, b: i64) -> bool {
        int_compare(op, a, b)
    }
    #[inline(always)]
    fn int_neg(&mut self, a: i64) -> i64 {
        a.wrapping_neg()
    }
    #[inline(always)]
    fn int_not(&mut self, a: i64) -> i64 {
        !a
    }
    #[inline(always)]
    fn float_binary(&mut self, op: FloatBinary, a: f64, b: f64) -> f64 {
        float_binary(op, a, b)
    }
    #[inline(always)]
    fn float_unary(&mut self, op: FloatUnary, a: f64) -> f64 {
        float_unary(op, a)
    }
    #[inline(always)]
    fn float_compare(&mut self, op: Compare, a: f64, b: f64) -> bool {
        float_compare(op, a, b)
    }
    #[inline(always)]
    fn int_to_float(&mut self, a: i64) -> f64 {
        a as f64
    }
    #[inline(always)]
    fn float_to_int(&mut self, a: f64) -> i64 {
        a as i64
    }
    #[inline(always)]
    fn float_bits(&mut self, a: f64) -> i64 {
        a.to_bits() as i64
    }
    #[inline(always)]
    fn bits_float(&mut self, a: i64) -> f64 {
        f64::from_bits(a as u64)
    }
    #[inline(always)]
    fn bool_to_int(&mut self, a: bool) -> i64 {
        a as i64
    }
    #[inline(always)]
    fn bool_not(&mut self, a: bool) -> bool {
        !a
    }
    #[inline(always)]
    fn bool_and(&mut self, a: bool, b: bool) -> bool {
        a & b
    }
    #[inline(always)]
    fn bool_or(&mut self, a: bool, b: bool) -> bool {
        a | b
    }
    #[inline(always)]
    fn ref_eq(&mut self, a: RawRef, b: RawRef) -> bool {
        ref_bits(a) == ref_bits(b)
    }
    #[inline(always)]
    fn value_eq(&mut self, a: Word, b: Word) -> bool {
        a == b
    }
    #[inline(always)]
    fn select_int(&mut self, c: bool, a: i64, b: i64) -> i64 {
        if c { a } else { b }
    }
    #[inline(always)]
    fn box_int(&mut self, i: i64) -> Word {
        if E::int_fits(&mut Host, i as u64) { E::box_int(&mut Host, i as u64) } else { self.box_wide_int(i) }
    }
    #[inline(always)]
    fn box_float(&mut self, f: f64) -> Word {
        E::box_float(&mut Host, f)
    }
    #[inline(always)]
    fn box_bool(&mut self, b: bool) -> Word {
        E::box_bool(&mut Host, b)
    }
    #[inline(always)]
    fn box_ref(&mut self, r: RawRef) -> Word {
        ref_bits(r)
    }
    #[inline(always)]
    fn truth(&mut self, b: bool) -> bool {
        b
    }
    #[inline(always)]
    fn as_int(&mut self, v: Word) -> Option<i64> {
        if E::is_int(&mut Host, v) {
            return Some(E::unbox_int(&mut Host, v) as i64);
        }
        // What else there is is told apart here, cheaply: arithmetic asks this of both operands, subscripts of every key.
        if !E::is_ref(&mut Host, v) {
            return None;
        }
        // SAFETY: the encoding says that the word is a reference.
        let object: Gc<Object> = unsafe { Gc::from_address(v as usize) };
        if object.layout_id() == WideInt::ID { self.wide_int(object) } else { None }
    }
    #[inline(always)]
    fn as_float(&mut self, v: Word) -> Option<f64> {
        if E::is_float(&mut Host, v) { Some(E::unbox_float(&mut Host, v)) } else { None }
    }
    #[inline(always)]
    fn as_bool(&mut self, v: Word) -> Option<bool> {
        if E::is_bool(&mut Host, v) { Some(E::unbox_bool(&mut Host, v) != 0) } else { None }
    }
    #[inline(always)]
    fn as_ref(&mut self, v: Word) -> Option<RawRef> {
        if E::is_ref(&mut Host, v) { Some(bits_ref(v)) } else { None }
    }
    #[inline(always)]
    fn value_is(&mut self, v: Word, word: Word) -> bool {
        v == word
    }
    #[inline(always)]
    fn promote_value(&mut self, v: Word) -> Word {
        v
    }
    #[inline(always)]
    fn promote_int(&mut self, i: i64) -> i64 {
        i
    }
    #[inline(always)]
    fn promote_ref(&mut self, r: RawRef) -> Gc<Object> {
        r.expect("only a tested reference is promoted")
    }
    #[inline(always)]
    fn is_null(&mut self, r: RawRef) -> bool {
        r.is_none()
    }
    #[inline(always)]
    fn layout_of(&mut self, r: RawRef) -> LayoutId {
        r.expect("the interpreter tested the reference").layout_id()
    }
    #[inline(always)]
    fn has_layout(&mut self, r: RawRef, layout: LayoutId) -> bool {
        r.expect("the interpreter tested the reference").layout_id() == layout
    }
    #[inline(always)]
    fn assume(&mut self, assumption: &Assumption) -> bool {
        assumption.holds()
    }
    #[inline(always)]
    fn new_object(&mut self, layout: LayoutId, size_bytes: u32) -> Result<RawRef, Raised> {
        let header = heap::header_word(layout, size_bytes as usize);
        match self.mutator().alloc_raw(header, size_bytes as usize) {
            // SAFETY: a fresh object of this layout.
            Ok(address) => Ok(Some(unsafe { Gc::from_address(address.as_ptr() as usize) })),
            Err(_) => Err(self.raise_out_of_memory()),
        }
    }
    #[inline(always)]
    fn new_array(&mut self, array: ArrayDescr, length: i64, fill: Arg<Self>) -> Result<RawRef, Raised> {
        match new_array(self.mutator(), array, length, arg_bits(&fill)) {
            Some(object) => Ok(Some(object)),
            None => Err(self.raise_out_of_memory()),
        }
    }
    #[inline(always)]
    fn load_value(&mut self, field: FieldDescr, r: RawRef) -> Word {
        debug_assert_eq!(field.kind, FieldKind::Value, "{}", field.name);
        // SAFETY: the interpreter tested the layout that the descriptor belongs to.
        unsafe { *self.address(r, field.offset, field.layout).cast::<u64>() }
    }
    #[inline(always)]
    fn load_int(&mut self, field: FieldDescr, r: RawRef) -> i64 {
        // SAFETY: as for `load_value`.
        unsafe { load_integer(self.address(r, field.offset, field.layout), field.kind) as i64 }
    }
    #[inline(always)]
    fn load_float(&mut self, field: FieldDescr, r: RawRef) -> f64 {
        debug_assert_eq!(field.kind, FieldKind::F64, "{}", field.name);
        // SAFETY: as for `load_value`.
        unsafe { *self.address(r, field.offset, field.layout).cast::<f64>() }
    }
    #[inline(always)]
    fn load_bool(&mut self, field: FieldDescr, r: RawRef) -> bool {
        debug_assert_eq!(field.kind, FieldKind::Bool, "{}", field.name);
        // SAFETY: as for `load_value`; a boolean field holds 0 or 1.
        unsafe { *self.address(r, field.offset, field.layout) != 0 }
    }
    #[inline(always)]
    fn load_ref(&mut self, field: FieldDescr, r: RawRef) -> RawRef {
        debug_assert_eq!(field.kind, FieldKind::Ref, "{}", field.name);
        // SAFETY: as for `load_value`.
        bits_ref(unsafe { *self.address(r, field.offset, field.layout).cast::<u64>() })
    }
    #[inline(always)]
    fn store(&mut self, field: FieldDescr, r: RawRef, v: Arg<Self>) {
        let address = self.address(r, field.offset, field.layout);
        self.store_at(r, address, field.kind, arg_bits(&v));
    }
    #[inline(always)]
    fn array_len(&mut self, array: ArrayDescr, r: RawRef) -> i64 {
        self.length(array, r)
    }
    #[inline(always)]
    fn load_item_value(&mut self, array: ArrayDescr, r: RawRef, i: i64) -> Word {
        // SAFETY: `item_address` is inside the object.
        unsafe { *self.item_address(array, r, i).cast::<u64>() }
    }
    #[inline(always)]
    fn load_item_int(&mut self, array: ArrayDescr, r: RawRef, i: i64) -> i64 {
        // SAFETY: as for `load_item_value`.
        unsafe { load_integer(self.item_address(array, r, i), array.item) as i64 }
    }
    #[inline(always)]
    fn load_item_float(&mut self, array: ArrayDescr, r: RawRef, i: i64) -> f64 {
        // SAFETY: as for `load_item_value`.
        unsafe { *self.item_address(array, r, i).cast::<f64>() }
    }
    #[inline(always)]
    fn load_item_ref(&mut self, array: ArrayDescr, r: RawRef, i: i64) -> RawRef {
        // SAFETY: as for `load_item_value`.
        bits_ref(unsafe { *self.item_address(array, r, i).cast::<u64>() })
    }
    #[inline(always)]
    fn store_item(&mut self, array: ArrayDescr, r: RawRef, i: i64, v: Arg<Self>) {
        let address = self.item_address(array, r, i);
        self.store_at(r, address, array.item, arg_bits(&v));
    }
    #[inline(always)]
    fn set_layout(&mut self, r: RawRef, layout: LayoutId) {
        let object = r.expect("the interpreter tested the reference");
        object.header().set_layout_id(layout);
    }
    #[inline(always)]
    fn load_raw_int(&mut self, width: RawWidth, address: i64, offset: i64) -> i64 {
        let at = address.wrapping_add(offset) as *const u8;
        // SAFETY: the interpreter vouches for the address.
        unsafe { load_raw(width, at) as i64 }
    }
    #[inline(always)]
    fn load_raw_float(&mut self, width: RawWidth, address: i64, offset: i64) -> f64 {
        let at = address.wrapping_add(offset) as *const u8;
        // SAFETY: the interpreter vouches for the address.
        f64::from_bits(unsafe { load_raw(width, at) })
    }
    #[inline(always)]
    fn store_raw(&mut self, width: RawWidth, address: i64, offset: i64, v: Arg<Self>) {
        let at = address.wrapping_add(offset) as *mut u8;
        // SAFETY: the interpreter vouches for the address.
        unsafe { store_raw(width, at, arg_bits(&v)) }
    }
    #[inline(always)]
    fn call_value(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Word, Raised> {
        debug_assert_eq!(f.result, Some(Kind::Value), "{}", f.name);
        self.call(f, args)
    }
    #[inline(always)]
    fn call_int(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<i64, Raised> {
        debug_assert_eq!(f.result, Some(Kind::Int), "{}", f.name);
        self.call(f, args).map(|w| w as i64)
    }
    #[inline(always)]
    fn call_float(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<f64, Raised> {
        debug_assert_eq!(f.result, Some(Kind::Float), "{}", f.name);
        self.call(f, args).map(f64::from_bits)
    }
    #[inline(always)]
    fn call_bool(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<bool, Raised> {
        debug_assert_eq!(f.result, Some(Kind::Bool), "{}", f.name);
        self.call(f, args).map(|w| w & 1 != 0)
    }
    #[inline(always)]
    fn call_ref(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<RawRef, Raised> {
        debug_assert_eq!(f.result, Some(Kind::Ref), "{}", f.name);
        self.call(f, args).map(bits_ref)
    }
    #[inline(always)]
    fn call_nothing(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<(), Raised> {
        self.call(f, args).map(|_| ())
    }
    #[inline(always)]
    fn raise(&mut self, exception: Word) -> Raised {
        debug_assert_ne!(exception, 0, "0 means that nothing is pending");
        self.context().raised.set(exception);
        Raised
    }
    #[inline(always)]
    fn take_raised(&mut self) -> Word {
        self.context().raised.replace(0)
    }
    #[inline(always)]
    fn at(&mut self, _stack: &mut FrameStack<Word>, _pc: u32) {}
    #[inline(always)]
    fn merge_point(&mut self, stack: &mut FrameStack<Word>, pc: u32, cell: &WarmCell) -> Flow<Word> {
        if cell.tick() { self.ask(stack, pc, cell, HotPlace::LoopHeader) } else { Flow::Continue }
    }
    #[inline(always)]
    fn function_entry(&mut self, stack: &mut FrameStack<Word>, cell: &WarmCell) -> Flow<Word> {
        let pc = stack.top().pc;
        if cell.tick() { self.ask(stack, pc, cell, HotPlace::FunctionEntry) } else { Flow::Continue }
    }
}

/// Allocates an array object with every item `fill` and a zeroed fixed part. `None`: out of memory, or the length is
/// negative or absurd.
#[inline]
pub fn new_array(mutator: &Mutator, array: ArrayDescr, length: i64, fill: u64) -> Option<Gc<Object>> {
    let item = size_bytes(array.item);
    let items_bytes = usize::try_from(length).ok()?.checked_mul(item)?;
    let size = items_bytes.checked_add(array.items_offset as usize)?.checked_add(7)? & !7;
    let size = size.max(16);
    if size > isize::MAX as usize {
        return None;
    }
    let address = mutator.alloc_raw(heap::header_word(array.layout, 0), size).ok()?.as_ptr();
    // SAFETY: a fresh object of `size` bytes; everything behind the header is written here.
    unsafe {
        std::ptr::write_bytes(address.add(8), 0, array.items_offset as usize - 8);
        *address.add(array.length_offset as usize).cast::<i64>() = length;
        let items = address.add(array.items_offset as usize);
        match item {
            8 => {
                for i in 0..length as usize {
                    *items.cast::<u64>().add(i) = fill;
                }
            }
            4 => {
                for i in 0..length as usize {
                    *items.cast::<u32>().add(i) = fill as u32;
                }
            }
            2 => {
                for i in 0..length as usize {
                    *items.cast::<u16>().add(i) = fill as u16;
                }
            }
            _ => std::ptr::write_bytes(items, fill as u8, length as usize),
        }
        Some(Gc::from_address(address as usize))
    }
}

/// Loads raw memory; floats as bits of a double.
///
/// # Safety
/// The address is readable for the width.
#[inline(always)]
pub unsafe fn load_raw(width: RawWidth, at: *const u8) -> u64 {
    // SAFETY: the caller's contract; raw addresses need not be aligned.
    unsafe {
        match width {
            RawWidth::I8 => at.cast::<i8>().read_unaligned() as i64 as u64,
            RawWidth::U8 => *at as u64,
            RawWidth::I16 => at.cast::<i16>().read_unaligned() as i64 as u64,
            RawWidth::U16 => at.cast::<u16>().read_unaligned() as u64,
            RawWidth::I32 => at.cast::<i32>().read_unaligned() as i64 as u64,
            RawWidth::U32 => at.cast::<u32>().read_unaligned() as u64,
            RawWidth::I64 | RawWidth::F64 => at.cast::<u64>().read_unaligned(),
            RawWidth::F32 => (at.cast::<f32>().read_unaligned() as f64).to_bits(),
        }
    }
}

/// Stores raw memory; floats from bits of a double.
///
/// # Safety
/// The address is writable for the width.
#[inline(always)]
pub unsafe fn store_raw(width: RawWidth, at: *mut u8, bits: u64) {
    // SAFETY: the caller's contract; raw addresses need not be aligned.
    unsafe {
        match width {
            RawWidth::I8 | RawWidth::U8 => *at = bits as u8,
            RawWidth::I16 | RawWidth::U16 => at.cast::<u16>().write_unaligned(bits as u16),
            RawWidth::I32 | RawWidth::U32 => at.cast::<u32>().write_unaligned(bits as u32),
            RawWidth::I64 | RawWidth::F64 => at.cast::<u64>().write_unaligned(bits),
            RawWidth::F32 => at.cast::<f32>().write_unaligned(f64::from_bits(bits) as f32),
        }
    }
}

const _: () = assert!(std::mem::size_of::<RawRef>() == 8);
const _: () = assert!(WideInt::ID.0 == 1);

//! Leaving machine code: from the words in the transfer buffer to interpreter frames.
//!
//! The words may also be those of a call that code waits for (`force.rs`).
//!
//! Driven by data only: the snapshot says what each slot is. Objects that the trace kept virtual are allocated now,
//! all of them first and with empty fields, then filled: they may refer to each other in cycles.
//!
//! Collections can happen at every allocation here. The words in the transfer buffer are roots (the context's root
//! source scans it conservatively); objects made here are kept in a `RootVec`.

use crate::unit::{Exit, Unit};
use heap::{FieldKind, Gc, Object, RootVec};
use metatrace_ir::{
    Const, FieldKey, FrameShotIndex, Operand, OperandView, ResumeMode, Trace, Virtual, VirtualKind,
    size_bytes,
};
use metatrace_machine::{
    Context, Encoding, FrameStack, Host, Kind, Resume, Status, Word, box_wide_int, new_array,
};

/// Why an exit's frames could not be rebuilt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestoreError {
    /// The heap could not give the objects of the exit.
    OutOfMemory,
    /// The frame stack is full.
    StackOverflow,
}

/// The tagged word of an unboxed value.
pub fn box_bits<E: Encoding>(context: &Context, kind: Kind, bits: u64) -> Word {
    let h = &mut Host;
    match kind {
        Kind::Value | Kind::Ref => bits,
        Kind::Int if E::int_fits(h, bits) => E::box_int(h, bits),
        Kind::Int => box_wide_int(context, bits as i64),
        Kind::Float => E::box_float(h, f64::from_bits(bits)),
        Kind::Bool => E::box_bool(h, bits & 1 != 0),
    }
}

/// The unboxed bits of a tagged word, if it is of that kind.
pub fn unbox_bits<E: Encoding>(kind: Kind, word: Word) -> Option<u64> {
    let h = &mut Host;
    match kind {
        Kind::Value => Some(word),
        Kind::Int if E::is_int(h, word) => Some(E::unbox_int(h, word)),
        Kind::Float if E::is_float(h, word) => Some(E::unbox_float(h, word).to_bits()),
        Kind::Bool if E::is_bool(h, word) => Some(E::unbox_bool(h, word)),
        Kind::Ref if E::is_ref(h, word) => Some(word),
        _ => None,
    }
}

struct Materialise<'a> {
    context: &'a Context,
    trace: &'a Trace,
    live: &'a [(Operand, Kind)],
    /// The value of a live operand by its index.
    word: &'a dyn Fn(usize) -> Word,
    /// Objects by virtual number; indices into `objects`.
    made: Vec<(u32, usize)>,
    /// Not there before the first object: most exits make none.
    objects: Option<RootVec<Object>>,
    objects_count: u64,
}

impl Materialise<'_> {
    /// Kind and bits of an operand.
    fn bits<E: Encoding>(&self, operand: Operand) -> (Kind, u64) {
        match operand.view() {
            OperandView::Op(_) => {
                let index = self
                    .live
                    .iter()
                    .position(|(o, _)| *o == operand)
                    .expect("every operand of a snapshot is in the exit's list");
                (self.live[index].1, (self.word)(index))
            }
            OperandView::Const(i) => {
                let Const { kind, bits } = self.trace.consts[i as usize];
                (kind, bits)
            }
            OperandView::Virtual(i) => {
                let v = self.trace.virtuals[i as usize];
                match v.kind {
                    VirtualKind::BoxInt
                    | VirtualKind::BoxFloat
                    | VirtualKind::BoxBool
                    | VirtualKind::BoxRef => {
                        let (kind, bits) = self.bits::<E>(self.fields(v)[0]);
                        (Kind::Value, box_bits::<E>(self.context, kind, bits))
                    }
                    VirtualKind::UnboxRef => (Kind::Ref, self.bits::<E>(self.fields(v)[0]).1),
                    _ => (Kind::Ref, self.object(i).address() as u64),
                }
            }
            OperandView::None => (Kind::Value, E::UNSET),
        }
    }

    /// The operand as a tagged word.
    fn word<E: Encoding>(&self, operand: Operand) -> Word {
        let (kind, bits) = self.bits::<E>(operand);
        box_bits::<E>(self.context, kind, bits)
    }

    fn fields(&self, v: Virtual) -> &[Operand] {
        &self.trace.virtual_fields[v.fields_start as usize..(v.fields_start + v.fields_count) as usize]
    }

    fn object(&self, number: u32) -> Gc<Object> {
        let (_, index) =
            self.made.iter().find(|(n, _)| *n == number).expect("virtual objects are made first");
        let objects = self.objects.as_ref().expect("an object was made");
        objects.get(*index).expect("every made object is kept")
    }

    /// Allocates every virtual object that the operand leads to.
    fn allocate(&mut self, operand: Operand) -> Result<(), RestoreError> {
        let Some(number) = operand.as_virtual() else { return Ok(()) };
        let v = self.trace.virtuals[number as usize];
        let made = match v.kind {
            VirtualKind::Object { layout, size_bytes } => {
                if self.made.iter().any(|(n, _)| *n == number) {
                    return Ok(());
                }
                let size = size_bytes as usize;
                let header = heap::header_word(layout, size);
                let address =
                    self.context.mutator().alloc_raw(header, size).map_err(|_| RestoreError::OutOfMemory)?;
                // SAFETY: a fresh object of that size; zero is an empty reference in every field.
                unsafe {
                    std::ptr::write_bytes(address.as_ptr().add(8), 0, size - 8);
                    Some(Gc::from_address(address.as_ptr() as usize))
                }
            }
            VirtualKind::Array { array } => {
                if self.made.iter().any(|(n, _)| *n == number) {
                    return Ok(());
                }
                let descr = heap::ArrayDescr {
                    layout: array.layout(),
                    item: array.item_kind(),
                    length_offset: array.length_offset(),
                    items_offset: array.items_offset(),
                    immutable: array.immutable(),
                };
                let count = v.fields_count as i64;
                Some(new_array(self.context.mutator(), descr, count, 0).ok_or(RestoreError::OutOfMemory)?)
            }
            _ => None,
        };
        if let Some(object) = made {
            self.objects_count += 1;
            let objects = self.objects.get_or_insert_with(|| RootVec::new(self.context.mutator()));
            self.made.push((number, objects.len()));
            objects.push(object);
        }
        for k in v.fields_start..v.fields_start + v.fields_count {
            self.allocate(self.trace.virtual_fields[k as usize])?;
        }
        Ok(())
    }

    fn fill<E: Encoding>(&self) {
        for (number, _) in &self.made {
            let v = self.trace.virtuals[*number as usize];
            match v.kind {
                VirtualKind::Object { .. } => {
                    for pair in self.fields(v).chunks_exact(2) {
                        let key = self.trace.as_const(pair[0]).expect("a field's key is a constant");
                        self.store_field::<E>(|m| m.object(*number), FieldKey(key.bits), pair[1]);
                    }
                }
                VirtualKind::Array { array } => {
                    for (i, operand) in self.fields(v).iter().enumerate() {
                        let offset = array.items_offset() as usize + i * size_bytes(array.item_kind());
                        self.store::<E>(|m| m.object(*number), offset, array.item_kind(), *operand);
                    }
                }
                _ => {}
            }
        }
    }

    fn store_field<E: Encoding>(&self, owner: impl Fn(&Self) -> Gc<Object>, field: FieldKey, value: Operand) {
        self.store::<E>(owner, field.offset() as usize, field.field_kind(), value);
    }

    /// Stores an operand; `owner` is asked after the value was made, since making it may collect.
    fn store<E: Encoding>(
        &self,
        owner: impl Fn(&Self) -> Gc<Object>,
        offset: usize,
        kind: FieldKind,
        value: Operand,
    ) {
        let bits = match kind {
            FieldKind::Value => self.word::<E>(value),
            _ => self.bits::<E>(value).1,
        };
        let owner = owner(self);
        let address = (owner.address() + offset) as *mut u8;
        // SAFETY: the field lies inside the object; references go through the barrier.
        unsafe {
            match size_bytes(kind) {
                8 => {
                    if matches!(kind, FieldKind::Value | FieldKind::Ref) {
                        self.context.mutator().barrier(owner, address.cast());
                    }
                    *address.cast::<u64>() = bits;
                }
                4 => *address.cast::<u32>() = bits as u32,
                2 => *address.cast::<u16>() = bits as u16,
                _ => *address = bits as u8,
            }
        }
    }

    fn delayed_stores<E: Encoding>(&self, start: u32, count: u32) {
        for number in start..start + count {
            let v = self.trace.virtuals[number as usize];
            let fields = self.fields(v);
            match v.kind {
                VirtualKind::Store { field } => {
                    self.store_field::<E>(|m| m.reference::<E>(fields[0]), field, fields[1]);
                }
                VirtualKind::StoreItem { array } => {
                    let index = self.bits::<E>(fields[1]).1 as usize;
                    let offset = array.items_offset() as usize + index * size_bytes(array.item_kind());
                    self.store::<E>(|m| m.reference::<E>(fields[0]), offset, array.item_kind(), fields[2]);
                }
                _ => {}
            }
        }
    }

    fn reference<E: Encoding>(&self, operand: Operand) -> Gc<Object> {
        let (_, bits) = self.bits::<E>(operand);
        assert!(bits != 0, "a delayed store into a null reference");
        // SAFETY: an operand of kind `Ref` is a live object.
        unsafe { Gc::from_address(bits as usize) }
    }
}

/// Pushes the frames of an exit, for the operands of which `word` answers by their index. Returns how to go on, and the number of
/// objects made.
///
/// Errors: see [`RestoreError`]; some of the frames may have been pushed.
pub fn restore<E: Encoding>(
    context: &Context,
    unit: &Unit,
    exit: &Exit,
    word: &dyn Fn(usize) -> Word,
    stack: &mut FrameStack<Word>,
    slot_count: &dyn Fn(u64) -> u32,
) -> Result<(Resume<Word>, u64), RestoreError> {
    let trace = &unit.trace;
    let snapshot = *trace.snapshot(exit.snapshot);
    let live = unit.exit_live(exit);
    let mut m =
        Materialise { context, trace, live: &live, word, made: Vec::new(), objects: None, objects_count: 0 };
    let frames = trace.frames_of(&snapshot);
    if !trace.virtuals.is_empty() {
        for frame in &frames {
            for (_, operand) in trace.slots_of(*frame) {
                m.allocate(*operand)?;
            }
        }
        m.allocate(snapshot.result)?;
        for v in snapshot.stores_start..snapshot.stores_start + snapshot.stores_count {
            m.allocate(Operand::virtual_object(v))?;
        }
        m.fill::<E>();
        m.delayed_stores::<E>(snapshot.stores_start, snapshot.stores_count);
    }
    push_frames::<E>(&m, trace, &frames, stack, slot_count)?;
    let resume = match snapshot.mode {
        _ if context.raised.get() != 0 => Resume::Raise,
        ResumeMode::Execute => Resume::Execute,
        ResumeMode::Raise => Resume::Raise,
        ResumeMode::Deliver => Resume::Deliver(m.word::<E>(snapshot.result)),
    };
    Ok((resume, m.objects_count))
}

fn push_frames<E: Encoding>(
    m: &Materialise<'_>,
    trace: &Trace,
    frames: &[FrameShotIndex],
    stack: &mut FrameStack<Word>,
    slot_count: &dyn Fn(u64) -> u32,
) -> Result<(), RestoreError> {
    for index in frames {
        let shot = *trace.frame(*index);
        let window = stack.push(shot.code, slot_count(shot.code)).map_err(|_| RestoreError::StackOverflow)?;
        stack.set_pc(shot.pc);
        stack.set_continuation(shot.continuation);
        for (slot, operand) in trace.slots_of(*index) {
            window.set(*slot, m.word::<E>(*operand));
        }
    }
    Ok(())
}

/// The outcome of a completed call in the form that the calling trace expects.
pub fn returned<E: Encoding>(word: Word, expected: Kind) -> (Status, u64) {
    match unbox_bits::<E>(expected, word) {
        Some(bits) => (Status::returned(expected), bits),
        None => (Status::returned(Kind::Value), word),
    }
}

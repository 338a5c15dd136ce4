//! Interpreter frames, as every interpreter of the toolkit keeps them.
//!
//! All frames of one thread live in one array of slots, each frame a *window* of it: a call is a few stores, a
//! guard exit writes the live slots of its frames and nothing else, and the recorder can run the same interpreter
//! on a second stack whose slots hold traced values. Interpreters therefore never keep program state in native
//! locals across a position; what is not in a slot does not survive a guard.
//!
//! The array never moves (interpreters cache a [`Window`] on it) and has a fixed capacity: deep recursion ends in
//! [`StackOverflow`], which the language raises as its own exception.
//!
//! Below the outermost frame lies one that is no activation, so that there is always an innermost one: its place is kept
//! ([`FrameStack::last`]), and asking for it tests nothing.
//!
//! Invariant (who establishes it): slot numbers used through a [`Window`] are below the `slot_count` that its frame
//! was pushed with; the language's bytecode compiler guarantees that, debug builds check it.

use crate::encoding::Word;
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// One activation of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The code object: an address or index of the language's, green.
    pub code: u64,
    /// The instruction to execute next, or whose call is under way.
    pub pc: u32,
    /// Absolute number of the frame's first slot.
    pub base: u32,
    pub slot_count: u32,
    /// What to do with the result of the call under way, if the instruction at `pc` does not say it all.
    pub continuation: u32,
}

/// The stack has no room for another frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackOverflow;

/// The frames of one thread. See the module header.
pub struct FrameStack<V: Copy> {
    slots: NonNull<V>,
    /// Slots that may be used, of those that there are.
    capacity: u32,
    allocated: u32,
    unset: V,
    /// The first is no activation (see the module header), `depth` of them follow, then those that are not in use.
    frames: Vec<Frame>,
    depth: usize,
    /// The innermost one of `frames`.
    last: NonNull<Frame>,
    /// Behind those of `frames` that may be used.
    end: *const Frame,
    frame_limit: usize,
    /// First free slot; shared with the root source.
    top: Box<Cell<u32>>,
}

/// Frames that there is room for at first.
const FIRST_FRAMES: usize = 63;

/// What lies below the outermost frame.
const GROUND: Frame = Frame { code: 0, pc: 0, base: 0, slot_count: 0, continuation: 0 };

/// Slots are written and copied in groups of so many: the array has room for a group more than its capacity. Frames and their copies
/// that are whole groups are copied fastest.
pub const SLOT_GROUP: u32 = 4;

/// The slots of one frame.
pub struct Window<V: Copy> {
    base: NonNull<V>,
    #[cfg(debug_assertions)]
    slot_count: u32,
}

impl<V: Copy> Clone for Window<V> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<V: Copy> Copy for Window<V> {}

impl<V: Copy> Window<V> {
    /// The value in a slot of the frame.
    #[inline(always)]
    pub fn get(self, slot: u32) -> V {
        #[cfg(debug_assertions)]
        assert!(slot < self.slot_count, "slot {slot} of a frame with {}", self.slot_count);
        // SAFETY: the slot is inside the frame (module invariant), and every slot up to the stack's top was
        // initialised when its frame was pushed.
        unsafe { *self.base.as_ptr().add(slot as usize) }
    }
    /// Sets a slot of the frame.
    #[inline(always)]
    pub fn set(self, slot: u32, value: V) {
        #[cfg(debug_assertions)]
        assert!(slot < self.slot_count, "slot {slot} of a frame with {}", self.slot_count);
        // SAFETY: as for `get`; windows are used by the one thread that owns the stack.
        unsafe { *self.base.as_ptr().add(slot as usize) = value }
    }
    /// Copies the first `count` slots.
    ///
    /// # Safety
    /// * The frame has so many slots, and they are a multiple of [`SLOT_GROUP`];
    /// * `to` can be written as so many values, and is no part of the stack.
    #[inline(always)]
    pub unsafe fn copy_to(self, to: *mut V, count: u32) {
        #[cfg(debug_assertions)]
        assert!(count <= self.slot_count, "{count} slots of a frame with {}", self.slot_count);
        // SAFETY: the caller's promise.
        unsafe { copy_groups(self.base.as_ptr(), to, count as usize) }
    }
}

/// Copies slots, a group at a time. They are few: a call of the system's function would cost as much as the copy, and so would an iterator
/// over the groups.
///
/// # Safety
/// * `from` can be read, and `to` written, as `count` values; they do not overlap;
/// * `count` is a multiple of [`SLOT_GROUP`].
#[inline(always)]
unsafe fn copy_groups<V: Copy>(mut from: *const V, mut to: *mut V, count: usize) {
    debug_assert!(count.is_multiple_of(SLOT_GROUP as usize));
    // SAFETY: the caller's promise: both pointers stay within what they point to, or just behind it.
    unsafe {
        let end = from.add(count);
        while from < end {
            to.cast::<[V; SLOT_GROUP as usize]>().write(from.cast::<[V; SLOT_GROUP as usize]>().read());
            (from, to) = (from.add(SLOT_GROUP as usize), to.add(SLOT_GROUP as usize));
        }
    }
}

impl<V: Copy> FrameStack<V> {
    /// A stack of `capacity` slots, at most `frame_limit` frames deep, whose fresh slots hold `unset`.
    pub fn new(capacity: u32, frame_limit: usize, unset: V) -> FrameStack<V> {
        let layout = Self::layout(capacity);
        assert!(layout.size() > 0, "a frame stack needs slots");
        // Not zeroed: what a push finds is written there before it is read, and clearing memory makes it resident, where a stack of which
        // a page or two are used costs no more than these.
        // SAFETY: the layout has a size.
        let memory = unsafe { std::alloc::alloc(layout) };
        let Some(slots) = NonNull::new(memory.cast::<V>()) else { std::alloc::handle_alloc_error(layout) };
        let mut frames = vec![GROUND; FIRST_FRAMES.min(frame_limit) + 1];
        let last = NonNull::from(&mut frames[0]);
        let end = frames.as_ptr_range().end;
        let top = Box::new(Cell::new(0));
        FrameStack {
            slots,
            capacity,
            allocated: capacity,
            unset,
            frames,
            depth: 0,
            last,
            end,
            frame_limit,
            top,
        }
    }

    /// The layout of the memory for so many slots.
    fn layout(capacity: u32) -> std::alloc::Layout {
        std::alloc::Layout::array::<V>((capacity + SLOT_GROUP) as usize)
            .expect("a stack's size is far below isize::MAX")
    }

    /// As [`FrameStack::new`], in the memory of a stack that is not used any more, if that is large enough: the system has to clear fresh
    /// memory.
    pub fn recycle(
        spare: Option<FrameStack<V>>,
        capacity: u32,
        frame_limit: usize,
        unset: V,
    ) -> FrameStack<V> {
        match spare {
            Some(mut stack) if stack.allocated >= capacity => {
                stack.truncate(0);
                (stack.capacity, stack.frame_limit, stack.unset) = (capacity, frame_limit, unset);
                stack.use_frames();
                stack
            }
            _ => FrameStack::new(capacity, frame_limit, unset),
        }
    }

    #[inline(always)]
    pub fn depth(&self) -> usize {
        self.depth
    }
    #[inline(always)]
    pub fn frames(&self) -> &[Frame] {
        &self.frames[1..=self.depth]
    }
    /// The innermost frame.
    #[inline(always)]
    pub fn top(&self) -> &Frame {
        debug_assert!(self.depth() > 0, "an interpreter runs with at least one frame");
        // SAFETY: `last` points to number `depth` of `frames` (`push_with`, `pop`, `use_frames`).
        unsafe { self.last.as_ref() }
    }
    #[inline(always)]
    fn top_mut(&mut self) -> &mut Frame {
        debug_assert!(self.depth() > 0, "an interpreter runs with at least one frame");
        // SAFETY: as in `top`.
        unsafe { self.last.as_mut() }
    }
    #[inline(always)]
    pub fn set_pc(&mut self, pc: u32) {
        self.top_mut().pc = pc;
    }
    #[inline(always)]
    pub fn set_continuation(&mut self, continuation: u32) {
        self.top_mut().continuation = continuation;
    }
    /// The window of the innermost frame.
    #[inline(always)]
    pub fn window(&self) -> Window<V> {
        let f = self.top();
        self.window_at(f.base, f.slot_count)
    }
    /// The window of the frame number `index`, counted from the outermost.
    pub fn window_of(&self, index: usize) -> Window<V> {
        let f = &self.frames()[index];
        self.window_at(f.base, f.slot_count)
    }
    #[inline(always)]
    fn window_at(&self, base: u32, slot_count: u32) -> Window<V> {
        let _ = slot_count;
        Window {
            // SAFETY: a frame's base is at most the capacity (`push` checked it).
            base: unsafe { self.slots.add(base as usize) },
            #[cfg(debug_assertions)]
            slot_count,
        }
    }

    /// Pushes a frame with every slot unset and pc 0. The caller's frame keeps its pc.
    #[inline(always)]
    pub fn push(&mut self, code: u64, slot_count: u32) -> Result<Window<V>, StackOverflow> {
        let unset = MaybeUninit::new(self.unset);
        self.push_with(code, slot_count, |slots| {
            // Whole groups: what lies behind the frame is written when it is pushed.
            for group in slots.chunks_exact_mut(SLOT_GROUP as usize) {
                group.fill(unset);
            }
        })
    }

    /// Pushes a frame with a copy of `slots` and pc 0.
    ///
    /// # Safety
    /// * `slots` can be read as `slot_count` values, a multiple of [`SLOT_GROUP`];
    /// * it is no part of this stack.
    #[inline(always)]
    pub unsafe fn push_copy(
        &mut self,
        code: u64,
        slots: *const V,
        slot_count: u32,
    ) -> Result<Window<V>, StackOverflow> {
        self.push_with(code, slot_count, |to| {
            // SAFETY: `to` has so many slots, the rest is the caller's promise.
            unsafe { copy_groups(slots, to.as_mut_ptr().cast(), slot_count as usize) }
        })
    }

    #[inline(always)]
    fn push_with(
        &mut self,
        code: u64,
        slot_count: u32,
        fill: impl FnOnce(&mut [MaybeUninit<V>]),
    ) -> Result<Window<V>, StackOverflow> {
        let base = self.top.get();
        // Frame sizes are below 2^24 and the capacity below 2^31: no overflow.
        let end = base + slot_count;
        if end > self.capacity {
            return Err(StackOverflow);
        }
        // SAFETY: `last` is inside `frames`, so this is inside or just behind.
        if unsafe { self.last.add(1) }.as_ptr().cast_const() == self.end {
            self.grow()?;
        }
        // SAFETY: `last` is not the last that may be used: this was tested, or there are more now.
        unsafe {
            self.last = self.last.add(1);
            self.last.write(Frame { code, pc: 0, base, slot_count, continuation: 0 });
        }
        self.depth += 1;
        self.top.set(end);
        // As a slice: single stores might change `self`, to the compiler's eyes, and would stay single stores.
        // SAFETY: `end <= capacity`, there is room for a group behind that, and nobody else reads or writes these slots during
        // this call.
        let fresh = unsafe {
            let first = self.slots.as_ptr().add(base as usize).cast::<MaybeUninit<V>>();
            std::slice::from_raw_parts_mut(first, slot_count.next_multiple_of(SLOT_GROUP) as usize)
        };
        fill(fresh);
        Ok(self.window_at(base, slot_count))
    }

    /// Makes room for more frames.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Result<(), StackOverflow> {
        if self.depth >= self.frame_limit {
            return Err(StackOverflow);
        }
        let count = (self.frames.len() * 2).min(self.frame_limit + 1);
        self.frames.resize(count, GROUND);
        self.use_frames();
        Ok(())
    }

    /// Points to the innermost frame, and to the end of those that the limit allows.
    fn use_frames(&mut self) {
        let usable = self.frames.len().min(self.frame_limit + 1);
        self.end = self.frames[..usable].as_ptr_range().end;
        self.last = NonNull::from(&mut self.frames[self.depth]);
    }

    /// Pops the innermost frame.
    #[inline(always)]
    pub fn pop(&mut self) -> Frame {
        assert!(self.depth > 0, "pop matches a push");
        let frame = *self.top();
        self.depth -= 1;
        // SAFETY: there is a frame below (tested).
        self.last = unsafe { self.last.sub(1) };
        self.top.set(frame.base);
        frame
    }

    /// Pops frames until `depth` are left.
    pub fn truncate(&mut self, depth: usize) {
        while self.depth() > depth {
            self.pop();
        }
    }

    /// A root source that scans every used slot conservatively, for stacks whose slots hold more than a word. It
    /// must be removed from the heap before the stack is dropped.
    pub fn conservative_roots(&self) -> ConservativeFrameRoots {
        ConservativeFrameRoots {
            slots: self.slots.as_ptr().cast::<u64>(),
            words_per_slot: size_of::<V>() / 8,
            top: &*self.top,
        }
    }

    /// Limits for a second stack of the same reach.
    pub fn limits(&self) -> (u32, usize) {
        (self.capacity, self.frame_limit)
    }
}

impl FrameStack<Word> {
    /// A root source that lets the collector see and update every used slot. It must be removed from the heap
    /// before the stack is dropped.
    pub fn roots(&self) -> FrameRoots {
        FrameRoots { slots: self.slots, top: &*self.top }
    }
}

impl<V: Copy> Drop for FrameStack<V> {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { std::alloc::dealloc(self.slots.as_ptr().cast(), Self::layout(self.allocated)) }
    }
}

/// See [`FrameStack::roots`].
pub struct FrameRoots {
    slots: NonNull<Word>,
    top: *const Cell<u32>,
}

impl heap::RootSource for FrameRoots {
    fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
        // SAFETY: the stack outlives its registration (contract of `FrameStack::roots`).
        let top = unsafe { (*self.top).get() };
        for slot in 0..top as usize {
            // SAFETY: slots below the top are initialised words.
            let cell = unsafe { &*self.slots.as_ptr().add(slot).cast::<Cell<u64>>() };
            visitor.word(cell);
        }
    }
}

/// See [`FrameStack::conservative_roots`].
pub struct ConservativeFrameRoots {
    slots: *const u64,
    words_per_slot: usize,
    top: *const Cell<u32>,
}

impl heap::RootSource for ConservativeFrameRoots {
    fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
        // SAFETY: the stack outlives its registration (contract of `FrameStack::conservative_roots`).
        let top = unsafe { (*self.top).get() };
        // SAFETY: slots below the top are initialised words of the stack's memory.
        unsafe { visitor.conservative(self.slots, top as usize * self.words_per_slot) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_windows_of_one_array_and_start_unset() {
        let mut stack: FrameStack<Word> = FrameStack::new(64, 8, 7);
        let outer = stack.push(1, 4).expect("room");
        outer.set(3, 42);
        let inner = stack.push(2, 4).expect("room");
        assert_eq!(inner.get(0), 7);
        inner.set(0, 9);
        assert_eq!(stack.window_of(0).get(3), 42);
        assert_eq!(stack.pop().code, 2);
        assert_eq!(stack.push(3, 2).expect("room").get(0), 7, "a reused slot is unset again");
    }

    #[test]
    fn the_stack_overflows_by_slots_and_by_depth() {
        let mut stack: FrameStack<Word> = FrameStack::new(10, 3, 0);
        stack.push(1, 8).expect("room");
        assert_eq!(stack.push(1, 3).err(), Some(StackOverflow));
        stack.push(1, 1).expect("room");
        stack.push(1, 1).expect("room");
        assert_eq!(stack.push(1, 0).err(), Some(StackOverflow));
    }

    #[test]
    fn frames_grow_to_the_limit_and_no_further_when_a_lower_one_follows() {
        let mut stack: FrameStack<Word> = FrameStack::new(1000, 200, 7);
        for number in 0..200 {
            stack.push(number, 2).expect("room").set(1, number);
        }
        assert_eq!(stack.push(200, 2).err(), Some(StackOverflow));
        assert_eq!((stack.depth(), stack.frames().len(), stack.top().code), (200, 200, 199));
        assert!((0..200).all(|index| stack.window_of(index).get(1) == stack.frames()[index].code));
        stack.truncate(150);
        assert_eq!((stack.top().code, stack.window().get(1)), (149, 149));
        let mut stack = FrameStack::recycle(Some(stack), 900, 100, 8);
        for number in 0..100 {
            assert_eq!(stack.push(number, 2).expect("room").get(0), 8);
        }
        assert_eq!(stack.push(100, 2).err(), Some(StackOverflow));
        let mut stack = FrameStack::recycle(Some(stack), 900, 300, 9);
        assert!((0..300).all(|number| stack.push(number, 1).is_ok()));
        assert_eq!((stack.depth(), stack.top().code), (300, 299));
    }
}

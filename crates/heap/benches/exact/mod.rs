//! What the heap is measured against: an exact copying collector with two generations, and nothing else.
//!
//! It is the shortest way that there is to collect: two types of objects, roots on a stack of their own that the program keeps by
//! hand, one table of roots with cards, a nursery of 4 MB that is copied into a space which is copied as a whole when it has grown by
//! the heap's own rule. No pause is bounded, no object may stay where it is, nothing has a finalizer. The design allows the heap 1.2
//! times its time on trees; for the other programs its table A has the times of such a collector and of the prototype.

use std::hint::black_box;

const NURSERY_BYTES: usize = 4 << 20;
/// Address space of each of the two old spaces.
const SPACE_BYTES: usize = 512 << 20;
/// As the heap's options `min` and `major_collect`.
const LEAST_LIVE_BYTES: usize = 30 << 20;
const GROWTH: f64 = 1.82;

/// In the header: moved, `left` is where to. In that of an old object: it is remembered.
const FORWARDED: usize = 1;
const REMEMBERED: usize = 2;
/// A value in a box: a header and one word.
const LEAF: usize = 4;

/// Items of the table per card, as log2.
const CARD_SHIFT: u32 = 3;

#[repr(C)]
struct Node {
    header: usize,
    left: *mut Node,
    right: *mut Node,
}

const NODE_BYTES: usize = size_of::<Node>();
const LEAF_BYTES: usize = 16;

/// A stretch of address space, filled from the bottom.
struct Space {
    start: usize,
    next: usize,
}

impl Space {
    fn new(bytes: usize) -> Space {
        // SAFETY: a fresh anonymous mapping, at an address of the system's choice.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        assert!(start != libc::MAP_FAILED, "address space for a benchmark");
        Space { start: start as usize, next: start as usize }
    }

    fn used_bytes(&self) -> usize {
        self.next - self.start
    }
}

struct Exact {
    nursery: Space,
    old: Space,
    /// Where the old space is copied to.
    spare: Space,
    threshold_bytes: usize,
    roots: Vec<*mut Node>,
    remembered: Vec<*mut Node>,
    /// An array that is large and old.
    table: Vec<*mut Node>,
    /// Of each `1 << CARD_SHIFT` items: was one of them stored?
    cards: Vec<u8>,
}

impl Exact {
    fn new() -> Exact {
        Exact {
            nursery: Space::new(NURSERY_BYTES),
            old: Space::new(SPACE_BYTES),
            spare: Space::new(SPACE_BYTES),
            threshold_bytes: (LEAST_LIVE_BYTES as f64 * GROWTH) as usize,
            roots: Vec::new(),
            remembered: Vec::new(),
            table: Vec::new(),
            cards: Vec::new(),
        }
    }

    fn with_table(length: usize) -> Exact {
        Exact {
            table: vec![std::ptr::null_mut(); length],
            cards: vec![0; (length >> CARD_SHIFT) + 1],
            ..Exact::new()
        }
    }

    /// Stores into the table.
    #[inline(always)]
    fn set_item(&mut self, index: usize, node: *mut Node) {
        self.cards[index >> CARD_SHIFT] = 1;
        self.table[index] = node;
    }

    #[inline(always)]
    fn alloc_leaf(&mut self, value: usize) -> *mut Node {
        if self.nursery.next + LEAF_BYTES > self.nursery.start + NURSERY_BYTES {
            self.collect();
        }
        let leaf = self.nursery.next as *mut [usize; 2];
        self.nursery.next += LEAF_BYTES;
        // SAFETY: the nursery has room for a leaf there.
        unsafe { leaf.write([LEAF, value]) };
        leaf.cast()
    }

    /// A node with a boxed value. The next allocation may move it.
    #[inline(always)]
    fn pair(&mut self, value: usize) -> *mut Node {
        let leaf = self.alloc_leaf(value);
        self.roots.push(leaf);
        let node = self.alloc();
        let leaf = self.roots.pop().expect("pushed");
        // SAFETY: a fresh node.
        unsafe { (*node).left = leaf };
        node
    }

    #[inline(always)]
    fn is_young(&self, node: *mut Node) -> bool {
        (node as usize).wrapping_sub(self.nursery.start) < NURSERY_BYTES
    }

    #[inline(always)]
    fn alloc(&mut self) -> *mut Node {
        if self.nursery.next + NODE_BYTES > self.nursery.start + NURSERY_BYTES {
            self.collect();
        }
        let node = self.nursery.next as *mut Node;
        self.nursery.next += NODE_BYTES;
        // SAFETY: the nursery has room for a node there.
        unsafe { node.write(Node { header: 0, left: std::ptr::null_mut(), right: std::ptr::null_mut() }) };
        node
    }

    /// Stores a child, with the write barrier.
    #[inline(always)]
    fn set(&mut self, owner: *mut Node, right: bool, child: *mut Node) {
        // SAFETY: the program's nodes are live: they are on the stack of roots, or nothing was allocated since.
        unsafe {
            if !self.is_young(owner) && (*owner).header & REMEMBERED == 0 {
                (*owner).header |= REMEMBERED;
                self.remembered.push(owner);
            }
            if right {
                (*owner).right = child;
            } else {
                (*owner).left = child;
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn collect(&mut self) {
        let from = (self.nursery.start, NURSERY_BYTES);
        let mut scan = self.old.next;
        // SAFETY: roots and remembered nodes are live, and the old space is larger than any program's heap.
        unsafe {
            for root in &mut self.roots {
                evacuate(root, from, &mut self.old);
            }
            for owner in self.remembered.drain(..) {
                (*owner).header &= !REMEMBERED;
                evacuate(&mut (*owner).left, from, &mut self.old);
                evacuate(&mut (*owner).right, from, &mut self.old);
            }
            for (card, dirty) in self.cards.iter_mut().enumerate() {
                if std::mem::take(dirty) != 0 {
                    let first = card << CARD_SHIFT;
                    let end = (first + (1 << CARD_SHIFT)).min(self.table.len());
                    for item in &mut self.table[first..end] {
                        evacuate(item, from, &mut self.old);
                    }
                }
            }
            scan_copied(&mut scan, from, &mut self.old);
        }
        self.nursery.next = self.nursery.start;
        if self.old.used_bytes() > self.threshold_bytes {
            self.collect_old();
        }
    }

    fn collect_old(&mut self) {
        let from = (self.old.start, SPACE_BYTES);
        let mut scan = self.spare.start;
        // SAFETY: as in `collect`; the spare space is empty.
        unsafe {
            for root in self.roots.iter_mut().chain(&mut self.table) {
                evacuate(root, from, &mut self.spare);
            }
            scan_copied(&mut scan, from, &mut self.spare);
            libc::madvise(self.old.start as *mut _, self.old.used_bytes(), libc::MADV_DONTNEED);
        }
        self.old.next = self.old.start;
        std::mem::swap(&mut self.old, &mut self.spare);
        self.threshold_bytes = (self.old.used_bytes().max(LEAST_LIVE_BYTES) as f64 * GROWTH) as usize;
    }

    fn top(&mut self, depth: usize) -> *mut Node {
        self.roots[self.roots.len() - depth]
    }
}

/// # Safety
/// `slot` holds null or a live node; `to` has room.
#[inline(always)]
unsafe fn evacuate(slot: &mut *mut Node, from: (usize, usize), to: &mut Space) {
    let node = *slot;
    if (node as usize).wrapping_sub(from.0) >= from.1 {
        return;
    }
    // SAFETY: caller.
    unsafe {
        if (*node).header & FORWARDED != 0 {
            *slot = (*node).left;
            return;
        }
        let copy = to.next as *mut Node;
        if (*node).header & LEAF != 0 {
            to.next += LEAF_BYTES;
            std::ptr::copy_nonoverlapping(node.cast::<[usize; 2]>(), copy.cast(), 1);
        } else {
            to.next += NODE_BYTES;
            std::ptr::copy_nonoverlapping(node, copy, 1);
        }
        (*node).header |= FORWARDED;
        (*node).left = copy;
        *slot = copy;
    }
}

/// Cheney's scan.
///
/// # Safety
/// From `scan` on, `to` holds copied nodes.
unsafe fn scan_copied(scan: &mut usize, from: (usize, usize), to: &mut Space) {
    while *scan < to.next {
        let node = *scan as *mut Node;
        // SAFETY: caller.
        unsafe {
            if (*node).header & LEAF != 0 {
                *scan += LEAF_BYTES;
                continue;
            }
            evacuate(&mut (*node).left, from, to);
            evacuate(&mut (*node).right, from, to);
        }
        *scan += NODE_BYTES;
    }
}

/// The tree is returned; it is no root.
fn tree(h: &mut Exact, depth: u32) -> *mut Node {
    if depth == 0 {
        return h.alloc();
    }
    let left = tree(h, depth - 1);
    h.roots.push(left);
    let right = tree(h, depth - 1);
    h.roots.push(right);
    let node = h.alloc();
    let (right, left) = (h.roots.pop(), h.roots.pop());
    // SAFETY: a fresh node.
    unsafe { *node = Node { header: 0, left: left.expect("pushed"), right: right.expect("pushed") } };
    node
}

fn count(tree: *mut Node) -> usize {
    // SAFETY: counting allocates nothing, and the tree is live.
    unsafe { if (*tree).left.is_null() { 1 } else { 1 + count((*tree).left) + count((*tree).right) } }
}

/// The root on top of the stack gets children, and so on.
fn populate(h: &mut Exact, depth: u32) {
    if depth == 0 {
        return;
    }
    for right in [false, true] {
        let child = h.alloc();
        let owner = h.top(1);
        h.set(owner, right, child);
    }
    for right in [false, true] {
        let owner = h.top(1);
        // SAFETY: a root is live.
        h.roots.push(unsafe { if right { (*owner).right } else { (*owner).left } });
        populate(h, depth - 1);
        h.roots.pop();
    }
}

/// As the heap's `bt16`.
pub fn trees(n: u32) -> usize {
    let h = &mut Exact::new();
    let first = tree(h, n + 1);
    let mut allocated = count(first);
    let long_lived = tree(h, n);
    h.roots.push(long_lived);
    for depth in (4..=n).step_by(4) {
        for _ in 0..1 << (n - depth + 4) {
            allocated += count(black_box(tree(h, depth)));
        }
    }
    allocated + count(h.top(1))
}

/// As the heap's `gcbench`.
pub fn gcbench() -> usize {
    let size = |depth: u32| (1usize << (depth + 1)) - 1;
    let h = &mut Exact::new();
    black_box(tree(h, 18));
    let mut allocated = size(18);
    let long_lived = h.alloc();
    h.roots.push(long_lived);
    populate(h, 16);
    allocated += size(16);
    let numbers = black_box(vec![0u64; 500_000]);
    for depth in (4..=16).step_by(2) {
        let iterations = 2 * size(18) / size(depth);
        for _ in 0..iterations {
            let n = h.alloc();
            h.roots.push(n);
            populate(h, depth);
            black_box(h.roots.pop());
        }
        for _ in 0..iterations {
            black_box(tree(h, depth));
        }
        allocated += 2 * iterations * size(depth);
    }
    assert!(numbers.len() == 500_000 && count(h.top(1)) == size(16));
    allocated
}

/// As the heap's `linked`.
pub fn linked() -> usize {
    let h = &mut Exact::new();
    h.roots.push(std::ptr::null_mut());
    for i in 0..crate::LIST {
        let node = h.pair(i);
        // SAFETY: a fresh node.
        unsafe { (*node).right = h.roots[0] };
        h.roots[0] = node;
    }
    let (mut at, mut sum) = (h.roots[0], 0.0);
    while !at.is_null() {
        // SAFETY: the list is live, and nothing is allocated.
        unsafe {
            sum += (*at).left.cast::<[usize; 2]>().read()[1] as f64;
            at = (*at).right;
        }
    }
    assert_eq!(sum, (crate::LIST * (crate::LIST - 1) / 2) as f64);
    2 * crate::LIST
}

/// As the heap's `ring`.
pub fn ring() -> usize {
    const SLOTS: usize = 1_000_000;
    const N: usize = 20_000_000;
    let h = &mut Exact::with_table(SLOTS);
    for i in 0..N {
        let node = h.pair(i);
        h.set_item(i % SLOTS, node);
    }
    2 * N
}

/// As the heap's `frag`.
pub fn frag() -> usize {
    const SLOTS: usize = 1_000_000;
    const N: usize = 40_000_000;
    let h = &mut Exact::with_table(SLOTS);
    let mut random = crate::Random(1);
    for i in 0..N {
        let node = h.pair(i);
        if i % 8 == 0 {
            h.set_item(random.below(SLOTS), node);
        }
        black_box(node);
    }
    for i in 0..crate::FLOATS / 2 {
        black_box(h.alloc_leaf(i));
    }
    2 * N + crate::FLOATS / 2
}

/// Old nodes for `mutold` and `mutyoung`.
fn old_nodes() -> Exact {
    let mut h = Exact::with_table(crate::OLD_NODES);
    for i in 0..crate::OLD_NODES {
        let node = h.alloc();
        h.set_item(i, node);
    }
    h.collect();
    h
}

/// As the heap's `mutold`.
pub fn mutold() -> usize {
    let h = &mut old_nodes();
    let mut random = crate::Random(7);
    for _ in 0..crate::STORES {
        let owner = h.table[random.below(crate::OLD_NODES)];
        let value = h.table[random.below(crate::OLD_NODES)];
        h.set(owner, true, value);
    }
    crate::STORES
}

/// As the heap's `mutyoung`.
pub fn mutyoung() -> usize {
    let h = &mut old_nodes();
    let mut random = crate::Random(7);
    for i in 0..crate::STORES {
        let value = h.pair(i);
        let owner = h.table[random.below(crate::OLD_NODES)];
        h.set(owner, true, value);
    }
    crate::STORES
}

//! Deterministic tests of single features: barriers found missing, weak references, finalizer order, drops, threads, limits.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heap::{
    Attached, DynamicLayout, External, FieldKind, Gc, Header, Heap, HeapConfig, Items, Layout, Mutability,
    Mutator, OutOfMemory, REQUEST_FINALIZERS, Root, Slot, WeakRef, WordSlot,
};

#[derive(Layout)]
#[layout(id = 1, name = "node")]
#[repr(C)]
struct Node {
    header: Header,
    #[field(immutable)]
    value: Cell<i64>,
    #[field(quasi_immutable)]
    next: Slot<Node>,
}

#[derive(Layout)]
#[layout(id = 2, name = "vector")]
#[repr(C)]
struct Vector {
    header: Header,
    flag: Cell<bool>,
    length: Cell<usize>,
    pair: [WordSlot; 2],
    #[array(length = "length", immutable)]
    items: Items<Slot>,
}

#[derive(Layout)]
#[layout(id = 3, name = "file", finalizer)]
#[repr(C)]
struct File {
    header: Header,
    number: Cell<i64>,
    other: Slot,
}

#[derive(Layout)]
#[layout(id = 4, name = "owner")]
#[repr(C)]
struct Owner {
    header: Header,
    payload: External<Counted>,
}

struct Counted(Arc<AtomicUsize>);
impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn heap_with(options: &[(&str, &str)]) -> (Arc<Heap>, Attached) {
    let mut config = HeapConfig { reserve: 256 << 20, ..HeapConfig::default() };
    for (name, value) in options {
        config.set(name, value).unwrap();
    }
    let heap = Heap::new(config).unwrap();
    for descr in [Node::DESCR, Vector::DESCR, File::DESCR, Owner::DESCR] {
        heap.register(descr);
    }
    let mutator = heap.attach_thread().unwrap();
    (heap, mutator)
}

fn node(m: &Mutator, value: i64, next: Option<Gc<Node>>) -> Gc<Node> {
    m.alloc(Node { header: Header::EMPTY, value: Cell::new(value), next: Slot::new(next) }).unwrap()
}

fn vector(m: &Mutator, length: usize) -> Result<Gc<Vector>, OutOfMemory> {
    let fixed = Vector {
        header: Header::EMPTY,
        flag: Cell::new(true),
        length: Cell::new(0),
        pair: [WordSlot::new(1), WordSlot::new(3)],
        items: Items::EMPTY,
    };
    m.alloc_array(length, fixed, 0)
}

/// Overwrites dead stack below the caller, so that no stale word keeps an object alive.
#[inline(never)]
fn scrub_stack() {
    std::hint::black_box([0usize; 2048]);
}

/// Calls `f` deeper in the stack than anything before it, then scrubs what it left.
#[inline(never)]
fn isolated<R>(f: impl FnOnce() -> R) -> R {
    #[inline(never)]
    fn call<R>(f: impl FnOnce() -> R) -> R {
        let pad = std::hint::black_box([0usize; 256]);
        let result = f();
        std::hint::black_box(pad);
        result
    }
    let result = call(f);
    scrub_stack();
    result
}

#[test]
fn derive_describes_the_struct() {
    assert_eq!(Node::DESCR.size_bytes, 24);
    assert_eq!(Node::DESCR.pointer_slots, 1 << 2);
    assert_eq!(
        (Node::VALUE.offset, Node::VALUE.kind, Node::VALUE.mutability),
        (8, FieldKind::I64, Mutability::Immutable)
    );
    assert_eq!((Node::NEXT.kind, Node::NEXT.mutability), (FieldKind::Ref, Mutability::QuasiImmutable));
    assert_eq!(Vector::DESCR.pointer_slots, 0b11 << 3);
    assert_eq!(Vector::FLAG.kind, FieldKind::Bool);
    assert_eq!(Vector::PAIR.element(1).offset, Vector::PAIR.offset + 8);
    let array = Vector::ITEMS_ARRAY;
    assert_eq!(
        (array.item, array.length_offset, array.items_offset, array.immutable),
        (FieldKind::Ref, 16, 40, true)
    );
    assert!(File::DESCR.finalizer && File::DESCR.drop.is_none() && Owner::DESCR.drop.is_some());
}

#[test]
fn a_missing_barrier_is_reported() {
    let (_heap, m) = heap_with(&[]);
    let old = node(&m, 1, None);
    m.collect_minor();
    assert_eq!(m.verify_heap(), Ok(()));
    let young = node(&m, 2, None);
    old.next.init(Some(young)); // the mistake
    let found = m.verify_heap().unwrap_err();
    assert_eq!((found.len(), found[0].layout.as_str(), found[0].offset), (1, "node", Some(16)));
    assert!(found[0].what.contains("missing write barrier"), "{}", found[0]);
    old.next.set(&m, old, Some(young));
    assert_eq!(m.verify_heap(), Ok(()));
}

#[test]
fn a_missing_card_is_reported() {
    let (_heap, m) = heap_with(&[]);
    let old = vector(&m, 100_000).unwrap();
    m.collect_minor();
    let young = node(&m, 2, None).erase();
    old.items()[7].set(&m, old, Some(young));
    assert_eq!(m.verify_heap(), Ok(()));
    old.items()[70_000].init(Some(young)); // the mistake: its card is clean
    let found = m.verify_heap().unwrap_err();
    assert_eq!((found.len(), found[0].offset), (1, Some(40 + 70_000 * 8)));
}

#[test]
fn weak_references_follow_and_are_cleared_with_notice() {
    let (_heap, m) = heap_with(&[("gc", "always-evacuate")]);
    let kept = Root::new(&m, node(&m, 1, None));
    let weak_kept = WeakRef::new(&m, kept.get().erase(), Some(1));
    let weak_dead = isolated(|| WeakRef::new(&m, node(&m, 2, None).erase(), Some(2)));
    isolated(|| m.collect_minor());
    isolated(|| assert_eq!(weak_kept.get(), Some(kept.get().erase())));
    assert!(weak_dead.get().is_none());
    assert_eq!((m.next_weak_notice(), m.next_weak_notice()), (Some(2), None));
    drop(kept);
    isolated(|| m.collect_major());
    assert!(weak_kept.get().is_none());
    assert_eq!(m.next_weak_notice(), Some(1));
}

fn file(m: &Mutator, number: i64, other: Option<Gc>) -> Gc<File> {
    m.alloc(File { header: Header::EMPTY, number: Cell::new(number), other: Slot::new(other) }).unwrap()
}

fn next_file(m: &Mutator) -> Option<i64> {
    isolated(|| m.next_finalizable().map(|o| o.downcast::<File>().unwrap().number.get()))
}

#[test]
fn finalizers_run_outside_in_once() {
    let (_heap, m) = heap_with(&[]);
    // 1 refers to 2 through a plain node; 2 must wait for 1.
    isolated(|| {
        let inner = file(&m, 2, None);
        let middle = vector(&m, 1).unwrap();
        middle.items()[0].init(Some(inner.erase()));
        file(&m, 1, Some(middle.erase()));
    });
    m.collect_minor();
    assert_eq!(next_file(&m), None, "only a major collection judges objects with finalizers");
    isolated(|| m.collect_major());
    assert_ne!(m.request.load(Ordering::SeqCst) & REQUEST_FINALIZERS, 0);
    assert_eq!((next_file(&m), next_file(&m)), (Some(1), None));
    isolated(|| m.collect_major());
    assert_eq!((next_file(&m), next_file(&m)), (Some(2), None));
    isolated(|| m.collect_major());
    assert_eq!(next_file(&m), None);
}

#[test]
fn a_finalizer_may_resurrect_its_object() {
    let (_heap, m) = heap_with(&[]);
    let weak = isolated(|| {
        let inner = node(&m, 77, None);
        WeakRef::new(&m, file(&m, 1, Some(inner.erase())).erase(), None)
    });
    isolated(|| m.collect_major());
    assert!(weak.get().is_none(), "cleared before the finalizer sees the object");
    let saved = isolated(|| Root::new(&m, m.next_finalizable().unwrap()));
    isolated(|| m.collect_major());
    let inner = saved.get().downcast::<File>().unwrap().other.get().unwrap();
    assert_eq!(inner.downcast::<Node>().unwrap().value.get(), 77);
    drop(saved);
    isolated(|| m.collect_major());
    assert!(m.next_finalizable().is_none(), "queued once in its life");
}

#[test]
fn drops_run_when_objects_die_young_old_or_with_the_heap() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let owner = |m: &Mutator| {
        let payload = External::new(Counted(dropped.clone()));
        m.alloc(Owner { header: Header::EMPTY, payload }).unwrap()
    };
    let (heap, m) = heap_with(&[("gc", "always-evacuate")]);
    isolated(|| owner(&m));
    let old = isolated(|| Root::new(&m, owner(&m)));
    isolated(|| m.collect_minor());
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    drop(old);
    isolated(|| m.collect_major());
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
    isolated(|| owner(&m));
    drop(m);
    drop(heap);
    assert_eq!(dropped.load(Ordering::SeqCst), 3);
}

#[test]
fn identity_and_machine_code_constants_do_not_move() {
    let (_heap, m) = heap_with(&[("gc", "always-evacuate")]);
    let (root, address) = isolated(|| {
        let n = node(&m, 5, None);
        (Root::new(&m, n), heap::identity(n) ^ 1)
    });
    let stable = isolated(|| m.stabilize(node(&m, 6, None).erase()));
    isolated(|| m.collect_minor());
    isolated(|| m.collect_major());
    assert_eq!(root.get().address(), address ^ 1);
    assert_eq!(stable.get().downcast::<Node>().unwrap().value.get(), 6);
}

#[test]
fn memory_limit_is_an_error_and_recoverable() {
    let (_heap, m) = heap_with(&[("max", "8M"), ("nursery", "1M")]);
    let list = Root::new(&m, node(&m, 0, None).erase());
    let fill = || {
        for _ in 0..200_000 {
            let v = vector(&m, 100)?;
            v.items()[0].init(Some(list.get()));
            list.set(v.erase());
        }
        Ok::<(), OutOfMemory>(())
    };
    assert_eq!(isolated(fill), Err(OutOfMemory), "8 MB hold fewer than 200,000 vectors");
    assert!(vector(&m, usize::MAX / 2).is_err());
    drop(list);
    isolated(|| m.collect_major());
    assert!(vector(&m, 100_000).is_ok(), "memory is available again");
}

#[test]
fn a_small_address_space_is_enough() {
    let (heap, m) = heap_with(&[("reserve", "1K")]);
    assert_eq!(heap.extent_bytes(), 16 << 20);
    for i in 0..1_000_000 {
        node(&m, i, None);
    }
    assert!(vector(&m, 4 << 20).is_err());
}

#[test]
fn dynamic_layouts_trace_by_their_bitmap() {
    let (heap, m) = heap_with(&[("gc", "always-evacuate")]);
    let id = heap.register_dynamic(DynamicLayout {
        name: "Point".to_string(),
        size_bytes: 32,
        pointer_slots: 0b1100,
        ..DynamicLayout::default()
    });
    assert_eq!(heap.layout(id).name, "Point");
    let root = isolated(|| {
        let object = m.alloc_dynamic(id, 32).unwrap();
        let target = node(&m, 9, None);
        // SAFETY: a word of the fresh object that its bitmap names.
        unsafe { (object.address() as *mut usize).add(2).write(target.address()) };
        Root::new(&m, object)
    });
    m.collect_minor();
    m.collect_major();
    // SAFETY: the word written above.
    let target: Gc<Node> = unsafe { Gc::from_address(*(root.get().address() as *const usize).add(2)) };
    assert_eq!(target.value.get(), 9);
}

#[test]
fn threads_stop_for_each_other() {
    let (heap, m) = heap_with(&[("nursery", "256K"), ("min", "256K"), ("gc", "verify")]);
    let threads: Vec<_> = (0..3)
        .map(|seed| {
            let heap = heap.clone();
            std::thread::spawn(move || {
                let m = heap.attach_thread().unwrap();
                let mut list = Root::new(&m, node(&m, 0, None));
                for i in 1..30_000 {
                    let n = node(&m, i, Some(list.get()));
                    if i % 3000 == 0 {
                        list = Root::new(&m, node(&m, i, None));
                        m.blocking(std::thread::yield_now);
                    } else {
                        list.set(n);
                    }
                    if i % (10_000 + seed) == 0 {
                        m.collect_major();
                    }
                    m.safepoint();
                }
                let mut at = Some(list.get());
                let mut expected = 29_999;
                while let Some(n) = at {
                    assert_eq!(n.value.get(), expected);
                    expected -= 1;
                    at = n.next.get();
                }
                assert_eq!(expected, 26_999);
            })
        })
        .collect();
    m.blocking(|| threads.into_iter().for_each(|t| t.join().unwrap()));
    m.collect_major();
    assert!(heap.stats().minor_count > 3);
}

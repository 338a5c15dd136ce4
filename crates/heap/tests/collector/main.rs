//! Deterministic tests of single features, one module each; here: barriers found missing, weak references, finalizer order,
//! drops, limits, and the objects that all of them use.

mod census;
mod dump;
mod freeze;
mod layouts;
mod resize;
mod threads;
mod weak_tables;

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

/// Whichever of the two barriers a store goes through, the other one knows of it, until the next collection asks both again.
#[test]
fn the_barrier_by_header_and_the_one_by_address_agree() {
    for evacuation in ["always-evacuate", "no-evacuate"] {
        let (_heap, m) = heap_with(&[("gc", "verify"), ("gc", evacuation)]);
        let neighbours: Vec<Root<Node>> = (0..50).map(|i| Root::new(&m, node(&m, i, None))).collect();
        for round in 0..8 {
            m.collect_minor();
            assert_eq!(m.verify_heap(), Ok(()));
            for (index, owner) in neighbours.iter().enumerate() {
                let young = node(&m, round, None);
                let owner = owner.get();
                let slot = (&raw const owner.next).cast_mut().cast();
                match (index as i64 + round) % 4 {
                    0 => owner.next.set(&m, owner, Some(young)),
                    1 => owner.next.set_from_afar(&m, owner, Some(young)),
                    2 => m.barrier(owner.erase(), slot),
                    _ => m.barrier_from_afar(owner.erase(), slot),
                }
                owner.next.init(Some(young));
            }
            assert_eq!(m.verify_heap(), Ok(()));
        }
        for owner in &neighbours {
            assert_eq!(owner.get().next.get().map(|next| next.value.get()), Some(7));
        }
    }
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
fn cycles_keep_what_weak_references_show_while_collecting_them_is_off() {
    let (heap, m) = heap_with(&[("gc", "always-evacuate")]);
    heap.set_major_enabled(false);
    let weak_cyclic = isolated(|| {
        let first = node(&m, 1, None);
        let second = node(&m, 2, Some(first));
        first.next.set(&m, first, Some(second));
        WeakRef::new(&m, first.erase(), Some(1))
    });
    let weak_alone = isolated(|| WeakRef::new(&m, node(&m, 3, None).erase(), Some(2)));
    isolated(|| m.collect_minor());
    isolated(|| assert!(weak_cyclic.get().is_some()));
    assert!(weak_alone.get().is_none());
    assert_eq!(m.next_weak_notice(), Some(2));
    isolated(|| m.collect_major());
    assert!(weak_cyclic.get().is_none());
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
fn finalizers_of_live_objects_are_queued_at_the_end() {
    let (_heap, m) = heap_with(&[]);
    let kept: Vec<Root> = [1, 2, 3].map(|number| Root::new(&m, file(&m, number, None).erase())).into();
    isolated(|| file(&m, 9, None).number.get());
    let number = |object: heap::Gc<heap::Object>| object.downcast::<File>().unwrap().number.get();
    assert_eq!(
        m.queue_live_finalizable(|object| number(object) > 100),
        0,
        "nothing is due, nothing forgotten"
    );
    let queued = m.queue_live_finalizable(|object| number(object) != 2);
    assert_eq!(queued, 3, "the dead one is queued by the collection, or seen on the stack and live");
    let mut numbers: Vec<_> = std::iter::from_fn(|| next_file(&m)).collect();
    numbers.sort();
    assert_eq!(numbers, [1, 3, 9]);
    assert_eq!(m.queue_live_finalizable(|_| true), 0, "each once");
    drop(kept);
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

#[test]
fn what_objects_own_outside_the_heap_brings_collections_about() {
    struct Buffer(Arc<Heap>, usize);
    impl Drop for Buffer {
        fn drop(&mut self) {
            self.0.external_free(self.1);
        }
    }
    #[derive(Layout)]
    #[layout(id = 5, name = "buffer")]
    #[repr(C)]
    struct Owner {
        header: Header,
        payload: External<Buffer>,
    }
    let (heap, m) = heap_with(&[]);
    heap.register(Owner::DESCR);
    const BYTES: usize = 1 << 20;
    let buffer = || {
        m.external_alloc(BYTES);
        let payload = External::new(Buffer(heap.clone(), BYTES));
        m.alloc(Owner { header: Header::EMPTY, payload }).unwrap()
    };
    // 24 kilobytes of heap, a gigabyte outside: freed by minor collections.
    let mut most = 0;
    for _ in 0..1000 {
        isolated(buffer);
        most = most.max(heap.stats().external_bytes);
    }
    assert!(most <= 16 << 20, "{most} bytes were owned by garbage");
    // Owners that have become old before they die are found by major collections.
    let kept = vector(&m, 30).unwrap();
    let kept = Root::new(&m, kept);
    let mut most = 0;
    for n in 0..1000 {
        isolated(|| kept.get().items()[n % 30].set(&m, kept.get(), Some(buffer().erase())));
        most = most.max(heap.stats().external_bytes);
    }
    assert!(most <= 200 << 20, "{} MB were owned, 30 of them by living objects", most >> 20);
    assert!(heap.stats().major_count > 0);
    drop(kept);
    isolated(|| m.collect_major());
    assert!(heap.stats().external_bytes <= 2 << 20);
}

/// Owners of a layout that says what they own are followed by the heap from their promotion on.
#[test]
fn what_old_owners_say_that_they_own_is_counted() {
    unsafe fn owned(_: *const u8) -> usize {
        1 << 20
    }
    #[derive(Layout)]
    #[layout(id = 5, name = "buffer", external = owned)]
    #[repr(C)]
    struct Owner {
        header: Header,
        payload: External<u64>,
    }
    let (heap, m) = heap_with(&[]);
    heap.register(Owner::DESCR);
    let kept = Root::new(&m, vector(&m, 30).unwrap());
    let mut most = 0;
    for n in 0..1000 {
        isolated(|| {
            let owner = m.alloc(Owner { header: Header::EMPTY, payload: External::new(n as u64) }).unwrap();
            kept.get().items()[n % 30].set(&m, kept.get(), Some(owner.erase()));
            m.collect_minor();
        });
        most = most.max(heap.stats().external_bytes);
    }
    assert!(
        (30 << 20..=200 << 20).contains(&most),
        "{} MB were owned, 30 of them by living objects",
        most >> 20
    );
    assert!(heap.stats().major_count > 0);
    drop(kept);
    isolated(|| m.collect_major());
    assert_eq!(heap.stats().external_bytes, 0);
}

#[test]
fn memory_that_is_idle_for_two_collections_is_given_back() {
    let (heap, m) = heap_with(&[("nursery", "256K")]);
    let list = Root::new(&m, node(&m, 0, None));
    for n in 0..400_000 {
        isolated(|| list.set(node(&m, n, Some(list.get()))));
    }
    isolated(|| list.set(node(&m, 0, None)));
    isolated(|| m.collect_major());
    assert!(heap.stats().used_bytes < 1 << 20);
    assert_eq!(heap.stats().released_bytes, 0, "it may be wanted again soon");
    isolated(|| m.collect_major());
    isolated(|| m.collect_major());
    let released = heap.stats().released_bytes;
    assert!(released > 8 << 20, "{released}");
    // It is usable as before, and given back again only after it was used.
    isolated(|| m.collect_major());
    assert_eq!(heap.stats().released_bytes, released);
    for n in 0..400_000 {
        list.set(node(&m, n, Some(list.get())));
    }
    let mut sum = 0;
    let mut at = Some(list.get());
    while let Some(n) = at {
        sum += n.value.get();
        at = n.next.get();
    }
    assert_eq!(sum, 399_999 * 200_000);
}

#[test]
fn a_collection_of_which_suddenly_much_survives_copies_a_part_and_leaves_the_rest() {
    let (heap, m) = heap_with(&[("verify", "1")]);
    // Nothing survives: what little does will be copied.
    isolated(|| {
        for i in 0..100_000 {
            std::hint::black_box(node(&m, i, None));
        }
    });
    m.collect_minor();
    let list_bytes = 20_000 * 24;
    let mut list = Root::new(&m, node(&m, 0, None));
    for i in 1..20_000 {
        let next = node(&m, i, Some(list.get()));
        list = Root::new(&m, next);
    }
    let before = heap.stats();
    m.collect_minor();
    let stats = heap.stats();
    let copied = (stats.copied_bytes - before.copied_bytes) as usize;
    assert!(stats.promoted_bytes - before.promoted_bytes >= list_bytes / 2, "the list survives");
    assert!(copied > 0 && copied < list_bytes as usize / 2, "{copied} bytes were copied");
    let (mut at, mut expected) = (Some(list.get()), 20_000);
    while let Some(n) = at {
        expected -= 1;
        assert_eq!(n.value.get(), expected);
        at = n.next.get();
    }
    assert_eq!(expected, 0);
}

#[test]
fn a_deep_structure_needs_no_native_stack() {
    let on_a_small_stack = || {
        let (_heap, m) = heap_with(&[("gc", "verify"), ("gc", "shadow")]);
        let list = isolated(|| Root::new(&m, file(&m, 0, None).erase()));
        for _ in 1..300_000 {
            isolated(|| list.set(link(&m, list.get())));
        }
        isolated(|| m.collect_minor());
        isolated(|| m.collect_major());
        drop(list);
        // Finding the finalizer at its end walks it, too.
        isolated(|| m.collect_major());
        assert_eq!(next_file(&m), Some(0));
    };
    std::thread::Builder::new().stack_size(128 << 10).spawn(on_a_small_stack).unwrap().join().unwrap();
}

/// A vector of one item: a list whose links are array items.
fn link(m: &Mutator, next: Gc) -> Gc {
    let link = vector(m, 1).unwrap();
    link.items()[0].init(Some(next));
    link.erase()
}

#[test]
fn marking_does_not_lose_what_is_moved_about_meanwhile() {
    let options =
        [("gc", "short-slices"), ("min", "8K"), ("nursery", "64K"), ("gc", "shadow"), ("gc", "verify")];
    let (heap, m) = heap_with(&options);
    const HOLDERS: usize = 500;
    const SLOTS: usize = 6 * HOLDERS;
    // Small holders are remembered, the large array that knows them (and half of the values) has cards.
    let all = isolated(|| Root::new(&m, vector(&m, SLOTS).unwrap()));
    for n in 0..HOLDERS {
        isolated(|| {
            let holder = node(&m, -1, Some(node(&m, n as i64, None)));
            all.get().items()[n].set(&m, all.get(), Some(holder.erase()));
            let value = node(&m, (HOLDERS + n) as i64, None);
            all.get().items()[SLOTS - 1 - n].set(&m, all.get(), Some(value.erase()));
        });
    }
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..4000 {
        isolated(|| {
            let items = all.get();
            let holder = |n: usize| items.items()[n].get().unwrap().downcast::<Node>().unwrap();
            let (a, b) = (holder(random.usize(0..HOLDERS)), holder(random.usize(0..HOLDERS)));
            if random.bool() {
                let (x, y) = (a.next.get(), b.next.get());
                a.next.set(&m, a, y);
                b.next.set(&m, b, x);
                return;
            }
            let slot = &items.items()[SLOTS - 1 - random.usize(0..HOLDERS)];
            let value = slot.get().unwrap().downcast().unwrap();
            slot.set(&m, items, a.next.get().map(Gc::erase));
            a.next.set(&m, a, Some(value));
        });
        if random.u8(0..8) == 0 {
            isolated(|| m.collect_minor());
        }
    }
    assert!(heap.stats().major_count > 0 && heap.stats().slice_count > 20);
    let mut values: Vec<i64> = isolated(|| {
        let items = all.get();
        let held = (0..HOLDERS)
            .map(|n| items.items()[n].get().unwrap().downcast::<Node>().unwrap().next.get().unwrap());
        let direct = (0..HOLDERS).map(|n| items.items()[SLOTS - 1 - n].get().unwrap().downcast().unwrap());
        held.chain(direct).map(|value: Gc<Node>| value.value.get()).collect()
    });
    values.sort_unstable();
    assert_eq!(values, (0..2 * HOLDERS as i64).collect::<Vec<_>>());
}

#[test]
fn interior_pointers_keep_an_object_in_place() {
    let (_heap, m) = heap_with(&[("gc", "always-evacuate"), ("gc", "poison"), ("gc", "verify")]);
    for (length, at) in [(10, 0), (10, 5), (10, 10), (500, 250), (5000, 4999)] {
        let (weak, inside) = isolated(|| {
            let v = vector(&m, length).unwrap();
            v.items()[0].init(Some(node(&m, 42, None).erase()));
            (WeakRef::new(&m, v.erase(), None), v.items().as_ptr() as usize + at * 8)
        });
        // Only the word in the middle of the object is on the stack (or in a register).
        for _ in 0..2 {
            m.collect_minor();
            m.collect_major();
        }
        let found = weak.get().expect("an interior pointer keeps the object");
        assert_eq!(
            found.downcast::<Vector>().unwrap().items().as_ptr() as usize,
            std::hint::black_box(inside) - at * 8
        );
    }
}

#[test]
fn weak_references_are_cleared_together_and_notices_come_in_order() {
    let (_heap, m) = heap_with(&[]);
    let weak: Vec<WeakRef> = isolated(|| {
        let inner = node(&m, 1, None);
        let outer = node(&m, 2, Some(inner));
        let of = |object: Gc<Node>, notice| WeakRef::new(&m, object.erase(), Some(notice));
        let dropped = of(outer, 99);
        let all = vec![of(outer, 1), of(inner, 2), of(outer, 3)];
        drop(dropped);
        all
    });
    isolated(|| m.collect_minor());
    assert!(weak.iter().all(|weak| weak.get().is_none()));
    let notices: Vec<u64> = std::iter::from_fn(|| m.next_weak_notice()).collect();
    assert_eq!(
        notices,
        [1, 2, 3],
        "in the order in which they were made; a dropped reference gives no notice"
    );
}

#[test]
fn the_identity_of_an_object_survives_every_collection() {
    for options in
        [[("gc", "always-evacuate"), ("gc", "every-3")], [("gc", "no-evacuate"), ("gc", "tiny-nursery")]]
    {
        let (_heap, m) = heap_with(&options);
        // Complemented, so that the numbers themselves do not look like references.
        let known: Vec<(Root<Node>, usize)> = (0..200)
            .map(|n| {
                isolated(|| {
                    let object = node(&m, n, None);
                    (Root::new(&m, object), !heap::identity(object))
                })
            })
            .collect();
        for _ in 0..3 {
            isolated(|| m.collect_minor());
            isolated(|| m.collect_major());
        }
        for (n, (root, id)) in known.iter().enumerate() {
            assert_eq!((root.get().value.get(), heap::identity(root.get())), (n as i64, !id));
        }
    }
}

#[test]
#[cfg(debug_assertions)]
fn allocating_in_a_no_gc_scope_is_reported() {
    let (_heap, m) = heap_with(&[]);
    node(&m, 1, None);
    let outer = m.no_gc();
    drop(m.no_gc());
    let attempt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| node(&m, 2, None)));
    assert!(attempt.is_err(), "scopes nest: the outer one is still open");
    let attempt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| m.collect_minor()));
    assert!(attempt.is_err());
    drop(outer);
    m.collect_minor();
    assert_eq!(node(&m, 3, None).value.get(), 3);
}

#[test]
fn a_stale_precise_root_is_reported() {
    struct Stale(usize);
    impl heap::RootSource for Stale {
        fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
            visitor.word(&Cell::new(self.0 as u64));
        }
    }
    let (_heap, m) = heap_with(&[("gc", "shadow")]);
    let object = node(&m, 1, None);
    let id = m.add_root_source(Box::new(Stale(object.address())));
    m.collect_minor();
    m.remove_root_source(id);
    m.add_root_source(Box::new(Stale(object.address() + 8)));
    let attempt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| m.collect_minor()));
    let message = *attempt.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("not the start of an object"), "{message}");
    // Its thread cannot go on: the heap is left as it is.
    std::mem::forget(m);
}

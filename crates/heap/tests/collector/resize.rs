//! Arrays that grow and shrink where they are.

use heap::{Gc, Root};

use crate::{Vector, heap_with, isolated, node, vector};

/// Fills the items from `from` on with fresh nodes that hold their index.
fn fill(m: &heap::Mutator, vector: Gc<Vector>, from: usize) {
    for (n, slot) in vector.items().iter().enumerate().skip(from) {
        slot.set(m, vector, Some(node(m, n as i64, None).erase()));
    }
}

fn check(vector: Gc<Vector>) {
    for (n, slot) in vector.items().iter().enumerate() {
        let item = slot.get().unwrap().downcast::<crate::Node>().unwrap();
        assert_eq!(item.value.get(), n as i64);
    }
}

#[test]
fn the_last_object_of_a_hole_grows_and_shrinks() {
    let (_heap, m) = heap_with(&[]);
    let v = vector(&m, 2).unwrap();
    assert!(m.resize_array(v, 50, 0));
    assert_eq!((v.length(), v.items()[49].get()), (50, None));
    assert!(m.resize_array(v, 1, 0));
    let next = node(&m, 1, None);
    assert_eq!(next.address(), v.address() + 48, "what it gave up is allocated next");
    assert!(!m.resize_array(v, 2, 0), "something follows it now");
    assert_eq!(v.length(), 1);
    m.collect_minor();
    assert!(!m.resize_array(v, 2, 0), "an old small object has neighbours");
    assert_eq!(m.verify_heap(), Ok(()));
}

#[test]
fn a_large_array_grows_over_free_blocks_and_gives_them_back() {
    for age in 0..3 {
        let (heap, m) = heap_with(&[("gc", "verify"), ("gc", "poison"), ("gc", "shadow")]);
        let v = isolated(|| Root::new(&m, vector(&m, 10_000).unwrap()));
        for _ in 0..age {
            isolated(|| m.collect_minor());
        }
        isolated(|| {
            let v = v.get();
            fill(&m, v, 0);
            let address = v.address();
            for length in [10_001, 20_000, 100_000] {
                let from = v.length();
                // Small objects may have taken the block behind it: then the answer is no, and nothing changes.
                if !m.resize_array(v, length, 0) {
                    assert_eq!(v.length(), from);
                    break;
                }
                fill(&m, v, from);
            }
            assert_eq!(v.address(), address);
            check(v);
        });
        isolated(|| m.collect_minor());
        isolated(|| m.collect_major());
        isolated(|| check(v.get()));
        let before = heap.stats().used_bytes;
        isolated(|| {
            assert!(m.resize_array(v.get(), 5000, 0));
            check(v.get());
            assert!(!m.resize_array(v.get(), 10, 0), "a large object stays large");
        });
        assert!(heap.stats().used_bytes < before);
        isolated(|| m.collect_major());
        isolated(|| check(v.get()));
    }
}

#[test]
fn a_large_array_that_is_last_in_the_region_grows_into_fresh_memory() {
    let (_heap, m) = heap_with(&[("gc", "verify")]);
    let fill_word = isolated(|| Root::new(&m, node(&m, 7, None)));
    let v = isolated(|| Root::new(&m, vector(&m, 10_000).unwrap()));
    isolated(|| {
        let word = fill_word.get().address() as u64;
        assert!(m.resize_array(v.get(), 1_000_000, word), "nothing was allocated behind it");
    });
    // The new items refer to a young object: they count as stores.
    isolated(|| m.collect_minor());
    isolated(|| assert_eq!(v.get().items()[999_999].get(), Some(fill_word.get().erase())));
}

#[test]
fn growing_beyond_the_limit_is_refused() {
    let (_heap, m) = heap_with(&[("max", "8M")]);
    let v = isolated(|| Root::new(&m, vector(&m, 100_000).unwrap()));
    assert!(!isolated(|| m.resize_array(v.get(), 2_000_000, 0)));
    assert!(!isolated(|| m.resize_array(v.get(), usize::MAX / 4, 0)));
    assert!(isolated(|| m.resize_array(v.get(), 500_000, 0)));
}

#[test]
fn shrinking_while_marking_forgets_the_tail() {
    let options = [("min", "64K"), ("pause_us", "1"), ("gc", "verify"), ("gc", "poison"), ("nursery", "64K")];
    let (heap, m) = heap_with(&options);
    let v = isolated(|| Root::new(&m, vector(&m, 200_000).unwrap()));
    isolated(|| m.collect_minor());
    for round in 0..200 {
        isolated(|| {
            for n in 0..200 {
                v.get().items()[n * 20].set(&m, v.get(), Some(node(&m, round, None).erase()));
            }
            m.collect_minor();
            let length = if round % 2 == 0 { 100_000 } else { 200_000 };
            if m.resize_array(v.get(), length, 0) {
                assert_eq!(v.get().length(), length);
            }
        });
    }
    assert!(heap.stats().major_count > 0);
}

//! Frozen objects are permanent, roots once they were stored into, and thawed by `unfreeze`.

use heap::{Gc, Root, WeakRef};

use crate::{file, heap_with, isolated, next_file, node, vector};

#[test]
fn frozen_objects_survive_without_roots_and_are_freed_after_unfreeze() {
    let (heap, m) = heap_with(&[("gc", "verify"), ("gc", "poison"), ("gc", "shadow")]);
    let weak: Vec<WeakRef> = isolated(|| {
        let list = node(&m, 1, Some(node(&m, 2, None)));
        let large = vector(&m, 100_000).unwrap();
        large.items()[99_999].init(Some(list.erase()));
        m.freeze();
        [large.erase(), list.erase()].map(|object| WeakRef::new(&m, object, None)).into()
    });
    for _ in 0..2 {
        isolated(|| m.collect_major());
        isolated(|| assert!(weak.iter().all(|weak| weak.get().is_some())));
    }
    let stats = heap.stats();
    assert!(stats.frozen_bytes > 800_000 && stats.live_bytes < 100_000, "{}", stats.frozen_bytes);
    m.unfreeze();
    isolated(|| m.collect_major());
    assert!(weak.iter().all(|weak| weak.get().is_none()));
    assert_eq!(heap.stats().frozen_bytes, 0);
}

#[test]
fn what_is_stored_into_a_frozen_object_lives() {
    for evacuate in ["always-evacuate", "no-evacuate"] {
        let (_heap, m) = heap_with(&[("gc", evacuate), ("gc", "verify"), ("gc", "shadow")]);
        let (small, large) = isolated(|| {
            let small = node(&m, 1, None);
            let large = vector(&m, 50_000).unwrap();
            let roots = (Root::new(&m, small), Root::new(&m, large));
            m.freeze();
            roots
        });
        isolated(|| {
            let (small, large) = (small.get(), large.get());
            small.next.set(&m, small, Some(node(&m, 10, None)));
            large.items()[40_000].set(&m, large, Some(node(&m, 11, None).erase()));
        });
        isolated(|| m.collect_minor());
        // The second time they are old, and only the frozen objects know them.
        for _ in 0..2 {
            isolated(|| m.collect_major());
            isolated(|| {
                assert_eq!(small.get().next.get().unwrap().value.get(), 10);
                let item: Gc = large.get().items()[40_000].get().unwrap();
                assert_eq!(item.downcast::<crate::Node>().unwrap().value.get(), 11);
            });
        }
        // Overwritten, they die.
        let weak = isolated(|| WeakRef::new(&m, small.get().next.get().unwrap().erase(), None));
        isolated(|| small.get().next.set(&m, small.get(), None));
        isolated(|| m.collect_major());
        assert!(weak.get().is_none());
    }
}

#[test]
fn freezing_twice_and_thawing_during_a_cycle() {
    let options = [("gc", "every-5"), ("min", "8K"), ("pause_us", "1"), ("gc", "verify"), ("gc", "shadow")];
    let (_heap, m) = heap_with(&options);
    let list = Root::new(&m, node(&m, 0, None));
    for n in 1..400 {
        isolated(|| list.set(node(&m, n, Some(list.get()))));
        match n {
            100 | 200 => m.freeze(),
            300 => m.unfreeze(),
            _ => {}
        }
    }
    let mut at = Some(list.get());
    for n in (0..400).rev() {
        let here = at.unwrap();
        assert_eq!(here.value.get(), n);
        at = here.next.get();
    }
}

#[test]
fn finalizers_of_frozen_objects_wait_for_unfreeze() {
    let (_heap, m) = heap_with(&[]);
    isolated(|| {
        file(&m, 3, None);
    });
    isolated(|| m.freeze());
    // Nothing refers to the file, but `freeze` found it unreachable first and queued it.
    assert_eq!(next_file(&m), Some(3));
    isolated(|| {
        let kept = file(&m, 4, None);
        m.freeze();
        heap::keep(kept);
    });
    isolated(|| m.collect_major());
    assert_eq!(next_file(&m), None);
    m.unfreeze();
    isolated(|| m.collect_major());
    assert_eq!(next_file(&m), Some(4));
}

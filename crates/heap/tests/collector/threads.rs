//! Several threads, each allocating for itself, stopping for each other, and sharing objects.

use std::sync::{Arc, Barrier};

use heap::{Gc, Heap, Root};

use crate::{Node, Vector, heap_with, isolated, node, vector};

const THREADS: usize = 4;

/// Each thread owns every fourth slot of a shared array, fills them with its own lists, and reads those of the others.
fn share(options: &[(&str, &str)], rounds: i64) -> Arc<Heap> {
    let (heap, m) = heap_with(options);
    let shared = isolated(|| m.stabilize(vector(&m, 8000).unwrap().erase()));
    let start = Barrier::new(THREADS);
    let work = |thread: usize| {
        let m = heap.attach_thread().unwrap();
        m.blocking(|| start.wait());
        let shared: Gc<Vector> = shared.get().downcast().unwrap();
        let mut mine: Option<Root<Node>> = None;
        for round in 0..rounds {
            let place = (round as usize * 37 % 2000) * THREADS + thread;
            isolated(|| {
                let list = node(&m, round, Some(node(&m, -round, mine.as_ref().map(Root::get))));
                shared.items()[place].set(&m, shared, Some(list.erase()));
                mine = (round % 50 != 0).then(|| Root::new(&m, list));
            });
            // Another thread's list is complete, whoever collected in between.
            if let Some(other) = shared.items()[place ^ 1].get() {
                let other = other.downcast::<Node>().unwrap();
                assert_eq!(other.next.get().unwrap().value.get(), -other.value.get());
            }
            if round % 97 == thread as i64 {
                m.blocking(std::thread::yield_now);
            }
            if round % (200 + thread as i64) == 199 {
                m.collect_major();
            }
            m.safepoint();
        }
    };
    // The threads stop for each other, not for this one.
    m.blocking(|| {
        std::thread::scope(|scope| {
            let work = &work;
            for thread in 0..THREADS {
                scope.spawn(move || work(thread));
            }
        })
    });
    assert_eq!(m.verify_heap(), Ok(()));
    let shared: Gc<Vector> = shared.get().downcast().unwrap();
    let lists = shared.items().iter().filter_map(|slot| slot.get()).count();
    assert_eq!(lists, THREADS * rounds.min(2000) as usize);
    heap
}

#[test]
fn tiny_nursery_and_short_cycles() {
    let options =
        [("gc", "tiny-nursery"), ("min", "64K"), ("pause_us", "10"), ("gc", "verify"), ("gc", "shadow")];
    let heap = share(&options, 2000);
    assert!(heap.stats().major_count > 0);
}

#[test]
fn every_seventh_allocation_poisoned() {
    share(&[("gc", "every-7"), ("gc", "always-evacuate"), ("gc", "poison"), ("gc", "verify")], 200);
}

#[test]
fn nothing_but_the_handshake() {
    let heap = share(&[("nursery", "256K")], 2000);
    assert!(heap.stats().minor_count >= 36, "every thread has asked for full collections");
}

#[test]
fn a_thread_may_attach_and_detach_while_others_collect() {
    let (heap, m) = heap_with(&[("gc", "every-50"), ("gc", "verify")]);
    let list = Root::new(&m, node(&m, 0, None));
    let others = std::thread::spawn({
        let heap = heap.clone();
        move || {
            for n in 0..50 {
                let m = heap.attach_thread().unwrap();
                let kept = Root::new(&m, node(&m, n, None));
                for k in 0..20 {
                    isolated(|| node(&m, k, Some(kept.get())));
                }
                assert_eq!(kept.get().value.get(), n);
            }
        }
    });
    for n in 1..1000 {
        isolated(|| list.set(node(&m, n, Some(list.get()))));
    }
    m.blocking(|| others.join().unwrap());
    let mut at = Some(list.get());
    for n in (0..1000).rev() {
        assert_eq!(at.unwrap().value.get(), n);
        at = at.unwrap().next.get();
    }
}

#[test]
fn what_other_threads_held_outlives_a_fork() {
    let (heap, m) = heap_with(&[("gc", "tiny-nursery"), ("gc", "verify")]);
    let stable = isolated(|| m.stabilize(vector(&m, 3000).unwrap().erase()));
    let shared: Gc<Vector> = stable.get().downcast().unwrap();
    let (made, go_on) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|scope| {
        let (stable, heap, made, go_on) = (&stable, &heap, &made, &go_on);
        scope.spawn(move || {
            let shared: Gc<Vector> = stable.get().downcast().unwrap();
            let m = heap.attach_thread().unwrap();
            isolated(|| shared.items()[0].set(&m, shared, Some(node(&m, 5, None).erase())));
            m.blocking(|| {
                made.wait();
                go_on.wait();
            });
        });
        m.blocking(|| made.wait());
        // A test does not fork: the body says what the child would hear. The other thread waits, so nothing of it is in use.
        let kept = Root::new(&m, node(&m, 7, None));
        assert_eq!(m.fork(|| 0, |pid| *pid == 0), 0);
        m.collect_major();
        assert_eq!(kept.get().value.get(), 7);
        assert_eq!(shared.items()[0].get().unwrap().downcast::<Node>().unwrap().value.get(), 5);
        m.blocking(|| go_on.wait());
    });
}

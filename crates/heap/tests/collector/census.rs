//! Collections that show what was unreachable.

use super::{Node, heap_with, isolated, node};
use heap::{Gc, Mutator, Root};

/// The values of the nodes that a collection finds unreachable.
fn unreachable(m: &Mutator) -> Vec<i64> {
    let mut found = Vec::new();
    let mut census = |dead: &[Gc<heap::Object>]| {
        for object in dead {
            // SAFETY: the tests that use it allocate nodes only.
            found.push(unsafe { Gc::<Node>::from_address(object.address()) }.value.get());
        }
    };
    // SAFETY: no part of the stack is given as dead.
    unsafe { m.collect_with_census(&[], &mut census) };
    found.sort_unstable();
    found
}

#[test]
fn young_and_old_garbage_is_shown_once() {
    let (_heap, m) = heap_with(&[]);
    let kept = isolated(|| {
        let old = node(&m, 1, None);
        m.collect_minor();
        node(&m, 2, Some(old));
        node(&m, 3, None);
        Root::new(&m, node(&m, 4, None))
    });
    assert_eq!(unreachable(&m), [1, 2, 3]);
    assert_eq!(unreachable(&m), [0i64; 0]);
    assert_eq!(kept.get().value.get(), 4);
}

#[test]
fn what_lies_in_a_dead_part_of_the_stack_is_garbage() {
    let (_heap, m) = heap_with(&[]);
    let words = std::hint::black_box([isolated(|| node(&m, 5, None).address())]);
    assert_eq!(unreachable(&m), [0i64; 0]);
    let word = words.as_ptr().addr();
    let dead_stack = [word..word, word..word + size_of_val(&words)];
    let mut count = 0;
    // SAFETY: the word in the array is not used as a reference.
    unsafe { m.collect_with_census(&dead_stack, &mut |dead| count = dead.len()) };
    std::hint::black_box(&words);
    assert_eq!(count, 1);
}

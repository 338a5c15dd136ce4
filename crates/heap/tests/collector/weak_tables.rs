//! Ephemerons: a value lives as long as its key and its table's owner do, whatever it refers to.

use heap::{Gc, Root, WeakRef, WeakTable};

use crate::{File, Node, file, heap_with, isolated, node, vector};

fn value(n: Gc<Node>) -> u64 {
    n.address() as u64
}

/// The number in the node that the entry of `key` refers to.
fn look_up(table: &WeakTable, key: Gc) -> Option<i64> {
    // SAFETY: the tests store references to nodes.
    table.get(key).map(|word| unsafe { Gc::<Node>::from_address(word as usize) }.value.get())
}

#[test]
fn a_value_lives_as_long_as_its_key() {
    for options in [&[][..], &[("gc", "always-evacuate"), ("gc", "poison"), ("gc", "verify")]] {
        let (_heap, m) = heap_with(options);
        let table = WeakTable::new(&m);
        let key = isolated(|| {
            let key = node(&m, 1, None);
            // The value refers to the key: only an ephemeron lets both die.
            table.insert(key.erase(), value(node(&m, 10, Some(key))));
            table.insert(node(&m, 2, None).erase(), value(node(&m, 20, None)));
            Root::new(&m, key)
        });
        let weak = isolated(|| WeakRef::new(&m, key.get().erase(), None));
        isolated(|| m.collect_minor());
        assert_eq!((table.len(), isolated(|| look_up(&table, key.get().erase()))), (1, Some(10)));
        isolated(|| m.collect_major());
        assert_eq!(isolated(|| look_up(&table, key.get().erase())), Some(10));
        drop(key);
        isolated(|| m.collect_major());
        assert!(table.is_empty() && weak.get().is_none());
    }
}

#[test]
fn a_young_value_of_an_old_key_is_kept_and_followed() {
    let (_heap, m) = heap_with(&[("gc", "always-evacuate"), ("gc", "poison")]);
    let table = WeakTable::new(&m);
    let key = isolated(|| Root::new(&m, node(&m, 1, None)));
    isolated(|| m.collect_minor());
    isolated(|| table.insert(key.get().erase(), value(node(&m, 10, None))));
    isolated(|| m.collect_minor());
    assert_eq!(isolated(|| look_up(&table, key.get().erase())), Some(10));
    isolated(|| assert!(table.remove(key.get().erase()).is_some()));
    assert!(table.is_empty());
}

#[test]
fn values_that_keep_further_keys_alive_are_found_in_any_order() {
    let (_heap, m) = heap_with(&[("gc", "verify"), ("gc", "shadow")]);
    let table = WeakTable::new(&m);
    const LENGTH: i64 = 50;
    let head = isolated(|| {
        // key n → value that refers to key n + 1; inserted last key first.
        let mut next: Option<Gc<Node>> = None;
        for n in (0..LENGTH).rev() {
            let key = node(&m, n, None);
            table.insert(key.erase(), value(node(&m, 100 + n, next)));
            next = Some(key);
        }
        Root::new(&m, next.unwrap())
    });
    isolated(|| m.collect_minor());
    assert_eq!(table.len(), LENGTH as usize);
    isolated(|| m.collect_major());
    assert_eq!(table.len(), LENGTH as usize);
    let mut order = Vec::new();
    isolated(|| table.for_each(|key, _| order.push(key.downcast::<Node>().unwrap().value.get())));
    assert_eq!(order, (0..LENGTH).rev().collect::<Vec<_>>());
    drop(head);
    isolated(|| m.collect_major());
    assert!(table.is_empty());
}

#[test]
fn a_table_that_its_own_value_refers_to_dies_with_its_owner() {
    let (_heap, m) = heap_with(&[]);
    let key = isolated(|| Root::new(&m, node(&m, 1, None)));
    for collect_young_first in [false, true] {
        let (table, owner) = isolated(|| {
            let owner = node(&m, 5, None);
            let table = WeakTable::owned_by(&m, owner.erase());
            table.insert(key.get().erase(), value(node(&m, 6, Some(owner))));
            (table, WeakRef::new(&m, owner.erase(), None))
        });
        if collect_young_first {
            isolated(|| m.collect_minor());
        } else {
            let keep = isolated(|| Root::new(&m, owner.get().unwrap()));
            isolated(|| m.collect_minor());
            assert_eq!(isolated(|| look_up(&table, key.get().erase())), Some(6));
            drop(keep);
        }
        isolated(|| m.collect_major());
        assert!(table.is_empty() && owner.get().is_none());
    }
}

#[test]
fn a_finalizer_finds_its_table_but_not_the_dead_keys() {
    let (_heap, m) = heap_with(&[]);
    let key = isolated(|| Root::new(&m, node(&m, 1, None)));
    let table = isolated(|| {
        let owner: Gc<File> = file(&m, 7, None);
        let table = WeakTable::owned_by(&m, owner.erase());
        table.insert(key.get().erase(), value(node(&m, 10, None)));
        table.insert(owner.erase(), value(node(&m, 11, None)));
        table
    });
    isolated(|| m.collect_major());
    assert_eq!(table.len(), 1, "the owner was a dead key of its own table");
    assert_eq!(isolated(|| look_up(&table, key.get().erase())), Some(10));
    isolated(|| assert!(m.next_finalizable().is_some()));
    isolated(|| m.collect_major());
    assert!(table.is_empty());
}

#[test]
fn a_table_outgrows_what_was_removed() {
    let (_heap, m) = heap_with(&[]);
    let table = WeakTable::new(&m);
    let keys = isolated(|| {
        let keys = vector(&m, 1000).unwrap();
        for (n, slot) in keys.items().iter().enumerate() {
            let key = node(&m, n as i64, None);
            slot.set(&m, keys, Some(key.erase()));
            table.insert(key.erase(), value(node(&m, -(n as i64), None)));
            if n % 3 != 0 {
                table.remove(key.erase());
            }
        }
        Root::new(&m, keys)
    });
    isolated(|| m.collect_minor());
    isolated(|| m.collect_major());
    assert_eq!(table.len(), 334);
    isolated(|| {
        for (n, slot) in keys.get().items().iter().enumerate() {
            let expected = (n % 3 == 0).then_some(-(n as i64));
            assert_eq!(look_up(&table, slot.get().unwrap()), expected);
        }
    });
}

//! Layout ids that were released are used again, but not while an object has them.

use heap::{DynamicLayout, Heap, LayoutId, Root};

use crate::{heap_with, isolated};

fn point(heap: &Heap, name: &str) -> LayoutId {
    heap.register_dynamic(DynamicLayout {
        name: name.to_string(),
        size_bytes: 24,
        ..DynamicLayout::default()
    })
}

#[test]
fn an_id_is_free_when_its_last_object_is_gone() {
    let (heap, m) = heap_with(&[("gc", "verify")]);
    let (used, unused) = (point(&heap, "used"), point(&heap, "unused"));
    let object = isolated(|| Root::new(&m, m.alloc_dynamic(used, 24).unwrap()));
    // SAFETY: no further objects get these ids, and no description is kept.
    unsafe {
        heap.release_layout(used);
        heap.release_layout(unused);
    }
    assert_ne!(point(&heap, "early"), unused, "not before a major collection");
    isolated(|| m.collect_major());
    assert_eq!(heap.stats().recycled_layout_count, 1);
    assert_eq!(point(&heap, "again"), unused);
    assert_eq!((heap.layout(unused).name, heap.layout(used).name), ("again", "used"));
    isolated(|| assert_eq!(object.get().layout_id(), used));
    drop(object);
    isolated(|| m.collect_major());
    assert_eq!(heap.stats().recycled_layout_count, 2);
    assert_eq!(point(&heap, "third"), used);
}

#[test]
fn an_incremental_cycle_recycles_too() {
    let options = [("gc", "every-3"), ("min", "8K"), ("pause_us", "1"), ("gc", "verify")];
    let (heap, m) = heap_with(&options);
    let keep = isolated(|| Root::new(&m, m.alloc_dynamic(point(&heap, "first"), 24).unwrap()));
    for n in 0..300 {
        isolated(|| {
            let id = point(&heap, &format!("class {n}"));
            let object = m.alloc_dynamic(id, 24).unwrap();
            if n % 10 == 0 {
                keep.set(object);
            }
            // Old objects bring cycles about.
            crate::vector(&m, 50).unwrap();
            assert_eq!(heap.layout(object.layout_id()).name, format!("class {n}"));
            // SAFETY: this was the only object with the id.
            unsafe { heap.release_layout(id) };
        });
    }
    isolated(|| assert_eq!(heap.layout(keep.get().layout_id()).name, "class 290"));
    isolated(|| m.collect_major());
    assert!(heap.stats().recycled_layout_count >= 298, "{}", heap.stats().recycled_layout_count);
}

//! The dump, read back line by line: a small reader of the format, as a tool outside would be.

use std::collections::BTreeMap;

use heap::{Root, WeakTable};

use crate::{heap_with, isolated, node, vector};

/// The value of `"name":` in a record, up to the next comma that is not inside a string or an array.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let key = format!("\"{name}\":");
    let value = &line[line.find(&key)? + key.len()..];
    let end = match value.as_bytes()[0] {
        b'"' => value[1..].find('"')? + 2,
        b'[' => value.find(']')? + 1,
        _ => value.find([',', '}'])?,
    };
    Some(&value[..end])
}

fn number(line: &str, name: &str) -> u64 {
    field(line, name).unwrap().parse().unwrap()
}

#[derive(Default)]
struct Summary {
    layouts: BTreeMap<u64, String>,
    /// Address → layout, size, references.
    objects: BTreeMap<u64, (u64, u64, Vec<u64>)>,
    roots: Vec<(String, u64)>,
    weak: Vec<(u64, u64, u64)>,
    frozen: usize,
    complete: bool,
}

impl Summary {
    fn read(text: &str) -> Summary {
        let mut summary = Summary::default();
        for line in text.lines() {
            assert!(!summary.complete, "nothing follows the end");
            match field(line, "type").unwrap() {
                "\"heap\"" => assert_eq!(number(line, "version"), 1),
                "\"layout\"" => {
                    let name = field(line, "name").unwrap().trim_matches('"');
                    summary.layouts.insert(number(line, "id"), name.to_string());
                }
                "\"object\"" => {
                    let references = field(line, "references").unwrap().trim_matches(['[', ']']);
                    let references: Vec<u64> =
                        references.split(',').filter(|r| !r.is_empty()).map(|r| r.parse().unwrap()).collect();
                    let layout = number(line, "layout");
                    assert!(summary.layouts.contains_key(&layout), "a layout comes before its objects");
                    summary.frozen += (field(line, "state") == Some("\"frozen\"")) as usize;
                    let entry = (layout, number(line, "size"), references);
                    assert!(summary.objects.insert(number(line, "address"), entry).is_none());
                }
                "\"root\"" => {
                    let kind = field(line, "kind").unwrap().trim_matches('"');
                    summary.roots.push((kind.to_string(), number(line, "address")));
                }
                "\"weak\"" => {
                    summary.weak.push((number(line, "owner"), number(line, "key"), number(line, "value")));
                }
                "\"end\"" => {
                    assert_eq!(number(line, "objects"), summary.objects.len() as u64);
                    assert_eq!(number(line, "bytes"), summary.objects.values().map(|o| o.1).sum::<u64>());
                    summary.complete = true;
                }
                other => panic!("unknown record {other}"),
            }
        }
        assert!(summary.complete);
        summary
    }

    /// Layout name → number of objects and bytes.
    fn by_layout(&self) -> BTreeMap<&str, (u64, u64)> {
        let mut totals = BTreeMap::new();
        for (layout, size, _) in self.objects.values() {
            let total: &mut (u64, u64) = totals.entry(self.layouts[layout].as_str()).or_default();
            *total = (total.0 + 1, total.1 + size);
        }
        totals
    }
}

#[test]
fn a_dump_reads_back_as_the_object_graph() {
    let (_heap, m) = heap_with(&[]);
    let table = WeakTable::new(&m);
    let list = isolated(|| {
        let mut list = node(&m, 0, None);
        for n in 1..1000 {
            list = node(&m, n, Some(list));
        }
        Root::new(&m, list)
    });
    isolated(|| m.freeze());
    let large = isolated(|| Root::new(&m, vector(&m, 20_000).unwrap()));
    isolated(|| {
        large.get().items()[3].init(Some(list.get().erase()));
        table.insert(large.get().erase(), 17);
    });
    let mut text = Vec::new();
    m.dump_heap(&mut text).unwrap();
    let summary = Summary::read(std::str::from_utf8(&text).unwrap());
    assert_eq!(summary.frozen, 1000);
    let totals = summary.by_layout();
    assert_eq!(totals["node"], (1000, 24_000));
    assert_eq!(totals["vector"], (1, 40 + 160_000));
    // Precise roots come by handle; the graph below them is complete.
    let root = list.get().address() as u64;
    assert!(summary.roots.contains(&("precise".to_string(), root)));
    let (mut at, mut length) = (root, 1);
    while let [next] = summary.objects[&at].2[..] {
        (at, length) = (next, length + 1);
    }
    assert_eq!(length, 1000);
    let large = large.get().address() as u64;
    assert_eq!(summary.objects[&large].2, [root]);
    assert_eq!(summary.weak, [(0, large, 17)]);
}

#[test]
fn an_error_of_the_output_is_returned() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (_heap, m) = heap_with(&[]);
    let _kept: Vec<Root<crate::Node>> = (0..100).map(|n| Root::new(&m, node(&m, n, None))).collect();
    assert_eq!(m.dump_heap(&mut Full(1000)).unwrap_err().kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(m.verify_heap(), Ok(()));
}

//! Heap dump: every object, reference and root, as JSON lines, written while the heap is walked.
//!
//! One record per line; addresses and sizes are plain numbers (bytes). A reader needs no more than one line at a time:
//!
//! | `"type"` | fields | |
//! |---|---|---|
//! | `heap` | `version` (1), `used`, `external` | first line |
//! | `layout` | `id`, `name`, `size` (fixed part) | before the first object of that layout |
//! | `object` | `address`, `layout`, `size`, `state` (`young`, `old`, `frozen`), `external`, `references` (addresses) | |
//! | `root` | `kind` (`stack`, `precise`), `address` | `stack`: ambiguous words, resolved to the objects they keep |
//! | `weak` | `owner` (0 = none), `key`, `value` (a tagged word) | entry of a weak table |
//! | `end` | `objects`, `bytes` | last line; a dump without it was cut short |
//!
//! A minor collection is done first, so that young objects are only those that other threads allocated meanwhile. Objects
//! that died since the last major collection are included: collect first to see only the living.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::atomic::Ordering::Relaxed;

use crate::collector::Collector;
use crate::conservative;
use crate::header::LayoutId;
use crate::mutator::Mutator;
use crate::region::kind;
use crate::shared::Heap;
use crate::trace::Tracer;

impl Mutator {
    /// Writes a dump of the heap; the world is stopped meanwhile. The format is described in `dump.rs` and `docs/heap.md`.
    /// Errors: those of `output`; what was written before is valid line by line.
    pub fn dump_heap(&self, output: &mut dyn Write) -> io::Result<()> {
        self.collect_minor();
        let heap = self.heap();
        heap.with_all_stopped(self, |c, mutators| {
            let mut dump =
                Dump { heap, output, layouts: HashSet::new(), line: String::new(), objects: 0, bytes: 0 };
            dump.write(c, mutators)
        })
    }
}

struct Dump<'a> {
    heap: &'a Heap,
    output: &'a mut dyn Write,
    /// Layouts that were written.
    layouts: HashSet<LayoutId>,
    line: String,
    objects: u64,
    bytes: u64,
}

impl Dump<'_> {
    fn write(&mut self, c: &mut Collector, mutators: &[&Mutator]) -> io::Result<()> {
        let used = self.heap.pools().used_blocks() << crate::region::BLOCK_SHIFT;
        let external = self.heap.external_bytes.load(Relaxed);
        writeln!(self.output, r#"{{"type":"heap","version":1,"used":{used},"external":{external}}}"#)?;
        let mut result = Ok(());
        self.heap.for_each_old(|object| {
            let frozen = matches!(self.heap.region.kind_of(object), kind::PERMANENT | kind::LARGE_PERMANENT);
            if result.is_ok() {
                result = self.object(object, if frozen { "frozen" } else { "old" });
            }
        });
        result?;
        let tracer = Tracer::new(&self.heap.layouts);
        for &(start, end) in &c.young.runs {
            let mut object = start;
            while object < end {
                self.object(object, "young")?;
                // SAFETY: runs hold initialised objects.
                object += unsafe { tracer.size(object) };
            }
        }
        for &head in &c.young.large {
            self.object(self.heap.region.address(head as usize), "young")?;
        }
        self.roots(c, mutators)?;
        for (owner, key, value) in self.heap.weak_tables.entries() {
            writeln!(self.output, r#"{{"type":"weak","owner":{owner},"key":{key},"value":{value}}}"#)?;
        }
        let (objects, bytes) = (self.objects, self.bytes);
        writeln!(self.output, r#"{{"type":"end","objects":{objects},"bytes":{bytes}}}"#)
    }

    fn object(&mut self, object: usize, state: &str) -> io::Result<()> {
        let tracer = Tracer::new(&self.heap.layouts);
        // SAFETY: an initialised object.
        let (descr, size) = unsafe { (&*tracer.layout(object).descr, tracer.size(object)) };
        self.objects += 1;
        self.bytes += size as u64;
        if self.layouts.insert(descr.id) {
            let (id, fixed) = (descr.id.0, descr.size_bytes);
            let name = json_string(descr.name);
            writeln!(self.output, r#"{{"type":"layout","id":{id},"name":{name},"size":{fixed}}}"#)?;
        }
        // SAFETY: the layout's own function, for an object of that layout.
        let external = unsafe { descr.owned_bytes(object) };
        let line = &mut self.line;
        line.clear();
        let id = descr.id.0;
        let _ = write!(
            line,
            r#"{{"type":"object","address":{object},"layout":{id},"size":{size},"state":"{state}","external":{external},"references":["#
        );
        let mut separator = "";
        let region = &self.heap.region;
        // SAFETY: an initialised object.
        unsafe {
            tracer.slots(object, |slot| {
                if region.is_reference(*slot) {
                    let _ = write!(line, "{separator}{}", *slot);
                    separator = ",";
                }
            });
        }
        line.push_str("]}\n");
        self.output.write_all(line.as_bytes())
    }

    fn roots(&mut self, c: &mut Collector, mutators: &[&Mutator]) -> io::Result<()> {
        let mut precise = Vec::new();
        self.heap.precise_roots(mutators, |word| precise.push(word));
        let mut words = Vec::new();
        let mut stack = Vec::new();
        let tracer = Tracer::new(&self.heap.layouts);
        // SAFETY: the world is stopped, `mutators` are all threads; runs parse and nothing has moved.
        unsafe {
            conservative::ambiguous_words(self.heap, mutators, &mut words);
            conservative::old_objects(self.heap, tracer, &words, |object| stack.push(object));
            conservative::young_objects(self.heap, tracer, &words, &c.young.runs, |object| {
                stack.push(object)
            });
        }
        stack.sort_unstable();
        stack.dedup();
        for (kind, addresses) in [("precise", precise), ("stack", stack)] {
            for address in addresses {
                writeln!(self.output, r#"{{"type":"root","kind":"{kind}","address":{address}}}"#)?;
            }
        }
        Ok(())
    }
}

/// A JSON string literal.
fn json_string(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            c if c < ' ' => {
                let _ = write!(literal, "\\u{:04x}", c as u32);
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::json_string;

    #[test]
    fn names_are_escaped() {
        assert_eq!(json_string("a\"b\\c\nd"), r#""a\"b\\c\u000ad""#);
    }
}

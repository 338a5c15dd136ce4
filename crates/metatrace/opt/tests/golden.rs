//! Golden tests: recorded traces in, units out, as text.
//!
//! A file under `tests/golden/<pass>/` begins with a sentence and has sections:
//!
//! ```text
//! ; What this shows.
//! -- loop                     a recorded trace for `optimize_loop` (or: -- linear, for `optimize_linear`;
//!                             -- function, for `optimize_function`: of `fib`, whose entry the first snapshot describes)
//! -- unit                     what comes out
//! -- bridge 2                 a recorded trace that continues exit 2 of the first unit (u7); may end at its labels and
//!                             at those of the bridges before (u8, u9 ...)
//! -- unit
//! ```
//!
//! Names of passes behind `loop`, `linear` or `bridge 2` (`no-heap`) are switched off. A trace that is refused has
//! the reason as its unit. `UPDATE_GOLDEN=1` writes what comes out now; the difference is reviewed like code.
//! All units are verified.

use heap::{ArrayDescr, FieldDescr, FieldKind, LayoutId, Mutability};
use metatrace_ir::{ArrayKey, DescrTable, FieldKey, SnapshotIndex, Tag, has_exit, parse, print, verify};
use metatrace_machine::{CallDescr, CallTarget, Effects, Footprint, Kind, NanBox};
use metatrace_opt::{
    Coding, EntryContract, EntryParam, Env, FieldFacts, LabelContract, Optimized, Options, OwnEntry,
    ParentExit, SpecialEntry, optimize_bridge, optimize_function, optimize_linear, optimize_loop,
};
use std::cell::RefCell;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

const POINT: LayoutId = LayoutId(100);
const NODE: LayoutId = LayoutId(101);
const LIST: LayoutId = LayoutId(102);
/// The one that objects keep for life.
const CLOSURE: LayoutId = LayoutId(103);
const VECTOR: LayoutId = LayoutId(104);

const fn field(
    layout: LayoutId,
    name: &'static str,
    offset: u16,
    kind: FieldKind,
    mutability: Mutability,
) -> FieldDescr {
    FieldDescr { layout, name, offset, kind, mutability }
}

const X: FieldDescr = field(POINT, "x", 8, FieldKind::Value, Mutability::Mutable);
const Y: FieldDescr = field(POINT, "y", 16, FieldKind::Value, Mutability::Mutable);
const COLOUR: FieldDescr = field(POINT, "colour", 24, FieldKind::U8, Mutability::Mutable);
const NEXT: FieldDescr = field(NODE, "next", 8, FieldKind::Ref, Mutability::Mutable);
const VALUE: FieldDescr = field(NODE, "value", 16, FieldKind::Value, Mutability::Mutable);
const CODE: FieldDescr = field(NODE, "code", 24, FieldKind::Ref, Mutability::Immutable);
const FUNCTION: FieldDescr = field(CLOSURE, "function", 8, FieldKind::I64, Mutability::Immutable);
const LENGTH: FieldDescr = field(VECTOR, "length", 8, FieldKind::I64, Mutability::Mutable);
const VECTOR_ITEMS: FieldDescr = field(VECTOR, "items", 16, FieldKind::Ref, Mutability::Mutable);
/// As `length` and `items`, but nothing is promised.
const COUNT: FieldDescr = field(VECTOR, "count", 24, FieldKind::I64, Mutability::Mutable);
const OTHER: FieldDescr = field(VECTOR, "other", 32, FieldKind::Ref, Mutability::Mutable);
const ITEMS: ArrayDescr =
    ArrayDescr { layout: LIST, item: FieldKind::Value, length_offset: 8, items_offset: 16, immutable: false };

fn nowhere() {}

const TARGET: CallTarget = CallTarget::new(nowhere as *const ());
/// Does anything.
static ANY: CallDescr = CallDescr {
    name: "any",
    target: TARGET,
    params: &[Kind::Value],
    result: Some(Kind::Value),
    effects: Effects::ANY,
};
/// Writes `point.x` only.
static SET_X: CallDescr = CallDescr {
    name: "set_x",
    target: TARGET,
    params: &[Kind::Ref],
    result: None,
    effects: Effects {
        elidable: false,
        writes: Footprint::Only { fields: &[X], arrays: &[] },
        ..Effects::PURE
    },
};
static HASH: CallDescr = CallDescr {
    name: "hash",
    target: TARGET,
    params: &[Kind::Int],
    result: Some(Kind::Int),
    effects: Effects::PURE,
};
static PARSE: CallDescr = CallDescr {
    name: "parse",
    target: TARGET,
    params: &[Kind::Value],
    result: Some(Kind::Int),
    effects: Effects { can_raise: true, ..Effects::PURE },
};

fn names() -> DescrTable {
    let mut table = DescrTable::new();
    table.use_encoding::<NanBox>();
    table
        .add_layout_id("point", POINT)
        .add_layout_id("node", NODE)
        .add_layout_id("list", LIST)
        .add_layout_id("vector", VECTOR);
    for f in [X, Y, COLOUR] {
        table.add_field(&format!("point.{}", f.name), FieldKey::new(f));
    }
    for f in [NEXT, VALUE, CODE] {
        table.add_field(&format!("node.{}", f.name), FieldKey::new(f));
    }
    table.add_layout_id("closure", CLOSURE).add_field("closure.function", FieldKey::new(FUNCTION));
    for f in [LENGTH, VECTOR_ITEMS, COUNT, OTHER] {
        table.add_field(&format!("vector.{}", f.name), FieldKey::new(f));
    }
    table.add_array("list", ArrayKey::new(ITEMS));
    for call in [&ANY, &SET_X, &HASH, &PARSE] {
        table.add_call(call);
    }
    for (name, address) in [("main", 0x1000), ("callee", 0x2000), ("flag", 0x3000), ("fib", FIB)] {
        table.add_address(name, address);
    }
    table.add_address("callee_special", CALLEE_SPECIAL);
    for (number, name) in ["fib_special_1", "fib_special_2", "fib_special_3"].iter().enumerate() {
        table.add_address(name, FIB + 8 * (number as u64 + 1));
    }
    table
}

const CALLEE: u64 = 0x2000;
const CALLEE_SPECIAL: u64 = 0x2008;
/// The generic cell of the function; those of its special entries follow.
const FIB: u64 = 0x4000;

/// An environment with functions.
struct Functions {
    coding: Coding,
    /// Contracts of the special entries of `fib`, in the order in which they were asked for.
    contracts: RefCell<Vec<Rc<EntryContract>>>,
}

impl Env for Functions {
    fn coding(&self) -> &Coding {
        &self.coding
    }
    /// `vector.items` are a list, and `vector.length` is a length.
    fn field_facts(&self, field: FieldKey) -> FieldFacts {
        FieldFacts {
            pointee: (field == FieldKey::new(VECTOR_ITEMS)).then_some(LIST),
            non_negative: field == FieldKey::new(LENGTH),
        }
    }
    fn layout_is_stable(&self, layout: LayoutId) -> bool {
        layout == CLOSURE
    }
    /// The special entry of `callee` takes an integer and anything.
    fn special_entry(&self, cell: u64) -> Option<SpecialEntry> {
        let int = EntryParam::Unboxed { tag: Tag::Int, layout: None, fields: Vec::new() };
        let contract = Rc::new(EntryContract { params: vec![int, EntryParam::Tagged] });
        (cell == CALLEE).then_some(SpecialEntry { cell: CALLEE_SPECIAL, contract })
    }
    fn entry_cell(&self, cell: u64, contract: &Rc<EntryContract>) -> Option<u64> {
        assert_eq!(cell, FIB);
        let mut contracts = self.contracts.borrow_mut();
        if !contracts.contains(contract) {
            contracts.push(contract.clone());
        }
        let number = contracts.iter().position(|c| c == contract).expect("it was just put there");
        Some(FIB + 8 * (number as u64 + 1))
    }
}

struct Section {
    title: String,
    text: String,
}

fn sections(text: &str) -> (String, Vec<Section>) {
    let mut head = String::new();
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("-- ") {
            sections.push(Section { title: title.trim().to_string(), text: String::new() });
        } else {
            let to = sections.last_mut().map_or(&mut head, |s| &mut s.text);
            to.push_str(line);
            to.push('\n');
        }
    }
    (head, sections)
}

/// The n-th exit of a unit.
fn parent_exit(parent: &Optimized, exit: usize) -> ParentExit<'_> {
    let unit = &parent.unit;
    let mut exits = (0..unit.ops.len()).filter(|op| has_exit(unit.ops[*op].opcode));
    let guard = exits.nth(exit).unwrap_or_else(|| panic!("the unit has no exit {exit}"));
    ParentExit { unit, guard: guard as u32, snapshot: unit.ops[guard].snapshot, facts: &parent.exit_facts }
}

/// The labels of a unit that has got a number.
fn numbered(optimized: &Optimized, unit: u32) -> Vec<LabelContract> {
    let mut labels = optimized.labels.clone();
    for label in &mut labels {
        label.unit = metatrace_ir::UnitId(unit);
    }
    labels
}

fn options(words: std::str::SplitWhitespace<'_>) -> Options {
    let mut options = Options::default();
    for word in words {
        let name = word.strip_prefix("no-").unwrap_or_else(|| panic!("unknown word {word}"));
        options.switches.disable(name).unwrap_or_else(|e| panic!("{e:?}"));
    }
    options
}

/// What the file should say; equal to `text` if all is well.
fn rewritten(text: &str) -> String {
    let names = names();
    let env = Functions { coding: Coding::of::<NanBox>(), contracts: RefCell::default() };
    let (head, sections) = sections(text);
    let mut out = head;
    let mut parent: Option<Optimized> = None;
    let mut joins: Vec<Vec<LabelContract>> = Vec::new();
    let mut shown = String::new();
    for section in sections {
        let mut words = section.title.split_whitespace();
        let mode = words.next().unwrap_or_default().to_string();
        if mode == "unit" {
            writeln!(out, "-- unit\n{}", shown.trim_end()).expect("a string accepts text");
            continue;
        }
        writeln!(out, "-- {}\n{}", section.title, section.text.trim_end()).expect("a string accepts text");
        let trace = parse(&section.text, &names).unwrap_or_else(|e| panic!("{e}\n{}", section.text));
        if mode != "linear" || !section.text.contains("NOVERIFY") {
            verify(&trace)
                .unwrap_or_else(|e| panic!("the recorded trace is malformed:\n{e}\n{}", section.text));
        }
        let result = match mode.as_str() {
            "loop" => optimize_loop(&trace, &env, &options(words)),
            "linear" => optimize_linear(&trace, &[], &env, &options(words)),
            "function" => {
                let own = OwnEntry { snapshot: SnapshotIndex(0), cell: FIB, classes: &[] };
                optimize_function(&trace, own, &[], &env, &options(words))
            }
            "bridge" => {
                let exit = words.next().expect("a bridge has an exit").parse().expect("the exit is a number");
                let parent = parent.as_ref().expect("a bridge has a parent");
                let exit = parent_exit(parent, exit);
                let labels = numbered(parent, 7);
                let targets: Vec<&LabelContract> = labels.iter().collect();
                let joins: Vec<&LabelContract> = joins.iter().flatten().collect();
                optimize_bridge(&trace, exit, &targets, &joins, &env, &options(words))
            }
            other => panic!("unknown section {other}"),
        };
        shown = match &result {
            Ok(optimized) => {
                verify(&optimized.unit).unwrap_or_else(|e| panic!("malformed unit:\n{e}"));
                print(&optimized.unit, &names)
            }
            Err(reason) => format!("; refused: {}\n", reason.0),
        };
        match (&parent, result) {
            (None, result) => parent = result.ok(),
            (Some(_), Ok(bridge)) => joins.push(numbered(&bridge, 8 + joins.len() as u32)),
            (Some(_), Err(_)) => {}
        }
    }
    out
}

fn trace_files(directory: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(directory).expect("the golden directory is readable");
    for entry in entries {
        let path = entry.expect("the golden directory is readable").path();
        if path.is_dir() {
            trace_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "trace") {
            let text = std::fs::read_to_string(&path).expect("golden files are text");
            // Files of single passes have another form; see `src/golden.rs`.
            if text.contains("\n-- unit") {
                found.push(path);
            }
        }
    }
}

#[test]
fn units_are_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files = Vec::new();
    trace_files(&root, &mut files);
    files.sort();
    assert!(!files.is_empty());
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("golden files are text");
        let now = rewritten(&text);
        if now != text {
            if update {
                std::fs::write(&file, &now).expect("golden files are writable");
            } else {
                writeln!(wrong, "{}:\n{now}", file.display()).expect("a string accepts text");
            }
        }
    }
    assert!(wrong.is_empty(), "differs (UPDATE_GOLDEN=1 accepts):\n{wrong}");
}

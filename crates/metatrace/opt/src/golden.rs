//! Golden tests of the passes that look at operations only (intbounds, rewrite), and the check that what they did is right.
//!
//! A file `tests/golden/<pass>/*.cases` holds many small cases:
//!
//! ```text
//! -- add_zero                    name of the case; see the tests of the pass
//! ; x + 0 is x.                  a sentence
//! label 0 (%x: int)              a trace, without its end
//! %y = int_add %x, 0
//! keep %y
//! => %1                          the unit's operations; label and end are left out
//! keep %1
//! ```
//!
//! `UPDATE_GOLDEN=1` writes what the passes make now. Besides, both traces are executed on edge values and random
//! ones: they must keep the same values, and leave for the same arguments.

use crate::cx::Cx;
use crate::env::{Coding, PlainEnv};
use crate::pass::InvalidLoop;
use crate::passes::{PASSES, Switches};
use heap::{ArrayDescr, FieldDescr, FieldKind, LayoutId, Mutability};
use metatrace_ir::{
    ArrayKey, Class, Const, DescrTable, FieldKey, Opcode, Operand, OperandView, Trace, eval, eval_checked,
};
use metatrace_machine::{Encoding, Host, Kind, NanBox};
use std::fmt::Write;
use std::path::PathBuf;

/// Where every guard of a case resumes.
const END: &str = "leave @s\nsnapshot @s execute\n  frame main@0 {}\n";

/// One case of a golden file.
pub(crate) struct Case {
    pub name: String,
    sentence: String,
    input: String,
    expected: String,
}

fn names() -> DescrTable {
    let mut names = DescrTable::new();
    let layout = LayoutId(100);
    let colour = FieldDescr {
        layout,
        name: "colour",
        offset: 8,
        kind: FieldKind::U8,
        mutability: Mutability::Mutable,
    };
    let item = FieldKind::Value;
    let list = ArrayDescr { layout, item, length_offset: 8, items_offset: 16, immutable: false };
    names.add_address("main", 0x1000).use_encoding::<NanBox>();
    names.add_field("point.colour", FieldKey::new(colour)).add_array("list", ArrayKey::new(list));
    names
}

/// The unit made of a linear trace by some of the passes.
pub(crate) fn optimise(source: &Trace, passes: &[&str]) -> Result<Trace, InvalidLoop> {
    let mut switches = Switches::default();
    for pass in PASSES.iter().filter(|p| !passes.contains(&p.name)) {
        switches.disable(pass.name).expect("the name of a pass");
    }
    let env = PlainEnv(Coding::of::<NanBox>());
    let mut cx = Cx::new(source, &env, switches);
    cx.start_block();
    let params = source.ops[1..].iter().take_while(|op| op.opcode == Opcode::Param);
    let kinds: Vec<Kind> = params.map(|op| op.kind.expect("parameters have kinds")).collect();
    for (index, param) in cx.push_label(0, &kinds).into_iter().enumerate() {
        cx.set_value(index as u32 + 1, param);
    }
    cx.walk(1 + kinds.len()..source.ops.len())?;
    Ok(cx.out)
}

/// What an execution showed: the values kept, and whether a guard left (or, at the end, none did).
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub kept: Vec<(Kind, u64)>,
    pub left: bool,
}

/// Executes a linear trace of pure operations, guards and `keep`; `None` if a precondition does not hold.
pub(crate) fn execute(trace: &Trace, arguments: &[u64]) -> Option<Seen> {
    let mut values = vec![0u64; trace.ops.len()];
    let mut seen = Seen { kept: Vec::new(), left: false };
    let mut arguments = arguments.iter();
    for (index, op) in trace.ops.iter().enumerate() {
        let get = |operand: Operand| match operand.view() {
            OperandView::Op(i) => values[i as usize],
            OperandView::Const(i) => trace.consts[i as usize].bits,
            _ => panic!("an operand that is no value"),
        };
        let args: Vec<u64> = trace.args(op).iter().map(|a| get(*a)).collect();
        let holds = match op.opcode {
            Opcode::Label => continue,
            Opcode::Leave => return Some(seen),
            Opcode::Param => {
                values[index] = *arguments.next().expect("an argument per parameter");
                continue;
            }
            Opcode::Keep => {
                let kind = trace.kind_of(op.args[0]).expect("a value has a kind");
                let is_nan = kind == Kind::Float && f64::from_bits(args[0]).is_nan();
                // Which NaN it is, nothing promises.
                seen.kept.push((kind, if is_nan { f64::NAN.to_bits() } else { args[0] }));
                continue;
            }
            Opcode::GuardTrue => args[0] == 1,
            Opcode::GuardFalse => args[0] == 0,
            Opcode::GuardIs => args[0] == args[1],
            Opcode::GuardIsNot => args[0] != args[1],
            Opcode::GuardTag => (Coding::of::<NanBox>().tag_of)(args[0]) == Some(op.aux.as_tag()),
            Opcode::UnboxInt => {
                values[index] = NanBox::unbox_int(&mut Host, args[0]);
                continue;
            }
            opcode if opcode.class() == Class::Guard => {
                match eval_checked(opcode, args[0] as i64, args[1] as i64) {
                    Some(result) => values[index] = result as u64,
                    None => {
                        seen.left = true;
                        return Some(seen);
                    }
                }
                continue;
            }
            opcode => {
                values[index] = eval(opcode, &args)?;
                continue;
            }
        };
        if !holds {
            seen.left = true;
            return Some(seen);
        }
    }
    panic!("a trace without an end")
}

pub(crate) struct Random(pub u64);

impl Random {
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.word() % n as u64) as usize
    }
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
    /// Small numbers, neighbourhoods of powers of two, anything.
    pub fn int(&mut self) -> i64 {
        let power = 1i64 << self.below(64);
        match self.below(4) {
            0 => self.below(24) as i64 - 8,
            1 => power.wrapping_add(self.below(3) as i64 - 1).wrapping_mul(self.pick(&[1, -1])),
            2 => (self.word() as i64) >> self.below(64),
            _ => self.pick(&[0, 1, -1, i64::MIN, i64::MAX, 1 << 49, (1 << 53) + 1, 10, 100]),
        }
    }
    pub fn float(&mut self) -> f64 {
        match self.below(4) {
            0 => self.below(24) as f64 - 8.0,
            1 => self.int() as f64 * self.pick(&[1.0, 0.5, 0.1, 1e300]),
            2 => f64::from_bits(self.word()),
            _ => self.pick(&[
                0.0,
                -0.0,
                1.0,
                -1.0,
                2.0,
                0.25,
                f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::MIN_POSITIVE,
                f64::MAX,
                5e-324,
                9007199254740992.0,
            ]),
        }
    }
    pub fn bits(&mut self, kind: Kind) -> u64 {
        match kind {
            Kind::Int => self.int() as u64,
            Kind::Float => self.float().to_bits(),
            Kind::Bool => self.word() & 1,
            Kind::Value => {
                let any = Coding::of::<NanBox>();
                let int = (any.box_int)(self.int() >> 14).expect("fits 50 bits");
                let float = (any.box_float)(self.float().to_bits());
                self.pick(&[int, int, float, NanBox::NONE])
            }
            Kind::Ref => 0x7000_0000 + 16 * (self.word() % 4),
        }
    }
}

/// Executes both traces on the same arguments, and compares.
pub(crate) fn check_equivalent(source: &Trace, unit: &Trace, random: &mut Random, runs: u32) {
    let params: Vec<Kind> =
        source.ops.iter().filter(|op| op.opcode == Opcode::Param).filter_map(|op| op.kind).collect();
    for _ in 0..runs {
        let arguments: Vec<u64> = params.iter().map(|k| random.bits(*k)).collect();
        // Outside its preconditions a trace may do anything.
        let Some(expected) = execute(source, &arguments) else { continue };
        let seen = execute(unit, &arguments);
        if seen.as_ref() != Some(&expected) {
            let arguments: Vec<Const> = params
                .iter()
                .zip(&arguments)
                .map(|(kind, bits)| Const { kind: *kind, bits: *bits })
                .collect();
            panic!(
                "{}\nbecomes\n{}\nfor {arguments:x?}: {expected:x?} becomes {seen:x?}",
                metatrace_ir::print(source, &names()),
                metatrace_ir::print(unit, &names())
            );
        }
    }
}

fn directory(pass: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(pass)
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("-- ") {
            let empty = String::new;
            cases.push(Case { name: name.to_string(), sentence: empty(), input: empty(), expected: empty() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        let part = if line.starts_with(';') {
            &mut case.sentence
        } else if line.starts_with("=>") || !case.expected.is_empty() {
            &mut case.expected
        } else {
            &mut case.input
        };
        part.push_str(line);
        part.push('\n');
    }
    cases
}

/// The operations of a unit, without its label and end, after an arrow.
fn show(unit: Result<&Trace, &InvalidLoop>) -> String {
    let unit = match unit {
        Ok(unit) => unit,
        Err(InvalidLoop(why)) => return format!("=> invalid: {why}\n"),
    };
    let text = metatrace_ir::print(unit, &names());
    let body = text.lines().skip(1).take_while(|line| !line.starts_with("leave"));
    let mut shown = String::from("=>\n");
    for line in body {
        writeln!(shown, "{}", line.strip_suffix(" @s0").unwrap_or(line)).expect("strings do not fail");
    }
    shown
}

/// Runs the cases of a pass's directory through some passes; `look` sees each case before it is run (`false`) and after (`true`).
pub(crate) fn run(pass: &str, passes: &[&str], mut look: impl FnMut(&Case, bool)) {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut random = Random(11);
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory(pass))
        .expect("the directory of the pass")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "cases"))
        .collect();
    files.sort();
    let mut differences = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a golden file");
        let comment: String = text.split("-- ").next().unwrap_or_default().to_string();
        let mut written = comment;
        for case in cases(&text) {
            let whole = format!("{}\n{END}", case.input.trim_end());
            let source = metatrace_ir::parse(&whole, &names())
                .unwrap_or_else(|e| panic!("{}: case {}: {e:?}\n{whole}", file.display(), case.name));
            look(&case, false);
            let unit = optimise(&source, passes);
            look(&case, true);
            if let Ok(unit) = &unit {
                metatrace_ir::verify(unit).unwrap_or_else(|e| panic!("case {}: {e:?}", case.name));
                check_equivalent(&source, unit, &mut random, 400);
            }
            let shown = show(unit.as_ref());
            if shown.trim() != case.expected.trim() {
                writeln!(differences, "case {}: expected\n{}found\n{shown}", case.name, case.expected)
                    .expect("strings do not fail");
            }
            write!(written, "-- {}\n{}{}\n{shown}\n", case.name, case.sentence, case.input.trim_end())
                .expect("strings do not fail");
        }
        if update {
            std::fs::write(&file, written.trim_end().to_string() + "\n").expect("writable golden files");
        }
    }
    assert!(update || differences.is_empty(), "{differences}");
}

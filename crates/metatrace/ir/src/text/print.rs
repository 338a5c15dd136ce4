//! Trace → text. See the parent module for the format.

use super::names::{DescrTable, TaggedWord};
use crate::op::{Op, Opcode, ResultKind, UnitId};
use crate::snapshot::{ResumeMode, Snapshot, SnapshotIndex, Virtual, VirtualKind};
use crate::trace::{Const, Operand, OperandView, Trace};
use crate::walk;
use metatrace_machine::Kind;
use std::fmt::Write;

/// The whole trace, every line ended by `\n`. Never fails: what is out of range in a broken trace is printed as
/// a raw number, so that the text can show what the verifier complains about.
pub fn print(trace: &Trace, names: &DescrTable) -> String {
    let mut printer = Printer::new(trace, names);
    let mut index = 0;
    while index < trace.ops.len() {
        index = printer.line(index);
    }
    let mut next = 0;
    while next < printer.snapshots.len() {
        printer.snapshot(next);
        next += 1;
    }
    let mut next = 0;
    while next < printer.virtuals.len() {
        printer.virtual_object(next);
        next += 1;
    }
    printer.text
}

/// One operation without its line end. Snapshots carry their index in the trace.
pub fn print_op(trace: &Trace, names: &DescrTable, index: u32) -> String {
    let mut printer = Printer::new(trace, names);
    printer.snapshots = (0..trace.snapshots.len() as u32).map(SnapshotIndex).collect();
    printer.line(index as usize);
    printer.text.truncate(printer.text.trim_end().len());
    printer.text
}

/// Writing into a `String` cannot fail.
macro_rules! put {
    ($printer:expr, $($format:tt)*) => {{ let _ = write!($printer.text, $($format)*); }};
}

struct Printer<'a> {
    trace: &'a Trace,
    names: &'a DescrTable,
    text: String,
    /// In the order of their first use, which is their name.
    snapshots: Vec<SnapshotIndex>,
    virtuals: Vec<u32>,
}

impl<'a> Printer<'a> {
    fn new(trace: &'a Trace, names: &'a DescrTable) -> Self {
        Printer { trace, names, text: String::new(), snapshots: Vec::new(), virtuals: Vec::new() }
    }

    /// Prints the operation at `index` (a label with its parameters); returns the index behind it.
    fn line(&mut self, index: usize) -> usize {
        let trace = self.trace;
        let op = &trace.ops[index];
        if op.opcode == Opcode::Label {
            return self.label(index);
        }
        if let Some(kind) = op.kind {
            put!(self, "%{index}");
            if derived_kind(trace, op) != Some(kind) {
                put!(self, ":{}", kind.name());
            }
            self.text.push_str(" = ");
        }
        self.text.push_str(op.opcode.name());
        self.aux(op);
        match op.opcode {
            Opcode::At => {
                put!(self, " {}@{}", self.names.address_text(op.aux.0), op.args[0].0);
                if op.args[1].0 == 1 {
                    self.text.push_str(" join");
                }
            }
            opcode if Trace::has_varargs(opcode) => {
                self.text.push_str(" (");
                self.operands(walk::args(trace, op).unwrap_or(&[]));
                self.text.push(')');
            }
            _ => {
                let args = walk::args(trace, op).unwrap_or(&[]);
                if !args.is_empty() {
                    self.text.push(' ');
                }
                self.operands(args);
            }
        }
        if op.snapshot != SnapshotIndex::NONE {
            put!(self, " @s{}", number_of(&mut self.snapshots, op.snapshot));
            if let Some(label) = trace.branch_of(index as u32) {
                put!(self, " goto {label}");
            }
        }
        self.text.push('\n');
        index + 1
    }

    fn label(&mut self, index: usize) -> usize {
        put!(self, "label {} (", self.trace.ops[index].aux.as_label().label);
        let mut next = index + 1;
        while let Some(op) = self.trace.ops.get(next).filter(|op| op.opcode == Opcode::Param) {
            let separator = if next == index + 1 { "" } else { ", " };
            put!(self, "{separator}%{next}: {}", op.kind.map_or("?", Kind::name));
            next += 1;
        }
        self.text.push_str(")\n");
        next
    }

    /// What the auxiliary word says, in brackets; a jump's label without.
    fn aux(&mut self, op: &Op) {
        let names = self.names;
        match op.opcode {
            Opcode::GuardTag | Opcode::GuardNotTag => put!(self, "[{}]", op.aux.as_tag().name()),
            Opcode::Merge => {
                if let Some(tag) = op.aux.as_seen() {
                    put!(self, "[{}]", tag.name());
                }
            }
            Opcode::GuardLayout | Opcode::GuardNotLayout | Opcode::SetLayout => {
                put!(self, "[{}]", names.layout_text(op.aux.as_layout()));
            }
            Opcode::GuardValid | Opcode::CallTrace => put!(self, "[{}]", names.address_text(op.aux.0)),
            Opcode::LoadField | Opcode::StoreField => put!(self, "[{}]", names.field_text(op.aux.as_field())),
            Opcode::ArrayLen | Opcode::LoadItem | Opcode::StoreItem | Opcode::NewArray => {
                put!(self, "[{}]", names.array_text(op.aux.as_array()));
            }
            Opcode::New => {
                let (layout, size_bytes) = op.aux.as_allocation();
                put!(self, "[{}, {size_bytes}]", names.layout_text(layout));
            }
            Opcode::LoadRaw | Opcode::StoreRaw => put!(self, "[{}]", op.aux.as_raw().name()),
            Opcode::Call => put!(self, "[{}]", op.aux.as_call().name),
            Opcode::Jump => {
                let target = op.aux.as_label();
                if target.unit == UnitId::THIS {
                    put!(self, " {}", target.label);
                } else {
                    put!(self, " u{}.{}", target.unit.0, target.label);
                }
            }
            _ => {}
        }
    }

    fn operands(&mut self, operands: &[Operand]) {
        for (i, operand) in operands.iter().enumerate() {
            if i > 0 {
                self.text.push_str(", ");
            }
            self.operand(*operand);
        }
    }

    fn operand(&mut self, operand: Operand) {
        match operand.view() {
            OperandView::Op(i) => put!(self, "%{i}"),
            OperandView::Const(i) => match self.trace.consts.get(i as usize) {
                Some(c) => self.constant(*c),
                None => put!(self, "#{i}"),
            },
            OperandView::Virtual(i) => put!(self, "!{}", number_of(&mut self.virtuals, i)),
            OperandView::None => self.text.push('-'),
        }
    }

    fn constant(&mut self, c: Const) {
        match c.kind {
            Kind::Int => put!(self, "{}", c.bits as i64),
            Kind::Float => self.text.push_str(&float_text(c.bits)),
            Kind::Bool if c.bits <= 1 => self.text.push_str(if c.bits == 1 { "true" } else { "false" }),
            Kind::Bool => put!(self, "bool({:#x})", c.bits),
            Kind::Ref if c.bits == 0 => self.text.push_str("null"),
            Kind::Ref => put!(self, "ref({})", self.names.address_text(c.bits)),
            Kind::Value => match self.names.decode_word(c.bits) {
                Some(TaggedWord::Int(i)) => put!(self, "'{i}"),
                Some(TaggedWord::Float(f)) => put!(self, "'{}", float_text(f.to_bits())),
                Some(TaggedWord::Bool(b)) => put!(self, "'{b}"),
                Some(TaggedWord::None) => self.text.push_str("'none"),
                Some(TaggedWord::Unset) => self.text.push_str("'unset"),
                None => put!(self, "value({:#x})", c.bits),
            },
        }
    }

    fn snapshot(&mut self, number: usize) {
        let trace = self.trace;
        put!(self, "snapshot @s{number} ");
        let Some(&snapshot) = trace.snapshots.get(self.snapshots[number].0 as usize) else {
            self.text.push_str("missing\n");
            return;
        };
        self.text.push_str(match snapshot.mode {
            ResumeMode::Execute => "execute",
            ResumeMode::Deliver => "deliver ",
            ResumeMode::Raise => "raise",
        });
        if snapshot.mode == ResumeMode::Deliver {
            self.operand(snapshot.result);
        }
        self.text.push('\n');
        for frame in walk::frames(trace, &snapshot).unwrap_or_default() {
            let shot = *trace.frame(frame);
            put!(self, "  frame {}@{}", self.names.address_text(shot.code), shot.pc);
            if shot.continuation != 0 {
                put!(self, "/{}", shot.continuation);
            }
            self.text.push_str(" {");
            for (i, (slot, operand)) in walk::slots(trace, frame).unwrap_or(&[]).iter().enumerate() {
                put!(self, "{}{slot}: ", if i == 0 { "" } else { ", " });
                self.operand(*operand);
            }
            self.text.push_str("}\n");
        }
        self.stores(&snapshot);
    }

    fn stores(&mut self, snapshot: &Snapshot) {
        let trace = self.trace;
        for i in walk::stores(trace, snapshot).unwrap_or_default() {
            let store = &trace.virtuals[i as usize];
            match store.kind {
                VirtualKind::Store { field } => put!(self, "  store[{}] ", self.names.field_text(field)),
                VirtualKind::StoreItem { array } => {
                    put!(self, "  store_item[{}] ", self.names.array_text(array))
                }
                _ => put!(self, "  not_a_store "),
            }
            self.operands(fields(trace, store));
            self.text.push('\n');
        }
    }

    fn virtual_object(&mut self, number: usize) {
        let trace = self.trace;
        put!(self, "virtual !{number} = ");
        let Some(object) = trace.virtuals.get(self.virtuals[number] as usize) else {
            self.text.push_str("missing\n");
            return;
        };
        match object.kind {
            VirtualKind::BoxInt => self.text.push_str("box_int "),
            VirtualKind::BoxFloat => self.text.push_str("box_float "),
            VirtualKind::BoxBool => self.text.push_str("box_bool "),
            VirtualKind::BoxRef => self.text.push_str("box_ref "),
            VirtualKind::UnboxRef => self.text.push_str("unbox_ref "),
            VirtualKind::Object { layout, size_bytes } => {
                put!(self, "object[{}, {size_bytes}] {{", self.names.layout_text(layout));
                self.virtual_fields(fields(trace, object));
                self.text.push_str("}\n");
                return;
            }
            VirtualKind::Array { array } => {
                put!(self, "array[{}] {{", self.names.array_text(array));
                self.operands(fields(trace, object));
                self.text.push_str("}\n");
                return;
            }
            VirtualKind::Store { .. } | VirtualKind::StoreItem { .. } => self.text.push_str("a_store "),
        }
        self.operands(fields(trace, object));
        self.text.push('\n');
    }

    /// Pairs (constant with the field's key, value).
    fn virtual_fields(&mut self, fields: &[Operand]) {
        for (i, pair) in fields.chunks(2).enumerate() {
            self.text.push_str(if i == 0 { "" } else { ", " });
            match self.trace.as_const(pair[0]) {
                Some(key) => self.text.push_str(&self.names.field_text(crate::op::FieldKey(key.bits))),
                None => self.operand(pair[0]),
            }
            self.text.push_str(": ");
            self.operand(pair.get(1).copied().unwrap_or(Operand::NONE));
        }
    }
}

/// Its number; its place in the list of those seen.
fn number_of<T: PartialEq>(seen: &mut Vec<T>, item: T) -> usize {
    match seen.iter().position(|i| *i == item) {
        Some(number) => number,
        None => {
            seen.push(item);
            seen.len() - 1
        }
    }
}

fn fields<'a>(trace: &'a Trace, object: &Virtual) -> &'a [Operand] {
    walk::fields(trace, object).unwrap_or(&[])
}

/// Reads back as the same bits: decimal for numbers, bits for not-a-numbers other than the usual one.
fn float_text(bits: u64) -> String {
    let f = f64::from_bits(bits);
    if bits == f64::NAN.to_bits() {
        "nan".to_string()
    } else if f.is_nan() {
        format!("float({bits:#x})")
    } else if f.is_infinite() {
        if f > 0.0 { "inf".to_string() } else { "-inf".to_string() }
    } else {
        format!("{f:?}")
    }
}

/// The kind that opcode, auxiliary word and arguments give a result; `None` for no result or if they do not decide.
pub(crate) fn derived_kind(trace: &Trace, op: &Op) -> Option<Kind> {
    match op.opcode.result() {
        ResultKind::Nothing => None,
        ResultKind::Kind(kind) => Some(kind),
        ResultKind::Varies => match op.opcode {
            Opcode::LoadField => Some(op.aux.as_field().kind()),
            Opcode::LoadItem => Some(op.aux.as_array().kind()),
            Opcode::LoadRaw => Some(if op.aux.as_raw().is_float() { Kind::Float } else { Kind::Int }),
            Opcode::Call => op.aux.as_call().result,
            Opcode::Select => trace.kind_of(op.args[1]),
            _ => None,
        },
    }
}

//! Checks that a trace is well formed. Run between all passes in tests and debug builds, so that the pass that broke
//! a trace is named, not the one that stumbled over it.
//!
//! **Blocks**
//! 1. A trace begins with a label; labels of a trace have distinct numbers and belong to the unit itself.
//! 2. `param` operations stand directly behind their label and nowhere else; they have a kind.
//! 3. Every block (from a label to the next) ends in a final operation, and has no other.
//! 4. A jump inside the unit goes to an existing label, with the number and kinds of its parameters. Labels, jumps
//!    and calls of traces carry at most [`TRANSFER_WORDS`] values.
//!
//! **Values**
//!
//! 5. An argument is a constant or the result of an earlier operation *of the same block*: bridges enter blocks
//!    directly, so nothing but parameters reaches a block from outside. Virtuals occur in snapshots only.
//! 6. Kinds: every argument has the kind that its opcode, field, array, raw width or callee wants; every result has
//!    the kind that they yield; both arms of a `select` have the result's kind; `guard_is` compares with a constant
//!    of the same kind; boolean constants are 0 or 1.
//! 7. Auxiliary words are in range: tags, raw widths, field kinds. An allocation has at least 16 bytes, a multiple of 8.
//!
//! **Leaving**
//!
//! 8. Guards and `leave` have a snapshot, `at` may have one; operations other than these and the final ones have none.
//! 9. A call that may raise is followed by `guard_no_raise` or `guard_raise`, and these follow nothing else; but a trace
//!    may begin with one, where it continues a call of a trace.
//! 10. `guard_no_raise` resumes with `raise`; `guard_raise` and `call_trace` with `deliver`, a `call_trace` delivers
//!     its own result.
//! 11. A snapshot has at least one frame; its slots ascend; each slot holds a tagged value. Its operands obey rule 5
//!     seen from the operation that leaves.
//! 12. Virtuals: boxes have one operand of their kind, objects pairs of (field key, value of the field's kind), arrays
//!     items of the item kind. Delayed stores occur only as the stores of a snapshot, and there is nothing else there.
//! 13. An exit has at most [`TRANSFER_WORDS`] live operands. One that stays in the unit belongs to a guard, not to
//!     `call_trace`, and goes to an existing label with the number and kinds of its parameters.
//!
//! [`verify_recorded`] asks in addition:
//!
//! 14. One block, label 0, whose parameters are all tagged values; no virtuals.
//!
//! **Not checked**: that fields are initialised before anything can see a new object, that preconditions (tags
//! before unboxing, divisors) hold, and that another unit's label fits a jump: these need knowledge that a trace
//! does not carry.

use crate::op::{Aux, Op, Opcode, ResultKind, UnitId, loaded_kind};
use crate::snapshot::{ResumeMode, Snapshot, SnapshotIndex, Virtual, VirtualKind, exit_operands};
use crate::text::derived_kind;
use crate::trace::{Operand, OperandView, Trace};
use crate::walk;
use metatrace_machine::{Kind, MAX_CALL_ARGS, RawWidth, TRANSFER_WORDS};
use std::fmt;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The operation concerned, by index.
    pub op: u32,
    /// Number of the rule in the module header.
    pub rule: u8,
    pub message: String,
}

/// All that is wrong with a trace, in the order of its operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyErrors(pub Vec<VerifyError>);

impl fmt::Display for VerifyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for e in &self.0 {
            writeln!(f, "operation %{}: {} (rule {})", e.op, e.message, e.rule)?;
        }
        Ok(())
    }
}
impl std::error::Error for VerifyErrors {}

/// Checks rules 1 to 13. Never panics, whatever the trace holds (function addresses excepted: they are trusted).
pub fn verify(trace: &Trace) -> Result<(), VerifyErrors> {
    check(trace, false)
}

/// Checks rules 1 to 14.
pub fn verify_recorded(trace: &Trace) -> Result<(), VerifyErrors> {
    check(trace, true)
}

fn check(trace: &Trace, is_recorded: bool) -> Result<(), VerifyErrors> {
    let mut verifier = Verifier { trace, errors: Vec::new(), op: 0, block_start: 0 };
    verifier.blocks(is_recorded);
    if verifier.errors.is_empty() { Ok(()) } else { Err(VerifyErrors(verifier.errors)) }
}

struct Verifier<'a> {
    trace: &'a Trace,
    errors: Vec<VerifyError>,
    /// The operation being checked.
    op: u32,
    /// Index of the label of its block.
    block_start: u32,
}

impl Verifier<'_> {
    fn error(&mut self, rule: u8, message: impl Into<String>) {
        self.errors.push(VerifyError { op: self.op, rule, message: message.into() });
    }

    fn require(&mut self, condition: bool, rule: u8, message: impl FnOnce() -> String) {
        if !condition {
            self.error(rule, message());
        }
    }

    // -- blocks

    fn blocks(&mut self, is_recorded: bool) {
        let trace = self.trace;
        if trace.ops.first().is_none_or(|op| op.opcode != Opcode::Label) {
            self.error(1, "a trace begins with a label");
            return;
        }
        let mut labels = Vec::new();
        let mut ended = true;
        for (index, op) in trace.ops.iter().enumerate() {
            self.op = index as u32;
            if op.opcode == Opcode::Label {
                self.require(ended, 3, || "the block before this label has no final operation".to_string());
                let label = op.aux.as_label();
                self.require(label.unit == UnitId::THIS, 1, || "the label of another unit".to_string());
                self.require(!labels.contains(&label.label), 1, || {
                    format!("label {} occurs twice", label.label)
                });
                labels.push(label.label);
                self.block_start = index as u32;
                ended = false;
            } else {
                let before = trace.ops[index - 1].opcode;
                let is_misplaced =
                    op.opcode == Opcode::Param && !matches!(before, Opcode::Label | Opcode::Param);
                self.require(!is_misplaced, 2, || "a parameter behind another operation".to_string());
                self.require(!ended, 3, || "an operation behind the final one of its block".to_string());
                ended |= op.opcode.is_final();
            }
            self.operation(index, op);
        }
        self.require(ended, 3, || "the last block has no final operation".to_string());
        if is_recorded {
            self.recorded(&labels);
        }
    }

    fn recorded(&mut self, labels: &[u32]) {
        self.op = 0;
        self.require(labels == [0], 14, || "a recorded trace has label 0 and no other".to_string());
        self.require(self.trace.virtuals.is_empty(), 14, || "a recorded trace has no virtuals".to_string());
        for (index, op) in self.trace.ops.iter().enumerate().filter(|(_, op)| op.opcode == Opcode::Param) {
            self.op = index as u32;
            self.require(op.kind == Some(Kind::Value), 14, || {
                "the parameters of a recorded trace are values".into()
            });
        }
    }

    // -- operations

    fn operation(&mut self, index: usize, op: &Op) {
        let Some(args) = walk::args(self.trace, op) else {
            self.error(5, "its arguments lie outside the trace");
            return;
        };
        for arg in args {
            self.argument(*arg);
        }
        self.aux_range(op);
        if self.errors.last().is_some_and(|e| e.op == self.op) {
            // Kinds of arguments that do not exist, and keys that cannot be decoded, are not worth a second message.
            return;
        }
        self.argument_kinds(op, args);
        self.result_kind(op);
        self.exit(index, op);
    }

    fn argument(&mut self, operand: Operand) {
        match operand.view() {
            OperandView::Op(i) => self.definition(i, i < self.op),
            OperandView::Const(i) => match self.trace.consts.get(i as usize) {
                None => self.error(5, format!("constant #{i} does not exist")),
                Some(c) => {
                    let is_sound = c.kind != Kind::Bool || c.bits <= 1;
                    self.require(is_sound, 6, || format!("a boolean constant with the bits {:#x}", c.bits));
                }
            },
            OperandView::Virtual(i) => self.error(5, format!("virtual !{i} as an argument")),
            OperandView::None => self.error(5, "an argument is missing"),
        }
    }

    fn definition(&mut self, i: u32, is_earlier: bool) {
        let result = self.trace.ops.get(i as usize).and_then(|op| op.kind);
        if !is_earlier {
            self.error(5, format!("%{i} is used before it is defined"));
        } else if i < self.block_start {
            self.error(5, format!("%{i} belongs to another block"));
        } else if result.is_none() {
            self.error(5, format!("%{i} has no result"));
        }
    }

    fn aux_range(&mut self, op: &Op) {
        const FIELD_KIND_COUNT: u64 = 10;
        let is_in_range = match op.opcode {
            Opcode::GuardTag | Opcode::GuardNotTag => op.aux.0 < 4,
            Opcode::LoadRaw | Opcode::StoreRaw => op.aux.0 < RawWidth::ALL.len() as u64,
            Opcode::LoadField | Opcode::StoreField => {
                op.aux.0 >> 40 & 15 < FIELD_KIND_COUNT && op.aux.0 >> 46 == 0
            }
            Opcode::ArrayLen | Opcode::LoadItem | Opcode::StoreItem | Opcode::NewArray => {
                op.aux.0 >> 24 & 15 < FIELD_KIND_COUNT && op.aux.0 >> 53 == 0
            }
            Opcode::New => {
                let (_, size_bytes) = op.aux.as_allocation();
                size_bytes >= 16 && size_bytes.is_multiple_of(8)
            }
            Opcode::Call | Opcode::CallTrace | Opcode::GuardValid => op.aux != Aux::NONE,
            _ => true,
        };
        self.require(is_in_range, 7, || {
            format!("{} with the auxiliary word {:#x}", op.opcode.name(), op.aux.0)
        });
    }

    fn kind(&self, operand: Operand) -> Option<Kind> {
        self.trace.kind_of(operand)
    }

    fn require_kind(&mut self, what: &str, operand: Operand, wanted: Option<Kind>) {
        let found = self.kind(operand);
        self.require(found == wanted, 6, || {
            format!("{what} is {}, not {}", kind_name(found), kind_name(wanted))
        });
    }

    fn argument_kinds(&mut self, op: &Op, args: &[Operand]) {
        for (i, wanted) in op.opcode.params().iter().enumerate() {
            if wanted.is_some() {
                self.require_kind(&format!("argument {i}"), args[i], *wanted);
            }
        }
        match op.opcode {
            Opcode::Select => {
                self.require_kind("the first arm", args[1], op.kind);
                self.require_kind("the second arm", args[2], op.kind);
            }
            Opcode::GuardIs | Opcode::GuardIsNot => {
                self.require(args[1].as_const().is_some(), 6, || {
                    "compares with something not constant".to_string()
                });
                self.require_kind("the constant", args[1], self.kind(args[0]));
            }
            Opcode::StoreField => self.require_kind("the value", args[1], Some(op.aux.as_field().kind())),
            Opcode::StoreItem => self.require_kind("the value", args[2], Some(op.aux.as_array().kind())),
            Opcode::NewArray => self.require_kind("the fill", args[1], Some(op.aux.as_array().kind())),
            Opcode::StoreRaw => self.require_kind("the value", args[2], Some(raw_kind(op.aux.as_raw()))),
            Opcode::Call => self.call(op, args),
            Opcode::Jump => self.jump(op, args),
            Opcode::CallTrace => self.require_transfer("arguments", args.len()),
            _ => {}
        }
    }

    fn call(&mut self, op: &Op, args: &[Operand]) {
        let descr = op.aux.as_call();
        self.require(args.len() <= MAX_CALL_ARGS, 6, || format!("more than {MAX_CALL_ARGS} arguments"));
        self.require(args.len() == descr.params.len(), 6, || {
            format!("{} arguments for {}, which takes {}", args.len(), descr.name, descr.params.len())
        });
        for (i, (arg, wanted)) in args.iter().zip(descr.params).enumerate() {
            self.require_kind(&format!("argument {i}"), *arg, Some(*wanted));
        }
    }

    fn jump(&mut self, op: &Op, args: &[Operand]) {
        self.require_transfer("arguments", args.len());
        let target = op.aux.as_label();
        if target.unit != UnitId::THIS {
            return;
        }
        let trace = self.trace;
        let is_target = |op: &Op| op.opcode == Opcode::Label && op.aux.as_label() == target;
        let Some(label) = trace.ops.iter().position(is_target) else {
            self.error(4, format!("jumps to label {}, which does not exist", target.label));
            return;
        };
        let params = trace.ops[label + 1..].iter().take_while(|op| op.opcode == Opcode::Param);
        let wanted = params.map(|op| op.kind).collect::<Vec<_>>();
        self.require(args.len() == wanted.len(), 4, || {
            format!("{} arguments for label {}, which takes {}", args.len(), target.label, wanted.len())
        });
        for (i, (arg, wanted)) in args.iter().zip(wanted).enumerate() {
            let found = self.kind(*arg);
            self.require(found == wanted, 4, || {
                format!(
                    "argument {i} is {}, not {} as label {} wants",
                    kind_name(found),
                    kind_name(wanted),
                    target.label
                )
            });
        }
    }

    fn require_transfer(&mut self, what: &str, count: usize) {
        self.require(count <= TRANSFER_WORDS, 4, || format!("{count} {what}, more than {TRANSFER_WORDS}"));
    }

    fn result_kind(&mut self, op: &Op) {
        match (op.opcode, op.opcode.result()) {
            (Opcode::Param, _) => {
                self.require(op.kind.is_some(), 2, || "a parameter without a kind".to_string())
            }
            (Opcode::CallTrace, _) => {
                self.require(op.kind.is_some(), 6, || "a call of a trace without a kind".to_string());
            }
            (_, ResultKind::Nothing) => self.require(op.kind.is_none(), 6, || "it has no result".to_string()),
            _ => {
                let wanted = derived_kind(self.trace, op);
                self.require(op.kind == wanted, 6, || {
                    format!("its result is {}, not {}", kind_name(wanted), kind_name(op.kind))
                });
            }
        }
    }

    // -- exits

    fn exit(&mut self, index: usize, op: &Op) {
        let before = index.checked_sub(1).map(|i| &self.trace.ops[i]);
        let is_first = self.block_start == 0
            && before.is_some_and(|op| matches!(op.opcode, Opcode::Label | Opcode::Param));
        let after_raising = before.is_some_and(may_raise);
        let tests_raised = matches!(op.opcode, Opcode::GuardNoRaise | Opcode::GuardRaise);
        self.require(after_raising == tests_raised || (tests_raised && is_first), 9, || {
            if tests_raised {
                "there is no call that may raise before it".to_string()
            } else {
                "the call before it may raise, and nothing tests that".to_string()
            }
        });
        let needs_snapshot = op.opcode.is_guard() || op.opcode == Opcode::Leave;
        if op.snapshot == SnapshotIndex::NONE {
            self.require(!needs_snapshot, 8, || "it needs a snapshot".to_string());
            return;
        }
        self.require(needs_snapshot || op.opcode.is_final() || op.opcode == Opcode::At, 8, || {
            "it cannot leave, but has a snapshot".to_string()
        });
        match self.trace.snapshots.get(op.snapshot.0 as usize) {
            None => self.error(8, format!("snapshot {} does not exist", op.snapshot.0)),
            Some(snapshot) => {
                self.mode(op, snapshot);
                self.snapshot(snapshot);
            }
        }
    }

    fn mode(&mut self, op: &Op, snapshot: &Snapshot) {
        let wanted = match op.opcode {
            Opcode::GuardNoRaise => ResumeMode::Raise,
            Opcode::GuardRaise | Opcode::CallTrace => ResumeMode::Deliver,
            _ => snapshot.mode,
        };
        self.require(snapshot.mode == wanted, 10, || {
            format!("resumes with {:?}, not {wanted:?}", snapshot.mode)
        });
        let delivers_itself = snapshot.result == Operand::op(self.op);
        self.require(op.opcode != Opcode::CallTrace || delivers_itself, 10, || {
            "a call of a trace delivers its own result".to_string()
        });
    }

    fn snapshot(&mut self, snapshot: &Snapshot) {
        let trace = self.trace;
        let errors_before = self.errors.len();
        let (Some(frames), Some(stores)) = (walk::frames(trace, snapshot), walk::stores(trace, snapshot))
        else {
            self.error(11, "a table of its snapshot does not exist or is circular");
            return;
        };
        self.require(!frames.is_empty(), 11, || "its snapshot has no frame".to_string());
        let mut virtuals = Vec::new();
        for frame in frames {
            let Some(slots) = walk::slots(trace, frame) else {
                self.error(11, "the slots of a frame lie outside the trace");
                return;
            };
            self.require(slots.is_sorted_by(|a, b| a.0 < b.0), 11, || "slots do not ascend".to_string());
            for (slot, operand) in slots {
                if self.snapshot_operand(*operand, &mut virtuals) {
                    let found = self.kind(*operand);
                    self.require(found == Some(Kind::Value), 11, || {
                        format!("slot {slot} holds {}, not a value", kind_name(found))
                    });
                }
            }
        }
        if !snapshot.result.is_none() {
            self.snapshot_operand(snapshot.result, &mut virtuals);
        }
        for store in stores.clone() {
            self.delayed_store(&trace.virtuals[store as usize], &mut virtuals);
        }
        let mut next = 0;
        while next < virtuals.len() {
            let object = trace.virtuals[virtuals[next] as usize];
            self.virtual_object(&object, &mut virtuals);
            next += 1;
        }
        if self.errors.len() == errors_before {
            let live = exit_operands(trace, snapshot);
            self.require(live.len() <= TRANSFER_WORDS, 13, || {
                format!("{} live operands, more than {TRANSFER_WORDS}", live.len())
            });
            if let Some(label) = trace.branch_of(self.op) {
                self.branch(label, &live);
            }
        }
    }

    fn branch(&mut self, label: u32, live: &[Operand]) {
        let opcode = self.trace.ops[self.op as usize].opcode;
        self.require(opcode.is_guard() && opcode != Opcode::CallTrace, 13, || {
            format!("{} cannot stay in the unit", opcode.name())
        });
        let found =
            self.trace.ops.iter().position(|o| o.opcode == Opcode::Label && o.aux.as_label().label == label);
        let Some(at) = found else {
            self.error(13, format!("label {label} does not exist"));
            return;
        };
        let params = self.trace.ops[at + 1..].iter().take_while(|o| o.opcode == Opcode::Param);
        let wanted: Vec<Option<Kind>> = params.map(|o| o.kind).collect();
        let given: Vec<Option<Kind>> = live.iter().map(|o| self.kind(*o)).collect();
        self.require(wanted == given, 13, || format!("its live operands do not fit label {label}"));
    }

    /// Checks one operand and notes virtuals to be checked; whether it has a kind to speak of.
    fn snapshot_operand(&mut self, operand: Operand, virtuals: &mut Vec<u32>) -> bool {
        let errors_before = self.errors.len();
        match operand.view() {
            OperandView::Virtual(i) if (i as usize) < self.trace.virtuals.len() => {
                if !virtuals.contains(&i) {
                    virtuals.push(i);
                }
            }
            OperandView::Virtual(i) => self.error(12, format!("virtual !{i} does not exist")),
            OperandView::Op(i) => {
                // The operation that leaves may deliver its own result: `call_trace`.
                let is_own = i == self.op && self.trace.ops[i as usize].opcode == Opcode::CallTrace;
                self.definition(i, i < self.op || is_own);
            }
            OperandView::None => self.error(11, "an operand of its snapshot is missing"),
            OperandView::Const(_) => self.argument(operand),
        }
        self.errors.len() == errors_before
    }

    fn virtual_object(&mut self, object: &Virtual, virtuals: &mut Vec<u32>) {
        let Some(fields) = walk::fields(self.trace, object) else {
            self.error(12, "the operands of a virtual lie outside the trace");
            return;
        };
        match object.kind {
            VirtualKind::BoxInt => self.virtual_operands(fields, &[Kind::Int], virtuals),
            VirtualKind::BoxFloat => self.virtual_operands(fields, &[Kind::Float], virtuals),
            VirtualKind::BoxBool => self.virtual_operands(fields, &[Kind::Bool], virtuals),
            VirtualKind::BoxRef => self.virtual_operands(fields, &[Kind::Ref], virtuals),
            VirtualKind::UnboxRef => self.virtual_operands(fields, &[Kind::Value], virtuals),
            VirtualKind::Array { array } => {
                let kinds = vec![array.kind(); fields.len()];
                self.virtual_operands(fields, &kinds, virtuals);
            }
            VirtualKind::Object { size_bytes, .. } => {
                self.require(size_bytes >= 16 && size_bytes.is_multiple_of(8), 7, || {
                    format!("a virtual object of {size_bytes} bytes")
                });
                self.object_fields(fields, virtuals);
            }
            VirtualKind::Store { .. } | VirtualKind::StoreItem { .. } => {
                self.error(12, "a delayed store where an object was expected");
            }
        }
    }

    fn object_fields(&mut self, fields: &[Operand], virtuals: &mut Vec<u32>) {
        self.require(fields.len().is_multiple_of(2), 12, || "fields of an object without a pair".to_string());
        for pair in fields.chunks_exact(2) {
            match self.trace.as_const(pair[0]) {
                Some(key) if key.kind == Kind::Int && key.bits >> 40 & 15 < 10 => {
                    let wanted = crate::op::FieldKey(key.bits).kind();
                    self.virtual_operands(&pair[1..], &[wanted], virtuals);
                }
                _ => self.error(12, "the key of a virtual object's field is not a field key"),
            }
        }
    }

    fn delayed_store(&mut self, store: &Virtual, virtuals: &mut Vec<u32>) {
        let Some(operands) = walk::fields(self.trace, store) else {
            self.error(12, "the operands of a delayed store lie outside the trace");
            return;
        };
        match store.kind {
            VirtualKind::Store { field } => {
                self.virtual_operands(operands, &[Kind::Ref, field.kind()], virtuals)
            }
            VirtualKind::StoreItem { array } => {
                let item = loaded_kind(array.item_kind());
                self.virtual_operands(operands, &[Kind::Ref, Kind::Int, item], virtuals);
            }
            _ => self.error(12, "an object among the delayed stores"),
        }
    }

    fn virtual_operands(&mut self, operands: &[Operand], kinds: &[Kind], virtuals: &mut Vec<u32>) {
        self.require(operands.len() == kinds.len(), 12, || {
            format!("{} operands of a virtual that has {}", operands.len(), kinds.len())
        });
        for (operand, wanted) in operands.iter().zip(kinds) {
            if self.snapshot_operand(*operand, virtuals) {
                let found = self.kind(*operand);
                self.require(found == Some(*wanted), 12, || {
                    format!("an operand of a virtual is {}, not {}", kind_name(found), wanted.name())
                });
            }
        }
    }
}

fn may_raise(op: &Op) -> bool {
    op.opcode == Opcode::Call && op.aux != Aux::NONE && op.aux.as_call().effects.can_raise
}

fn raw_kind(width: RawWidth) -> Kind {
    if width.is_float() { Kind::Float } else { Kind::Int }
}

fn kind_name(kind: Option<Kind>) -> &'static str {
    kind.map_or("nothing", Kind::name)
}

//! Layouts as a pseudo-field: what is known about the layout word of objects, and what forgets it.
//!
//! A layout is changed by `set_layout`, and by calls that may write everything; unless the language says that objects of the layout
//! keep it for life ([`Env::layout_is_stable`](crate::Env::layout_is_stable)).

use crate::cx::Cx;
use crate::pass::Pending;
use crate::virtuals::VirtualValue;
use heap::LayoutId;
use metatrace_ir::{Opcode, Operand, OperandView};
use metatrace_machine::{Effects, Footprint};

/// Whether two references may be to the same object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Alias {
    No,
    May,
    Must,
}

impl Cx<'_> {
    /// The layout of the object that an operand of kind ref refers to, if known.
    pub fn layout_of(&self, operand: Operand) -> Option<LayoutId> {
        let operand = self.resolve(operand);
        match operand.view() {
            OperandView::Op(_) => self.info(operand)?.layout,
            OperandView::Const(_) => {
                let c = self.constant_of(operand)?;
                if c.bits == 0 || c.kind != metatrace_machine::Kind::Ref {
                    return None;
                }
                self.env.constant_layout(c.bits).or_else(|| {
                    let known = self.constant_layouts.iter().find(|(o, _)| *o == operand);
                    known.map(|(_, layout)| *layout)
                })
            }
            OperandView::Virtual(i) => match self.virtuals.value(i) {
                VirtualValue::Object { layout, .. } => Some(*layout),
                VirtualValue::Array { array, .. } => Some(array.layout()),
                VirtualValue::Box { .. } => None,
            },
            OperandView::None => None,
        }
    }

    /// Whether an operand of kind ref is known not to be null.
    pub fn is_non_null(&self, operand: Operand) -> bool {
        let operand = self.resolve(operand);
        match operand.view() {
            OperandView::Op(_) => self.info(operand).is_some_and(|i| i.non_null || i.layout.is_some()),
            OperandView::Const(_) => self.constant_of(operand).is_some_and(|c| c.bits != 0),
            OperandView::Virtual(_) => true,
            OperandView::None => false,
        }
    }

    /// From here on the object has this layout.
    pub(crate) fn set_layout_fact(&mut self, operand: Operand, layout: LayoutId) {
        let operand = self.resolve(operand);
        let now = self.now();
        match operand.view() {
            OperandView::Op(i) => {
                if let Some(info) = self.info_mut(operand) {
                    info.layout = Some(layout);
                    info.non_null = true;
                    info.layout_since = now;
                }
                self.with_layout.push(i);
            }
            OperandView::Const(_) => {
                self.constant_layouts.retain(|(o, _)| *o != operand);
                self.constant_layouts.push((operand, layout));
            }
            _ => {}
        }
    }

    /// What every operation does to layouts, assumptions and the privacy of new objects, whichever passes are on.
    pub(crate) fn note_effects(&mut self, op: &Pending, args: &[Operand; 3], result: Operand) {
        match op.opcode {
            Opcode::New => self.know_new(result, op.aux.as_allocation().0),
            Opcode::NewArray => {
                self.escape(args[1]);
                self.know_new(result, op.aux.as_array().layout());
            }
            Opcode::SetLayout => {
                self.forget_layouts_of_aliases(args[0]);
                self.set_layout_fact(args[0], op.aux.as_layout());
            }
            Opcode::Call => {
                let effects = op.aux.as_call().effects;
                self.note_call(op, &effects);
            }
            Opcode::CallTrace => self.note_call(op, &Effects::ANY),
            Opcode::StoreField => self.escape(args[1]),
            Opcode::LoadField => {
                if let Some(layout) = self.env.field_facts(op.aux.as_field()).pointee {
                    self.set_layout_fact(result, layout);
                }
            }
            Opcode::StoreItem => self.escape(args[2]),
            Opcode::BoxRef | Opcode::Keep | Opcode::Finish => self.escape(args[0]),
            Opcode::Select => {
                self.escape(args[1]);
                self.escape(args[2]);
            }
            _ => {}
        }
    }

    fn note_call(&mut self, op: &Pending, effects: &Effects) {
        for arg in &op.varargs {
            self.escape(*arg);
        }
        if effects.can_invalidate || effects.runs_user_code {
            self.proven.valid.clear();
        }
        if effects.runs_user_code || matches!(effects.writes, Footprint::Everything) {
            self.forget_layouts();
        }
    }

    fn know_new(&mut self, object: Operand, layout: LayoutId) {
        self.set_layout_fact(object, layout);
        if let Some(info) = self.info_mut(object) {
            info.unescaped = true;
        }
    }

    /// Somebody else knows this object from here on.
    pub(crate) fn escape(&mut self, operand: Operand) {
        if let Some(info) = self.info_mut(operand) {
            info.unescaped = false;
        }
    }

    /// Something may have changed any layout, but those of objects that nobody else knows.
    pub(crate) fn forget_layouts(&mut self) {
        self.forget_layouts_where(|_, _| true);
        self.proven.not_layout.clear();
    }

    /// The layout of this object changes: those that may be the same object are forgotten.
    pub(crate) fn forget_layouts_of_aliases(&mut self, object: Operand) {
        let object = self.resolve(object);
        self.forget_layouts_where(|cx, other| cx.alias(object, other) == Alias::May || other == object);
        self.proven.not_layout.clear();
    }

    fn forget_layouts_where(&mut self, changes: impl Fn(&Self, Operand) -> bool) {
        let mut with = std::mem::take(&mut self.with_layout);
        with.retain(|i| {
            let object = Operand::op(*i);
            let Some(info) = self.info(object) else { return false };
            let Some(layout) = info.layout else { return false };
            if info.unescaped || self.env.layout_is_stable(layout) || !changes(self, object) {
                return true;
            }
            if let Some(info) = self.info_mut(object) {
                info.layout = None;
                // What was alive stays alive: knowing the layout meant that it is not null.
                info.non_null = true;
            }
            false
        });
        self.with_layout = with;
        let mut constants = std::mem::take(&mut self.constant_layouts);
        constants.retain(|(object, layout)| self.env.layout_is_stable(*layout) || !changes(self, *object));
        self.constant_layouts = constants;
    }

    /// Whether two real references are to the same object.
    pub(crate) fn alias(&self, a: Operand, b: Operand) -> Alias {
        let (a, b) = (self.resolve(a), self.resolve(b));
        if a == b {
            return Alias::Must;
        }
        match (a.view(), b.view()) {
            (OperandView::Const(_), OperandView::Const(_)) => return Alias::No,
            (OperandView::Op(i), _) if self.is_not_new(i, b) => return Alias::No,
            (_, OperandView::Op(j)) if self.is_not_new(j, a) => return Alias::No,
            (OperandView::Op(_) | OperandView::Const(_), OperandView::Op(_) | OperandView::Const(_)) => {}
            _ => return Alias::No,
        }
        match (self.layout_of(a), self.layout_of(b)) {
            (Some(x), Some(y)) if x != y => Alias::No,
            _ => Alias::May,
        }
    }

    /// Whether operation `i` allocates an object that `other` cannot be.
    fn is_not_new(&self, i: u32, other: Operand) -> bool {
        if !matches!(self.out.ops[i as usize].opcode, Opcode::New | Opcode::NewArray) {
            return false;
        }
        match other.view() {
            // It existed before, or nobody could have handed the new object to it.
            OperandView::Op(j) => j < i || self.info(Operand::op(i)).is_some_and(|info| info.unescaped),
            _ => true,
        }
    }
}

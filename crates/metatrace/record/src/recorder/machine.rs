//! The methods of [`Machine`]: each executes and appends an operation, the doors a guard.

use super::{Recorder, Start};
use crate::traced::Traced;
use base::counters::Abort;
use heap::{ArrayDescr, FieldDescr, FieldKind, Gc, LayoutId, Object};
use metatrace_ir::{ArrayKey, Aux, Const, FieldKey, Opcode, Operand, SnapshotIndex, Tag, loaded_kind};
use metatrace_machine::{
    Arg, Assumption, CallDescr, Compare, Encoding, FloatBinary, FloatUnary, Flow, FrameStack, GiveUp, Host,
    IntBinary, IntChecked, Kind, Machine, Raised, RawRef, RawWidth, WarmCell, WideInt, Word, float_binary,
    float_compare, float_unary, int_binary, int_checked, int_compare,
};

macro_rules! int_opcode {
    ($op:expr) => {
        match $op {
            IntBinary::Add => Opcode::IntAdd,
            IntBinary::Sub => Opcode::IntSub,
            IntBinary::Mul => Opcode::IntMul,
            IntBinary::Div => Opcode::IntDiv,
            IntBinary::Rem => Opcode::IntRem,
            IntBinary::FloorDiv => Opcode::IntFloorDiv,
            IntBinary::Mod => Opcode::IntMod,
            IntBinary::And => Opcode::IntAnd,
            IntBinary::Or => Opcode::IntOr,
            IntBinary::Xor => Opcode::IntXor,
            IntBinary::Shl => Opcode::IntShl,
            IntBinary::Shr => Opcode::IntShr,
            IntBinary::Ushr => Opcode::IntUshr,
            IntBinary::UintMulHigh => Opcode::UintMulHigh,
        }
    };
}

impl<E: Encoding> Machine for Recorder<'_, E> {
    type Value = Traced<Word>;
    type Int = Traced<i64>;
    type Float = Traced<f64>;
    type Bool = Traced<bool>;
    type Ref = Traced<RawRef>;
    type Encoding = E;
    const RECORDS: bool = true;

    fn value(&mut self, word: Word) -> Traced<Word> {
        self.constant_value(word)
    }
    fn int(&mut self, i: i64) -> Traced<i64> {
        Traced::new(i, self.trace.constant(Const::int(i)))
    }
    fn float(&mut self, f: f64) -> Traced<f64> {
        Traced::new(f, self.trace.constant(Const::float(f)))
    }
    fn bool(&mut self, b: bool) -> Traced<bool> {
        Traced::new(b, self.trace.constant(Const::bool(b)))
    }
    fn reference(&mut self, object: Gc<Object>) -> Traced<RawRef> {
        self.keep_constant(object);
        Traced::new(Some(object), self.trace.constant(Const::reference(object.address() as u64)))
    }
    fn null(&mut self) -> Traced<RawRef> {
        Traced::new(None, self.trace.constant(Const::reference(0)))
    }

    fn int_binary(&mut self, op: IntBinary, a: Traced<i64>, b: Traced<i64>) -> Traced<i64> {
        let value = int_binary(op, a.value, b.value);
        if a.operand.as_const().is_some() && b.operand.as_const().is_some() {
            return self.int(value);
        }
        Traced::new(value, self.emit(int_opcode!(op), Kind::Int, &[a.operand, b.operand]))
    }
    fn int_checked(&mut self, op: IntChecked, a: Traced<i64>, b: Traced<i64>) -> Option<Traced<i64>> {
        let opcode = match op {
            IntChecked::Add => Opcode::IntAddOvf,
            IntChecked::Sub => Opcode::IntSubOvf,
            IntChecked::Mul => Opcode::IntMulOvf,
        };
        let constant = a.operand.as_const().is_some() && b.operand.as_const().is_some();
        match int_checked(op, a.value, b.value) {
            Some(value) if constant => Some(self.int(value)),
            Some(value) => {
                let operand = self.guard(opcode, Some(Kind::Int), &[a.operand, b.operand], Aux::NONE);
                Some(Traced::new(value, operand))
            }
            None if constant => None,
            None => {
                // The exact result does not equal the wrapped one: the trace guards that by the signs, in wrapping
                // arithmetic, so that no "guard_overflow" is needed.
                let overflows = self.overflow_test(op, a, b);
                self.guard(Opcode::GuardTrue, None, &[overflows], Aux::NONE);
                None
            }
        }
    }
    fn int_compare(&mut self, op: Compare, a: Traced<i64>, b: Traced<i64>) -> Traced<bool> {
        let value = int_compare(op, a.value, b.value);
        if a.operand.as_const().is_some() && b.operand.as_const().is_some() {
            return self.bool(value);
        }
        let opcode = match op {
            Compare::Eq => Opcode::IntEq,
            Compare::Ne => Opcode::IntNe,
            Compare::Lt => Opcode::IntLt,
            Compare::Le => Opcode::IntLe,
            Compare::Gt => Opcode::IntGt,
            Compare::Ge => Opcode::IntGe,
            Compare::UintLt => Opcode::UintLt,
            Compare::UintLe => Opcode::UintLe,
        };
        Traced::new(value, self.emit(opcode, Kind::Bool, &[a.operand, b.operand]))
    }
    fn int_neg(&mut self, a: Traced<i64>) -> Traced<i64> {
        Traced::new(a.value.wrapping_neg(), self.emit(Opcode::IntNeg, Kind::Int, &[a.operand]))
    }
    fn int_not(&mut self, a: Traced<i64>) -> Traced<i64> {
        Traced::new(!a.value, self.emit(Opcode::IntNot, Kind::Int, &[a.operand]))
    }

    fn float_binary(&mut self, op: FloatBinary, a: Traced<f64>, b: Traced<f64>) -> Traced<f64> {
        let opcode = match op {
            FloatBinary::Add => Opcode::FloatAdd,
            FloatBinary::Sub => Opcode::FloatSub,
            FloatBinary::Mul => Opcode::FloatMul,
            FloatBinary::Div => Opcode::FloatDiv,
        };
        let value = float_binary(op, a.value, b.value);
        Traced::new(value, self.emit(opcode, Kind::Float, &[a.operand, b.operand]))
    }
    fn float_unary(&mut self, op: FloatUnary, a: Traced<f64>) -> Traced<f64> {
        let opcode = match op {
            FloatUnary::Neg => Opcode::FloatNeg,
            FloatUnary::Abs => Opcode::FloatAbs,
            FloatUnary::Sqrt => Opcode::FloatSqrt,
            FloatUnary::Floor => Opcode::FloatFloor,
            FloatUnary::Ceil => Opcode::FloatCeil,
            FloatUnary::Trunc => Opcode::FloatTrunc,
        };
        Traced::new(float_unary(op, a.value), self.emit(opcode, Kind::Float, &[a.operand]))
    }
    fn float_compare(&mut self, op: Compare, a: Traced<f64>, b: Traced<f64>) -> Traced<bool> {
        let opcode = match op {
            Compare::Eq => Opcode::FloatEq,
            Compare::Ne => Opcode::FloatNe,
            Compare::Lt | Compare::UintLt => Opcode::FloatLt,
            Compare::Le | Compare::UintLe => Opcode::FloatLe,
            Compare::Gt => Opcode::FloatGt,
            Compare::Ge => Opcode::FloatGe,
        };
        let value = float_compare(op, a.value, b.value);
        Traced::new(value, self.emit(opcode, Kind::Bool, &[a.operand, b.operand]))
    }

    fn int_to_float(&mut self, a: Traced<i64>) -> Traced<f64> {
        if a.operand.as_const().is_some() {
            return self.float(a.value as f64);
        }
        Traced::new(a.value as f64, self.emit(Opcode::IntToFloat, Kind::Float, &[a.operand]))
    }
    fn float_to_int(&mut self, a: Traced<f64>) -> Traced<i64> {
        Traced::new(a.value as i64, self.emit(Opcode::FloatToInt, Kind::Int, &[a.operand]))
    }
    fn float_bits(&mut self, a: Traced<f64>) -> Traced<i64> {
        Traced::new(a.value.to_bits() as i64, self.emit(Opcode::FloatBits, Kind::Int, &[a.operand]))
    }
    fn bits_float(&mut self, a: Traced<i64>) -> Traced<f64> {
        Traced::new(f64::from_bits(a.value as u64), self.emit(Opcode::BitsFloat, Kind::Float, &[a.operand]))
    }
    fn bool_to_int(&mut self, a: Traced<bool>) -> Traced<i64> {
        Traced::new(a.value as i64, self.emit(Opcode::BoolToInt, Kind::Int, &[a.operand]))
    }
    fn bool_not(&mut self, a: Traced<bool>) -> Traced<bool> {
        Traced::new(!a.value, self.emit(Opcode::BoolNot, Kind::Bool, &[a.operand]))
    }
    fn bool_and(&mut self, a: Traced<bool>, b: Traced<bool>) -> Traced<bool> {
        Traced::new(a.value & b.value, self.emit(Opcode::BoolAnd, Kind::Bool, &[a.operand, b.operand]))
    }
    fn bool_or(&mut self, a: Traced<bool>, b: Traced<bool>) -> Traced<bool> {
        Traced::new(a.value | b.value, self.emit(Opcode::BoolOr, Kind::Bool, &[a.operand, b.operand]))
    }
    fn ref_eq(&mut self, a: Traced<RawRef>, b: Traced<RawRef>) -> Traced<bool> {
        let value = self.direct.ref_eq(a.value, b.value);
        Traced::new(value, self.emit(Opcode::RefEq, Kind::Bool, &[a.operand, b.operand]))
    }
    fn value_eq(&mut self, a: Traced<Word>, b: Traced<Word>) -> Traced<bool> {
        Traced::new(a.value == b.value, self.emit(Opcode::ValueEq, Kind::Bool, &[a.operand, b.operand]))
    }
    fn select_int(&mut self, c: Traced<bool>, a: Traced<i64>, b: Traced<i64>) -> Traced<i64> {
        let value = if c.value { a.value } else { b.value };
        Traced::new(value, self.emit(Opcode::Select, Kind::Int, &[c.operand, a.operand, b.operand]))
    }

    fn box_int(&mut self, i: Traced<i64>) -> Traced<Word> {
        let word = self.direct.box_int(i.value);
        if i.operand.as_const().is_some() && E::is_int(&mut Host, word) {
            return self.constant_value(word);
        }
        Traced::new(word, self.emit(Opcode::BoxInt, Kind::Value, &[i.operand]))
    }
    fn box_float(&mut self, f: Traced<f64>) -> Traced<Word> {
        let word = self.direct.box_float(f.value);
        Traced::new(word, self.emit(Opcode::BoxFloat, Kind::Value, &[f.operand]))
    }
    fn box_bool(&mut self, b: Traced<bool>) -> Traced<Word> {
        let word = self.direct.box_bool(b.value);
        if b.operand.as_const().is_some() {
            return self.constant_value(word);
        }
        Traced::new(word, self.emit(Opcode::BoxBool, Kind::Value, &[b.operand]))
    }
    fn box_ref(&mut self, r: Traced<RawRef>) -> Traced<Word> {
        let word = self.direct.box_ref(r.value);
        if r.operand.as_const().is_some() {
            return self.constant_value(word);
        }
        Traced::new(word, self.emit(Opcode::BoxRef, Kind::Value, &[r.operand]))
    }

    fn truth(&mut self, b: Traced<bool>) -> bool {
        if b.operand.as_const().is_none() {
            let opcode = if b.value { Opcode::GuardTrue } else { Opcode::GuardFalse };
            self.guard(opcode, None, &[b.operand], Aux::NONE);
        }
        b.value
    }
    fn as_int(&mut self, v: Traced<Word>) -> Option<Traced<i64>> {
        match self.direct.as_int(v.value) {
            Some(i) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxInt, v.operand) {
                    return Some(Traced::new(i, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(self.int(i));
                }
                if E::is_int(&mut Host, v.value) {
                    self.has_tag(v, Tag::Int);
                    return Some(Traced::new(i, self.emit(Opcode::UnboxInt, Kind::Int, &[v.operand])));
                }
                // A wide integer: an object with the value inside.
                let r = self.as_ref(v).expect("a wide integer is a reference");
                self.has_layout(r, <WideInt as heap::Layout>::ID);
                Some(self.load_int(WideInt::VALUE, r))
            }
            None => {
                self.not_tag(v, Tag::Int, Opcode::BoxInt);
                if v.operand.as_const().is_none() && E::is_ref(&mut Host, v.value) {
                    let r = self.as_ref(v).expect("just tested");
                    self.has_layout(r, <WideInt as heap::Layout>::ID);
                }
                None
            }
        }
    }
    fn as_float(&mut self, v: Traced<Word>) -> Option<Traced<f64>> {
        match self.direct.as_float(v.value) {
            Some(f) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxFloat, v.operand) {
                    return Some(Traced::new(f, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(self.float(f));
                }
                self.has_tag(v, Tag::Float);
                Some(Traced::new(f, self.emit(Opcode::UnboxFloat, Kind::Float, &[v.operand])))
            }
            None => {
                self.not_tag(v, Tag::Float, Opcode::BoxFloat);
                None
            }
        }
    }
    fn as_bool(&mut self, v: Traced<Word>) -> Option<Traced<bool>> {
        match self.direct.as_bool(v.value) {
            Some(b) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxBool, v.operand) {
                    return Some(Traced::new(b, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(self.bool(b));
                }
                self.has_tag(v, Tag::Bool);
                Some(Traced::new(b, self.emit(Opcode::UnboxBool, Kind::Bool, &[v.operand])))
            }
            None => {
                self.not_tag(v, Tag::Bool, Opcode::BoxBool);
                None
            }
        }
    }
    fn as_ref(&mut self, v: Traced<Word>) -> Option<Traced<RawRef>> {
        match self.direct.as_ref(v.value) {
            Some(r) => {
                if let Some(operand) = self.boxed_by(Opcode::BoxRef, v.operand) {
                    return Some(Traced::new(r, operand));
                }
                if v.operand.as_const().is_some() {
                    return Some(Traced::new(r, self.trace.constant(Const::reference(v.value))));
                }
                self.has_tag(v, Tag::Ref);
                Some(Traced::new(r, self.emit(Opcode::UnboxRef, Kind::Ref, &[v.operand])))
            }
            None => {
                self.not_tag(v, Tag::Ref, Opcode::BoxRef);
                None
            }
        }
    }
    fn known_ref(&mut self, v: Traced<Word>) -> Traced<RawRef> {
        let object = self.direct.known_ref(v.value);
        let operand = match self.boxed_by(Opcode::BoxRef, v.operand) {
            Some(operand) => operand,
            None if v.operand.as_const().is_some() => self.trace.constant(Const::reference(v.value)),
            None => self.emit(Opcode::UnboxRef, Kind::Ref, &[v.operand]),
        };
        Traced::new(object, operand)
    }
    fn constant(&self, v: Traced<Word>) -> Option<Word> {
        v.operand.as_const().map(|_| v.value)
    }
    fn value_is(&mut self, v: Traced<Word>, word: Word) -> bool {
        let is = v.value == word;
        if v.operand.as_const().is_none() {
            let expected = self.constant_value(word).operand;
            let opcode = if is { Opcode::GuardIs } else { Opcode::GuardIsNot };
            self.guard(opcode, None, &[v.operand, expected], Aux::NONE);
        }
        is
    }
    fn promote_value(&mut self, v: Traced<Word>) -> Word {
        if v.operand.as_const().is_none() {
            let expected = self.constant_value(v.value).operand;
            self.guard(Opcode::GuardIs, None, &[v.operand, expected], Aux::NONE);
        }
        v.value
    }
    fn promote_int(&mut self, i: Traced<i64>) -> i64 {
        if i.operand.as_const().is_none() {
            let expected = self.constant(Const::int(i.value));
            self.guard(Opcode::GuardIs, None, &[i.operand, expected], Aux::NONE);
        }
        i.value
    }
    fn promote_ref(&mut self, r: Traced<RawRef>) -> Gc<Object> {
        let object = self.direct.promote_ref(r.value);
        if r.operand.as_const().is_none() {
            let expected = self.reference(object).operand;
            self.guard(Opcode::GuardIs, None, &[r.operand, expected], Aux::NONE);
        }
        object
    }
    fn is_null(&mut self, r: Traced<RawRef>) -> bool {
        let is = r.value.is_none();
        if r.operand.as_const().is_none() {
            let null = self.constant(Const::reference(0));
            let opcode = if is { Opcode::GuardIs } else { Opcode::GuardIsNot };
            self.guard(opcode, None, &[r.operand, null], Aux::NONE);
        }
        is
    }
    fn layout_of(&mut self, r: Traced<RawRef>) -> LayoutId {
        let layout = self.direct.layout_of(r.value);
        self.guard(Opcode::GuardLayout, None, &[r.operand], Aux::layout(layout));
        layout
    }
    fn has_layout(&mut self, r: Traced<RawRef>, layout: LayoutId) -> bool {
        let has = self.direct.has_layout(r.value, layout);
        let opcode = if has { Opcode::GuardLayout } else { Opcode::GuardNotLayout };
        self.guard(opcode, None, &[r.operand], Aux::layout(layout));
        has
    }
    fn assume(&mut self, assumption: &Assumption) -> bool {
        if !assumption.holds() {
            return false;
        }
        if !self.assumptions.iter().any(|a| a.flag_address() == assumption.flag_address()) {
            self.assumptions.push(assumption.clone());
        }
        self.guard(Opcode::GuardValid, None, &[], Aux(assumption.flag_address() as u64));
        true
    }

    fn new_object(&mut self, layout: LayoutId, size_bytes: u32) -> Result<Traced<RawRef>, Raised> {
        let object = self.direct.new_object(layout, size_bytes)?;
        self.operations_count += 1;
        let aux = Aux::allocation(layout, size_bytes);
        let operand = self.trace.emit(Opcode::New, Some(Kind::Ref), &[], aux, SnapshotIndex::NONE);
        Ok(Traced::new(object, operand))
    }
    fn new_array(
        &mut self,
        array: ArrayDescr,
        length: Traced<i64>,
        fill: Arg<Self>,
    ) -> Result<Traced<RawRef>, Raised> {
        let (operand, concrete) = self.arg(&fill);
        let object = self.direct.new_array(array, length.value, concrete)?;
        self.operations_count += 1;
        let aux = Aux::array(ArrayKey::new(array));
        let args = [length.operand, operand];
        let operand = self.trace.emit(Opcode::NewArray, Some(Kind::Ref), &args, aux, SnapshotIndex::NONE);
        Ok(Traced::new(object, operand))
    }
    fn load_value(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<Word> {
        let value = self.direct.load_value(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_int(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<i64> {
        let value = self.direct.load_int(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_float(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<f64> {
        let value = self.direct.load_float(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_bool(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<bool> {
        let value = self.direct.load_bool(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn load_ref(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Traced<RawRef> {
        let value = self.direct.load_ref(field, r.value);
        Traced::new(value, self.load(field, r))
    }
    fn store(&mut self, field: FieldDescr, r: Traced<RawRef>, v: Arg<Self>) {
        let (operand, concrete) = self.arg(&v);
        self.direct.store(field, r.value, concrete);
        self.emit_store(Opcode::StoreField, &[r.operand, operand], Aux::field(FieldKey::new(field)));
    }
    fn array_len(&mut self, array: ArrayDescr, r: Traced<RawRef>) -> Traced<i64> {
        let value = self.direct.array_len(array, r.value);
        self.operations_count += 1;
        let aux = Aux::array(ArrayKey::new(array));
        let operand =
            self.trace.emit(Opcode::ArrayLen, Some(Kind::Int), &[r.operand], aux, SnapshotIndex::NONE);
        Traced::new(value, operand)
    }
    fn load_item_value(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<Word> {
        let value = self.direct.load_item_value(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn load_item_int(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<i64> {
        let value = self.direct.load_item_int(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn load_item_float(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<f64> {
        let value = self.direct.load_item_float(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn load_item_ref(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Traced<RawRef> {
        let value = self.direct.load_item_ref(array, r.value, i.value);
        Traced::new(value, self.load_item(array, r, i))
    }
    fn store_item(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>, v: Arg<Self>) {
        let (operand, concrete) = self.arg(&v);
        self.direct.store_item(array, r.value, i.value, concrete);
        let aux = Aux::array(ArrayKey::new(array));
        self.emit_store(Opcode::StoreItem, &[r.operand, i.operand, operand], aux);
    }
    fn set_layout(&mut self, r: Traced<RawRef>, layout: LayoutId) {
        self.direct.set_layout(r.value, layout);
        self.emit_effect(Opcode::SetLayout, &[r.operand], Aux::layout(layout));
    }
    fn load_raw_int(&mut self, width: RawWidth, address: Traced<i64>, offset: Traced<i64>) -> Traced<i64> {
        let value = self.direct.load_raw_int(width, address.value, offset.value);
        self.operations_count += 1;
        let args = [address.operand, offset.operand];
        let operand =
            self.trace.emit(Opcode::LoadRaw, Some(Kind::Int), &args, Aux::raw(width), SnapshotIndex::NONE);
        Traced::new(value, operand)
    }
    fn load_raw_float(&mut self, width: RawWidth, address: Traced<i64>, offset: Traced<i64>) -> Traced<f64> {
        let value = self.direct.load_raw_float(width, address.value, offset.value);
        self.operations_count += 1;
        let args = [address.operand, offset.operand];
        let operand =
            self.trace.emit(Opcode::LoadRaw, Some(Kind::Float), &args, Aux::raw(width), SnapshotIndex::NONE);
        Traced::new(value, operand)
    }
    fn store_raw(&mut self, width: RawWidth, address: Traced<i64>, offset: Traced<i64>, v: Arg<Self>) {
        let (operand, concrete) = self.arg(&v);
        self.direct.store_raw(width, address.value, offset.value, concrete);
        self.emit_effect(Opcode::StoreRaw, &[address.operand, offset.operand, operand], Aux::raw(width));
    }

    fn call_value(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<Word>, Raised> {
        self.residual(f, args, |d, a| d.call_value(f, a))
    }
    fn call_int(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<i64>, Raised> {
        self.residual(f, args, |d, a| d.call_int(f, a))
    }
    fn call_float(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<f64>, Raised> {
        self.residual(f, args, |d, a| d.call_float(f, a))
    }
    fn call_bool(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<bool>, Raised> {
        self.residual(f, args, |d, a| d.call_bool(f, a))
    }
    fn call_ref(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<Traced<RawRef>, Raised> {
        self.residual(f, args, |d, a| d.call_ref(f, a))
    }
    fn call_nothing(&mut self, f: &'static CallDescr, args: &[Arg<Self>]) -> Result<(), Raised> {
        self.residual(f, args, |d, a| d.call_nothing(f, a)).map(|_| ())
    }

    fn raise(&mut self, exception: Traced<Word>) -> Raised {
        self.direct.raise(exception.value);
        self.raised = Some(exception.operand);
        Raised
    }
    fn take_raised(&mut self) -> Traced<Word> {
        let value = self.direct.take_raised();
        let operand = match self.raised.take() {
            Some(operand) => operand,
            None => self.emit(Opcode::TakeRaised, Kind::Value, &[]),
        };
        Traced::new(value, operand)
    }

    fn knows_raised(&self) -> bool {
        self.raised.is_some()
    }

    fn give_up(&mut self, reason: GiveUp) {
        if !self.is_over() {
            self.abandon(match reason {
                GiveUp::Raised => Abort::Raised,
                GiveUp::Unsupported => Abort::Unsupported,
                GiveUp::Observed => Abort::Observed,
            });
        }
    }

    fn leaves_loop(&mut self) {
        self.leaves_loop |= self.start == Start::Loop;
    }

    fn at(&mut self, stack: &mut FrameStack<Traced<Word>>, pc: u32) {
        self.reach(stack, pc);
    }
    fn at_step(&mut self, stack: &mut FrameStack<Traced<Word>>, pc: u32) {
        self.reach_step(stack, pc);
    }
    fn merge_point(
        &mut self,
        stack: &mut FrameStack<Traced<Word>>,
        pc: u32,
        cell: &WarmCell,
    ) -> Flow<Traced<Word>> {
        self.reach_header(stack, pc, cell)
    }
    fn function_entry(
        &mut self,
        stack: &mut FrameStack<Traced<Word>>,
        cell: &WarmCell,
    ) -> Flow<Traced<Word>> {
        self.enter_function(stack, cell)
    }
}

impl<E: Encoding> Recorder<'_, E> {
    fn load(&mut self, field: FieldDescr, r: Traced<RawRef>) -> Operand {
        self.operations_count += 1;
        let kind = loaded_kind(field.kind);
        let aux = Aux::field(FieldKey::new(field));
        self.trace.emit(Opcode::LoadField, Some(kind), &[r.operand], aux, SnapshotIndex::NONE)
    }

    fn load_item(&mut self, array: ArrayDescr, r: Traced<RawRef>, i: Traced<i64>) -> Operand {
        self.operations_count += 1;
        let kind = loaded_kind(array.item);
        debug_assert!(array.item != FieldKind::Bool || kind == Kind::Bool);
        let aux = Aux::array(ArrayKey::new(array));
        self.trace.emit(Opcode::LoadItem, Some(kind), &[r.operand, i.operand], aux, SnapshotIndex::NONE)
    }
}

//! Forcing: making a virtual real because something outside the trace will see it.
//!
//! Parts are forced before the whole, for an object must not be incomplete when an allocation may collect. Only
//! where objects refer to each other in a circle does that not work: the reference to an object that is still
//! being forced is filled with a placeholder, and stored once that object exists.

use crate::cx::Cx;
use crate::info::TagSet;
use crate::pass::{InvalidLoop, Pending};
use crate::virtuals::VirtualValue;
use heap::{FieldKind, LayoutId};
use metatrace_ir::{ArrayKey, Aux, Const, FieldKey, Opcode, Operand, Tag, loaded_kind};
use metatrace_machine::Kind;

/// Objects being forced, outermost first, and the stores owed once they exist.
#[derive(Clone, Default, Debug)]
pub(crate) struct Forcing {
    in_progress: Vec<u32>,
    owed: Vec<Owed>,
}

/// `place` of the virtual `holder` is to refer to the virtual `part`.
#[derive(Clone, Copy, Debug)]
struct Owed {
    holder: u32,
    place: Place,
    part: u32,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Field(FieldKey),
    Item(ArrayKey, i64),
}

impl Cx<'_> {
    pub(crate) fn force_virtual(&mut self, index: u32) -> Result<Operand, InvalidLoop> {
        self.stats.forced += 1;
        match self.virtuals.value(index).clone() {
            VirtualValue::Box { tag, inner } => self.force_box(index, tag, inner),
            VirtualValue::Object { layout, size_bytes, fields } => {
                self.forcing.in_progress.push(index);
                let real = self.force_object(index, layout, size_bytes, &fields)?;
                self.complete(index, real)
            }
            VirtualValue::Array { array, items } => {
                self.forcing.in_progress.push(index);
                let real = self.force_array(index, array, &items)?;
                self.complete(index, real)
            }
        }
    }

    fn force_box(&mut self, index: u32, tag: Tag, inner: Operand) -> Result<Operand, InvalidLoop> {
        let inner = self.force(inner)?;
        let real = self.box_now(tag, inner)?;
        self.virtuals.set_forced(index, real);
        Ok(real)
    }

    /// The tagged value of an unboxed operand, as a constant or an operation.
    pub(crate) fn box_now(&mut self, tag: Tag, inner: Operand) -> Result<Operand, InvalidLoop> {
        if let Some(c) = self.constant_of(inner)
            && let Some(word) = self.box_constant(tag, c.bits)
        {
            return Ok(self.intern(Const::value(word)));
        }
        if let Some(info) = self.info(inner)
            && !info.boxed.is_none()
        {
            return Ok(info.boxed);
        }
        let opcode = match tag {
            Tag::Int if self.fits_immediate(inner) => Opcode::BoxImmediate,
            _ => box_opcode(tag),
        };
        let boxed = self.append(&Pending::new(opcode, Some(Kind::Value), &[inner], Aux::NONE))?;
        let now = self.now();
        if let Some(info) = self.info_mut(boxed) {
            info.tags = TagSet::of(tag);
            info.tags_since = now;
        }
        if let Some(info) = self.info_mut(inner) {
            info.boxed = boxed;
        }
        Ok(boxed)
    }

    /// The word of a boxed constant; `None` for an integer that needs a heap box.
    pub(crate) fn box_constant(&self, tag: Tag, bits: u64) -> Option<u64> {
        match tag {
            Tag::Int => (self.coding.box_int)(bits as i64),
            Tag::Float => Some((self.coding.box_float)(bits)),
            Tag::Bool => Some((self.coding.box_bool)(bits != 0)),
            Tag::Ref => Some(bits),
        }
    }

    /// The unboxed constant inside a tagged word of the class.
    pub(crate) fn unbox_constant(&self, tag: Tag, word: u64) -> Const {
        match tag {
            Tag::Int => Const::int((self.coding.unbox_int)(word)),
            Tag::Float => Const { kind: Kind::Float, bits: (self.coding.unbox_float)(word) },
            Tag::Bool => Const::bool((self.coding.unbox_bool)(word)),
            Tag::Ref => Const::reference(word),
        }
    }

    fn force_object(
        &mut self,
        index: u32,
        layout: LayoutId,
        size_bytes: u32,
        fields: &[(FieldKey, Operand)],
    ) -> Result<Operand, InvalidLoop> {
        let mut values = Vec::with_capacity(fields.len());
        for (key, value) in fields {
            values.push(self.force_part(index, Place::Field(*key), *value, key.field_kind())?);
        }
        let aux = Aux::allocation(layout, size_bytes);
        let object = self.append(&Pending::new(Opcode::New, Some(Kind::Ref), &[], aux))?;
        self.virtuals.set_forced(index, object);
        for ((key, _), value) in fields.iter().zip(values) {
            self.append(&Pending::new(Opcode::StoreField, None, &[object, value], Aux::field(*key)))?;
        }
        Ok(object)
    }

    fn force_array(
        &mut self,
        index: u32,
        array: ArrayKey,
        items: &[Operand],
    ) -> Result<Operand, InvalidLoop> {
        let mut values = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            values.push(self.force_part(index, Place::Item(array, i as i64), *item, array.item_kind())?);
        }
        let length = self.intern(Const::int(items.len() as i64));
        let fill = match values.first() {
            Some(first) => *first,
            None => self.empty(array.item_kind()),
        };
        let object = self.append(&Pending::new(
            Opcode::NewArray,
            Some(Kind::Ref),
            &[length, fill],
            Aux::array(array),
        ))?;
        self.virtuals.set_forced(index, object);
        for (i, value) in values.into_iter().enumerate() {
            if value != fill {
                let at = self.intern(Const::int(i as i64));
                self.append(&Pending::new(Opcode::StoreItem, None, &[object, at, value], Aux::array(array)))?;
            }
        }
        Ok(object)
    }

    fn force_part(
        &mut self,
        holder: u32,
        place: Place,
        value: Operand,
        kind: FieldKind,
    ) -> Result<Operand, InvalidLoop> {
        let value = self.resolve(value);
        let part = match self.as_virtual(value) {
            // A tagged reference to an object in the circle.
            Some(VirtualValue::Box { tag: Tag::Ref, inner }) => self.resolve(*inner).as_virtual(),
            _ => value.as_virtual(),
        };
        match part {
            Some(part) if self.forcing.in_progress.contains(&part) => {
                self.forcing.owed.push(Owed { holder, place, part });
                Ok(self.empty(kind))
            }
            _ => self.force(value),
        }
    }

    /// Something harmless to put into a place whose value comes later.
    fn empty(&mut self, kind: FieldKind) -> Operand {
        let kind = loaded_kind(kind);
        let bits = if kind == Kind::Value { self.coding.unset } else { 0 };
        self.intern(Const { kind, bits })
    }

    /// Stores what was owed to the object that exists now.
    fn complete(&mut self, index: u32, real: Operand) -> Result<Operand, InvalidLoop> {
        self.forcing.in_progress.retain(|v| *v != index);
        let (now, later): (Vec<Owed>, Vec<Owed>) =
            std::mem::take(&mut self.forcing.owed).into_iter().partition(|o| o.part == index);
        self.forcing.owed = later;
        for owed in now {
            let holder = self.resolve(Operand::virtual_object(owed.holder));
            match owed.place {
                Place::Field(key) => {
                    let value = if key.kind() == Kind::Value { self.box_now(Tag::Ref, real)? } else { real };
                    self.append(&Pending::new(Opcode::StoreField, None, &[holder, value], Aux::field(key)))?;
                }
                Place::Item(array, i) => {
                    let value =
                        if array.kind() == Kind::Value { self.box_now(Tag::Ref, real)? } else { real };
                    let at = self.intern(Const::int(i));
                    self.append(&Pending::new(
                        Opcode::StoreItem,
                        None,
                        &[holder, at, value],
                        Aux::array(array),
                    ))?;
                }
            }
        }
        Ok(real)
    }
}

/// Whether the operation boxes values of the class.
pub(crate) fn boxes(opcode: Opcode, tag: Tag) -> bool {
    opcode == box_opcode(tag) || (opcode == Opcode::BoxImmediate && tag == Tag::Int)
}

pub(crate) const fn box_opcode(tag: Tag) -> Opcode {
    match tag {
        Tag::Int => Opcode::BoxInt,
        Tag::Float => Opcode::BoxFloat,
        Tag::Bool => Opcode::BoxBool,
        Tag::Ref => Opcode::BoxRef,
    }
}

pub(crate) const fn unbox_opcode(tag: Tag) -> Opcode {
    match tag {
        Tag::Int => Opcode::UnboxInt,
        Tag::Float => Opcode::UnboxFloat,
        Tag::Bool => Opcode::UnboxBool,
        Tag::Ref => Opcode::UnboxRef,
    }
}

/// The kind inside a tagged value of the class.
pub(crate) const fn unboxed_kind(tag: Tag) -> Kind {
    match tag {
        Tag::Int => Kind::Int,
        Tag::Float => Kind::Float,
        Tag::Bool => Kind::Bool,
        Tag::Ref => Kind::Ref,
    }
}

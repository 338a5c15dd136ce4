//! Tuples with named items, as `sys.version_info` and `os.stat_result`: a subclass of tuple whose instances have the names as
//! attributes.
//!
//! Some structures have more attributes than items (`os.stat_result.st_atime_ns`), some have items without a name. Values of attributes lie in
//! private slots of the instance, so that they cannot be set and are no entries of a `__dict__`.
//! Source: the behaviour of CPython 3.14, `Objects/structseq.c`.

use python_model::class::{NativeClass, add_member, native_type};
use python_model::native::{Args, NativeDef, bind, def, raw};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::symbols::Symbol;
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, instance};
use std::cell::RefCell;

/// What a type of such tuples is made of.
#[derive(Clone, Copy)]
pub struct Structure {
    pub module: &'static str,
    pub name: &'static str,
    pub doc: &'static str,
    /// In order; an empty name is that of an item without attribute.
    pub fields: &'static [&'static str],
    /// How many fields are items of the tuple: the first ones. The others are attributes only.
    pub visible: usize,
    /// Whether Python code can call the type.
    pub has_constructor: bool,
}

impl Structure {
    /// One whose fields are all visible and named.
    pub const fn plain(
        module: &'static str,
        name: &'static str,
        doc: &'static str,
        fields: &'static [&'static str],
    ) -> Structure {
        Structure { module, name, doc, fields, visible: fields.len(), has_constructor: true }
    }

    fn qualified(&self) -> String {
        match self.module {
            "builtins" => self.name.to_owned(),
            module => format!("{module}.{}", self.name),
        }
    }

    fn unnamed_count(&self) -> usize {
        self.fields.iter().filter(|field| field.is_empty()).count()
    }

    /// Names of the attributes, in order.
    fn named(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().copied().filter(|field| !field.is_empty())
    }
}

/// A type made so far.
#[derive(Clone, Copy)]
struct Known {
    class: TypeRef,
    structure: Structure,
    /// Where an instance keeps each attribute; that of an unnamed field is never used.
    slots: &'static [Symbol],
}

/// All types made so far.
#[derive(Default)]
struct Structures(RefCell<Vec<Known>>);

/// The structure of a type. Errors: `TypeError` if it has none.
fn structure_of(py: Py, class: TypeRef) -> Result<Structure> {
    known(py, class).map(|known| known.structure)
}

fn known(py: Py, class: TypeRef) -> Result<Known> {
    let known = py.vm().state::<Structures>().0.borrow();
    match known.iter().find(|known| known.class.is(class)) {
        Some(known) => Ok(*known),
        None => Err(py.type_error("expected a structure")),
    }
}

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__reduce__", "($self, /)", "Helper for pickle.", reduce),
    raw(
        "__replace__",
        "($self, /, **changes)",
        "Return a copy of the structure with new values for the specified fields.",
        replace,
    ),
];

/// A type of such tuples.
pub fn define(py: Py, structure: Structure) -> Result<TypeRef> {
    let restricted = if structure.has_constructor { 0 } else { flags::NO_CONSTRUCTOR };
    let class = native_type(
        py,
        &NativeClass {
            module: structure.module,
            name: structure.name,
            doc: structure.doc,
            base: Some(py.ty(Ty::Tuple)),
            flags: flags::FINAL | flags::SEQUENCE | restricted,
            constructor: Some(construct),
            methods: METHODS,
        },
    )?;
    let own = class.object().dict.get().expect("a type has a namespace");
    for field in structure.named() {
        let name = py.intern(field)?;
        add_member(py, class, own, name, slot(py, &structure, field)?, 1)?;
    }
    for (name, count) in [
        ("n_sequence_fields", structure.visible),
        ("n_fields", structure.fields.len()),
        ("n_unnamed_fields", structure.unnamed_count()),
    ] {
        dict::set_symbol(py, own, py.intern(name)?, py.int(count as i64)?)?;
    }
    let matched = py.new_list(structure.visible)?;
    for field in structure.fields[..structure.visible].iter().take_while(|field| !field.is_empty()) {
        python_model::py::list_push(py, matched, py.name_word(py.intern(field)?))?;
    }
    dict::set_symbol(py, own, py.intern("__match_args__")?, py.tuple_from_list(matched)?)?;
    let mut slots = Vec::new();
    for field in structure.fields {
        slots.push(slot(py, &structure, field)?);
    }
    // Types live as long as the process.
    let slots = slots.leak();
    py.vm().state::<Structures>().0.borrow_mut().push(Known { class, structure, slots });
    class.inline_slots.set(structure.fields.len().min(16) as u32);
    class.changed(py);
    Ok(class)
}

/// Where an instance keeps the value of an attribute.
fn slot(py: Py, structure: &Structure, field: &str) -> Result<Symbol> {
    instance::private_symbol(py, &structure.qualified(), field)
}

/// An instance. `values` has a word for each field.
pub fn new(py: Py, class: TypeRef, values: &[Word]) -> Result {
    let Known { structure, slots, .. } = known(py, class)?;
    assert_eq!(values.len(), structure.fields.len(), "values of a {}", structure.name);
    let tuple = py.new_tuple(&values[..structure.visible])?;
    let made = instance::new(py, class, tuple)?;
    let object = as_instance(made).expect("made as an instance");
    for ((field, slot), value) in structure.fields.iter().zip(slots).zip(values) {
        if !field.is_empty() {
            instance::set(py, object, *slot, *value)?;
        }
    }
    Ok(made)
}

/// The value of an attribute.
pub fn field(py: Py, value: Word, field: &str) -> Result {
    let structure = structure_of(py, py.type_of(value))?;
    let object = as_instance(value).ok_or_else(|| py.type_error("expected a structure"))?;
    Ok(instance::get(py, object, slot(py, &structure, field)?).unwrap_or(NONE))
}

/// Sets an attribute of an instance that is being made.
pub fn set_field(py: Py, value: Word, field: &str, new: Word) -> Result<()> {
    let structure = structure_of(py, py.type_of(value))?;
    let object = as_instance(value).ok_or_else(|| py.type_error("expected a structure"))?;
    instance::set(py, object, slot(py, &structure, field)?, new)
}

/// Values of fields. On the native stack, where the collector sees them: no structure has more fields.
type Values = smallvec::SmallVec<[Word; 32]>;

/// The values of all fields of an instance.
fn values(py: Py, structure: &Structure, value: Word) -> Result<Values> {
    let object = as_instance(value).ok_or_else(|| py.type_error("expected a structure"))?;
    let tuple = py.tuple_from_iterable(object.payload.get())?;
    let mut values = Values::new();
    for (index, field) in structure.fields.iter().enumerate() {
        values.push(match tuple.items().get(index) {
            Some(item) => item.get(),
            None => instance::get(py, object, slot(py, structure, field)?).unwrap_or(NONE),
        });
    }
    Ok(values)
}

/// What calling a type does: `(sequence, dict=None)`. Errors: `TypeError` if the number of items is wrong.
pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [sequence, more] = bind(py, "structseq", signature!("(sequence, dict=None)"), args)?;
    let structure = structure_of(py, class)?;
    let name = structure.qualified();
    let items = match py.tuple_from_iterable(sequence) {
        Ok(items) => items,
        Err(raised) => {
            return Err(match py.take_if(Ty::TypeError) {
                Some(_) => py.type_error("constructor requires a sequence"),
                None => raised,
            });
        }
    };
    let more = match more {
        UNSET => None,
        more => match py.cast::<Dict>(more) {
            Some(more) => Some(more),
            None => return Err(py.type_error(format!("{name}() takes a dict as second arg, if any"))),
        },
    };
    let (least, most, given) = (structure.visible, structure.fields.len(), items.items().len());
    if given < least || given > most {
        let which = match (least == most, given < least) {
            (true, _) => "a ".to_owned(),
            (false, true) => "an at least ".to_owned(),
            (false, false) => "an at most ".to_owned(),
        };
        let count = if given < least { least } else { most };
        return Err(py.type_error(format!("{name}() takes {which}{count}-sequence ({given}-sequence given)")));
    }
    let mut values = Values::new();
    values.extend(items.items().iter().map(|item| item.get()));
    let mut used = 0;
    for field in &structure.fields[given..] {
        let value = match more {
            Some(more) => dict::get_symbol(py, more, py.intern(field)?),
            None => None,
        };
        used += usize::from(value.is_some());
        values.push(value.unwrap_or(NONE));
    }
    if more.is_some_and(|more| dict::len(more) != used) {
        return Err(py.type_error(format!("{name}() got duplicate or unexpected field name(s)")));
    }
    new(py, class, &values)
}

fn repr(py: Py, a: &[Word]) -> Result {
    let structure = structure_of(py, py.type_of(a[0]))?;
    let tuple = py.tuple_from_iterable(py.base(a[0]))?;
    let mut parts = Vec::new();
    for (field, item) in structure.named().zip(tuple.items()) {
        parts.push(format!("{field}={}", py.repr_text(item.get())?));
    }
    py.str(&format!("{}({})", structure.qualified(), parts.join(", ")))
}

fn reduce(py: Py, a: &[Word]) -> Result {
    let class = py.type_of(a[0]);
    let structure = structure_of(py, class)?;
    let object = as_instance(a[0]).ok_or_else(|| py.type_error("expected a structure"))?;
    let more = dict::new(py)?;
    for field in &structure.fields[structure.visible..] {
        let value = instance::get(py, object, slot(py, &structure, field)?).unwrap_or(NONE);
        dict::set_symbol(py, more, py.intern(field)?, value)?;
    }
    let args = py.new_tuple(&[object.payload.get(), word(more)])?;
    py.new_tuple(&[class.word(), args])
}

fn replace(py: Py, args: Args) -> Result {
    let Some((&own, [])) = args.positionals().split_first() else {
        return Err(py.type_error("__replace__() takes no positional arguments"));
    };
    let class = py.type_of(own);
    let structure = structure_of(py, class)?;
    if structure.unnamed_count() > 0 {
        return Err(py.type_error(format!(
            "__replace__() is not supported for {} because it has unnamed field(s)",
            structure.qualified()
        )));
    }
    let mut new_values = values(py, &structure, own)?;
    let unexpected = py.new_list(0)?;
    for (name, value) in args.named() {
        let text = name.to_text();
        match structure.fields.iter().position(|field| *field == text) {
            Some(index) => new_values[index] = value,
            None => python_model::py::list_push(py, unexpected, word(name))?,
        }
    }
    if !unexpected.is_empty() {
        let names = py.repr_text(word(unexpected))?;
        return Err(py.type_error(format!("Got unexpected field name(s): {names}")));
    }
    new(py, class, &new_values)
}

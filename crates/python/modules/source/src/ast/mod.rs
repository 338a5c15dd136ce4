//! `_ast`: the classes of syntax trees, made from the abstract grammar ([`python_compile::tree::grammar`]), and the way between trees
//! of their instances and trees of [`Node`]s: [`to_python`], [`from_python`].
//!
//! The classes are ordinary classes, as if a program had defined them: instances keep their fields as attributes, programs may
//! derive from them, add attributes, change them. Kinds without fields (operators, contexts) have one instance, which parsing uses.

mod from_python;
mod object;
mod to_python;

use heap::Gc;
use python_compile::tree::grammar::{FieldShape, GROUPS, Quantity};
use python_compile::tree::{Kind, Node};
use python_model::class::{add_native, new_class, set_type_attribute};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::Args;
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::symbols::Symbol;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use std::cell::{OnceCell, RefCell};

pub use from_python::from_python;
pub use to_python::to_python;

pub static MODULE: NativeModule = NativeModule { name: "_ast", doc: "", functions: &[], fill };

/// Flags of `compile` that `ast` names.
pub const ONLY_AST: u32 = 0x400;
pub const OPTIMIZED_AST: u32 = 0x8400;
pub const TYPE_COMMENTS: u32 = 0x1000;
pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;

/// The classes, once `_ast` is imported or a tree is asked for.
#[derive(Default)]
struct State {
    classes: OnceCell<Classes>,
}

struct Classes {
    base: TypeRef,
    /// By name of the sum.
    sums: Vec<(&'static str, TypeRef)>,
    /// By number of the kind.
    kinds: Vec<TypeRef>,
    /// The instance of a kind without fields; made when first needed, immortal.
    instances: RefCell<Vec<Word>>,
    names: Names,
}

/// Attributes that positions are kept in.
struct Names {
    line: Symbol,
    column: Symbol,
    end_line: Symbol,
    end_column: Symbol,
    fields: Symbol,
    attributes: Symbol,
    field_types: Symbol,
}

fn fill(py: Py, own: Gc<Dict>) -> Result<()> {
    let classes = classes(py)?;
    dict::set_symbol(py, own, py.intern("AST")?, classes.base.word())?;
    for group in GROUPS {
        if !group.sum.is_empty() {
            dict::set_symbol(py, own, py.intern(group.sum)?, classes.sum(group.sum).word())?;
        }
        for &kind in group.kinds {
            dict::set_symbol(py, own, py.intern(kind.name())?, classes.kind(kind).word())?;
        }
    }
    for (name, flag) in [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", ALLOW_TOP_LEVEL_AWAIT),
        ("PyCF_ONLY_AST", ONLY_AST),
        ("PyCF_TYPE_COMMENTS", TYPE_COMMENTS),
        ("PyCF_OPTIMIZED_AST", OPTIMIZED_AST),
    ] {
        dict::set_symbol(py, own, py.intern(name)?, small_int(i64::from(flag)))?;
    }
    Ok(())
}

/// The classes, made when first asked for.
fn classes(py: Py<'_>) -> Result<&Classes> {
    let state = py.vm().state::<State>();
    if state.classes.get().is_none() {
        let made = make_classes(py)?;
        // Making them runs no Python code, so nobody was faster.
        let _ = state.classes.set(made);
    }
    Ok(state.classes.get().expect("set above"))
}

impl Classes {
    fn kind(&self, kind: Kind) -> TypeRef {
        self.kinds[kind as usize]
    }

    fn sum(&self, name: &str) -> TypeRef {
        self.sums.iter().find(|(sum, _)| *sum == name).expect("a sum of the grammar").1
    }

    /// The class that values of a field's type are instances of; `None`: it is no type of nodes.
    fn of_type(&self, name: &str) -> Option<TypeRef> {
        let sum = self.sums.iter().find(|(sum, _)| *sum == name).map(|(_, class)| *class);
        sum.or_else(|| {
            let all = (0..Kind::COUNT).filter_map(Kind::from_index);
            all.into_iter().find(|kind| kind.name() == name).map(|kind| self.kind(kind))
        })
    }

    /// The kind that a value is an instance of.
    fn kind_of(&self, py: Py, value: Word) -> Option<Kind> {
        let class = py.type_of(value);
        let exact = self.kinds.iter().position(|known| known.is(class));
        let found = exact.or_else(|| self.kinds.iter().position(|known| class.is_subtype(known)));
        found.and_then(Kind::from_index)
    }

    /// The one instance of a kind without fields that parsing uses.
    fn instance(&self, py: Py, kind: Kind) -> Result {
        let known = self.instances.borrow()[kind as usize];
        if known != UNSET {
            return Ok(known);
        }
        let made = python_model::instance::new(py, self.kind(kind), UNSET)?;
        py.vm().immortal(made);
        self.instances.borrow_mut()[kind as usize] = made;
        Ok(made)
    }
}

/// Whether a value is a node of a syntax tree.
pub fn is_tree(py: Py, value: Word) -> bool {
    let state = py.vm().state::<State>();
    state.classes.get().is_some_and(|classes| py.type_of(value).is_subtype(classes.base))
}

/// The kind of a node, if the value is one.
pub fn kind_of(py: Py, value: Word) -> Result<Option<Kind>> {
    Ok(classes(py)?.kind_of(py, value))
}

/// Whether nodes of a sum or product may leave out where they end.
fn ends_are_optional(name: &str) -> bool {
    !matches!(name, "pattern" | "type_param")
}

fn make_classes(py: Py) -> Result<Classes> {
    let make = |name: &str, base: Option<TypeRef>, fields: &[FieldShape], doc: Word| {
        let namespace = dict::new(py)?;
        let list = py.new_list(fields.len())?;
        for field in fields {
            python_model::py::list_push(py, list, py.name_word(py.intern(field.name)?))?;
        }
        let names = py.tuple_from_list(list)?;
        for (key, value) in [
            (py.intern("__module__")?, py.str("ast")?),
            (py.intern("__doc__")?, doc),
            (py.intern("_fields")?, names),
            (py.intern("__match_args__")?, names),
        ] {
            dict::set_symbol(py, namespace, key, value)?;
        }
        for field in fields.iter().filter(|field| field.quantity == Quantity::Optional) {
            dict::set_symbol(py, namespace, py.intern(field.name)?, NONE)?;
        }
        let bases: Vec<TypeRef> = base.into_iter().collect();
        new_class(py, py.ty(Ty::Type), name, &bases, namespace, Args::positional(&[]))
    };
    let names = Names {
        line: py.intern("lineno")?,
        column: py.intern("col_offset")?,
        end_line: py.intern("end_lineno")?,
        end_column: py.intern("end_col_offset")?,
        fields: py.intern("_fields")?,
        attributes: py.intern("_attributes")?,
        field_types: py.intern("_field_types")?,
    };
    let base = make("AST", None, &[], NONE)?;
    add_native(py, base, object::METHODS)?;
    set_type_attribute(py, base, names.attributes, py.vm().empty_tuple())?;
    let (mut sums, mut kinds) = (Vec::new(), Vec::new());
    let place = |class: TypeRef| -> Result<()> {
        let words =
            [names.line, names.column, names.end_line, names.end_column].map(|name| py.name_word(name));
        set_type_attribute(py, class, names.attributes, py.new_tuple(&words)?)?;
        if ends_are_optional(&class.name.borrow()) {
            set_type_attribute(py, class, names.end_line, NONE)?;
            set_type_attribute(py, class, names.end_column, NONE)?;
        }
        Ok(())
    };
    for group in GROUPS {
        let mut parent = base;
        if !group.sum.is_empty() {
            parent = make(group.sum, Some(base), &[], py.str(&group.text())?)?;
            if group.has_position {
                place(parent)?;
            }
            sums.push((group.sum, parent));
        }
        for &kind in group.kinds {
            let class = make(kind.name(), Some(parent), kind.fields(), py.str(&kind.text())?)?;
            if group.sum.is_empty() && group.has_position {
                place(class)?;
            }
            kinds.push(class);
        }
    }
    let instances = RefCell::new(vec![UNSET; Kind::COUNT]);
    let classes = Classes { base, sums, kinds, instances, names };
    for index in 0..Kind::COUNT {
        let kind = Kind::from_index(index).expect("below the count");
        let types = dict::new(py)?;
        for field in kind.fields() {
            let value = field_type(py, &classes, field)?;
            dict::set_symbol(py, types, py.intern(field.name)?, value)?;
        }
        set_type_attribute(py, classes.kind(kind), classes.names.field_types, word(types))?;
        set_type_attribute(py, classes.kind(kind), Symbol::from(Name::AnnotationsCache), word(types))?;
    }
    Ok(classes)
}

/// `str`, `ast.expr | None`, `list[ast.stmt]`: what a field is declared as.
fn field_type(py: Py, classes: &Classes, field: &FieldShape) -> Result {
    let one = match field.ty {
        "identifier" | "string" => py.ty(Ty::Str),
        "int" => py.ty(Ty::Int),
        "constant" => py.ty(Ty::Object),
        name => classes.of_type(name).expect("a type of the grammar"),
    };
    match field.quantity {
        Quantity::One => Ok(one.word()),
        Quantity::Optional => match py.call_special(one.word(), Name::Or, &[NONE])? {
            Some(union) => Ok(union),
            None => Err(py.type_error("a class has no union with None")),
        },
        Quantity::Many | Quantity::ManyOptional => py.get_item(py.ty(Ty::List).word(), one.word()),
    }
}

/// Errors of [`python_compile::tree::validate`] as exceptions.
pub fn check(py: Py, tree: &Node) -> Result<()> {
    python_compile::tree::validate(tree).map_err(|error| match error {
        python_compile::tree::TreeError::Value(message) => py.value_error(message),
        python_compile::tree::TreeError::Type(message) => py.type_error(message),
    })
}

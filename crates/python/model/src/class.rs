//! Making and changing classes.
//!
//! `type.__new__` is [`new_class`]; built-in types are made by [`crate::bootstrap`] and filled by [`add_native`]. The MRO is C3
//! (Barrett et al., "A monotonic superclass linearization for Dylan", OOPSLA 1996).

use crate::dict;
use crate::functions::new_builtin;
use crate::instance::private_symbol;
use crate::layout;
use crate::maps::MOST_INLINE_SLOTS;
use crate::names::Name;
use crate::native::{Args, Constructor, NativeDef, NativeKind};
use crate::objects::*;
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::{Ty, TypeInfo, TypeRef, flags};
use crate::value::*;
use heap::{Gc, Header, Slot, WordSlot};
use std::cell::Cell;

/// Gives a type its object. `dict` is its namespace.
pub(crate) fn make_type_object(
    py: Py,
    class: TypeRef,
    dict: Gc<Dict>,
    qualname: Word,
    module: Word,
) -> Result<()> {
    let object = py.alloc(Type {
        header: Header::EMPTY,
        info: Cell::new(std::ptr::from_ref(class) as usize as i64),
        dict: Slot::new(Some(dict)),
        module: WordSlot::new(module),
        qualname: WordSlot::new(qualname),
        doc: WordSlot::new(NONE),
    })?;
    py.vm().immortal(word(object));
    class.set_object(object);
    Ok(())
}

/// Sets bases and MRO, and tells the bases.
pub(crate) fn set_bases(class: TypeRef, bases: &[TypeRef], mro: Vec<TypeRef>) {
    for old in class.bases.borrow().iter() {
        old.subclasses.borrow_mut().retain(|c| !c.is(class));
    }
    for base in bases {
        base.subclasses.borrow_mut().push(class);
    }
    *class.bases.borrow_mut() = bases.into();
    *class.mro.borrow_mut() = mro.into();
}

/// The C3 linearization of a class with these bases. If there is none, the error is the classes that block each other.
pub fn linearize(class: TypeRef, bases: &[TypeRef]) -> std::result::Result<Vec<TypeRef>, Vec<TypeRef>> {
    let mut sequences: Vec<Vec<TypeRef>> = bases.iter().map(|b| b.mro.borrow().to_vec()).collect();
    sequences.push(bases.to_vec());
    let mut mro = vec![class];
    loop {
        sequences.retain(|s| !s.is_empty());
        if sequences.is_empty() {
            return Ok(mro);
        }
        let is_free = |head: &TypeRef| !sequences.iter().any(|s| s[1..].iter().any(|t| t.is(head)));
        let Some(next) = sequences.iter().map(|s| s[0]).find(is_free) else {
            let mut blocked: Vec<TypeRef> = Vec::new();
            for sequence in &sequences {
                if !blocked.iter().any(|head| head.is(sequence[0])) {
                    blocked.push(sequence[0]);
                }
            }
            return Err(blocked);
        };
        mro.push(next);
        for sequence in &mut sequences {
            if sequence[0].is(next) {
                sequence.remove(0);
            }
        }
    }
}

/// The most derived metaclass of the bases and the one that was asked for.
/// Errors: `TypeError` if there is none.
pub fn metaclass_of(py: Py, wanted: TypeRef, bases: &[TypeRef]) -> Result<TypeRef> {
    let mut winner = wanted;
    for base in bases {
        let meta = py.type_of(base.word());
        if winner.is_subtype(meta) {
            continue;
        }
        if meta.is_subtype(winner) {
            winner = meta;
            continue;
        }
        return Err(metaclass_conflict(py));
    }
    Ok(winner)
}

/// There is no metaclass for these bases.
pub fn metaclass_conflict(py: Py) -> metatrace_machine::Raised {
    py.type_error(
        "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
    )
}

/// No attribute goes by a key that is no string: `RuntimeWarning`.
fn warn_of_other_keys(py: Py, dict: Gc<Dict>, class: &str) -> Result<()> {
    let mut at = 0;
    while let Some((entry, key, _)) = dict::next(dict, at) {
        at = entry + 1;
        if py.as_str(key).is_none() {
            return py.warn(
                Ty::RuntimeWarning,
                &format!("non-string key in the __dict__ of class {class}"),
                1,
            );
        }
    }
    Ok(())
}

/// `type.__new__(metaclass, name, bases, namespace, **keywords)`. Calls `__set_name__` of the namespace's values and
/// `__init_subclass__` of the bases.
pub fn new_class(
    py: Py,
    metaclass: TypeRef,
    name: &str,
    bases: &[TypeRef],
    namespace: Gc<Dict>,
    keywords: Args,
) -> Result<TypeRef> {
    let object_base = [py.ty(Ty::Object)];
    let bases = if bases.is_empty() { &object_base } else { bases };
    for base in bases {
        if base.has(flags::FINAL) {
            return Err(not_acceptable(py, base));
        }
    }
    let best = layout::best_base(py, bases)?;
    let class = TypeInfo::new(name, None, best.payload, flags::MUTABLE);
    let metaclass = metaclass_of(py, metaclass, bases)?;
    class.metaclass.set(Some(metaclass));
    let inherited = flags::SEQUENCE | flags::MAPPING | flags::MATCH_SELF;
    for base in bases {
        class
            .flags
            .set(class.flags.get() | base.flags.get() & (inherited | flags::HAS_DICT | flags::HAS_WEAKREF));
        class.inline_slots.set(class.inline_slots.get().max(base.inline_slots.get()));
    }
    class.constructor.set(best.constructor.get());

    let dict = dict::copy(py, namespace)?;
    warn_of_other_keys(py, dict, name)?;
    let take = |key: Name| {
        let value = dict::get_symbol(py, dict, key);
        if value.is_some() {
            dict::remove_symbol(py, dict, key);
        }
        value
    };
    let qualname = match take(Name::Qualname) {
        None => py.str(name)?,
        Some(given) if py.as_str(given).is_some() => given,
        Some(other) => {
            return Err(
                py.type_error(format!("type __qualname__ must be a str, not {}", py.type_name(other)))
            );
        }
    };
    let class_cell = take(Name::ClassCell);
    let dict_cell = take(Name::ClassDictCell);
    let slots = dict::get_symbol(py, dict, Name::Slots);
    make_type_object(py, class, dict, qualname, UNSET)?;

    // `__module__`: that of the code that runs the class statement.
    if dict::get_symbol(py, dict, Name::ModuleAttr).is_none()
        && let Some(module) = calling_module(py)
    {
        dict::set_symbol(py, dict, Name::ModuleAttr, module)?;
    }
    for special in [Name::New] {
        if let Some(function) = dict::get_symbol(py, dict, special)
            && as_object::<Function>(function).is_some()
        {
            let wrapped = static_method_of(py, function)?;
            dict::set_symbol(py, dict, special, wrapped)?;
        }
    }
    for special in [Name::InitSubclass, Name::ClassGetItem] {
        if let Some(function) = dict::get_symbol(py, dict, special)
            && as_object::<Function>(function).is_some()
        {
            let wrapped = class_method_of(py, function)?;
            dict::set_symbol(py, dict, special, wrapped)?;
        }
    }
    if dict::get_symbol(py, dict, Name::Eq).is_some() && dict::get_symbol(py, dict, Name::Hash).is_none() {
        dict::set_symbol(py, dict, Name::Hash, NONE)?;
    }

    match slots {
        None => {
            class.set_flag(flags::HAS_DICT | flags::HAS_WEAKREF, true);
        }
        Some(slots) => add_slots(py, class, dict, slots, name, bases)?,
    }
    // A slot may have the name.
    if dict::get_symbol(py, dict, Name::Doc).is_none() {
        dict::set_symbol(py, dict, Name::Doc, NONE)?;
    }
    if class.has(flags::HAS_DICT) && !bases.iter().any(|b| b.has(flags::HAS_DICT)) {
        add_getset(
            py,
            class,
            Name::DictAttr,
            &crate::bootstrap::DICT_GETTER,
            Some(&crate::bootstrap::DICT_SETTER),
        )?;
    }
    if class.has(flags::HAS_WEAKREF) && !bases.iter().any(|b| b.has(flags::HAS_WEAKREF)) {
        add_getset(py, class, Name::WeakRefAttr, &crate::bootstrap::WEAKREF_GETTER, None)?;
    }

    let mro = custom_mro(py, class, metaclass, bases)?;
    set_bases(class, bases, mro);
    // A version of its own: classes that share one would find each other's methods in caches.
    class.changed(py);
    update_flags(py, class);

    if let Some(cell) = class_cell {
        let Some(cell) = as_object::<CellObject>(cell) else {
            return Err(py.type_error(format!(
                "__classcell__ must be a nonlocal cell, not <class '{}'>",
                py.type_name(cell)
            )));
        };
        cell.value.set(py.mutator(), cell, class.word());
    }
    // Annotations, bounds and aliases that are evaluated later see the class as it is then.
    if let Some(cell) = dict_cell.and_then(as_object::<CellObject>) {
        cell.value.set(py.mutator(), cell, word(dict));
    }
    call_set_name(py, class, dict)?;
    call_init_subclass(py, class, keywords)?;
    Ok(class)
}

/// A class that cannot have subclasses is to be a base.
pub fn not_acceptable(py: Py, base: TypeRef) -> metatrace_machine::Raised {
    let name = dict::qualified_name(base);
    py.type_error(format!("type '{name}' is not an acceptable base type"))
}

fn custom_mro(py: Py, class: TypeRef, metaclass: TypeRef, bases: &[TypeRef]) -> Result<Vec<TypeRef>> {
    let method = metaclass.lookup(py, Name::Mro);
    if let Some(method) = method
        && as_object::<Builtin>(method).is_none()
    {
        *class.bases.borrow_mut() = bases.into();
        *class.mro.borrow_mut() = linearize(class, bases).unwrap_or_else(|_| vec![class]).into();
        let result = py.call_bound(method, class.word(), metaclass, &[])?;
        let list = py.list_from_iterable(result)?;
        if list.is_empty() {
            return Err(py.type_error("type MRO must not be empty"));
        }
        let best = layout::best_base(py, bases)?;
        let mut mro = Vec::new();
        for index in 0..list.len() {
            match py.as_type(list.item(index)) {
                Some(entry) if !entry.is(class) && !layout::extends(py, best, entry) => {
                    let entry = entry.message_name();
                    return Err(
                        py.type_error(format!("mro() returned base with unsuitable layout ('{entry}')"))
                    );
                }
                Some(entry) => mro.push(entry),
                None => {
                    return Err(py.type_error(format!(
                        "mro() returned a non-class ('{}')",
                        py.type_name(list.item(index))
                    )));
                }
            }
        }
        for host in &mro {
            let is_inherited = bases.iter().any(|base| base.is_subtype(host));
            if !host.is(class) && !is_inherited && !host.guests.borrow().iter().any(|guest| guest.is(class)) {
                host.guests.borrow_mut().push(class);
            }
        }
        return Ok(mro);
    }
    linearize(class, bases).map_err(|blocked| {
        if let Some(twice) = (1..bases.len()).find(|&at| bases[..at].iter().any(|base| base.is(bases[at]))) {
            return py.type_error(format!("duplicate base class {}", bases[twice].name.borrow()));
        }
        let names: Vec<String> = blocked.iter().map(|b| b.name.borrow().to_string()).collect();
        py.type_error(format!(
            "Cannot create a consistent method resolution order (MRO) for bases {}",
            names.join(", ")
        ))
    })
}

/// `__name__` of the module whose code is running.
fn calling_module(py: Py) -> Option<Word> {
    let mut found = None;
    (py.vm().hooks.visit_frames)(py, &mut |frame| {
        found = dict::get_symbol(py, frame.code.globals, Name::NameAttr);
        false
    });
    found
}

pub fn static_method_of(py: Py, function: Word) -> Result {
    let method = StaticMethod {
        header: Header::EMPTY,
        function: WordSlot::new(function),
        attributes: WordSlot::new(UNSET),
    };
    Ok(word(py.alloc(method)?))
}

pub fn class_method_of(py: Py, function: Word) -> Result {
    let method = ClassMethod {
        header: Header::EMPTY,
        function: WordSlot::new(function),
        attributes: WordSlot::new(UNSET),
    };
    Ok(word(py.alloc(method)?))
}

fn add_slots(
    py: Py,
    class: TypeRef,
    dict: Gc<Dict>,
    slots: Word,
    name: &str,
    bases: &[TypeRef],
) -> Result<()> {
    let names = match py.as_str(slots) {
        Some(_) => py.list_of(&[slots])?,
        None => py.list_from_iterable(slots)?,
    };
    if !names.is_empty()
        && matches!(class.payload, Some(Ty::Int | Ty::Bool | Ty::Tuple | Ty::Bytes | Ty::Type))
    {
        let payload = class.payload.map_or("", |ty| ty.name());
        return Err(py.type_error(format!("nonempty __slots__ not supported for subtype of '{payload}'")));
    }
    let (mut has_dict, mut has_weakref) = (false, false);
    let mut count = 0;
    for index in 0..names.len() {
        let slot = py.expect_slot_name(names.item(index))?;
        let text = slot.to_text();
        match text.as_str() {
            "__dict__" => {
                if has_dict || bases.iter().any(|b| b.has(flags::HAS_DICT)) {
                    return Err(py.type_error("__dict__ slot disallowed: we already got one"));
                }
                has_dict = true;
                continue;
            }
            "__weakref__" => {
                if has_weakref || bases.iter().any(|b| b.has(flags::HAS_WEAKREF)) {
                    return Err(py.type_error("__weakref__ slot disallowed: we already got one"));
                }
                has_weakref = true;
                continue;
            }
            _ => {}
        }
        let mangled = mangle(name, &text);
        let symbol = py.intern(&mangled)?;
        // The same name twice is one more slot, which hides the first.
        let is_slot = |existing| as_object::<Member>(existing).is_some_and(|m| m.owner.get() == class.word());
        if let Some(existing) = dict::get_symbol(py, dict, symbol)
            && mangled != "__qualname__"
            && mangled != "__classcell__"
            && !is_slot(existing)
        {
            return Err(py.value_error(format!("'{mangled}' in __slots__ conflicts with class variable")));
        }
        // The number makes slots of classes of the same name different.
        let key = private_symbol(py, &format!("{name}#{}", py.vm().next_type_version()), &mangled)?;
        add_member(py, class, dict, symbol, key, 0)?;
        count += 1;
    }
    class.set_flag(flags::HAS_DICT, has_dict || bases.iter().any(|b| b.has(flags::HAS_DICT)));
    class.set_flag(flags::HAS_WEAKREF, has_weakref || bases.iter().any(|b| b.has(flags::HAS_WEAKREF)));
    class.set_flag(flags::OWN_SLOTS, count > 0);
    let wanted: u32 = count + bases.iter().map(|b| b.inline_slots.get()).max().unwrap_or(0);
    class.inline_slots.set(wanted.min(MOST_INLINE_SLOTS));
    Ok(())
}

/// `_Class__name` for a name that is private to a class.
pub fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.to_string();
    }
    format!("_{class}{name}")
}

/// Adds a member descriptor. `readonly`: 1 cannot be set, 2 is None until set.
pub fn add_member(
    py: Py,
    class: TypeRef,
    dict: Gc<Dict>,
    name: Symbol,
    key: Symbol,
    readonly: i64,
) -> Result<()> {
    let member = Member {
        header: Header::EMPTY,
        name: WordSlot::new(py.name_word(name)),
        owner: WordSlot::new(class.word()),
        symbol: Cell::new(i64::from(key.0)),
        is_readonly: Cell::new(readonly),
    };
    let member = word(py.alloc(member)?);
    dict::set_symbol(py, dict, name, member)
}

/// Adds an attribute that instances of a built-in class keep in a slot and that is None until set
/// (read with [`Py::get_private`]).
pub fn add_private_member(py: Py, class: TypeRef, name: &str) -> Result<()> {
    let class_name = class.name.borrow().to_string();
    let key = private_symbol(py, &class_name, name)?;
    let dict = class.object().dict.get().expect("a type has a namespace");
    add_member(py, class, dict, py.intern(name)?, key, 2)
}

fn add_getset(
    py: Py,
    class: TypeRef,
    name: Name,
    getter: &'static NativeDef,
    setter: Option<&'static NativeDef>,
) -> Result<()> {
    let descriptor = new_getset(py, class, getter, setter)?;
    let dict = class.object().dict.get().expect("a type has a namespace");
    dict::set_symbol(py, dict, name, descriptor)
}

fn new_getset(
    py: Py,
    class: TypeRef,
    getter: &'static NativeDef,
    setter: Option<&'static NativeDef>,
) -> Result {
    let getset = Getset {
        header: Header::EMPTY,
        getter: Cell::new(std::ptr::from_ref(getter) as usize as i64),
        setter: Cell::new(setter.map_or(0, |s| std::ptr::from_ref(s) as usize as i64)),
        owner: WordSlot::new(class.word()),
    };
    Ok(word(py.alloc(getset)?))
}

/// Gives a type that has a constructor a `__new__` of its own: the function of `object`'s, as an object that is told from it.
pub(crate) fn add_new(py: Py, class: TypeRef) -> Result<()> {
    let of_object = py.ty(Ty::Object).lookup(py, Name::New).and_then(as_object::<StaticMethod>);
    let function = of_object.and_then(|method| as_object::<Builtin>(method.function.get()));
    let Some(function) = function else { return Ok(()) };
    let new = static_method_of(py, new_builtin(py, function.def(), class.word())?)?;
    let dict = class.object().dict.get().expect("a type has a namespace");
    dict::set_symbol(py, dict, Name::New, new)
}

/// Adds methods and computed attributes written in Rust to a type.
pub fn add_native(py: Py, class: TypeRef, methods: &'static [NativeDef]) -> Result<()> {
    let dict = class.object().dict.get().expect("a type has a namespace");
    for def in methods {
        let value = match def.kind {
            NativeKind::Setter => continue,
            NativeKind::Getter | NativeKind::Member => {
                let setter = methods.iter().find(|d| d.kind == NativeKind::Setter && d.name == def.name);
                new_getset(py, class, def, setter)?
            }
            NativeKind::StaticMethod => {
                let function = new_builtin(py, def, class.word())?;
                static_method_of(py, function)?
            }
            NativeKind::Function | NativeKind::ClassMethod => new_builtin(py, def, class.word())?,
        };
        dict::set_symbol(py, dict, py.intern(def.name)?, value)?;
    }
    // What compares by value and has no hash of its own has none.
    if methods.iter().any(|def| def.name == "__eq__") && dict::get_symbol(py, dict, Name::Hash).is_none() {
        dict::set_symbol(py, dict, Name::Hash, NONE)?;
    }
    class.changed(py);
    update_flags(py, class);
    Ok(())
}

/// A type of a runtime module, as Python shows it.
pub struct NativeClass {
    pub module: &'static str,
    pub name: &'static str,
    pub doc: &'static str,
    /// `object` if `None`.
    pub base: Option<TypeRef>,
    /// See [`flags`].
    pub flags: u32,
    /// How instances are made; `None`: as those of the base.
    pub constructor: Option<Constructor>,
    pub methods: &'static [NativeDef],
}

/// Makes a type of a runtime module. Its instances are [`Foreign`] objects, or those of the base if that is a type with a
/// representation of its own (`dict`).
pub fn native_type(py: Py, made: &NativeClass) -> Result<TypeRef> {
    let &NativeClass { module, name, doc, flags: type_flags, constructor, methods, .. } = made;
    let base = made.base.unwrap_or_else(|| py.ty(Ty::Object));
    let payload = base.payload.or(Some(Ty::Object));
    let class = TypeInfo::new(name, None, payload, type_flags);
    let dict = dict::new(py)?;
    let (qualname, module_word) = (py.str(name)?, py.str(module)?);
    make_type_object(py, class, dict, qualname, module_word)?;
    class.object().doc.set(py.mutator(), class.object(), py.str(doc)?);
    dict::set_symbol(py, dict, Name::ModuleAttr, module_word)?;
    dict::set_symbol(py, dict, Name::Doc, py.str(doc)?)?;
    let mro = linearize(class, &[base]).unwrap_or_else(|_| unreachable!("one base always linearizes"));
    set_bases(class, &[base], mro);
    class.metaclass.set(base.metaclass.get());
    class.constructor.set(constructor.or(base.constructor.get()));
    if class.has(flags::HAS_DICT) && !base.has(flags::HAS_DICT) {
        let setter = Some(&crate::bootstrap::DICT_SETTER);
        add_getset(py, class, Name::DictAttr, &crate::bootstrap::DICT_GETTER, setter)?;
    }
    if constructor.is_some() {
        add_new(py, class)?;
    }
    add_native(py, class, methods)?;
    Ok(class)
}

/// Makes an exception class of a runtime module, as `type(name, (base,), {"__module__": module})` does.
pub fn new_exception(py: Py, module: &str, name: &str, base: TypeRef) -> Result {
    let dict = dict::new(py)?;
    dict::set_symbol(py, dict, Name::ModuleAttr, py.str(module)?)?;
    let bases = py.new_tuple(&[base.word()])?;
    py.call(py.ty(Ty::Type).word(), &[py.str(name)?, bases, word(dict)])
}

/// Recomputes what the flags say about the MRO, here and in all subclasses.
pub fn update_flags(py: Py, class: TypeRef) {
    let overrides = |name: Name, default: Ty, other: Ty| {
        class.lookup_where(py, name.into()).is_some_and(|(owner, _)| {
            !owner.is(py.ty(default)) && !owner.is(py.ty(other)) && !is_default_accessor(py, owner, name)
        })
    };
    class.set_flag(flags::OWN_GETATTRIBUTE, overrides(Name::GetAttribute, Ty::Object, Ty::Type));
    class.set_flag(
        flags::OWN_SETATTR,
        overrides(Name::SetAttr, Ty::Object, Ty::Type) || overrides(Name::DelAttr, Ty::Object, Ty::Type),
    );
    if class.lookup_where(py, Name::Del.into()).is_some() {
        class.set_flag(flags::HAS_FINALIZER, true);
    }
    let subclasses = class.subclasses.borrow().clone();
    for subclass in subclasses {
        update_flags(py, subclass);
    }
}

/// Built-in types other than `object` and `type` that define an accessor of their own handle it natively.
fn is_default_accessor(_py: Py, owner: TypeRef, _name: Name) -> bool {
    matches!(owner.builtin, Some(Ty::Module))
}

fn call_set_name(py: Py, class: TypeRef, dict: Gc<Dict>) -> Result<()> {
    let snapshot = dict::copy(py, dict)?;
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(snapshot, at) {
        at = entry + 1;
        let of = py.type_of(value);
        if let Some(method) = of.lookup(py, Name::SetName)
            && let Err(raised) = py.call_bound(method, value, of, &[class.word(), key])
        {
            let exception = py.context().raised.get();
            let name = py.repr_text(key).unwrap_or_default();
            let note = format!(
                "Error calling __set_name__ on '{}' instance {name} in '{}'",
                of.name.borrow(),
                class.name.borrow()
            );
            add_note(py, exception, &note);
            return Err(raised);
        }
    }
    Ok(())
}

/// Adds a note to a pending exception.
pub fn add_note(py: Py, exception: Word, note: &str) {
    let pending = py.take_raised();
    let result = (|| -> Result<()> {
        let text = py.str(note)?;
        let notes = match py.get_attr_opt(exception, Name::Notes)? {
            Some(notes) => notes,
            None => {
                let list = word(py.new_list(1)?);
                py.set_attr(exception, Name::Notes, list)?;
                list
            }
        };
        match as_object::<List>(notes) {
            Some(list) => crate::py::list_push(py, list, text),
            None => Ok(()),
        }
    })();
    // A note that cannot be added must not hide the exception.
    if result.is_err() {
        py.take_raised();
    }
    py.context().raised.set(pending);
}

fn call_init_subclass(py: Py, class: TypeRef, keywords: Args) -> Result<()> {
    let mro = class.mro.borrow();
    for base in mro.iter().skip(1) {
        let dict = base.object().dict.get().expect("a type has a namespace");
        if let Some(method) = dict::get_symbol(py, dict, Name::InitSubclass) {
            drop_borrow(&mro);
            let bound = py.bind_attribute(method, UNSET, class)?;
            py.call_args(bound, keywords)?;
            return Ok(());
        }
    }
    Ok(())
}

/// The MRO is borrowed only to read it: calls below may look classes up, never replace this one's MRO while it is being made.
fn drop_borrow<T>(_borrowed: &T) {}

/// `class.name = value` for a class without a metaclass that objects; UNSET deletes.
/// Errors: `TypeError` if the class is built in, `AttributeError` if there is nothing to delete.
pub fn set_type_attribute(py: Py, class: TypeRef, name: Symbol, value: Word) -> Result<()> {
    let text = || py.vm().symbols.text(name).to_text();
    if !class.has(flags::MUTABLE) {
        return Err(py.type_error(format!(
            "cannot set '{}' attribute of immutable type '{}'",
            text(),
            class.message_name()
        )));
    }
    let dict = class.object().dict.get().expect("a type has a namespace");
    if value == UNSET {
        if !dict::remove_symbol(py, dict, name) {
            let message = format!("type object '{}' has no attribute '{}'", class.name.borrow(), text());
            return Err(py.attribute_error(class.word(), py.name_word(name), message));
        }
    } else if crate::class_variables::assign(py, class, dict, name, value)? {
        return Ok(());
    } else {
        dict::set_symbol(py, dict, name, value)?;
    }
    class.changed(py);
    let special = [Name::GetAttribute, Name::SetAttr, Name::DelAttr, Name::Del].map(Symbol::from);
    if special.contains(&name) {
        update_flags(py, class);
    }
    Ok(())
}

impl<'a> Py<'a> {
    fn expect_slot_name(self, name: Word) -> Result<Gc<Str>> {
        let Some(text) = self.as_str(name) else {
            return Err(
                self.type_error(format!("__slots__ items must be strings, not '{}'", self.type_name(name)))
            );
        };
        let shown = text.to_text();
        let mut chars = shown.chars();
        let starts = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
        if !starts || !chars.all(|c| c == '_' || c.is_alphanumeric()) {
            return Err(self.type_error("__slots__ must be identifiers"));
        }
        Ok(text)
    }

    /// Makes an instance: calls the class.
    pub fn instantiate(self, class: TypeRef, args: Args) -> Result {
        if let Some(own) = class.builtin
            && own == Ty::Type
            && args.words.len() == 1
            && args.keywords.is_none()
        {
            return Ok(self.type_of(args.words[0]).word());
        }
        // The `__new__` of a built-in type is its constructor.
        if class.builtin.is_some_and(|own| own != Ty::Object)
            && !class.has(flags::NO_CONSTRUCTOR)
            && let Some(constructor) = class.constructor.get()
        {
            let made = constructor(self, class, args)?;
            let made_class = self.type_of(made);
            let init = made_class.lookup(self, Name::Init);
            if !made_class.is_subtype(class)
                || made_class.is(class) && init == self.ty(Ty::Object).lookup(self, Name::Init)
            {
                return Ok(made);
            }
            return self.initialize(made, made_class, args);
        }
        let Some(new) = class.lookup(self, Name::New) else {
            return Err(self.type_error(format!("cannot create '{}' instances", class.name.borrow())));
        };
        let new = new_of_base(self, class, new).unwrap_or(new);
        let new = self.bind_attribute(new, UNSET, class)?;
        let made = self.call_with_first(new, class.word(), args)?;
        let made_class = self.type_of(made);
        if !made_class.is_subtype(class) {
            return Ok(made);
        }
        self.initialize(made, made_class, args)
    }

    /// Calls `__init__` of a new object. Errors: `TypeError` if it returns something.
    fn initialize(self, made: Word, made_class: TypeRef, args: Args) -> Result {
        let init = made_class.lookup(self, Name::Init).expect("object has it");
        // `object.__init__` after a `__new__` that took the arguments has nothing to do.
        let result = self.call_bound_args(init, made, made_class, args)?;
        if result != NONE {
            return Err(
                self.type_error(format!("__init__() should return None, not '{}'", self.type_name(result)))
            );
        }
        Ok(made)
    }
}

/// The `__new__` of the built-in type that a class extends, if the class has been given that of another one: it is made as its base makes
/// its own, whatever stands under the name. (Calling the other one by itself is an error.)
fn new_of_base(py: Py, class: TypeRef, new: Word) -> Option<Word> {
    let builtin = as_object::<Builtin>(new).filter(|builtin| builtin.def().name == Name::New.text())?;
    let constructor = |class: TypeRef| class.constructor.get().map(|constructor| constructor as usize);
    let owner = py.as_type(builtin.owner.get())?;
    if constructor(owner) == constructor(class) {
        return None;
    }
    let mro = class.mro.borrow();
    let base =
        mro.iter().find(|base| !base.has(flags::MUTABLE) && constructor(**base) == constructor(class))?;
    base.lookup(py, Name::New)
}

/// `class.__bases__ = bases`. Errors: `TypeError` if there is no MRO.
pub fn replace_bases(py: Py, class: TypeRef, bases: &[TypeRef]) -> Result<()> {
    let metaclass = py.type_of(class.word());
    let mro = custom_mro(py, class, metaclass, bases)?;
    set_bases(class, bases, mro);
    let mut pending = class.subclasses.borrow().clone();
    while let Some(subclass) = pending.pop() {
        let own = subclass.bases.borrow().to_vec();
        let mro = custom_mro(py, subclass, py.type_of(subclass.word()), &own)?;
        *subclass.mro.borrow_mut() = mro.into();
        pending.extend(subclass.subclasses.borrow().iter());
    }
    class.changed(py);
    update_flags(py, class);
    Ok(())
}

//! Attribute access: `object.__getattribute__`, `type.__getattribute__`, `__setattr__` and the descriptor protocol.
//!
//! [`Py::get_attr`] is what `a.b` means. Everything else here is a part of it that the interpreter also uses on its own: the *plan*
//! of an attribute is what a lookup finds that depends on the class alone, hence green.

use crate::code::AttributePlan;
use crate::dict;
use crate::instance;
use crate::maps::{MOST_INLINE_SLOTS, MapRef, Place};
use crate::names::Name;
use crate::native::{NativeDef, NativeKind};
use crate::objects::*;
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::{Ty, TypeRef, flags};
use crate::value::*;
use heap::Gc;

/// What an attribute of a class means to its instances.
enum Descriptor {
    /// Not a descriptor: the value itself.
    None,
    /// A function: bound to the instance.
    Function,
    /// A builtin that binds like a function.
    BuiltinMethod,
    ClassMethod(Word),
    /// A class method written in Rust.
    BuiltinClassMethod(Gc<Builtin>),
    StaticMethod(Word),
    Property(Gc<Property>),
    Getset(Gc<Getset>),
    Member(Gc<Member>),
    /// An object whose class defines `__get__`, perhaps.
    Other,
}

/// Whether an attribute of a class is a function that, got from an instance, is called with that first.
pub fn is_method(py: Py, attribute: Word) -> bool {
    matches!(descriptor(py, attribute), Descriptor::Function | Descriptor::BuiltinMethod)
}

/// Whether getting a value from a class or an instance yields itself, as long as nothing but the value changes.
pub(crate) fn is_never_bound(py: Py, value: Word) -> bool {
    matches!(descriptor(py, value), Descriptor::None)
}

fn descriptor(py: Py, attribute: Word) -> Descriptor {
    let Some(object) = object(attribute) else { return Descriptor::None };
    let layout = object.layout_id();
    use heap::Layout;
    // SAFETY: for all casts: the layout was just compared.
    unsafe {
        match layout {
            id if id == Function::ID => Descriptor::Function,
            id if id == Builtin::ID => {
                let builtin: Gc<Builtin> = object.cast();
                match builtin.def().kind {
                    NativeKind::Function if crate::functions::is_method(py, builtin) => {
                        Descriptor::BuiltinMethod
                    }
                    NativeKind::ClassMethod if py.as_type(builtin.owner.get()).is_some() => {
                        Descriptor::BuiltinClassMethod(builtin)
                    }
                    _ => Descriptor::None,
                }
            }
            id if id == ClassMethod::ID => {
                Descriptor::ClassMethod(object.cast::<ClassMethod>().function.get())
            }
            id if id == StaticMethod::ID => {
                Descriptor::StaticMethod(object.cast::<StaticMethod>().function.get())
            }
            id if id == Property::ID => Descriptor::Property(object.cast()),
            id if id == Getset::ID => Descriptor::Getset(object.cast()),
            id if id == Member::ID => Descriptor::Member(object.cast()),
            // Only objects whose class can define `__get__`: instances (of subclasses of built-in descriptors, too), foreign ones, and `super`.
            id if id.0 >= heap::FIRST_DYNAMIC_LAYOUT || id == Foreign::ID || id == Super::ID => {
                Descriptor::Other
            }
            _ => Descriptor::None,
        }
    }
}

/// Whether a class attribute takes precedence over the instance's own attribute.
fn is_data_descriptor(py: Py, attribute: Word) -> bool {
    match descriptor(py, attribute) {
        Descriptor::Property(_) | Descriptor::Getset(_) | Descriptor::Member(_) => true,
        Descriptor::Other => {
            let class = py.type_of(attribute);
            class.lookup(py, Name::Set).is_some() || class.lookup(py, Name::Delete).is_some()
        }
        _ => false,
    }
}

/// How a value is reached that stands in a class and is not bound.
fn class_value(py: Py, class: TypeRef, name: Symbol, value: Word) -> AttributePlan {
    match crate::class_variables::find(py, class, name) {
        Some(variable) => AttributePlan::ClassVariable(word(variable)),
        None => AttributePlan::ClassConstant(value),
    }
}

/// The same of an instance, or an object of a runtime module. `Generic`: it may be bound.
fn class_instance(py: Py, value: Word) -> AttributePlan {
    let class = py.type_of(value);
    let is_descriptor =
        [Name::Get, Name::Set, Name::Delete].iter().any(|name| class.lookup(py, *name).is_some());
    if is_descriptor { AttributePlan::Generic } else { AttributePlan::ClassInstance(value) }
}

/// Which item of an instance's tuple a descriptor gets, if it is that of a named tuple's field.
fn item_of_tuple(py: Py, class: TypeRef, attribute: Word) -> Option<u32> {
    if class.payload != Some(Ty::Tuple) || as_object::<Foreign>(attribute).is_none() {
        return None;
    }
    let getter: &crate::foreign::TupleGetter = crate::foreign::get(py, attribute)?;
    u32::try_from(getter.index).ok()
}

/// Whether a descriptor answers reads. One that does not lets the object's own attribute be read.
fn has_get(py: Py, attribute: Word) -> bool {
    match descriptor(py, attribute) {
        Descriptor::Other => py.type_of(attribute).lookup(py, Name::Get).is_some(),
        _ => true,
    }
}

fn definition(address: i64) -> &'static NativeDef {
    // SAFETY: getsets hold addresses of static definitions.
    unsafe { &*(address as usize as *const NativeDef) }
}

impl Getset {
    /// The definition of the getter.
    pub fn definition(&self) -> &'static NativeDef {
        definition(self.getter.get())
    }
}

impl<'a> Py<'a> {
    /// `attribute.__get__(object, class)`. `object` is UNSET for an access through the class.
    pub fn bind_attribute(self, attribute: Word, object: Word, class: TypeRef) -> Result {
        let by_class = object == UNSET;
        match descriptor(self, attribute) {
            Descriptor::None => Ok(attribute),
            Descriptor::Function if by_class => Ok(attribute),
            Descriptor::BuiltinMethod if by_class => Ok(attribute),
            Descriptor::Function | Descriptor::BuiltinMethod => self.bound_method(attribute, object),
            Descriptor::ClassMethod(function) => {
                // A descriptor inside (`classmethod(property(…))`) is no longer called: Python 3.13.
                self.bound_method(function, class.word())
            }
            Descriptor::BuiltinClassMethod(builtin) => self.bound_method(word(builtin), class.word()),
            Descriptor::StaticMethod(function) => Ok(function),
            Descriptor::Property(_) | Descriptor::Getset(_) | Descriptor::Member(_) if by_class => {
                Ok(attribute)
            }
            Descriptor::Property(property) => match property.getter.get() {
                NONE => Err(self.property_error(property, object, "getter")),
                getter => self.call(getter, &[object]),
            },
            Descriptor::Getset(getset) => {
                self.check_owner(getset.owner.get(), object, definition(getset.getter.get()).name)?;
                definition(getset.getter.get()).call_accessor(self, &[object])
            }
            Descriptor::Member(member) => self.get_member(member, object),
            Descriptor::Other => match self.type_of(attribute).lookup(self, Name::Get) {
                None => Ok(attribute),
                Some(get) => {
                    let object = if by_class { NONE } else { object };
                    self.call(get, &[attribute, object, class.word()])
                }
            },
        }
    }

    fn check_owner(self, owner: Word, object: Word, name: &str) -> Result<()> {
        match self.as_type(owner) {
            Some(owner) if !self.type_of(object).is_subtype(owner) => Err(self.type_error(format!(
                "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
                owner.name.borrow(),
                self.type_name(object)
            ))),
            _ => Ok(()),
        }
    }

    /// The exception for a property that lacks a function: `what` is "getter", "setter" or "deleter".
    pub fn property_error(
        self,
        property: Gc<Property>,
        object: Word,
        what: &str,
    ) -> metatrace_machine::Raised {
        let message = match self.property_name(property) {
            Err(raised) => return raised,
            Ok(Some(name)) => match self.repr_text(name) {
                Err(raised) => return raised,
                Ok(name) => format!("property {name} of "),
            },
            Ok(None) => "property of ".to_string(),
        };
        let class = self.type_of(object).object().qualname.get();
        match self.repr_text(class) {
            Err(raised) => raised,
            Ok(class) => {
                self.raise_text(Ty::AttributeError, &format!("{message}{class} object has no {what}"))
            }
        }
    }

    /// A property's own name, or else that of its getter. Errors: what the getter's `__name__` raises.
    pub fn property_name(self, property: Gc<Property>) -> Result<Option<Word>> {
        match (property.name.get(), property.getter.get()) {
            (UNSET, NONE) => Ok(None),
            (UNSET, getter) => self.get_attr_opt(getter, Name::NameAttr),
            (name, _) => Ok(Some(name)),
        }
    }

    fn get_member(self, member: Gc<Member>, object: Word) -> Result {
        let name = member.name.get();
        let shown = || self.cast::<Str>(name).map_or_else(String::new, |n| n.to_text());
        self.check_owner(member.owner.get(), object, &shown())?;
        let value =
            as_instance(object).and_then(|i| instance::get(self, i, Symbol(member.symbol.get() as u32)));
        match value {
            Some(value) => Ok(value),
            // State of built-in classes is None until set; a slot of `__slots__` is missing.
            None if member.is_readonly.get() & 2 != 0 => Ok(NONE),
            None => {
                let class = self.type_name(object);
                Err(self.attribute_error(
                    object,
                    name,
                    format!("'{class}' object has no attribute '{}'", shown()),
                ))
            }
        }
    }

    /// `value.name`
    pub fn get_attr(self, value: Word, name: impl Into<Symbol>) -> Result {
        let name = name.into();
        let class = self.type_of(value);
        if class.has(flags::OWN_GETATTRIBUTE) {
            return self.get_attr_overridden(value, class, name);
        }
        match self.generic_get_attr(value, class, name) {
            Ok(Some(found)) => Ok(found),
            Ok(None) => self.missing_attribute(value, class, name),
            // What a property raised: `__getattr__` is asked next.
            Err(_)
                if class.lookup(self, Name::GetAttr).is_some()
                    && self.take_if(Ty::AttributeError).is_some() =>
            {
                self.missing_attribute(value, class, name)
            }
            Err(raised) => Err(self.with_attribute(raised, value, name)),
        }
    }

    fn with_attribute(
        self,
        raised: metatrace_machine::Raised,
        value: Word,
        name: Symbol,
    ) -> metatrace_machine::Raised {
        self.tell_attribute(self.context().raised.get(), value, name);
        raised
    }

    /// Tells an `AttributeError` that user code raised which attribute of what was asked for, unless it knows.
    pub fn tell_attribute(self, exception: Word, value: Word, name: Symbol) {
        if exception != 0 && self.type_of(exception).is(self.ty(Ty::AttributeError)) {
            let is_unset =
                |what| matches!(self.get_private(exception, "AttributeError", what), None | Some(NONE));
            if is_unset("name") && is_unset("obj") {
                self.set_private(exception, "AttributeError", "name", self.name_word(name));
                self.set_private(exception, "AttributeError", "obj", value);
            }
        }
    }

    /// `value.name`, or `None` if that raises `AttributeError`.
    pub fn get_attr_opt(self, value: Word, name: impl Into<Symbol>) -> Result<Option<Word>> {
        let name = name.into();
        let class = self.type_of(value);
        if class.has(flags::OWN_GETATTRIBUTE) {
            return self.unless(self.get_attr_overridden(value, class, name), Ty::AttributeError);
        }
        match self.unless(self.generic_get_attr(value, class, name), Ty::AttributeError)?.flatten() {
            Some(found) => Ok(Some(found)),
            None if class.lookup(self, Name::GetAttr).is_none()
                && !crate::modules::has_fallback(self, value) =>
            {
                Ok(None)
            }
            None => self.unless(self.missing_attribute(value, class, name), Ty::AttributeError),
        }
    }

    fn get_attr_overridden(self, value: Word, class: TypeRef, name: Symbol) -> Result {
        let function = class.lookup(self, Name::GetAttribute).expect("object has it");
        let result = self.call_bound(function, value, class, &[self.name_word(name)]);
        match result {
            Ok(found) => Ok(found),
            Err(raised) => match class.lookup(self, Name::GetAttr) {
                None => Err(self.with_attribute(raised, value, name)),
                Some(_) => match self.take_if(Ty::AttributeError) {
                    None => Err(raised),
                    Some(_) => self.missing_attribute(value, class, name),
                },
            },
        }
    }

    /// Calls a method found in the class of `value`, bound to it.
    pub fn call_bound(self, method: Word, value: Word, class: TypeRef, args: &[Word]) -> Result {
        let mut words = [UNSET; 8];
        // Most special methods of built-in types.
        if let Some(builtin) = as_object::<Builtin>(method)
            && args.len() < 8
            && crate::functions::is_method(self, builtin)
        {
            if self.native_stack_is_low() {
                return Err(self.recursion_error("maximum recursion depth exceeded"));
            }
            words[0] = value;
            words[1..=args.len()].copy_from_slice(args);
            return builtin.call_positional(self, &words[..=args.len()]);
        }
        if matches!(descriptor(self, method), Descriptor::Function | Descriptor::BuiltinMethod)
            && args.len() < 8
        {
            words[0] = value;
            words[1..=args.len()].copy_from_slice(args);
            return self.call(method, &words[..=args.len()]);
        }
        let bound = self.bind_attribute(method, value, class)?;
        self.call(bound, args)
    }

    fn missing_attribute(self, value: Word, class: TypeRef, name: Symbol) -> Result {
        if let Some(fallback) = class.lookup(self, Name::GetAttr) {
            let found = self.call_bound(fallback, value, class, &[self.name_word(name)]);
            return found.map_err(|raised| self.with_attribute(raised, value, name));
        }
        let text = self.vm().symbols.text(name).to_text();
        let message = match self.as_type(value) {
            Some(class) => format!("type object '{}' has no attribute '{text}'", class.name.borrow()),
            None => match self.cast::<Module>(value) {
                Some(module) => {
                    return crate::modules::missing_attribute(self, module, value, name);
                }
                None => format!("'{}' object has no attribute '{text}'", class.message_name()),
            },
        };
        Err(self.attribute_error(value, self.name_word(name), message))
    }

    /// `object.__getattribute__`, or `type.__getattribute__` for a class; `None` if there is no such attribute.
    pub fn generic_get_attr(self, value: Word, class: TypeRef, name: Symbol) -> Result<Option<Word>> {
        let meta = class.lookup(self, name);
        if let Some(attribute) = meta
            && is_data_descriptor(self, attribute)
            && has_get(self, attribute)
        {
            return self.bind_attribute(attribute, value, class).map(Some);
        }
        if let Some(own) = self.as_type(value) {
            if let Some(attribute) = own.lookup(self, name) {
                return self.bind_attribute(attribute, UNSET, own).map(Some);
            }
        } else if let Some(found) = self.own_attribute(value, name) {
            return Ok(Some(found));
        }
        match meta {
            Some(attribute) => self.bind_attribute(attribute, value, class).map(Some),
            None => Ok(None),
        }
    }

    /// The same for an object whose own attributes are in `own`, whatever its class says.
    pub fn get_attr_within(self, value: Word, name: Symbol, own: Gc<Dict>) -> Result {
        let class = self.type_of(value);
        let meta = class.lookup(self, name);
        let found = match meta {
            Some(attribute) if is_data_descriptor(self, attribute) && has_get(self, attribute) => None,
            _ => dict::get_symbol(self, own, name),
        };
        match (found, meta) {
            (Some(found), _) => Ok(found),
            (None, Some(attribute)) => self.bind_attribute(attribute, value, class),
            (None, None) => Err(self.no_attribute_within(value, class, name)),
        }
    }

    /// Sets (UNSET: deletes) an attribute of such an object.
    pub fn set_attr_within(self, value: Word, name: Symbol, new: Word, own: Gc<Dict>) -> Result<()> {
        let class = self.type_of(value);
        match class.lookup(self, name) {
            Some(attribute) if is_data_descriptor(self, attribute) => {
                self.generic_set_attr(value, class, name, new)
            }
            _ if new != UNSET => dict::set_symbol(self, own, name, new),
            _ if dict::remove_symbol(self, own, name) => Ok(()),
            _ => Err(self.no_attribute_within(value, class, name)),
        }
    }

    fn no_attribute_within(self, value: Word, class: TypeRef, name: Symbol) -> metatrace_machine::Raised {
        let text = self.vm().symbols.text(name).to_text();
        let message = format!("'{}' object has no attribute '{text}'", class.message_name());
        self.attribute_error(value, self.name_word(name), message)
    }

    /// An attribute in the object's own namespace. Never runs user code.
    pub fn own_attribute(self, value: Word, name: Symbol) -> Option<Word> {
        if let Some(instance) = as_instance(value) {
            return instance::get(self, instance, name).or_else(|| {
                // A module that is an instance of a subclass of `module`.
                let module: Gc<Module> = as_object(instance.payload.get())?;
                dict::get_symbol(self, module.dict.get()?, name)
            });
        }
        dict::get_symbol(self, self.own_dict(value)?, name)
    }

    /// The dict that a built-in object keeps its attributes in, if it has one already.
    pub fn own_dict(self, value: Word) -> Option<Gc<Dict>> {
        match V::of(value) {
            V::Module(module) => module.dict.get(),
            V::Function(function) => as_object(function.attributes.get()),
            _ => {
                if let Some(namespace) = as_object::<SimpleNamespace>(value) {
                    return namespace.dict.get();
                }
                if let Some(method) = as_object::<ClassMethod>(value) {
                    return as_object(method.attributes.get());
                }
                if let Some(method) = as_object::<StaticMethod>(value) {
                    return as_object(method.attributes.get());
                }
                if let Some(parameter) = as_object::<TypeParam>(value) {
                    return as_object(parameter.extra.get());
                }
                None
            }
        }
    }

    /// The same; made if there is none yet. `None`: the object has no attributes of its own.
    pub fn make_own_dict(self, value: Word) -> Result<Option<Gc<Dict>>> {
        if let Some(dict) = self.own_dict(value) {
            return Ok(Some(dict));
        }
        if let Some(instance) = as_instance(value) {
            if let Some(module) = as_object::<Module>(instance.payload.get()) {
                return Ok(module.dict.get());
            }
            if !self.type_of(value).has(flags::HAS_DICT) {
                return Ok(None);
            }
            return instance::dictionary(self, instance).map(Some);
        }
        let new = dict::new(self)?;
        let (mutator, dict_word) = (self.mutator(), word(new));
        if let V::Function(function) = V::of(value) {
            function.attributes.set(mutator, function, dict_word);
        } else if let Some(method) = as_object::<ClassMethod>(value) {
            method.attributes.set(mutator, method, dict_word);
        } else if let Some(method) = as_object::<StaticMethod>(value) {
            method.attributes.set(mutator, method, dict_word);
        } else if let Some(parameter) = as_object::<TypeParam>(value) {
            parameter.extra.set(mutator, parameter, dict_word);
        } else {
            return Ok(None);
        }
        Ok(Some(new))
    }

    /// `value.name = new`; UNSET deletes.
    pub fn set_attr(self, value: Word, name: impl Into<Symbol>, new: Word) -> Result<()> {
        let name = name.into();
        let class = self.type_of(value);
        if class.has(flags::OWN_SETATTR) {
            let (special, args) = match new {
                UNSET => (Name::DelAttr, vec_of(self.name_word(name), None)),
                _ => (Name::SetAttr, vec_of(self.name_word(name), Some(new))),
            };
            let function = class.lookup(self, special).expect("object has it");
            self.call_bound(function, value, class, &args.0[..args.1])?;
            return Ok(());
        }
        self.generic_set_attr(value, class, name, new)
    }

    /// Whether assigning an attribute of a class with this metaclass comes to putting it into the class.
    pub fn sets_class_attribute(self, meta: TypeRef, name: Symbol) -> bool {
        !meta.has(flags::OWN_SETATTR)
            && meta.lookup(self, name).is_none_or(|attribute| !is_data_descriptor(self, attribute))
    }

    pub fn del_attr(self, value: Word, name: impl Into<Symbol>) -> Result<()> {
        self.set_attr(value, name, UNSET)
    }

    /// `object.__setattr__` / `type.__setattr__`.
    pub fn generic_set_attr(self, value: Word, class: TypeRef, name: Symbol, new: Word) -> Result<()> {
        let text = || self.vm().symbols.text(name).to_text();
        let meta = class.lookup(self, name);
        if let Some(attribute) = meta {
            if let Some(own) = self.as_type(value).filter(|own| !own.has(flags::MUTABLE)) {
                return crate::class::set_type_attribute(self, own, name, new);
            }
            match descriptor(self, attribute) {
                Descriptor::Property(property) => {
                    let (function, what) = match new {
                        UNSET => (property.deleter.get(), "deleter"),
                        _ => (property.setter.get(), "setter"),
                    };
                    if function == NONE {
                        return Err(self.property_error(property, value, what));
                    }
                    let args = vec_of(value, (new != UNSET).then_some(new));
                    self.call(function, &args.0[..args.1])?;
                    return Ok(());
                }
                Descriptor::Getset(getset) => {
                    self.check_owner(getset.owner.get(), value, &text())?;
                    if getset.setter.get() == 0 {
                        if getset.definition().kind == NativeKind::Member {
                            return Err(self.raise_text(Ty::AttributeError, "readonly attribute"));
                        }
                        let message = format!(
                            "attribute '{}' of '{}' objects is not writable",
                            text(),
                            class.message_name()
                        );
                        return Err(self.raise_text(Ty::AttributeError, &message));
                    }
                    definition(getset.setter.get()).call_accessor(self, &[value, new])?;
                    return Ok(());
                }
                Descriptor::Member(member) => {
                    self.check_owner(member.owner.get(), value, &text())?;
                    if member.is_readonly.get() & 1 != 0 {
                        return Err(self.raise_text(Ty::AttributeError, "readonly attribute"));
                    }
                    let instance = as_instance(value).expect("the owner's instances have slots");
                    let symbol = Symbol(member.symbol.get() as u32);
                    if new != UNSET {
                        return instance::set(self, instance, symbol, new);
                    }
                    if !instance::delete(self, instance, symbol)? {
                        return Err(self.attribute_error(value, self.name_word(name), text()));
                    }
                    return Ok(());
                }
                Descriptor::Other => {
                    let special = if new == UNSET { Name::Delete } else { Name::Set };
                    let of = self.type_of(attribute);
                    if let Some(function) = of.lookup(self, special) {
                        let args = vec_of(value, (new != UNSET).then_some(new));
                        self.call_bound(function, attribute, of, &args.0[..args.1])?;
                        return Ok(());
                    }
                    if of.lookup(self, Name::Set).is_some() || of.lookup(self, Name::Delete).is_some() {
                        let special = if new == UNSET { "__delete__" } else { "__set__" };
                        return Err(self.raise_text(Ty::AttributeError, special));
                    }
                }
                _ => {}
            }
        }
        if let Some(own) = self.as_type(value) {
            return crate::class::set_type_attribute(self, own, name, new);
        }
        if let Some(instance) = as_instance(value) {
            let is_module = as_object::<Module>(instance.payload.get()).is_some();
            if class.has(flags::HAS_DICT) && !is_module {
                if new != UNSET {
                    return instance::set(self, instance, name, new);
                }
                if instance::delete(self, instance, name)? {
                    return Ok(());
                }
                return Err(self.no_attribute(value, class, name, meta));
            }
        }
        match self.make_own_dict(value)? {
            Some(own) if new != UNSET => dict::set_symbol(self, own, name, new),
            Some(own) => match dict::remove_symbol(self, own, name) {
                true => Ok(()),
                false => Err(self.no_attribute(value, class, name, meta)),
            },
            None => Err(self.no_attribute(value, class, name, meta)),
        }
    }

    fn no_attribute(
        self,
        value: Word,
        class: TypeRef,
        name: Symbol,
        meta: Option<Word>,
    ) -> metatrace_machine::Raised {
        let (text, class_name) = (self.vm().symbols.text(name).to_text(), class.message_name());
        let has_dict = class.has(flags::HAS_DICT);
        let message = match meta {
            Some(_) if !has_dict => format!("'{class_name}' object attribute '{text}' is read-only"),
            None if !has_dict => {
                let message = format!(
                    "'{class_name}' object has no attribute '{text}' and no __dict__ for setting new attributes"
                );
                return self.attribute_error(value, self.name_word(name), message);
            }
            _ => format!("'{class_name}' object has no attribute '{text}'"),
        };
        self.raise_text(Ty::AttributeError, &message)
    }

    /// How instances with this map reach an attribute, as far as the class alone decides.
    pub fn attribute_plan(self, map: MapRef, name: Symbol) -> AttributePlan {
        let class = map.class;
        if class.has(flags::OWN_GETATTRIBUTE) || map.is_dict {
            return AttributePlan::Generic;
        }
        let meta = class.lookup(self, name);
        if let Some(attribute) = meta {
            match descriptor(self, attribute) {
                Descriptor::Property(property)
                    if as_object::<Function>(property.getter.get()).is_some()
                        && class.lookup(self, Name::GetAttr).is_none() =>
                {
                    return AttributePlan::Property(property.getter.get());
                }
                Descriptor::Member(member) => {
                    return match map.find(Symbol(member.symbol.get() as u32)) {
                        Some(place) if class.is_subtype_word(self, member.owner.get()) => {
                            AttributePlan::Field(place)
                        }
                        _ => AttributePlan::Generic,
                    };
                }
                Descriptor::Other if let Some(index) = item_of_tuple(self, class, attribute) => {
                    return AttributePlan::Item(index);
                }
                _ if is_data_descriptor(self, attribute) => return AttributePlan::Generic,
                _ => {}
            }
        }
        match (map.find(name), meta) {
            (Some(place), _) => AttributePlan::Field(place),
            (None, Some(attribute)) => match descriptor(self, attribute) {
                Descriptor::None => class_value(self, class, name, attribute),
                Descriptor::Function | Descriptor::BuiltinMethod => AttributePlan::Method(attribute),
                Descriptor::StaticMethod(function) => AttributePlan::ClassConstant(function),
                Descriptor::Other => class_instance(self, attribute),
                _ => AttributePlan::Generic,
            },
            (None, None) => match class.lookup(self, Name::GetAttr) {
                Some(fallback)
                    if as_object::<Function>(fallback).is_some_and(|function| {
                        function.code().is_plain && function.code().arg_count == 2
                    }) =>
                {
                    AttributePlan::Fallback(fallback)
                }
                _ => AttributePlan::Generic,
            },
        }
    }

    /// The same for objects of built-in types that have no attributes of their own: methods.
    pub fn attribute_plan_of_type(self, class: TypeRef, name: Symbol) -> AttributePlan {
        if class.has(flags::OWN_GETATTRIBUTE) {
            return AttributePlan::Generic;
        }
        match class.lookup(self, name) {
            Some(attribute) => match descriptor(self, attribute) {
                Descriptor::Function | Descriptor::BuiltinMethod if !class.has(flags::HAS_DICT) => {
                    AttributePlan::Method(attribute)
                }
                _ => AttributePlan::Generic,
            },
            None => AttributePlan::Generic,
        }
    }

    /// How loading an attribute of a class itself goes, as long as neither the class nor its metaclass changes. `Method`: the class is bound to it.
    /// `Generic` if that is not decided by these two alone.
    pub fn class_attribute_plan(self, class: TypeRef, name: Symbol) -> AttributePlan {
        let meta = self.type_of(class.word());
        if meta.has(flags::OWN_GETATTRIBUTE)
            || meta.lookup(self, name).is_some_and(|attribute| is_data_descriptor(self, attribute))
        {
            return AttributePlan::Generic;
        }
        let Some(attribute) = class.lookup(self, name) else { return AttributePlan::Generic };
        match descriptor(self, attribute) {
            Descriptor::None => class_value(self, class, name, attribute),
            Descriptor::Function | Descriptor::BuiltinMethod => AttributePlan::ClassConstant(attribute),
            Descriptor::StaticMethod(function) => AttributePlan::ClassConstant(function),
            Descriptor::ClassMethod(function) if as_object::<Function>(function).is_some() => {
                AttributePlan::Method(function)
            }
            Descriptor::Other => class_instance(self, attribute),
            _ => AttributePlan::Generic,
        }
    }

    /// How storing an attribute of instances with this map goes.
    pub fn store_plan(self, map: MapRef, name: Symbol) -> AttributePlan {
        let class = map.class;
        // Attributes of a module are in its namespace, those of subclasses' instances, too.
        if class.has(flags::OWN_SETATTR) || map.is_dict || class.payload == Some(Ty::Module) {
            return AttributePlan::Generic;
        }
        let mut key = name;
        if let Some(attribute) = class.lookup(self, name) {
            match descriptor(self, attribute) {
                Descriptor::Member(member)
                    if member.is_readonly.get() & 1 == 0
                        && class.is_subtype_word(self, member.owner.get()) =>
                {
                    key = Symbol(member.symbol.get() as u32);
                }
                _ if is_data_descriptor(self, attribute) => return AttributePlan::Generic,
                _ if !class.has(flags::HAS_DICT) => return AttributePlan::Generic,
                _ => {}
            }
        } else if !class.has(flags::HAS_DICT) {
            return AttributePlan::Generic;
        }
        if let Some(place) = map.find(key) {
            return AttributePlan::Field(place);
        }
        if map.names.len() as u32 >= MOST_INLINE_SLOTS || map.names.len() as u32 >= map.inline_slots {
            return AttributePlan::Generic;
        }
        let next = self.vm().maps.with_name(&self.vm().heap, map, key);
        AttributePlan::Add(Place::Inline(map.names.len() as u32), next)
    }

    /// A special method of the class of `value`, bound to it; `None` if the class has none. The instance is not asked.
    pub fn special(self, value: Word, name: Name) -> Result<Option<Word>> {
        let class = self.type_of(value);
        match class.lookup(self, name) {
            None => Ok(None),
            Some(method) => self.bind_attribute(method, value, class).map(Some),
        }
    }

    /// Calls a special method of the class of `value`; `None` if the class has none.
    pub fn call_special(self, value: Word, name: Name, args: &[Word]) -> Result<Option<Word>> {
        let class = self.type_of(value);
        match class.lookup(self, name) {
            None => Ok(None),
            Some(method) => self.call_bound(method, value, class, args).map(Some),
        }
    }

    /// `value.name(*args)`
    pub fn call_method(self, value: Word, name: impl Into<Symbol>, args: &[Word]) -> Result {
        let name = name.into();
        let class = self.type_of(value);
        if !class.has(flags::OWN_GETATTRIBUTE | flags::HAS_DICT)
            && self.as_type(value).is_none()
            && let Some(method) = class.lookup(self, name)
            && matches!(descriptor(self, method), Descriptor::Function | Descriptor::BuiltinMethod)
        {
            return self.call_bound(method, value, class, args);
        }
        let method = self.get_attr(value, name)?;
        self.call(method, args)
    }
}

fn vec_of(first: Word, second: Option<Word>) -> ([Word; 2], usize) {
    ([first, second.unwrap_or(UNSET)], 1 + usize::from(second.is_some()))
}

impl crate::types::TypeInfo {
    fn is_subtype_word(&self, py: Py, class: Word) -> bool {
        py.as_type(class).is_some_and(|class| self.is_subtype(class))
    }
}

//! The object protocol: calls, truth, `repr`, `hash`, equality, length, iteration and conversion, for every kind of value.
//!
//! Exact built-in values take short cuts here; everything else goes through the special methods of its class. These functions
//! run user code on the native stack: the interpreter itself uses them only for what it does not trace through.

use crate::dict;
use crate::exceptions;
use crate::functions;
use crate::names::Name;
use crate::native::Args;
use crate::objects::*;
use crate::operators::Comparison;
use crate::py::{Py, Result, list_push};
use crate::types::Ty;
use crate::value::*;
use heap::{Gc, Header, Slot};
use metatrace_machine::{Encoding, Host, NanBox};
use std::cell::Cell;

impl<'a> Py<'a> {
    // -- calls

    /// `callable(*args)`
    pub fn call(self, callable: Word, args: &[Word]) -> Result {
        self.call_args(callable, Args::positional(args))
    }

    /// `callable(*args, **keywords)`
    pub fn call_args(self, callable: Word, args: Args) -> Result {
        if self.native_stack_is_low() {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        if let Some(function) = as_object::<Function>(callable) {
            return (self.vm().hooks.call_function)(self, function, args);
        }
        if let Some(builtin) = as_object::<Builtin>(callable) {
            return match args.keywords {
                None => builtin.call_positional(self, args.words),
                Some(_) => builtin.call(self, args),
            };
        }
        match V::of(callable) {
            V::Function(function) => (self.vm().hooks.call_function)(self, function, args),
            V::Builtin(builtin) => builtin.call(self, args),
            V::BoundMethod(method) => {
                self.call_with_first(method.function.get(), method.receiver.get(), args)
            }
            V::Type(_) => {
                let class = self.as_type(callable).expect("a type");
                let meta = self.type_of(callable);
                if meta.is(self.ty(Ty::Type)) {
                    return self.instantiate(class, args);
                }
                self.call_through_class(callable, args)
            }
            _ => {
                if let Some(method) = as_object::<StaticMethod>(callable) {
                    return self.call_args(method.function.get(), args);
                }
                self.call_through_class(callable, args)
            }
        }
    }

    fn call_through_class(self, callable: Word, args: Args) -> Result {
        let class = self.type_of(callable);
        match class.lookup(self, Name::Call) {
            Some(method) => self.call_bound_args(method, callable, class, args),
            None => Err(self.type_error(format!("'{}' object is not callable", class.name.borrow()))),
        }
    }

    /// Calls with one more positional argument in front.
    pub fn call_with_first(self, callable: Word, first: Word, args: Args) -> Result {
        let count = args.words.len() + 1;
        if count <= 8 {
            let mut words = [UNSET; 8];
            words[0] = first;
            words[1..count].copy_from_slice(args.words);
            return self.call_args(callable, Args { words: &words[..count], keywords: args.keywords });
        }
        // Words on the malloc heap are invisible to the collector: a tuple keeps them alive and in place.
        let tuple = self.new_tuple_uninit(count)?;
        tuple.items()[0].set(self.mutator(), tuple, first);
        for (to, from) in tuple.items()[1..].iter().zip(args.words) {
            to.set(self.mutator(), tuple, *from);
        }
        self.call_args(callable, Args { words: &tuple_words(tuple), keywords: args.keywords })
    }

    /// Calls a method found in the class of `value`, bound to it.
    pub fn call_bound_args(
        self,
        method: Word,
        value: Word,
        class: crate::types::TypeRef,
        args: Args,
    ) -> Result {
        let binds = match V::of(method) {
            V::Function(_) => true,
            V::Builtin(builtin) => functions::is_method(self, builtin),
            _ => false,
        };
        if binds {
            return self.call_with_first(method, value, args);
        }
        let bound = self.bind_attribute(method, value, class)?;
        self.call_args(bound, args)
    }

    /// Whether so little native stack is left that nothing more may be called.
    #[inline(always)]
    pub fn native_stack_is_low(self) -> bool {
        let here = 0_u8;
        (std::ptr::from_ref(&here) as usize) < self.context().stack_limit.get()
    }

    pub fn is_callable(self, value: Word) -> bool {
        matches!(V::of(value), V::Function(_) | V::Builtin(_) | V::BoundMethod(_) | V::Type(_))
            || self.type_of(value).lookup(self, Name::Call).is_some()
    }

    // -- truth and comparison

    /// `bool(value)`
    pub fn truth(self, value: Word) -> Result<bool> {
        match value {
            TRUE => return Ok(true),
            FALSE | NONE => return Ok(false),
            _ => {}
        }
        Ok(match V::of(value) {
            V::Bool(b) => b,
            V::None => false,
            V::Int(i) => i != 0,
            V::Float(f) => f != 0.0,
            V::Big(_) => true,
            V::Str(s) => !s.is_empty(),
            V::Bytes(b) => b.size.get() != 0,
            V::Tuple(t) => t.length.get() != 0,
            V::List(l) => !l.is_empty(),
            V::Dict(d) => dict::len(d) != 0,
            V::Set(s) => set_len(s.table.get()) != 0,
            V::FrozenSet(s) => set_len(s.table.get()) != 0,
            V::Function(_) | V::Builtin(_) | V::BoundMethod(_) | V::Ellipsis => true,
            _ => return self.truth_by_class(value),
        })
    }

    fn truth_by_class(self, value: Word) -> Result<bool> {
        if let Some(result) = self.call_special(value, Name::Bool, &[])? {
            return match result {
                TRUE => Ok(true),
                FALSE => Ok(false),
                other => Err(self
                    .type_error(format!("__bool__ should return bool, returned {}", self.type_name(other)))),
            };
        }
        match self.len_opt(value)? {
            Some(length) => Ok(length != 0),
            None => Ok(true),
        }
    }

    /// `a is b`: numbers go by value.
    #[inline]
    pub fn is_same(self, a: Word, b: Word) -> bool {
        if a == b {
            return true;
        }
        match (V::of(a), V::of(b)) {
            (V::Int(x), V::Int(y)) => x == y,
            (V::Big(x), V::Big(y)) => *x.value == *y.value,
            _ => false,
        }
    }

    /// `a is b or a == b`, as containers compare their items.
    #[inline(always)]
    pub fn is_equal(self, a: Word, b: Word) -> Result<bool> {
        // Identity comes first, even for NaN.
        if a == b {
            return Ok(true);
        }
        if NanBox::both_ints(a, b) {
            return Ok(false);
        }
        self.is_equal_other(a, b)
    }

    /// The same for what are not two small integers, and not the same.
    fn is_equal_other(self, a: Word, b: Word) -> Result<bool> {
        if let (Some(x), Some(y)) = (as_object::<Str>(a), as_object::<Str>(b)) {
            return Ok(x.as_bytes() == y.as_bytes());
        }
        match (V::of(a), V::of(b)) {
            (V::Tuple(x), V::Tuple(y)) => self.equal_tuples(x, y),
            (V::Int(x), V::Int(y)) => Ok(x == y),
            (V::Float(x), V::Float(y)) => Ok(x == y),
            (V::Str(x), V::Str(y)) => Ok(x.as_bytes() == y.as_bytes()),
            (V::None, _) | (_, V::None) if as_instance(a).is_none() && as_instance(b).is_none() => Ok(false),
            _ => {
                let result = self.compare(Comparison::Eq, a, b)?;
                self.truth(result)
            }
        }
    }

    fn equal_tuples(self, a: Gc<Tuple>, b: Gc<Tuple>) -> Result<bool> {
        if self.native_stack_is_low() {
            return Err(self.recursion_error("maximum recursion depth exceeded in comparison"));
        }
        if a.items().len() != b.items().len() {
            return Ok(false);
        }
        for (x, y) in a.items().iter().zip(b.items()) {
            if !self.is_equal(x.get(), y.get())? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    // -- hash

    /// `hash(value)`. Errors: `TypeError` if it has none.
    #[inline]
    pub fn hash(self, value: Word) -> Result<i64> {
        if let Some(text) = as_object::<Str>(value) {
            return Ok(self.hash_str(text));
        }
        if NanBox::is_int(&mut Host, value) {
            return Ok(python_number::hash::hash_i64(NanBox::unbox_int(&mut Host, value) as i64));
        }
        self.hash_other(value)
    }

    /// The hash of what is no string and no small integer.
    fn hash_other(self, value: Word) -> Result<i64> {
        Ok(match V::of(value) {
            V::Str(s) => self.hash_str(s),
            V::Int(i) => python_number::hash::hash_i64(i),
            V::Bool(b) => i64::from(b),
            V::Float(f) => python_number::hash::hash_f64(f, hash_address(value as usize)),
            V::None => 0xFCA8_6420,
            V::Bytes(b) => {
                if b.hash.get() == 0 {
                    b.hash.set(python_number::hash::hash_bytes(self.vm().hash_secret, b.items()));
                }
                b.hash.get()
            }
            V::Big(big) => python_number::hash::hash_int(&big.value),
            V::Tuple(tuple) => self.hash_tuple(tuple)?,
            _ => return self.hash_by_class(value),
        })
    }

    fn hash_by_class(self, value: Word) -> Result<i64> {
        let class = self.type_of(value);
        let method = class.lookup(self, Name::Hash).unwrap_or(NONE);
        if method == NONE {
            return Err(self.type_error(format!("unhashable type: '{}'", class.message_name())));
        }
        let result = self.call_bound(method, value, class, &[])?;
        match V::of(self.base(result)) {
            V::Int(hash) => Ok(if hash == -1 { -2 } else { hash }),
            V::Big(_) => self.hash(self.base(result)),
            V::Bool(b) => Ok(i64::from(b)),
            _ => Err(self.type_error("__hash__ method should return an integer")),
        }
    }

    /// CPython's tuple hash (a simplified xxHash).
    fn hash_tuple(self, tuple: Gc<Tuple>) -> Result<i64> {
        const P1: u64 = 11_400_714_785_074_694_791;
        const P2: u64 = 14_029_467_366_897_019_727;
        const P5: u64 = 2_870_177_450_012_600_261;
        if self.native_stack_is_low() {
            return Err(self.recursion_error("maximum recursion depth exceeded while hashing a tuple"));
        }
        let mut acc = P5;
        for item in tuple.items() {
            let lane = self.hash(item.get())? as u64;
            acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
        }
        acc = acc.wrapping_add(tuple.items().len() as u64 ^ (P5 ^ 3_527_539));
        Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
    }

    /// `object.__hash__`: by identity.
    pub fn hash_identity(self, value: Word) -> i64 {
        match object(value) {
            Some(object) => hash_address(heap::identity(object)),
            None => hash_address(value as usize),
        }
    }

    /// `id(value)`
    pub fn id(self, value: Word) -> Result {
        match V::of(value) {
            V::Int(_) | V::Float(_) | V::Big(_) => self.uint(value_identity(self, value)),
            _ => match object(value) {
                Some(object) => self.uint(heap::identity(object) as u64),
                None => self.uint(value),
            },
        }
    }

    // -- text

    /// The text of `repr(value)`. Errors: as [`Py::repr_object`].
    pub fn repr(self, value: Word) -> Result<Gc<Str>> {
        Ok(self.as_str(self.repr_object(value)?).expect("checked to be a string"))
    }

    /// `repr(value)`: a string, or an instance of a subclass of `str`.
    /// Errors: what `__repr__` raises; `TypeError` if it returns no string.
    pub fn repr_object(self, value: Word) -> Result {
        if self.native_stack_is_low() {
            return Err(
                self.recursion_error("maximum recursion depth exceeded while getting the repr of an object")
            );
        }
        let result = self.call_special(value, Name::Repr, &[])?.expect("object has it");
        match self.as_str(result) {
            Some(_) => Ok(result),
            None => {
                Err(self
                    .type_error(format!("__repr__ returned non-string (type {})", self.type_name(result))))
            }
        }
    }

    /// `repr(value)` as Rust text.
    pub fn repr_text(self, value: Word) -> Result<String> {
        Ok(self.repr(value)?.to_text())
    }

    /// The text of `str(value)`. Errors: as [`Py::str_object`].
    pub fn to_str(self, value: Word) -> Result<Gc<Str>> {
        match V::of(value) {
            V::Str(text) => return Ok(text),
            V::Int(value) => return Ok(as_object(self.decimal(value)?).expect("made just now")),
            _ => {}
        }
        Ok(self.as_str(self.str_object(value)?).expect("checked to be a string"))
    }

    /// `str(value)`: a string, or an instance of a subclass of `str`.
    /// Errors: what `__str__` raises; `TypeError` if it returns no string.
    pub fn str_object(self, value: Word) -> Result {
        if let V::Str(_) = V::of(value) {
            return Ok(value);
        }
        let Some(result) = self.call_special(value, Name::Str, &[])? else { return self.repr_object(value) };
        match self.as_str(result) {
            Some(_) => Ok(result),
            None => {
                Err(self.type_error(format!("__str__ returned non-string (type {})", self.type_name(result))))
            }
        }
    }

    /// `str(value)` as Rust text.
    pub fn to_text(self, value: Word) -> Result<String> {
        Ok(self.to_str(value)?.to_text())
    }

    /// Runs `body` unless the `repr` of this object is under way already: then `None`.
    pub fn guard_repr<T>(self, value: Word, body: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
        if self.thread().repr_stack.borrow().contains(&value) {
            return Ok(None);
        }
        if let Some(object) = object(value) {
            heap::pin(object);
        }
        self.thread().repr_stack.borrow_mut().push(value);
        let result = body();
        self.thread().repr_stack.borrow_mut().pop();
        result.map(Some)
    }

    // -- length and items

    /// `len(value)`
    pub fn len(self, value: Word) -> Result<usize> {
        match self.len_opt(value)? {
            Some(length) => Ok(length),
            None => Err(self.type_error(format!("object of type '{}' has no len()", self.type_name(value)))),
        }
    }

    /// The same; `None` if it has no length.
    pub fn len_opt(self, value: Word) -> Result<Option<usize>> {
        if let Some(list) = as_object::<List>(value) {
            return Ok(Some(list.len()));
        }
        if let Some(text) = as_object::<Str>(value) {
            return Ok(Some(text.len()));
        }
        if let Some(tuple) = as_object::<Tuple>(value) {
            return Ok(Some(tuple.items().len()));
        }
        if let Some(dict) = as_object::<Dict>(value) {
            return Ok(Some(dict::len(dict)));
        }
        let Some(result) = self.call_special(value, Name::Len, &[])? else { return Ok(None) };
        let length = self.index(result)?;
        if length < 0 {
            return Err(self.value_error("__len__() should return >= 0"));
        }
        Ok(Some(length as usize))
    }

    /// `value[key]`
    pub fn get_item(self, value: Word, key: Word) -> Result {
        match self.call_special(value, Name::GetItem, &[key])? {
            Some(item) => Ok(item),
            None => {
                if let Some(class) = self.as_type(value) {
                    if class.is(self.ty(Ty::Type)) {
                        return crate::generic::alias(self, value, key);
                    }
                    if let Some(method) = self.get_attr_opt(value, Name::ClassGetItem)? {
                        return self.call(method, &[key]);
                    }
                    return Err(
                        self.type_error(format!("type '{}' is not subscriptable", class.name.borrow()))
                    );
                }
                Err(self.type_error(format!("'{}' object is not subscriptable", self.type_name(value))))
            }
        }
    }

    /// `value[start:stop]` of an exact list, tuple or ASCII string with ordinary bounds; `None` for everything else.
    pub fn simple_slice(self, value: Word, start: Word, stop: Word) -> Result<Option<Word>> {
        let length = match V::of(value) {
            V::List(list) => list.len(),
            V::Tuple(tuple) => tuple.items().len(),
            V::Str(text) if text.is_ascii() => text.len(),
            _ => return Ok(None),
        };
        let bound = |bound: Word, default: usize| match bound {
            NONE => Some(default),
            _ if NanBox::is_int(&mut Host, bound) => {
                let index = NanBox::unbox_int(&mut Host, bound) as i64;
                let index = if index < 0 { index + length as i64 } else { index };
                Some(index.clamp(0, length as i64) as usize)
            }
            _ => None,
        };
        let (Some(start), Some(stop)) = (bound(start, 0), bound(stop, length)) else { return Ok(None) };
        let stop = stop.max(start);
        Ok(Some(match V::of(value) {
            V::List(list) => {
                let part = self.new_list(stop - start)?;
                let storage = part.storage();
                for (to, from) in storage.items().iter().zip(&list.storage().items()[start..stop]) {
                    to.set(self.mutator(), storage, from.get());
                }
                part.length.set((stop - start) as i64);
                word(part)
            }
            V::Tuple(_) if stop - start == length => value,
            V::Tuple(_) if stop == start => self.vm().empty_tuple(),
            V::Tuple(tuple) => {
                let part = self.new_tuple_uninit(stop - start)?;
                for (to, from) in part.items().iter().zip(&tuple.items()[start..stop]) {
                    to.set(self.mutator(), part, from.get());
                }
                word(part)
            }
            V::Str(_) if stop - start == length => value,
            V::Str(text) => word(self.new_wtf8(&text.as_bytes()[start..stop], stop - start)?),
            _ => unreachable!("told apart above"),
        }))
    }

    /// `a + b` of two exact tuples or two exact lists; `None` for everything else.
    pub fn simple_concat(self, a: Word, b: Word) -> Result<Option<Word>> {
        if let (Some(x), Some(y)) = (as_object::<Tuple>(a), as_object::<Tuple>(b)) {
            let (first, second) = (x.items().len(), y.items().len());
            if first == 0 || second == 0 {
                return Ok(Some(if first == 0 { b } else { a }));
            }
            let sum = self.new_tuple_uninit(first + second)?;
            for (to, from) in sum.items().iter().zip(x.items().iter().chain(y.items())) {
                to.set(self.mutator(), sum, from.get());
            }
            return Ok(Some(word(sum)));
        }
        if let (Some(x), Some(y)) = (as_object::<List>(a), as_object::<List>(b)) {
            let (first, second) = (x.len(), y.len());
            let sum = self.new_list(first + second)?;
            let storage = sum.storage();
            let (x, y) = (x.storage(), y.storage());
            let items = x.items()[..first].iter().chain(&y.items()[..second]);
            for (to, from) in storage.items().iter().zip(items) {
                to.set(self.mutator(), storage, from.get());
            }
            sum.length.set((first + second) as i64);
            return Ok(Some(word(sum)));
        }
        Ok(None)
    }

    /// `value[key] = item`
    pub fn set_item(self, value: Word, key: Word, item: Word) -> Result<()> {
        match self.call_special(value, Name::SetItem, &[key, item])? {
            Some(_) => Ok(()),
            None => Err(self
                .type_error(format!("'{}' object does not support item assignment", self.type_name(value)))),
        }
    }

    /// `del value[key]`
    pub fn del_item(self, value: Word, key: Word) -> Result<()> {
        match self.call_special(value, Name::DelItem, &[key])? {
            Some(_) => Ok(()),
            None => {
                Err(self
                    .type_error(format!("'{}' object doesn't support item deletion", self.type_name(value))))
            }
        }
    }

    /// `item in value`
    pub fn contains(self, value: Word, item: Word) -> Result<bool> {
        match V::of(value) {
            V::Dict(dict) => return dict::contains(self, dict, item),
            V::List(list) => {
                // Comparing may change the list.
                let mut index = 0;
                while index < list.len() {
                    if self.is_equal(list.item(index), item)? {
                        return Ok(true);
                    }
                    index += 1;
                }
                return Ok(false);
            }
            V::Tuple(tuple) => {
                for own in tuple.items() {
                    if self.is_equal(own.get(), item)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
            V::Set(set) if is_plain_element(item) => return contains_element(self, set.table.get(), item),
            V::FrozenSet(set) if is_plain_element(item) => {
                return contains_element(self, set.table.get(), item);
            }
            V::Str(text) if let Some(part) = as_object::<Str>(item) => {
                return Ok(python_text::search::find(text.as_bytes(), part.as_bytes()).is_some());
            }
            _ => {}
        }
        let class = self.type_of(value);
        match class.lookup(self, Name::Contains) {
            Some(NONE) => {
                return Err(self.type_error(format!("'{}' object is not a container", class.name.borrow())));
            }
            Some(method) => {
                let result = self.call_bound(method, value, class, &[item])?;
                return self.truth(result);
            }
            None => {}
        }
        let iterator = match self.iter(value) {
            Ok(iterator) => iterator,
            Err(raised) => {
                return Err(match self.take_if(Ty::TypeError) {
                    Some(_) => self.type_error(format!(
                        "argument of type '{}' is not a container or iterable",
                        class.name.borrow()
                    )),
                    None => raised,
                });
            }
        };
        while let Some(found) = self.next(iterator)? {
            if self.is_equal(found, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    // -- iteration

    /// `iter(value)`
    pub fn iter(self, value: Word) -> Result {
        if let Some(iterator) = crate::iterators::builtin_iter(self, value)? {
            return Ok(iterator);
        }
        let class = self.type_of(value);
        match class.lookup(self, Name::Iter) {
            Some(NONE) => {}
            Some(method) => {
                let iterator = self.call_bound(method, value, class, &[])?;
                if self.type_of(iterator).lookup(self, Name::Next).is_none() {
                    return Err(self.type_error(format!(
                        "iter() returned non-iterator of type '{}'",
                        self.type_name(iterator)
                    )));
                }
                return Ok(iterator);
            }
            None if class.lookup(self, Name::GetItem).is_some() => {
                let iterator = LazyIter {
                    header: Header::EMPTY,
                    kind: Cell::new(Ty::SeqIterator as i64),
                    source: heap::WordSlot::new(value),
                    extra: heap::WordSlot::new(NONE),
                    index: Cell::new(0),
                };
                return Ok(word(self.alloc(iterator)?));
            }
            None => {}
        }
        Err(self.type_error(format!("'{}' object is not iterable", class.name.borrow())))
    }

    /// `next(iterator)`; `None` when it is exhausted.
    pub fn next(self, iterator: Word) -> Result<Option<Word>> {
        if let Some(step) = crate::iterators::builtin_next(self, iterator) {
            return step;
        }
        if let V::Generator(generator) = V::of(iterator)
            && crate::generator::type_of(generator) == Ty::Generator
        {
            return match (self.vm().hooks.resume_generator)(
                self,
                generator,
                crate::generator::Resumption::Send(NONE),
            )? {
                crate::generator::Step::Yielded(value) => Ok(Some(value)),
                crate::generator::Step::Returned(_) => Ok(None),
            };
        }
        let class = self.type_of(iterator);
        let Some(method) = class.lookup(self, Name::Next) else {
            return Err(self.type_error(format!("'{}' object is not an iterator", class.name.borrow())));
        };
        self.unless(self.call_bound(method, iterator, class, &[]), Ty::StopIteration)
    }

    /// Gives the items of an iterator to `each` until that says `false`. A generator runs without being entered anew for each item.
    #[inline]
    pub fn for_each(self, iterator: Word, mut each: impl FnMut(Word) -> Result<bool>) -> Result<()> {
        if let Some(generator) = as_object::<Generator>(iterator)
            && crate::generator::type_of(generator) == Ty::Generator
        {
            return (self.vm().hooks.drain_generator)(self, generator, &mut each);
        }
        while let Some(item) = self.next(iterator)? {
            if !each(item)? {
                break;
            }
        }
        Ok(())
    }

    /// The items of an iterable, in a new list.
    pub fn list_from_iterable(self, value: Word) -> Result<Gc<List>> {
        match V::of(value) {
            V::List(list) => return self.list_of_storage(list.storage(), list.len()),
            V::Tuple(tuple) => {
                let list = self.new_list(tuple.items().len())?;
                let storage = list.storage();
                for (to, from) in storage.items().iter().zip(tuple.items()) {
                    to.set(self.mutator(), storage, from.get());
                }
                list.length.set(tuple.items().len() as i64);
                return Ok(list);
            }
            _ => {}
        }
        let iterator = self.iter(value)?;
        let hint = match self.length_hint(value)? {
            Some(hint) => hint.min(1 << 20),
            None => 0,
        };
        let list = self.new_list(hint)?;
        self.for_each(iterator, |item| list_push(self, list, item).map(|()| true))?;
        Ok(list)
    }

    fn list_of_storage(self, from: Gc<Values>, length: usize) -> Result<Gc<List>> {
        let list = self.new_list(length)?;
        let storage = list.storage();
        for (to, from) in storage.items().iter().zip(&from.items()[..length]) {
            to.set(self.mutator(), storage, from.get());
        }
        list.length.set(length as i64);
        Ok(list)
    }

    /// `operator.length_hint`: how many items an iterable will probably give; `None`: unknown.
    pub fn length_hint(self, value: Word) -> Result<Option<usize>> {
        if let Some(length) = self.unless(self.len_opt(value), Ty::TypeError)?.flatten() {
            return Ok(Some(length));
        }
        let Some(result) =
            self.unless(self.call_special(value, Name::LengthHint, &[]), Ty::TypeError)?.flatten()
        else {
            return Ok(None);
        };
        if result == NOT_IMPLEMENTED {
            return Ok(None);
        }
        match V::of(self.base(result)) {
            V::Int(hint) if hint >= 0 => Ok(Some(hint as usize)),
            V::Int(_) => Err(self.value_error("__length_hint__() should return >= 0")),
            _ => Err(self
                .type_error(format!("__length_hint__ must be an integer, not {}", self.type_name(result)))),
        }
    }

    /// A tuple of the items of an iterable; an exact tuple as it is.
    pub fn tuple_from_iterable(self, value: Word) -> Result<Gc<Tuple>> {
        if let V::Tuple(tuple) = V::of(value) {
            return Ok(tuple);
        }
        let list = self.list_from_iterable(value)?;
        let tuple = self.tuple_from_list(list)?;
        Ok(as_object(tuple).expect("made just now"))
    }

    /// A tuple of the items of a list.
    pub fn tuple_from_list(self, list: Gc<List>) -> Result {
        if list.is_empty() {
            return Ok(self.vm().empty_tuple());
        }
        let tuple = self.new_tuple_uninit(list.len())?;
        for (to, from) in tuple.items().iter().zip(list.storage().items()) {
            to.set(self.mutator(), tuple, from.get());
        }
        Ok(word(tuple))
    }

    // -- numbers

    /// The integer that a value is an index for (`__index__`), which must fit 64 bits.
    /// Errors: `TypeError`, or `OverflowError` ("Python int too large to convert to C ssize_t").
    pub fn index(self, value: Word) -> Result<i64> {
        match V::of(self.to_index(value)?) {
            V::Int(i) => Ok(i),
            _ => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// The same, clamped to 64 bits, as slices do.
    pub fn index_clamped(self, value: Word) -> Result<i64> {
        match V::of(self.to_index(value)?) {
            V::Int(i) => Ok(i),
            V::Big(big) => Ok(if *big.value < dashu_int::IBig::ZERO { i64::MIN } else { i64::MAX }),
            _ => unreachable!("an index is an int"),
        }
    }

    /// `operator.index(value)`: an exact `int`.
    pub fn to_index(self, value: Word) -> Result {
        match V::of(value) {
            V::Int(_) | V::Big(_) => return Ok(value),
            V::Bool(b) => return self.int(i64::from(b)),
            _ => {}
        }
        if self.is_a(value, Ty::Int) {
            return self.to_index(self.base(value));
        }
        match self.call_special(value, Name::Index, &[])? {
            None => Err(self.type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                self.type_name(value)
            ))),
            Some(result) if self.is_a(result, Ty::Int) => {
                self.warn_of_subclass(result, Ty::Int, "__index__ returned non-int")?;
                self.to_index(self.base(result))
            }
            Some(result) => {
                Err(self.type_error(format!("__index__ returned non-int (type {})", self.type_name(result))))
            }
        }
    }

    /// The number that a value converts to as a float (`__float__`, then `__index__`).
    pub fn to_f64(self, value: Word) -> Result<f64> {
        match V::of(self.base(value)) {
            V::Float(f) => return Ok(f),
            V::Int(i) => return Ok(i as f64),
            V::Bool(b) => return Ok(f64::from(u8::from(b))),
            V::Big(big) => {
                let float = big.value.to_f64().value();
                if float.is_infinite() {
                    return Err(self.overflow_error("int too large to convert to float"));
                }
                return Ok(float);
            }
            _ => {}
        }
        if let Some(result) = self.call_special(value, Name::Float, &[])? {
            return match V::of(self.base(result)) {
                V::Float(f) => {
                    let said = format!("{}.__float__ returned non-float", self.type_name(value));
                    self.warn_of_subclass(result, Ty::Float, &said)?;
                    Ok(f)
                }
                _ => Err(self.type_error(format!(
                    "{}.__float__ returned non-float (type {})",
                    self.type_name(value),
                    self.type_name(result)
                ))),
            };
        }
        if self.type_of(value).lookup(self, Name::Index).is_some() {
            let index = self.to_index(value)?;
            return self.to_f64(index);
        }
        Err(self.type_error(format!("must be real number, not {}", self.type_name(value))))
    }

    pub fn complex(self, re: f64, im: f64) -> Result {
        Ok(word(self.alloc(Complex { header: Header::EMPTY, re: Cell::new(re), im: Cell::new(im) })?))
    }

    // -- sets

    pub fn new_set(self, table: Gc<Dict>) -> Result {
        Ok(word(self.alloc(Set { header: Header::EMPTY, table: Slot::new(Some(table)) })?))
    }

    pub fn new_frozenset(self, table: Gc<Dict>) -> Result {
        let set = FrozenSet { header: Header::EMPTY, table: Slot::new(Some(table)), hash: Cell::new(0) };
        Ok(word(self.alloc(set)?))
    }

    /// Whether a value is an instance of a class or of one in a tuple: `isinstance`.
    pub fn is_instance(self, value: Word, class: Word) -> Result<bool> {
        if let Some(ty) = self.as_type(class)
            && self.type_of(class).is(self.ty(Ty::Type))
        {
            if self.type_of(value).is_subtype(ty) {
                return Ok(true);
            }
            return crate::classes::is_instance_by_class_attribute(self, value, ty);
        }
        crate::classes::is_instance_slow(self, value, class)
    }

    /// An exception is an instance of BaseException; for callers that do not want the module path.
    pub fn is_exception(self, value: Word) -> bool {
        exceptions::is_exception(self, value)
    }
}

/// Whether a value is asked for in a set as it is: no set.
fn is_plain_element(value: Word) -> bool {
    matches!(V::of(value), V::Int(_) | V::Str(_) | V::Bool(_) | V::Float(_) | V::None | V::Tuple(_))
}

fn contains_element(py: Py, table: Option<Gc<Dict>>, element: Word) -> Result<bool> {
    let hash = dict::hash_element(py, element)?;
    Ok(dict::find(py, table.expect("a set has a table"), element, hash)?.is_some())
}

/// Number of elements of a set's table.
pub fn set_len(table: Option<Gc<Dict>>) -> usize {
    table.map_or(0, dict::len)
}

fn hash_address(address: usize) -> i64 {
    python_number::hash::hash_address(address as u64)
}

fn value_identity(py: Py, value: Word) -> u64 {
    // Numbers have no address: equal ones have equal ids, and no heap address is odd.
    match V::of(value) {
        V::Big(_) => (py.hash(value).unwrap_or(0) as u64) << 1 | 1,
        V::Int(i) => (i as u64) << 1 | 1,
        _ => value << 1 | 1,
    }
}

/// The words of a tuple, for argument slices. The tuple must stay on the caller's stack, which pins what it refers to only
/// through the tuple: so the objects may move, and the copies go on the native stack where they are seen.
pub fn tuple_words(tuple: Gc<Tuple>) -> smallvec::SmallVec<[Word; 64]> {
    for item in tuple.items() {
        // More than fits the native stack: what lies on the malloc heap must not move.
        if tuple.items().len() > 64
            && let Some(object) = object(item.get())
        {
            heap::pin(object);
        }
    }
    tuple.items().iter().map(|item| item.get()).collect()
}

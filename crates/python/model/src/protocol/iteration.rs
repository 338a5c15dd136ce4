//! Iteration, and what is made of iterables.

use super::*;

/// More items than that have no room in any address space.
const MOST_ITEMS: usize = 1 << 40;

impl<'a> Py<'a> {
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
        if let Some(advance) = as_object::<Builtin>(method).and_then(|method| method.def().advances) {
            // An iterator over an iterator over an iterator needs native stack for each.
            if self.native_stack_is_low() {
                return Err(self.recursion_error("maximum recursion depth exceeded"));
            }
            return self.unless(advance(self, iterator), Ty::StopIteration).map(Option::flatten);
        }
        self.unless(self.call_bound(method, iterator, class, &[]), Ty::StopIteration)
    }

    /// What advances an iterator, for one that is advanced many times: [`Py::next`], or, of a built-in type, what that comes to. What it raises
    /// may be a `StopIteration`.
    pub fn stepper(self, iterator: Word) -> crate::native::AdvanceFn {
        if let Some(step) = crate::iterators::builtin_stepper(iterator) {
            return step;
        }
        let Some(object) = object(iterator) else { return |py, own| py.next(own) };
        if object.layout_id() != <Foreign as heap::Layout>::ID || self.native_stack_is_low() {
            return |py, own| py.next(own);
        }
        // Such a type does not change, and its objects keep it.
        let method = self.type_of(iterator).lookup(self, Name::Next);
        method
            .and_then(as_object::<Builtin>)
            .and_then(|method| method.def().advances)
            .unwrap_or(|py, own| py.next(own))
    }

    /// Gives the items of an iterator to `each` until that says `false`. A generator runs without being entered anew for each item.
    #[inline]
    pub fn for_each(self, iterator: Word, mut each: impl FnMut(Word) -> Result<bool>) -> Result<()> {
        if let Some(generator) = as_object::<Generator>(iterator)
            && crate::generator::type_of(generator) == Ty::Generator
        {
            return (self.vm().hooks.drain_generator)(self, generator, &mut each);
        }
        let step = self.stepper(iterator);
        loop {
            match step(self, iterator) {
                Ok(Some(item)) => {
                    if !each(item)? {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(raised) => {
                    return self.unless::<()>(Err(raised), Ty::StopIteration).map(|_| ());
                }
            }
        }
    }

    /// The same for the items of an iterable; exact lists and tuples need no iterator.
    pub fn for_each_of(self, iterable: Word, mut each: impl FnMut(Word) -> Result<bool>) -> Result<()> {
        if let Some(list) = as_object::<List>(iterable) {
            let mut index = 0;
            while index < list.len() && each(list.item(index))? {
                index += 1;
            }
            return Ok(());
        }
        if let Some(tuple) = as_object::<Tuple>(iterable) {
            for item in tuple.items() {
                if !each(item.get())? {
                    break;
                }
            }
            return Ok(());
        }
        let iterator = self.iter(iterable)?;
        self.for_each(iterator, each)
    }

    /// The items of an iterable, in a new list.
    pub fn list_from_iterable(self, value: Word) -> Result<Gc<List>> {
        match V::of(value) {
            V::List(list) => return self.list_of_storage(list.storage(), list.len()),
            V::Tuple(tuple) => {
                let list = self.new_list(tuple.items().len())?;
                let storage = list.storage();
                self.copy_words(storage, storage.items(), tuple.items());
                list.length.set(tuple.items().len() as i64);
                return Ok(list);
            }
            _ => {}
        }
        let iterator = self.iter(value)?;
        let hint = self.room_hint(value, 0)?.min(1 << 20);
        self.list_of_iterator(iterator, hint)
    }

    /// What an iterator gives, in a new list; `hint`: how much that probably is.
    fn list_of_iterator(self, iterator: Word, hint: usize) -> Result<Gc<List>> {
        let list = self.new_list(hint)?;
        self.for_each(iterator, |item| list_push(self, list, item).map(|()| true))?;
        Ok(list)
    }

    pub(super) fn list_of_storage(self, from: Gc<Values>, length: usize) -> Result<Gc<List>> {
        let list = self.new_list(length)?;
        let storage = list.storage();
        self.copy_words(storage, storage.items(), &from.items()[..length]);
        list.length.set(length as i64);
        Ok(list)
    }

    /// How many items to make room for when those of an iterable are collected beside `present` ones; 0: unknown. Asked for because CPython
    /// does: it may raise. Errors: `MemoryError` if there cannot be so much room; more than can be counted is forgiven as a lie.
    pub fn room_hint(self, value: Word, present: usize) -> Result<usize> {
        match self.length_hint(value)? {
            Some(hint) if hint > isize::MAX as usize - present => Ok(0),
            Some(hint) if hint > MOST_ITEMS => Err(self.out_of_memory()),
            hint => Ok(hint.unwrap_or(0)),
        }
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
            V::Big(_) => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
            _ => Err(self
                .type_error(format!("__length_hint__ must be an integer, not {}", self.type_name(result)))),
        }
    }

    /// A tuple of the items of an iterable; an exact tuple as it is.
    pub fn tuple_from_iterable(self, value: Word) -> Result<Gc<Tuple>> {
        if let V::Tuple(tuple) = V::of(value) {
            return Ok(tuple);
        }
        let list = match V::of(value) {
            V::List(_) => self.list_from_iterable(value)?,
            // No length hint, which may raise: CPython asks for none.
            _ => self.list_of_iterator(self.iter(value)?, 0)?,
        };
        let tuple = self.tuple_from_list(list)?;
        Ok(as_object(tuple).expect("made just now"))
    }

    /// A tuple of the items of a list.
    pub fn tuple_from_list(self, list: Gc<List>) -> Result {
        if list.is_empty() {
            return Ok(self.vm().empty_tuple());
        }
        let storage = list.storage();
        let items = &storage.items()[..list.len()];
        Ok(word(self.tuple_with(items.len(), |index| items[index].get())?))
    }
}

//! Length, items and membership.

use super::*;

impl<'a> Py<'a> {
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
        self.length_of_result(result).map(Some)
    }

    /// The length that a `__len__` returned. Errors: `TypeError`, `ValueError`, `OverflowError` if it is none.
    pub fn length_of_result(self, result: Word) -> Result<usize> {
        match V::of(self.to_index(result)?) {
            V::Int(length) if length >= 0 => Ok(length as usize),
            V::Big(length) if *length.value > dashu_int::IBig::ZERO => {
                Err(self.overflow_error("cannot fit 'int' into an index-sized integer"))
            }
            _ => Err(self.value_error("__len__() should return >= 0")),
        }
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

    /// `a + b` of two exact strings, tuples or lists; `None` for everything else.
    pub fn simple_concat(self, a: Word, b: Word) -> Result<Option<Word>> {
        if let (Some(x), Some(y)) = (as_object::<Str>(a), as_object::<Str>(b)) {
            return self.concat(x, y).map(Some);
        }
        if let (Some(x), Some(y)) = (as_object::<Tuple>(a), as_object::<Tuple>(b)) {
            let (first, second) = (x.items(), y.items());
            if first.is_empty() || second.is_empty() {
                return Ok(Some(if first.is_empty() { b } else { a }));
            }
            let item = |index: usize| first.get(index).unwrap_or_else(|| &second[index - first.len()]).get();
            return Ok(Some(word(self.tuple_with(first.len() + second.len(), item)?)));
        }
        if let (Some(x), Some(y)) = (as_object::<List>(a), as_object::<List>(b)) {
            let storages = (x.storage(), y.storage());
            let (first, second) = (&storages.0.items()[..x.len()], &storages.1.items()[..y.len()]);
            let item = |index: usize| first.get(index).unwrap_or_else(|| &second[index - first.len()]).get();
            return Ok(Some(word(self.list_with(first.len() + second.len(), item)?)));
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
        if let Some(set) = as_object::<Set>(value)
            && is_plain_element(item)
        {
            return contains_element(self, set.table.get(), item);
        }
        if let (Some(text), Some(part)) = (as_object::<Str>(value), as_object::<Str>(item)) {
            return Ok(python_text::search::find(text.as_bytes(), part.as_bytes()).is_some());
        }
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
            V::FrozenSet(set) if is_plain_element(item) => {
                return contains_element(self, set.table.get(), item);
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
}

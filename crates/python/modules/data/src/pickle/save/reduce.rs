//! Pickles of objects that say themselves how they are made: `__reduce_ex__` and `copyreg`.

use super::global::class_name;
use super::*;

impl Saver<'_> {
    pub(super) fn save_by_reduce(&mut self, value: Word) -> Result<()> {
        let py = self.py;
        let class = py.type_of(value);
        let table = match self.dispatch_table {
            UNSET => py.import_from("copyreg", "dispatch_table")?,
            table => table,
        };
        let reduce = match as_object::<Dict>(table) {
            Some(table) => dict::get(py, table, class.word())?,
            None => py.unless(py.get_item(table, class.word()), Ty::KeyError)?,
        };
        let result = if let Some(reduce) = reduce {
            py.call(reduce, &[value])?
        } else if class.is_subtype(py.ty(Ty::Type)) {
            return self.save_global(value, None);
        } else if let Some(reduce) = py.get_attr_opt(value, Name::ReduceEx)? {
            py.call(reduce, &[py.int(self.protocol)?])?
        } else if let Some(reduce) = py.get_attr_opt(value, Name::Reduce)? {
            py.call(reduce, &[])?
        } else {
            let shown = py.repr_text(value)?;
            return Err(pickling_error(
                py,
                format!("can't pickle '{}' object: {shown}", class.message_name()),
            ));
        };
        self.save_reduced(value, result)
    }

    pub(super) fn save_reduced(&mut self, value: Word, result: Word) -> Result<()> {
        let py = self.py;
        if py.as_str(result).is_some() {
            return self.save_global(value, Some(result));
        }
        self.noted(
            value,
            || "object".to_owned(),
            |own| {
                let Some(tuple) = py.cast::<Tuple>(result) else {
                    let kind = class_name(py, result);
                    return Err(pickling_error(
                        py,
                        format!("__reduce__ must return a string or tuple, not {kind}"),
                    ));
                };
                if !(2..=6).contains(&tuple.items().len()) {
                    return Err(pickling_error(
                        py,
                        "tuple returned by __reduce__ must contain 2 through 6 elements",
                    ));
                }
                let part = |at: usize| tuple.items().get(at).map_or(NONE, |item| item.get());
                let reduced = Reduced {
                    function: part(0),
                    args: part(1),
                    state: part(2),
                    list_items: part(3),
                    dict_items: part(4),
                    state_setter: part(5),
                };
                own.save_reduce(value, &reduced)
            },
        )
    }

    /// `function(*args)`
    pub(super) fn save_call(&mut self, value: Word, function: Word, args: Word) -> Result<()> {
        let none = NONE;
        let reduced =
            Reduced { function, args, state: none, list_items: none, dict_items: none, state_setter: none };
        self.save_reduce(value, &reduced)
    }

    pub(super) fn save_reduce(&mut self, value: Word, reduced: &Reduced) -> Result<()> {
        let py = self.py;
        let &Reduced { function, args, state, list_items, dict_items, state_setter } = reduced;
        if !py.is_callable(function) {
            let kind = class_name(py, function);
            let text = format!("first item of the tuple returned by __reduce__ must be callable, not {kind}");
            return Err(pickling_error(py, text));
        }
        let Some(arguments) = py.cast::<Tuple>(args) else {
            let kind = class_name(py, args);
            let text = format!("second item of the tuple returned by __reduce__ must be a tuple, not {kind}");
            return Err(pickling_error(py, text));
        };
        for (items, which, what) in [(list_items, "fourth", "listitems"), (dict_items, "fifth", "dictitems")]
        {
            if items != NONE && py.type_of(items).lookup(py, Name::Next).is_none() {
                let kind = class_name(py, items);
                let text = format!(
                    "{which} item of the tuple returned by __reduce__ must be an iterator, not {kind}"
                );
                let _ = what;
                return Err(pickling_error(py, text));
            }
        }
        if state_setter != NONE && !py.is_callable(state_setter) {
            let kind = class_name(py, state_setter);
            let text = format!("sixth item of the tuple returned by __reduce__ must be callable, not {kind}");
            return Err(pickling_error(py, text));
        }
        let name = match self.protocol >= 2 {
            true => py
                .get_attr_opt(function, Name::NameAttr)?
                .and_then(|name| py.as_str(name))
                .map(|name| name.to_text()),
            false => None,
        };
        match name.as_deref() {
            Some("__newobj_ex__") => self.save_newobj_ex(value, arguments)?,
            Some("__newobj__") => self.save_newobj(value, arguments)?,
            _ => {
                self.noted(value, || "reconstructor".to_owned(), |own| own.save(function, true))?;
                self.noted(value, || "reconstructor arguments".to_owned(), |own| own.save(args, true))?;
                self.opcode(op::REDUCE);
            }
        }
        // The arguments may refer to the object: then it was made there, and this one is thrown away.
        match self.memoized(value) {
            Some(index) => {
                self.opcode(op::POP);
                self.get(index);
            }
            None => self.memoize(value)?,
        }
        if list_items != NONE {
            self.append_all(value, list_items)?;
        }
        if dict_items != NONE {
            self.set_all(value, dict_items)?;
        }
        if state == NONE {
            return Ok(());
        }
        if state_setter == NONE {
            self.noted(value, || "state".to_owned(), |own| own.save(state, true))?;
            self.opcode(op::BUILD);
            return Ok(());
        }
        self.noted(value, || "state setter".to_owned(), |own| own.save(state_setter, true))?;
        self.save(value, true)?;
        self.noted(value, || "state".to_owned(), |own| own.save(state, true))?;
        self.write(&[op::TUPLE2, op::REDUCE, op::POP]);
        Ok(())
    }

    pub(super) fn check_class(&self, value: Word, class: Word, function: &str) -> Result<()> {
        let py = self.py;
        if py.get_attr_opt(class, Name::New)?.is_none() {
            return Err(pickling_error(py, format!("first argument to {function}() has no __new__")));
        }
        let own = py.get_attr(value, Name::Class)?;
        if own != class {
            let (own, class) = (py.repr_text(own)?, py.repr_text(class)?);
            return Err(pickling_error(
                py,
                format!("first argument to {function}() must be {own}, not {class}"),
            ));
        }
        Ok(())
    }

    pub(super) fn save_newobj(&mut self, value: Word, arguments: Gc<Tuple>) -> Result<()> {
        let py = self.py;
        let Some(class) = arguments.items().first().map(|class| class.get()) else {
            return Err(pickling_error(py, "__newobj__ expected at least 1 argument, got 0"));
        };
        self.check_class(value, class, "__newobj__")?;
        self.noted(value, || "class".to_owned(), |own| own.save(class, true))?;
        let rest: smallvec::SmallVec<[Word; 16]> =
            arguments.items()[1..].iter().map(|item| item.get()).collect();
        let rest = py.new_tuple(&rest)?;
        self.noted(value, || "__new__ arguments".to_owned(), |own| own.save(rest, true))?;
        self.opcode(op::NEWOBJ);
        Ok(())
    }

    pub(super) fn save_newobj_ex(&mut self, value: Word, arguments: Gc<Tuple>) -> Result<()> {
        let py = self.py;
        let [class, args, keywords] = arguments.items() else {
            let given = arguments.items().len();
            return Err(pickling_error(py, format!("__newobj_ex__ expected 3 arguments, got {given}")));
        };
        let (class, args, keywords) = (class.get(), args.get(), keywords.get());
        self.check_class(value, class, "__newobj_ex__")?;
        if self.protocol >= 4 {
            self.noted(value, || "class".to_owned(), |own| own.save(class, true))?;
            self.noted(
                value,
                || "__new__ arguments".to_owned(),
                |own| {
                    own.save(args, true)?;
                    own.save(keywords, true)
                },
            )?;
            self.opcode(op::NEWOBJ_EX);
            return Ok(());
        }
        // Older readers know no keywords: a partial has them.
        let partial = py.import_from("functools", "partial")?;
        let new = py.get_attr(class, Name::New)?;
        let all = py.list_of(&[new, class])?;
        let more = py.tuple_from_iterable(args)?;
        for item in more.items() {
            list_push(py, all, item.get())?;
        }
        let Some(keywords) = py.cast::<Dict>(keywords) else {
            return Err(pickling_error(py, "third argument to __newobj_ex__() must be a dict"));
        };
        let names = py.new_list(0)?;
        let mut at = 0;
        while let Some((entry, name, item)) = dict::next(keywords, at) {
            at = entry + 1;
            list_push(py, names, name)?;
            list_push(py, all, item)?;
        }
        let words: Gc<Tuple> = as_object(py.tuple_from_list(all)?).expect("a tuple");
        let names = if names.is_empty() { None } else { as_object(py.tuple_from_list(names)?) };
        let copies = python_model::protocol::tuple_words(words);
        let call = py.call_args(partial, Args { words: &copies, keywords: names })?;
        heap::keep(words);
        self.noted(value, || "reconstructor".to_owned(), |own| own.save(call, true))?;
        let none = py.vm().empty_tuple();
        self.save(none, true)?;
        self.opcode(op::REDUCE);
        Ok(())
    }

    /// Items of an iterator in batches; one alone needs no mark.
    pub(super) fn append_all(&mut self, value: Word, iterator: Word) -> Result<()> {
        let py = self.py;
        let mut number = 0;
        if !self.is_binary() {
            while let Some(item) = py.next(iterator)? {
                self.noted(value, || format!("item {number}"), |own| own.save(item, true))?;
                self.opcode(op::APPEND);
                number += 1;
            }
            return Ok(());
        }
        let mut next = py.next(iterator)?;
        while let Some(first) = next {
            let second = py.next(iterator)?;
            if second.is_none() {
                self.noted(value, || format!("item {number}"), |own| own.save(first, true))?;
                self.opcode(op::APPEND);
                return Ok(());
            }
            self.opcode(op::MARK);
            let (mut item, mut count) = (Some(first), 0);
            next = second;
            while let Some(one) = item {
                self.noted(value, || format!("item {number}"), |own| own.save(one, true))?;
                number += 1;
                count += 1;
                if count == BATCH {
                    break;
                }
                item = next;
                if item.is_some() {
                    next = py.next(iterator)?;
                }
            }
            self.opcode(op::APPENDS);
        }
        Ok(())
    }

    pub(super) fn set_all(&mut self, value: Word, iterator: Word) -> Result<()> {
        let py = self.py;
        let save_pair = |own: &mut Self, pair: Word| -> Result<()> {
            let Some(pair) = py.cast::<Tuple>(pair).filter(|pair| pair.items().len() == 2) else {
                return Err(py.type_error("dict items iterator must return 2-tuples"));
            };
            own.save(pair.items()[0].get(), true)?;
            own.noted(value, || "item".to_owned(), |own| own.save(pair.items()[1].get(), true))
        };
        if !self.is_binary() {
            while let Some(pair) = py.next(iterator)? {
                save_pair(self, pair)?;
                self.opcode(op::SETITEM);
            }
            return Ok(());
        }
        let mut next = py.next(iterator)?;
        while let Some(first) = next {
            next = py.next(iterator)?;
            if next.is_none() {
                save_pair(self, first)?;
                self.opcode(op::SETITEM);
                return Ok(());
            }
            self.opcode(op::MARK);
            save_pair(self, first)?;
            let mut count = 1;
            while count < BATCH
                && let Some(pair) = next
            {
                save_pair(self, pair)?;
                count += 1;
                next = py.next(iterator)?;
            }
            self.opcode(op::SETITEMS);
        }
        Ok(())
    }
}

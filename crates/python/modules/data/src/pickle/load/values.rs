//! What the opcodes make: numbers, text, containers, objects, and what is found under a name.

use super::*;

impl Loader<'_> {
    pub(super) fn load_long(&mut self, opcode: u8) -> Result<()> {
        let length = match opcode {
            op::LONG1 => self.number(1)? as i64,
            _ => i64::from(self.number(4)? as u32 as i32),
        };
        if length < 0 {
            return Err(unpickling_error(self.py, "LONG pickle has negative byte count"));
        }
        let range = self.take(length as usize)?;
        let int = from_bytes(&self.data[range], ByteOrder::Little, true);
        self.push(self.py.big_int(int)?)
    }

    pub(super) fn load_text_number(&mut self, opcode: u8) -> Result<()> {
        let py = self.py;
        let line = self.line()?;
        let value = match (opcode, &line[..]) {
            (op::INT, b"00") => FALSE,
            (op::INT, b"01") => TRUE,
            (op::FLOAT, text) => match python_number::float_parse::parse_float(text) {
                Some(float) => float_word(float),
                None => return Err(py.value_error("could not convert string to float")),
            },
            (_, text) => {
                let text = if opcode == op::LONG { text.strip_suffix(b"L").unwrap_or(text) } else { text };
                let text = py.str_bytes(text)?;
                py.call(py.ty(Ty::Int).word(), &[text, small_int(if opcode == op::INT { 0 } else { 10 })])?
            }
        };
        self.push(value)
    }

    pub(super) fn load_str(&mut self, width: usize) -> Result<()> {
        let py = self.py;
        let length = self.length(width, "BINUNICODE")?;
        let range = self.take(length)?;
        let bytes = &self.data[range];
        let text = match bytes.is_ascii() || std::str::from_utf8(bytes).is_ok() {
            true => py.str_bytes(bytes)?,
            false => text_codec::decode(py, bytes, Some("utf-8"), Some("surrogatepass"))?,
        };
        self.push(text)
    }

    pub(super) fn load_bytes(&mut self, width: usize) -> Result<()> {
        let length = self.length(width, "BINBYTES")?;
        let range = self.take(length)?;
        let bytes = self.py.new_bytes(&self.data[range])?;
        self.push(bytes)
    }

    /// Strings of Python 2: bytes, decoded as was asked for.
    pub(super) fn load_old_string(&mut self, opcode: u8) -> Result<()> {
        let py = self.py;
        let bytes = if opcode == op::STRING {
            let line = self.line()?;
            let quoted = match &line[..] {
                [first @ (b'\'' | b'"'), inner @ .., last] if first == last => inner,
                _ => return Err(unpickling_error(py, "the STRING opcode argument must be quoted")),
            };
            let escaped = py.new_bytes(quoted)?;
            let decode = py.import_from("_codecs", "escape_decode")?;
            let pair = py.call(decode, &[escaped])?;
            let first = py.get_item(pair, small_int(0))?;
            buffer::get(py, first)?.to_vec()
        } else {
            let length = match opcode {
                op::SHORT_BINSTRING => self.number(1)? as i64,
                _ => i64::from(self.number(4)? as u32 as i32),
            };
            if length < 0 {
                return Err(unpickling_error(py, "BINSTRING pickle has negative byte count"));
            }
            let range = self.take(length as usize)?;
            self.data[range].to_vec()
        };
        let value = match self.encoding.as_str() {
            "bytes" => py.new_bytes(&bytes)?,
            encoding => text_codec::decode(py, &bytes, Some(encoding), Some(&self.errors))?,
        };
        self.push(value)
    }

    pub(super) fn append_items(&mut self, target: Word, items: Gc<List>) -> Result<()> {
        let py = self.py;
        if let V::List(list) = V::of(target) {
            for at in 0..items.len() {
                list_push(py, list, items.item(at))?;
            }
            return Ok(());
        }
        if let Some(extend) = py.get_attr_opt(target, Name::Extend)? {
            py.call(extend, &[word(items)])?;
            return Ok(());
        }
        let append = py.get_attr(target, Name::Append)?;
        for at in 0..items.len() {
            py.call(append, &[items.item(at)])?;
        }
        Ok(())
    }

    pub(super) fn set_items(&mut self, target: Word, items: Gc<List>) -> Result<()> {
        let py = self.py;
        if !items.len().is_multiple_of(2) {
            return Err(unpickling_error(py, "odd number of items for SETITEMS"));
        }
        for at in (0..items.len()).step_by(2) {
            let (key, value) = (items.item(at), items.item(at + 1));
            match V::of(target) {
                V::Dict(table) => dict::set(py, table, key, value)?,
                _ => py.set_item(target, key, value)?,
            }
        }
        Ok(())
    }

    /// Appends what is above the last mark to what is below it.
    pub(super) fn append_marked(&mut self) -> Result<()> {
        let py = self.py;
        let start = self.marks.last().copied();
        let below = self.marks.len().checked_sub(2).map_or(0, |at| self.marks[at]);
        if let Some(start) = start.filter(|&start| start > below)
            && let V::List(list) = V::of(self.stack.item(start - 1))
        {
            // Nobody else sees the stack: no list of its own is needed for the items.
            self.marks.pop();
            list_reserve(py, list, list.len() + self.stack.len() - start)?;
            for at in start..self.stack.len() {
                list_push(py, list, self.stack.item(at))?;
            }
            self.truncate(start);
            return Ok(());
        }
        let items = self.pop_mark()?;
        let target = self.top()?;
        self.append_items(target, items)
    }

    /// Sets the keys and values above the last mark in what is below it.
    pub(super) fn set_marked(&mut self) -> Result<()> {
        let py = self.py;
        let start = self.marks.last().copied();
        let below = self.marks.len().checked_sub(2).map_or(0, |at| self.marks[at]);
        if let Some(start) = start.filter(|&start| start > below)
            && let V::Dict(table) = V::of(self.stack.item(start - 1))
            && (self.stack.len() - start).is_multiple_of(2)
        {
            self.marks.pop();
            let count = (self.stack.len() - start) / 2;
            if dict::len(table) == 0 && count > 0 {
                dict::reserve(py, table, count)?;
            }
            for at in (start..self.stack.len()).step_by(2) {
                // Comparing keys may run code; that cannot reach this stack.
                dict::set(py, table, self.stack.item(at), self.stack.item(at + 1))?;
            }
            self.truncate(start);
            return Ok(());
        }
        let items = self.pop_mark()?;
        let target = self.top()?;
        self.set_items(target, items)
    }

    // -- calls

    pub(super) fn call(&self, function: Word, args: Word) -> Result {
        let py = self.py;
        let Some(args) = py.cast::<Tuple>(args) else {
            return Err(py.type_error("argument list must be a tuple"));
        };
        let words = python_model::protocol::tuple_words(args);
        let result = py.call(function, &words);
        heap::keep(args);
        result
    }

    pub(super) fn new_object(&self, class: Word, args: Word, keywords: Word, opcode: &str) -> Result {
        let py = self.py;
        if py.as_type(class).is_none() {
            let kind = py.type_name(class);
            return Err(unpickling_error(py, format!("{opcode} class argument must be a type, not {kind}")));
        }
        let Some(args) = py.cast::<Tuple>(args) else {
            let kind = py.type_name(args);
            return Err(unpickling_error(py, format!("{opcode} args argument must be a tuple, not {kind}")));
        };
        let all = py.list_of(&[class])?;
        for item in args.items() {
            list_push(py, all, item.get())?;
        }
        let names = py.new_list(0)?;
        if keywords != NONE {
            let Some(keywords) = py.cast::<Dict>(keywords) else {
                let kind = py.type_name(keywords);
                return Err(unpickling_error(
                    py,
                    format!("{opcode} kwargs argument must be a dict, not {kind}"),
                ));
            };
            let mut at = 0;
            while let Some((entry, name, value)) = dict::next(keywords, at) {
                at = entry + 1;
                list_push(py, names, name)?;
                list_push(py, all, value)?;
            }
        }
        let new = py.get_attr(class, Name::New)?;
        let words: Gc<Tuple> = as_object(py.tuple_from_list(all)?).expect("a tuple");
        let names = if names.is_empty() { None } else { as_object(py.tuple_from_list(names)?) };
        let copies = python_model::protocol::tuple_words(words);
        let result = py.call_args(new, Args { words: &copies, keywords: names });
        heap::keep(words);
        result
    }

    pub(super) fn build(&mut self) -> Result<()> {
        let py = self.py;
        let (mut state, target) = (self.pop()?, self.top()?);
        if let Some(method) = py.get_attr_opt(target, Name::SetState)? {
            py.call(method, &[state])?;
            return Ok(());
        }
        let mut slots = NONE;
        if let V::Tuple(pair) = V::of(state)
            && let [first, second] = pair.items()
        {
            (state, slots) = (first.get(), second.get());
        }
        if state != NONE && py.truth(state)? {
            let Some(attributes) = py.cast::<Dict>(state) else {
                return Err(unpickling_error(py, "state is not a dictionary"));
            };
            match as_instance(target) {
                Some(own) if py.type_of(target).has(python_model::types::flags::HAS_DICT) => {
                    let mut at = 0;
                    while let Some((entry, key, value)) = dict::next(attributes, at) {
                        at = entry + 1;
                        match as_object::<Str>(key) {
                            // Past `__setattr__`, as into the `__dict__`.
                            Some(name) => instance::set(py, own, py.symbol_of(name)?, value)?,
                            None => {
                                let table = instance::dictionary(py, own)?;
                                dict::set(py, table, key, value)?;
                            }
                        }
                    }
                }
                _ => {
                    let table = py.get_attr(target, Name::DictAttr)?;
                    let mut at = 0;
                    while let Some((entry, key, value)) = dict::next(attributes, at) {
                        at = entry + 1;
                        py.set_item(table, key, value)?;
                    }
                }
            }
        }
        if slots != NONE {
            let Some(slots) = py.cast::<Dict>(slots) else {
                return Err(unpickling_error(py, "slot state is not a dictionary"));
            };
            let mut at = 0;
            while let Some((entry, key, value)) = dict::next(slots, at) {
                at = entry + 1;
                let name = py.expect_str(key, "attribute name")?;
                py.set_attr(target, py.symbol_of(name)?, value)?;
            }
        }
        Ok(())
    }

    pub(super) fn find(&self, module: Word, name: Word) -> Result {
        match self.find_class {
            UNSET => find_class(self.py, module, name, self.protocol, self.fix_imports),
            method => self.py.call(method, &[module, name]),
        }
    }

    pub(super) fn load_persistent(&mut self, id: Word) -> Result<()> {
        if self.persistent_load == UNSET {
            let text = "A load persistent id instruction was encountered, but no persistent_load function was specified.";
            return Err(unpickling_error(self.py, text));
        }
        let value = self.py.call(self.persistent_load, &[id])?;
        self.push(value)
    }

    pub(super) fn load_extension(&mut self, opcode: u8) -> Result<()> {
        let py = self.py;
        let code = match opcode {
            op::EXT1 => self.number(1)? as i64,
            op::EXT2 => self.number(2)? as i64,
            _ => i64::from(self.number(4)? as u32 as i32),
        };
        let key = small_int(code);
        if let Some(known) = py.cast::<Dict>(py.import_from("copyreg", "_extension_cache")?)
            && let Some(value) = dict::get(py, known, key)?
        {
            return self.push(value);
        }
        let registry = py.cast::<Dict>(py.import_from("copyreg", "_inverted_registry")?);
        let pair = match registry {
            Some(registry) => dict::get(py, registry, key)?.and_then(|pair| py.cast::<Tuple>(pair)),
            None => None,
        };
        let Some(pair) = pair.filter(|pair| pair.items().len() == 2) else {
            if code <= 0 {
                return Err(unpickling_error(py, "EXT specifies code <= 0"));
            }
            return Err(py.value_error(format!("unregistered extension code {code}")));
        };
        let value = self.find(pair.items()[0].get(), pair.items()[1].get())?;
        if let Some(known) = py.cast::<Dict>(py.import_from("copyreg", "_extension_cache")?) {
            dict::set(py, known, key, value)?;
        }
        self.push(value)
    }
}

/// The object of a name in a module, which is imported. Names of Python 2 are translated for old protocols.
pub(super) fn find_class(py: Py, module: Word, name: Word, protocol: u8, fix_imports: bool) -> Result {
    let (mut module, mut name) = (module, name);
    if protocol < 3 && fix_imports {
        let names = py.cast::<Dict>(py.import_from("_compat_pickle", "NAME_MAPPING")?);
        let key = py.new_tuple(&[module, name])?;
        let renamed = match names {
            Some(names) => dict::get(py, names, key)?.and_then(|pair| py.cast::<Tuple>(pair)),
            None => None,
        };
        if let Some(pair) = renamed.filter(|pair| pair.items().len() == 2) {
            (module, name) = (pair.items()[0].get(), pair.items()[1].get());
        } else if let Some(modules) = py.cast::<Dict>(py.import_from("_compat_pickle", "IMPORT_MAPPING")?)
            && let Some(renamed) = dict::get(py, modules, module)?
        {
            module = renamed;
        }
    }
    let (module_text, name) = (py.to_text(module)?, py.to_text(name)?);
    let found = py.import(&module_text)?;
    if protocol < 4 || !name.contains('.') {
        return py.get_attr(found, py.intern(&name)?);
    }
    match py.unless(dotted(py, found, &name), Ty::AttributeError)? {
        Some(value) => Ok(value),
        None => {
            let (name, module) = (py.repr_text(py.str(&name)?)?, py.repr_text(module)?);
            Err(py.raise_text(Ty::AttributeError, &format!("Can't resolve path {name} on module {module}")))
        }
    }
}

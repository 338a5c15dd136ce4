//! `Unpickler`, `load` and `loads`.

use super::values::find_class;
use super::*;

pub fn construct(py: Py, class: TypeRef, _args: Args) -> Result {
    let state =
        Unpickler { fix_imports: Cell::new(true), protocol: Cell::new(0), is_ready: Cell::new(false) };
    let made = foreign::new(py, known(&py.vm().state::<State>().unpickler), state)?;
    let (memo, sparse) = (word(py.new_list(0)?), word(dict::new(py)?));
    let words = word(py.list_of(&[UNSET, UNSET, NONE, memo, sparse, NONE, NONE])?);
    made.words.set(py.mutator(), made, words);
    instance::new(py, class, word(made))
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Unpickler> {
    foreign::expect(py, value, "a '_pickle.Unpickler' object")
}

fn iterator_of(py: Py, buffers: Word) -> Result {
    if buffers == UNSET || buffers == NONE { Ok(NONE) } else { py.iter(buffers) }
}

fn text_or(py: Py, value: Word, default: &str) -> Result<String> {
    if value == UNSET || value == NONE { Ok(default.to_owned()) } else { py.to_text(value) }
}

/// `__init__`: file, fix_imports, encoding, errors, buffers.
fn init(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let (read, readline) = (py.get_attr_opt(a[1], Name::Read)?, py.get_attr_opt(a[1], Name::ReadLine)?);
    let (Some(read), Some(readline)) = (read, readline) else {
        return Err(py.type_error("file must have 'read' and 'readline' attributes"));
    };
    own.fix_imports.set(a[2] == UNSET || py.truth(a[2])?);
    own.is_ready.set(true);
    put(py, a[0], READ, read);
    put(py, a[0], READLINE, readline);
    put(py, a[0], ENCODING, a[3]);
    put(py, a[0], ERRORS, a[4]);
    put(py, a[0], BUFFERS, iterator_of(py, a[5])?);
    put(py, a[0], MEMO, word(py.new_list(0)?));
    put(py, a[0], SPARSE_MEMO, word(dict::new(py)?));
    Ok(NONE)
}

fn load(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    if !own.is_ready.get() {
        let name = py.class_name(a[0]);
        return Err(unpickling_error(
            py,
            format!("Unpickler.__init__() was not called by {name}.__init__()"),
        ));
    }
    let kept = words(a[0]);
    let native = known(&py.vm().state::<State>().unpickler);
    let find_name = py.intern("find_class")?;
    let is_own = py.type_of(a[0]).lookup(py, find_name) == native.lookup(py, find_name)
        && py.own_attribute(a[0], find_name).is_none();
    own.protocol.set(0);
    let mut loader = Loader {
        py,
        own: Some(own),
        data: Vec::new(),
        at: 0,
        read: kept.item(READ),
        readline: kept.item(READLINE),
        stack: py.new_list(16)?,
        marks: Vec::new(),
        memo: as_object(kept.item(MEMO)).expect("a list since it was made"),
        sparse_memo: as_object(kept.item(SPARSE_MEMO)).expect("a dict since it was made"),
        protocol: 0,
        fix_imports: own.fix_imports.get(),
        encoding: text_or(py, kept.item(ENCODING), "ASCII")?,
        errors: text_or(py, kept.item(ERRORS), "strict")?,
        buffers: kept.item(BUFFERS),
        find_class: if is_own { UNSET } else { py.get_attr(a[0], find_name)? },
        persistent_load: py.get_attr_opt(a[0], py.intern("persistent_load")?)?.unwrap_or(UNSET),
    };
    loader.load()
}

pub static METHODS: &[NativeDef] = &[
    def(
        "__init__",
        "($self, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
        "Initialize self.  See help(type(self)) for accurate signature.",
        init,
    ),
    def(
        "load",
        "($self, /)",
        "Load a pickle.\n\nRead a pickled object representation from the open file object given\nin the constructor, and return the reconstituted object hierarchy\nspecified therein.",
        load,
    ),
    def(
        "find_class",
        "($self, module_name, global_name, /)",
        "Return an object from a specified module.",
        |py, a| {
            let own = receiver(py, a[0])?;
            find_class(py, a[1], a[2], own.protocol.get(), own.fix_imports.get())
        },
    ),
    getter("memo", "", |py, a| {
        receiver(py, a[0])?;
        let sparse: Gc<Dict> = as_object(words(a[0]).item(SPARSE_MEMO)).expect("a dict since it was made");
        let copied = dict::copy(py, sparse)?;
        let memo: Gc<List> = as_object(words(a[0]).item(MEMO)).expect("a list since it was made");
        for at in 0..memo.len() {
            if memo.item(at) != UNSET {
                dict::set(py, copied, small_int(at as i64), memo.item(at))?;
            }
        }
        Ok(word(copied))
    }),
    setter("memo", |py, a| {
        receiver(py, a[0])?;
        let Some(given) = py.cast::<Dict>(a[1]) else {
            let kind = py.type_name(a[1]);
            return Err(py.type_error(format!(
                "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {kind}"
            )));
        };
        let (memo, sparse) = (py.new_list(0)?, dict::new(py)?);
        let mut at = 0;
        while let Some((entry, key, value)) = dict::next(given, at) {
            at = entry + 1;
            let index = py.index(key)?;
            if index < 0 {
                return Err(py.value_error("memo key must be positive integers."));
            }
            if index as u64 >= DENSE_MEMO {
                dict::set(py, sparse, key, value)?;
                continue;
            }
            while memo.len() <= index as usize {
                list_push(py, memo, UNSET)?;
            }
            let storage = memo.storage();
            storage.items()[index as usize].set(py.mutator(), storage, value);
        }
        put(py, a[0], MEMO, word(memo));
        put(py, a[0], SPARSE_MEMO, word(sparse));
        Ok(NONE)
    }),
];

pub const LOADS: NativeDef = def(
    "loads",
    "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    "Read and return an object from the given pickle data.",
    |py, a| {
        let data = buffer::get(py, a[0])?.to_vec();
        let mut loader = Loader {
            py,
            own: None,
            data,
            at: 0,
            read: UNSET,
            readline: UNSET,
            stack: py.new_list(16)?,
            marks: Vec::new(),
            memo: py.new_list(16)?,
            sparse_memo: dict::new(py)?,
            protocol: 0,
            fix_imports: a[1] == UNSET || py.truth(a[1])?,
            encoding: text_or(py, a[2], "ASCII")?,
            errors: text_or(py, a[3], "strict")?,
            buffers: iterator_of(py, a[4])?,
            find_class: UNSET,
            persistent_load: UNSET,
        };
        loader.load()
    },
);

pub const LOAD: NativeDef = def(
    "load",
    "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    "Read and return an object from the pickle data stored in a file.",
    |py, a| {
        let native = known(&py.vm().state::<State>().unpickler);
        let made = construct(py, native, Args::positional(&[]))?;
        init(py, &[made, a[0], a[1], a[2], a[3], a[4]])?;
        load(py, &[made])
    },
);
